import { loadArtifacts } from "#artifacts";
import type { CircuitName } from "../generated/circuits.ts";
import { TacitError } from "../units/errors.ts";
import type { Backend, BackendProof, LoadedKey } from "./backend.ts";
import type { Artifacts } from "./material.ts";
import { openWitnessCalculator, type WitnessCalculator } from "./witness.ts";

/** A circuit ready to prove with. */
export interface OpenCircuit {
  readonly setup: Artifacts["setup"];
  readonly calculate: WitnessCalculator;
  /** @throws TacitError `KERNEL_FAILED`, after which the circuit has to be opened again */
  prove(wtns: Uint8Array): Promise<BackendProof>;
}

/** The circuits that one backend has open; it starts with the first of them. */
export interface Circuits {
  /** @throws TacitError `PROVER_CLOSED`, `BAD_KEY`, `KERNEL_FAILED`, and those of `loadArtifacts` */
  open(name: CircuitName): Promise<OpenCircuit>;
  close(): Promise<void>;
}

/**
 * What failed to open is forgotten, so that it is tried again the next time it is asked for; a backend whose threads
 * failed is ended, and the next one asked starts another.
 */
export function openCircuits(openBackend: () => Promise<Backend>): Circuits {
  let backend: Promise<Backend> | undefined;
  const circuits = new Map<CircuitName, Promise<OpenCircuit>>();
  let closing: Promise<void> | undefined;

  async function drop(): Promise<void> {
    const dropped = backend;
    backend = undefined;
    circuits.clear();
    await (await dropped?.catch(() => undefined))?.close();
  }

  /** Does something with a backend, and gives that backend up when it is what failed. */
  async function using<T>(owner: Promise<Backend>, work: (backend: Backend) => Promise<T>): Promise<T> {
    try {
      return await work(await owner);
    } catch (error) {
      const broken = !(error instanceof TacitError) || error.code === "KERNEL_FAILED";
      if (broken && owner === backend) await drop();
      throw error;
    }
  }

  return {
    open(name) {
      if (closing !== undefined) return Promise.reject(new TacitError("PROVER_CLOSED", "the prover is closed"));
      const known = circuits.get(name);
      if (known !== undefined) return known;
      backend ??= openBackend();
      const owner = backend;
      const opening = using(owner, async (backend): Promise<OpenCircuit> => {
        const { key, calculate, setup } = await load(backend, name);
        return { setup, calculate, prove: (wtns) => using(owner, () => key.prove(wtns)) };
      });
      circuits.set(name, opening);
      opening.catch(() => {
        if (circuits.get(name) === opening) circuits.delete(name);
      });
      return opening;
    },
    close() {
      closing ??= drop();
      return closing;
    },
  };
}

/** The key's file is garbage once the backend has taken it in, and the program compiles while it does. */
async function load(backend: Backend, name: CircuitName) {
  const { wasm, zkey, setup } = await loadArtifacts(name);
  const loading: Promise<LoadedKey> = backend.load(zkey);
  try {
    const [key, calculate] = await Promise.all([loading, openWitnessCalculator(wasm)]);
    return { key, calculate, setup };
  } catch (error) {
    await loading.then(
      (key) => key.forget(),
      () => {},
    );
    throw error;
  }
}
