import type { Groth16Proof } from "snarkjs";

/** Milliseconds by phase; every backend has `total`. */
export type ProvingPhases = Readonly<Record<string, number>>;

export interface BackendProof {
  readonly proof: Groth16Proof;
  /** Decimal, in the circuit's order. */
  readonly publicSignals: string[];
  readonly phases: ProvingPhases;
}

/** A proving key in a backend's hands; `close` of the backend or `forget` frees what it holds. */
export interface LoadedKey {
  /** @param wtns a witness in snarkjs' .wtns format. @throws TacitError `BAD_WITNESS`, `KERNEL_FAILED` */
  prove(wtns: Uint8Array): Promise<BackendProof>;
  forget(): Promise<void>;
}

/** In the order of speed, and of preference. */
export const BACKEND_NAMES = ["native", "wasm", "snarkjs"] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** Something that makes Groth16 proofs from snarkjs' keys and witnesses. It does not verify what it makes. */
export interface Backend {
  readonly name: BackendName;
  /** Which of the backend's builds or code paths runs here, in a few words. */
  readonly path: string;
  readonly threads: number;
  /** @param zkey a proving key in snarkjs' .zkey format; the one in WebAssembly takes a compact one too. @throws TacitError `BAD_KEY` */
  load(zkey: Uint8Array): Promise<LoadedKey>;
  close(): Promise<void>;
}

/** Why a backend cannot be opened here, and what to do about it. */
export interface Missing {
  readonly reason: string;
  readonly hint: string;
}

export interface BackendOptions {
  /** Absent: the fastest that this machine has. */
  readonly backend?: BackendName;
  /** Absent: one a processor, at most 16. snarkjs starts as many as it likes. */
  readonly threads?: number;
}

/** A backend that can be opened here, and why it is the one. */
export interface Choice {
  readonly name: BackendName;
  readonly why: string;
}
