import { beforeAll, describe, expect, it } from "vitest";
import { nativeAvailable } from "../../prover/kernel/native/available.ts";
import type { BackendName } from "../../prover/prove/backend.ts";
import { openBackend } from "../../prover/prove/backends.ts";
import { checkPairing } from "../../prover/prove/pairing.ts";
import { realWitness } from "../../scripts/kernel/inputs.ts";
import { median } from "../../scripts/median.ts";
import { canRun } from "../services.ts";

const PROOFS = 1_000;
/**
 * Bytes that the process may have grown by between proofs 100..200, when its heap has settled, and the last hundred: 20 kB
 * a proof, where a witness has a megabyte.
 */
const GROWTH = 16e6;

const backends: BackendName[] = ["wasm"];
if (canRun("soak of the native backend", "native kernel", nativeAvailable())) backends.push("native");

describe.each(backends)("%s", (backend) => {
  let inputs: Awaited<ReturnType<typeof realWitness>>;
  beforeAll(async () => {
    inputs = await realWitness("margin_4");
  });

  it(`makes ${PROOFS} proofs that verify, no two alike, in memory that does not grow`, async () => {
    const { zkey, witness, verificationKey } = inputs;
    const opened = await openBackend({ backend, threads: 2 });
    const resident: number[] = [];
    const seen = new Set<string>();
    try {
      const key = await opened.load(zkey);
      for (let i = 0; i < PROOFS; i++) {
        const { proof, publicSignals } = await key.prove(witness);
        expect(await checkPairing(verificationKey, publicSignals, proof)).toBeNull();
        seen.add(proof.pi_a.join());
        resident.push(process.memoryUsage.rss());
      }
    } finally {
      await opened.close();
    }
    expect(seen.size).toBe(PROOFS);
    const [early, late] = [median(resident.slice(100, 200)), median(resident.slice(-100))];
    console.log(
      `${backend}: ${(early / 1e6).toFixed(1)} MB resident after 100 proofs, ${(late / 1e6).toFixed(1)} MB at the end`,
    );
    expect(late - early).toBeLessThan(GROWTH);
  });
});
