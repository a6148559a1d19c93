import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { afterAll, describe, expect, it } from "vitest";
import { openPool } from "../../prover/kernel/pool.ts";
import { snarkjsProof } from "../../prover/kernel/proof.ts";
import { loadKey } from "../../prover/kernel/prove.ts";
import { openThread } from "../../prover/kernel/threads-node.ts";
import { openNativeBackend } from "../../prover/prove/backend-native.ts";
import { openSnarkjsBackend } from "../../prover/prove/backend-snarkjs.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { realWitness } from "../../scripts/kernel/inputs.ts";
import { BUILDS, compileBuild } from "./kernels.ts";
import { NATIVE, PATHS } from "./native.ts";

const small = await realWitness("margin_4");
afterAll(async () => (await buildBn128()).terminate());

const BACKENDS = [
  { name: "wasm", open: openWasmBackend },
  ...(NATIVE ? [{ name: "native", open: openNativeBackend }] : []),
];

describe.each(BACKENDS)("the $name backend", ({ open }) => {
  it.each([1, 2, 3, 4])(
    "with %i threads makes proofs that snarkjs accepts, each of them different",
    async (threads) => {
      const backend = await open({ threads });
      try {
        const key = await backend.load(small.zkey);
        const [one, two] = [await key.prove(small.witness), await key.prove(small.witness)];
        for (const { proof, publicSignals } of [one, two]) {
          expect(await groth16.verify(small.verificationKey, publicSignals, proof)).toBe(true);
        }
        expect(one.publicSignals).toEqual(two.publicSignals);
        expect(one.proof).not.toEqual(two.proof);
      } finally {
        await backend.close();
      }
    },
  );

  it("proves two circuits in turn, and after one is forgotten", async () => {
    const large = await realWitness("margin_16");
    const backend = await open({ threads: 2 });
    try {
      const [a, b] = [await backend.load(small.zkey), await backend.load(large.zkey)];
      const first = await a.prove(small.witness);
      expect(await groth16.verify(small.verificationKey, first.publicSignals, first.proof)).toBe(true);
      await a.forget();
      const second = await b.prove(large.witness);
      expect(await groth16.verify(large.verificationKey, second.publicSignals, second.proof)).toBe(true);
      await expect(a.prove(small.witness)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    } finally {
      await backend.close();
    }
  });

  it("queues proofs asked for at once", async () => {
    const backend = await open({ threads: 2 });
    try {
      const key = await backend.load(small.zkey);
      for (const { proof, publicSignals } of await Promise.all([1, 2, 3].map(() => key.prove(small.witness)))) {
        expect(await groth16.verify(small.verificationKey, publicSignals, proof)).toBe(true);
      }
    } finally {
      await backend.close();
    }
  });

  it("states the public signals that snarkjs states", async () => {
    const [ours, theirs] = [await open({ threads: 1 }), await openSnarkjsBackend()];
    try {
      const [a, b] = await Promise.all(
        [ours, theirs].map(async (backend) => (await backend.load(small.zkey)).prove(small.witness)),
      );
      expect(a?.publicSignals).toEqual(b?.publicSignals);
    } finally {
      await ours.close();
    }
  });
});

it.each(BUILDS)("a pool on %s makes proofs that snarkjs accepts", async (file) => {
  const pool = await openPool(await compileBuild(file), [openThread(), openThread()]);
  try {
    const { points, publicSignals } = await (await loadKey(pool, small.zkey)).prove(small.witness);
    const verified = await groth16.verify(small.verificationKey, publicSignals.map(String), snarkjsProof(points));
    expect(verified).toBe(true);
  } finally {
    await pool.close();
  }
});

it.each(PATHS)("the native %s path makes proofs that snarkjs accepts", async (path) => {
  const backend = await openNativeBackend({ threads: 2, path });
  try {
    expect(backend.path).toBe(path);
    const key = await backend.load(small.zkey);
    const { proof, publicSignals } = await key.prove(small.witness);
    expect(await groth16.verify(small.verificationKey, publicSignals, proof)).toBe(true);
  } finally {
    await backend.close();
  }
});
