import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CIRCUITS, type CircuitName } from "../generated/circuits.ts";
import { TacitError } from "../units/errors.ts";
import { type Artifacts, requireContribution, type VerificationKey } from "./material.ts";
import { type Stored, sha256, storedPath } from "./store.ts";

/**
 * Reads a circuit's program and keys and checks each against the manifest: one flipped byte in a key would give proofs
 * that just do not verify.
 * @throws TacitError `MISSING_ARTIFACT`, `DAMAGED_ARTIFACT`, `UNCONTRIBUTED_KEY`
 */
export async function loadArtifacts(name: CircuitName): Promise<Artifacts> {
  const circuit = CIRCUITS[name];
  const [wasm, zkey, verificationKey] = await Promise.all([
    readChecked(storedPath(circuit.wasm.sha256, "wasm"), circuit.wasm, `${name}'s program`),
    readChecked(storedPath(circuit.zkey.sha256, "zkey"), circuit.zkey, `${name}'s proving key`),
    loadVerificationKey(name),
  ]);
  return { wasm, zkey, verificationKey, setup: circuit.setup };
}

/** A circuit's proving key in its compact form: what a page gets. @throws TacitError as `loadArtifacts` */
export async function loadCompactKey(name: CircuitName): Promise<Uint8Array<ArrayBuffer>> {
  const { compactKey } = CIRCUITS[name];
  return readChecked(storedPath(compactKey.sha256, "ckey"), compactKey, `${name}'s compact proving key`);
}

/** A circuit's verification key, from the repository. @throws TacitError as `loadArtifacts` */
export async function loadVerificationKey(name: CircuitName): Promise<VerificationKey> {
  const path = fileURLToPath(new URL(`../generated/${name}.vkey.json`, import.meta.url));
  const bytes = await readChecked(path, CIRCUITS[name].verificationKey, `${name}'s verification key`);
  const key = JSON.parse(new TextDecoder().decode(bytes)) as VerificationKey;
  requireContribution(key, name);
  return key;
}

/** A file, if it is the one the manifest names. @throws TacitError `MISSING_ARTIFACT`, `DAMAGED_ARTIFACT` */
export async function readChecked(path: string, expected: Stored, what: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = (await readFile(path)) as Buffer<ArrayBuffer>;
  } catch (cause) {
    throw new TacitError("MISSING_ARTIFACT", `${what} is not built: ${path}`, { hint: "Run `npm run build`.", cause });
  }
  if (bytes.length !== expected.bytes || sha256(bytes) !== expected.sha256) {
    throw new TacitError("DAMAGED_ARTIFACT", `${what} is not what the manifest names: ${path}`, {
      hint: "Run `npm run build`, which replaces it.",
    });
  }
  return bytes;
}
