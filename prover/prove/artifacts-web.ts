import attest from "../generated/attest.vkey.json" with { type: "json" };
import { CIRCUITS, type CircuitName } from "../generated/circuits.ts";
import disclose from "../generated/disclose.vkey.json" with { type: "json" };
import margin4 from "../generated/margin_4.vkey.json" with { type: "json" };
import margin8 from "../generated/margin_8.vkey.json" with { type: "json" };
import margin16 from "../generated/margin_16.vkey.json" with { type: "json" };
import margin32 from "../generated/margin_32.vkey.json" with { type: "json" };
import transition from "../generated/transition.vkey.json" with { type: "json" };
import { TacitError } from "../units/errors.ts";
import { type Artifacts, requireContribution, type VerificationKey } from "./material.ts";

const KEYS: Readonly<Record<CircuitName, VerificationKey>> = {
  margin_4: margin4,
  margin_8: margin8,
  margin_16: margin16,
  margin_32: margin32,
  transition,
  disclose,
  attest,
};

/** Bytes of a circuit's files that have come in so far, and of all of them. */
export type KeyProgress = (received: number, total: number) => void;

/** Where a page finds a circuit's files, by hash, and who is told how they come in. */
export interface KeySource {
  /** The folder of the files, with a slash at its end. */
  readonly base: string;
  readonly onProgress?: KeyProgress;
}

/** Kept by their hashes, so that no version of a key stands in for another. */
const CACHE = "tacit-keys";

let source: KeySource = { base: "keys/" };

/** Says where keys come from; they are fetched from `keys/` beside the page otherwise. */
export function setKeySource(given: KeySource): void {
  source = given;
}

/**
 * A circuit's program and keys, each checked against the manifest; from the browser's cache where they are, which works
 * without a network.
 * @throws TacitError `MISSING_ARTIFACT`, `DAMAGED_ARTIFACT`, `UNCONTRIBUTED_KEY`
 */
export async function loadArtifacts(name: CircuitName): Promise<Artifacts> {
  const { wasm, compactKey, setup } = CIRCUITS[name];
  const [total, received] = [wasm.bytes + compactKey.bytes, { wasm: 0, key: 0 }];
  const count = (file: "wasm" | "key") => (bytes: number) => {
    received[file] = bytes;
    source.onProgress?.(received.wasm + received.key, total);
  };
  const [program, key, verificationKey] = await Promise.all([
    load(`${wasm.sha256}.wasm`, wasm, `${name}'s program`, count("wasm")),
    load(`${compactKey.sha256}.ckey`, compactKey, `${name}'s proving key`, count("key")),
    loadVerificationKey(name),
  ]);
  return { wasm: program, zkey: key, verificationKey, setup };
}

/** A circuit's verification key, which comes with the code. @throws TacitError `UNCONTRIBUTED_KEY` */
export async function loadVerificationKey(name: CircuitName): Promise<VerificationKey> {
  const key = KEYS[name];
  requireContribution(key, name);
  return key;
}

/** Whether a proof with this circuit needs no network. */
export async function isCached(name: CircuitName): Promise<boolean> {
  const { wasm, compactKey } = CIRCUITS[name];
  const cache = await openCache();
  if (cache === undefined) return false;
  const found = await Promise.all(
    [`${wasm.sha256}.wasm`, `${compactKey.sha256}.ckey`].map((file) => cache.match(urlOf(file))),
  );
  return found.every((response) => response !== undefined);
}

interface Expected {
  readonly sha256: string;
  readonly bytes: number;
}

async function load(file: string, expected: Expected, what: string, count: (bytes: number) => void) {
  const cache = await openCache();
  const kept = await cache?.match(urlOf(file));
  if (kept !== undefined) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (await isWhat(bytes, expected)) {
      count(bytes.length);
      return bytes;
    }
    await cache?.delete(urlOf(file));
  }
  const bytes = await download(file, expected.bytes, what, count);
  if (!(await isWhat(bytes, expected))) {
    throw new TacitError("DAMAGED_ARTIFACT", `${what} is not what the manifest names: ${urlOf(file)}`, {
      hint: "The page and its keys are not of one build: load the page again, or tell whoever serves it.",
    });
  }
  // A full disk is no reason not to prove.
  await cache?.put(urlOf(file), new Response(bytes)).catch(() => {});
  return bytes;
}

async function download(file: string, size: number, what: string, count: (bytes: number) => void) {
  const url = urlOf(file);
  const missing = (problem: string, cause?: unknown) =>
    new TacitError("MISSING_ARTIFACT", `${what} cannot be fetched: ${problem}`, {
      hint: "Check the connection; once fetched, it is kept for the next time.",
      cause,
    });
  const response = await fetch(url).catch((cause: unknown) => {
    throw missing(url, cause);
  });
  if (!response.ok || response.body === null) throw missing(`status ${response.status} of ${url}`);
  const bytes = new Uint8Array(size);
  const reader = response.body.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, at);
    if (at + value.length > size) throw missing(`${url} is larger than the manifest says`);
    bytes.set(value, at);
    at += value.length;
    count(at);
  }
}

async function isWhat(bytes: Uint8Array<ArrayBuffer>, expected: Expected): Promise<boolean> {
  if (bytes.length !== expected.bytes) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === expected.sha256;
}

const urlOf = (file: string): string => new URL(`${source.base}${file}`, globalThis.location?.href).href;

/** Absent where the browser keeps nothing, as in a private window of some. */
const openCache = async (): Promise<Cache | undefined> =>
  typeof caches === "undefined" ? undefined : await caches.open(CACHE).catch(() => undefined);
