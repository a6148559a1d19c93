import { CIRCUITS, type CircuitName } from "../generated/circuits.ts";
import { FIELD } from "../hash/poseidon.ts";
import { buildRowTree, SET_IDS } from "../market/tree.ts";
import { loadArtifacts } from "../prove/artifacts.ts";
import { openBackend } from "../prove/backends.ts";
import { marginInputs } from "../prove/inputs.ts";
import { ProofFile } from "../prove/proofFile.ts";
import type { ProofRequest } from "../prove/prover.ts";
import { openWitnessCalculator } from "../prove/witness.ts";

/** A snarkjs witness with one signal replaced. Values are 32 little-endian bytes from byte 76 on; signal 0 is 1. */
function editWitness(witness: Uint8Array, signal: number, value: bigint): Uint8Array {
  const edited = witness.slice();
  const at = 76 + 32 * signal;
  for (let i = 0; i < 32; i++) edited[at + i] = Number(((((value % FIELD) + FIELD) % FIELD) >> BigInt(8 * i)) & 0xffn);
  return edited;
}

/** The circuit's first output. */
const HEALTHY = 1;

/** A proof's request with nothing left open. */
export type ForgedRequest = Required<Omit<ProofRequest, "signal">>;

/**
 * What a dishonest prover without the key's secrets can make: the witness of the true statement with `healthy` turned
 * into its opposite, put through the real key. Nothing here verifies the result, and it does not verify.
 */
export async function forgeProof(request: ForgedRequest): Promise<ProofFile> {
  const { account, market, coverage, context } = request;
  const circuit: CircuitName = request.circuit;
  const set = market.sets[request.set];
  const { zkey, wasm, setup } = await loadArtifacts(circuit);
  const calculate = await openWitnessCalculator(wasm);
  const statement = {
    account,
    set,
    tree: await buildRowTree(set),
    requirementRoot: set.requirementRoot,
    setId: SET_IDS[request.set],
    timestamp: market.timestamp,
    coverage,
    context,
  };
  const witness = await calculate(await marginInputs(statement, CIRCUITS[circuit].positions));
  const truth = BigInt(witness[76 + 32 * HEALTHY] ?? 0);
  const backend = await openBackend();
  try {
    const key = await backend.load(zkey);
    const { proof, publicSignals } = await key.prove(editWitness(witness, HEALTHY, 1n - truth));
    return ProofFile.parse({
      version: 1,
      circuit,
      setup,
      set: request.set,
      publicSignals: Object.fromEntries(CIRCUITS[circuit].signals.map((signal, i) => [signal, publicSignals[i]])),
      proof,
    });
  } finally {
    await backend.close();
  }
}
