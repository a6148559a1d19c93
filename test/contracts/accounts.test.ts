import type { Contract } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toGateProof } from "../../prover/chain/calldata.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { loadArtifacts } from "../../prover/prove/artifacts.ts";
import type { Backend, BackendProof } from "../../prover/prove/backend.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import type { ProofFile } from "../../prover/prove/proofFile.ts";
import { openWitnessCalculator } from "../../prover/prove/witness.ts";
import { STATE as DISCLOSED, disclosureOf } from "../circuits/disclosures.ts";
import { inputsOf } from "../circuits/transitions.ts";
import { compiled, openChain } from "./chain.ts";

const { ethers, owner } = await openChain();

let backend: Backend;
beforeAll(async () => {
  backend = await openWasmBackend({ threads: 1 });
});
afterAll(() => backend.close());

describe.each([
  ["transition", "TransitionVerifier", () => inputsOf({ mode: "transfer", asset: 0, amount: 1_000_000n })],
  ["disclose", "DiscloseVerifier", async () => (await disclosureOf(DISCLOSED)).inputs],
] as const)("the verifier of %s", (name, contract, inputs) => {
  let verifier: Contract;
  let made: BackendProof;
  beforeAll(async () => {
    const { abi, bytecode } = await compiled(contract);
    const factory = new ethers.ContractFactory(
      abi as ConstructorParameters<typeof ethers.ContractFactory>[0],
      bytecode,
      owner,
    );
    verifier = (await factory.deploy()) as Contract;
    const { zkey, wasm } = await loadArtifacts(name);
    const calculate = await openWitnessCalculator(wasm);
    const key = await backend.load(zkey);
    made = await key.prove(await calculate(await inputs()));
    await key.forget();
  });
  const accepts = async (signals: readonly bigint[]): Promise<boolean> => {
    const { a, b, c } = toGateProof(made.proof as unknown as ProofFile["proof"]);
    return verifier.getFunction("verifyProof")(a, b, c, signals);
  };

  it("accepts a real proof, and none with another signal or one at or above the field's order", async () => {
    const signals = made.publicSignals.map(BigInt);
    expect(signals).toHaveLength(CIRCUITS[name].signals.length);
    expect(await accepts(signals)).toBe(true);
    for (const [i, signal] of signals.entries()) {
      expect(await accepts(signals.with(i, (signal + 1n) % FIELD))).toBe(false);
      expect(await accepts(signals.with(i, signal + FIELD))).toBe(false);
    }
  });

  it("says that its key is for development, and that somebody contributed to it", async () => {
    expect(await verifier.getFunction("DEVELOPMENT")()).toBe(true);
    const [gamma, delta] = await verifier.getFunction("gammaDelta")();
    expect(String(gamma)).not.toBe(String(delta));
  });
});
