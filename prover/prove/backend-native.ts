import { availableParallelism } from "node:os";
import { nativeAvailable } from "../kernel/native/available.ts";
import { openEngine } from "../kernel/native/engine.ts";
import { snarkjsProof } from "../kernel/proof.ts";
import type { Backend, Missing } from "./backend.ts";

/** The addon is built on demand, never at install. */
export async function nativeMissing(): Promise<Missing | null> {
  if (nativeAvailable()) return null;
  return { reason: "it has not been built on this machine", hint: "run `npm run build:native`" };
}

/**
 * Our kernel compiled for this machine, on threads of its own. Its phases but `total` are milliseconds of work summed over
 * threads, since they overlap.
 * @param path a code path by name (`TACIT_NATIVE_PATH` too, for tests); absent: the fastest this processor has
 * @throws TacitError `NO_NATIVE_KERNEL`
 */
export async function openNativeBackend({
  threads = availableParallelism(),
  path = process.env.TACIT_NATIVE_PATH,
}: {
  threads?: number;
  path?: string | undefined;
} = {}): Promise<Backend> {
  const engine = openEngine(threads, path);
  return {
    name: "native",
    path: engine.path,
    threads,
    async load(zkey) {
      const key = await engine.load(zkey);
      return {
        async prove(wtns) {
          const { points, publicSignals, phases } = await key.prove(wtns);
          return { proof: snarkjsProof(points), publicSignals: publicSignals.map(String), phases };
        },
        forget: key.forget,
      };
    },
    close: engine.close,
  };
}
