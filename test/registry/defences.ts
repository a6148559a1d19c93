import type { Defence } from "../defence.ts";

const registry = (test: string, find: string, replace = ""): Defence => ({
  file: "contracts/GateRegistry.sol",
  find,
  replace,
  testFile: "test/registry/GateRegistry.t.sol",
  test,
});
const OLDER = "testFuzz_neverMakesAnOlderCircuitTheNewest";

/** One removal for each defence of the registry. */
export const DEFENCES: readonly Defence[] = [
  registry(
    "testFuzz_letsNobodyButTheCuratorAppend",
    "        if (msg.sender != curator) revert NotCurator(msg.sender);\n",
  ),
  registry("test_refusesWhatIsNoGate", "        if (address(gate).code.length == 0) revert NoGate(address(gate));\n"),
  registry("test_takesAGateOnce", "        if (numberOf[gate] != 0) revert AlreadyAppended(gate, numberOf[gate]);\n"),
  registry(
    "testFuzz_refusesADevelopmentKeyOffLocalChains",
    "        if (!local && verifier.DEVELOPMENT()) revert DevelopmentKey(verifier, block.chainid);\n",
  ),
  registry(
    "testFuzz_refusesAKeyThatNobodyContributedToOnEveryChain",
    "        if (keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))) revert UncontributedKey(verifier);\n",
  ),
  registry("testFuzz_refusesACircuitWithoutAnId", "        if (circuit.circuitId == 0) revert NoCircuit(size);\n"),
  registry(OLDER, "circuit.version < before.version || "),
  registry(
    "test_keepsOneVersionOneCircuit",
    " || (circuit.version == before.version && other && before.circuitId != 0)",
  ),
  registry(
    "test_listsAGateOnceUnderACircuitThatServesSeveralSizes",
    "if (numbers.length == 0 || numbers[numbers.length - 1] != number) ",
  ),
];
