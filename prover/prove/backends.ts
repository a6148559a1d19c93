import { availableParallelism } from "node:os";
import { TacitError } from "../units/errors.ts";
import {
  BACKEND_NAMES,
  type Backend,
  type BackendName,
  type BackendOptions,
  type Choice,
  type Missing,
} from "./backend.ts";

interface Candidate {
  readonly name: BackendName;
  missing(): Promise<Missing | null>;
  open(options: { threads: number }): Promise<Backend>;
}

/** Loaded when asked for: snarkjs alone takes a third of a second to import. */
const CANDIDATES: readonly Candidate[] = [
  {
    name: "native",
    missing: async () => (await import("./backend-native.ts")).nativeMissing(),
    open: async (options) => (await import("./backend-native.ts")).openNativeBackend(options),
  },
  {
    name: "wasm",
    missing: async () => (await import("./backend-wasm.ts")).wasmMissing(),
    open: async (options) => (await import("./backend-wasm.ts")).openWasmBackend(options),
  },
  {
    name: "snarkjs",
    missing: async () => null,
    open: async () => (await import("./backend-snarkjs.ts")).openSnarkjsBackend(),
  },
];

const MOST_THREADS = 64;
const MOST_BY_DEFAULT = 16;

/**
 * The backend asked for, or the first in order of speed that can be opened here.
 * @throws TacitError `BACKEND_MISSING`, `BAD_THREADS`
 */
export async function chooseBackend(options: BackendOptions = {}): Promise<Choice> {
  const { name, why } = await choose(options);
  return { name, why };
}

/** @throws TacitError `BACKEND_MISSING`, `BAD_THREADS`, `KERNEL_FAILED` */
export async function openBackend(options: BackendOptions = {}): Promise<Backend> {
  const { open } = await choose(options);
  return open({ threads: options.threads ?? Math.min(MOST_BY_DEFAULT, availableParallelism()) });
}

/** What proves here, and how: opened for a moment to see. @throws TacitError as `openBackend` */
export async function describeBackend(options: BackendOptions = {}) {
  const { why } = await choose(options);
  const backend = await openBackend(options);
  await backend.close();
  const { name, path, threads } = backend;
  return { name, path, threads, why };
}

async function choose({ backend: asked, threads }: BackendOptions): Promise<Choice & Candidate> {
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)) {
    throw new TacitError("BAD_THREADS", `a prover takes 1 to ${MOST_THREADS} threads, not ${threads}`);
  }
  if (threads !== undefined && asked === "snarkjs") {
    throw new TacitError("BAD_THREADS", "snarkjs takes no number of threads: it starts one a processor", {
      hint: "Leave the number out, or take another backend.",
    });
  }
  const passed: string[] = [];
  for (const candidate of CANDIDATES) {
    const { name } = candidate;
    if (asked !== undefined && asked !== name) continue;
    const missing = await candidate.missing();
    if (missing === null) {
      const why = asked === undefined ? ["the fastest that is here", ...passed].join("; ") : "asked for";
      return { ...candidate, why };
    }
    if (asked !== undefined) {
      throw new TacitError("BACKEND_MISSING", `the ${name} backend is not there: ${missing.reason}`, {
        hint: missing.hint,
      });
    }
    passed.push(`${name} is not there, ${missing.reason} (${missing.hint})`);
  }
  throw new TacitError("BACKEND_MISSING", `there is no backend ${asked ?? "at all"}`, {
    hint: `There are ${BACKEND_NAMES.join(", ")}.`,
  });
}
