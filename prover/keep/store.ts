import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { computeAddress, decryptKeystoreJson, encryptKeystoreJson, getBytes, hexlify, isKeystoreJson } from "ethers";
import { TacitError } from "../units/errors.ts";
import { writeWhole } from "../units/whole.ts";
import { lockFolder } from "./lock.ts";

/** What is kept by kind and name: each in a file of its own, whose name tells neither. */
export interface Kept {
  readonly kind: string;
  readonly name: string;
  readonly value: unknown;
}

/**
 * An encrypted folder, open to this process alone. A value is JSON; it is written whole and is on disk when `put` returns.
 * Its key reads every owner's copy on chain as well.
 */
export interface Store extends AsyncDisposable {
  readonly folder: string;
  readonly key: Uint8Array<ArrayBuffer>;
  /** @throws TacitError `BAD_STORE` */
  get(kind: string, name: string): Promise<unknown>;
  put(kind: string, name: string, value: unknown): Promise<void>;
  remove(kind: string, name: string): Promise<void>;
  /** Everything of a kind, by name. @throws TacitError `BAD_STORE` for a damaged or foreign file */
  list(kind: string): Promise<readonly Kept[]>;
}

const KEY_FILE = "key.json";
const SUFFIX = ".sealed";
const NONCE = 12;
/** Sizes tell how much an account holds: they are rounded up. */
const BLOCK = 4096;

/** Whether a folder holds a store. */
export async function isStore(folder: string): Promise<boolean> {
  return readFile(join(folder, KEY_FILE)).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a store with a random key, which the password encrypts (scrypt, as ethers' keystores).
 * @throws TacitError `STORE_EXISTS`, `BAD_PASSWORD` for an empty password
 */
export async function createStore(folder: string, password: string): Promise<void> {
  if (password === "") throw new TacitError("BAD_PASSWORD", "the store's password is empty");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const privateKey = hexlify(crypto.getRandomValues(new Uint8Array(32)));
  const text = await encryptKeystoreJson({ address: computeAddress(privateKey), privateKey }, password);
  try {
    await writeWhole(join(folder, KEY_FILE), new TextEncoder().encode(`${text}\n`), { mode: 0o600, overwrite: false });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new TacitError("STORE_EXISTS", `${folder} holds a store already`);
  }
  await syncFolder(folder);
}

/**
 * Opens a store.
 * @throws TacitError `NO_STORE`, `BAD_STORE`, `BAD_PASSWORD`, `LOCKED`
 */
export async function openStore(folder: string, password: string): Promise<Store> {
  const key = await openKey(folder, password);
  const sealer = await openSealer(key);
  const lock = await lockFolder(folder, "the store");
  const pathOf = async (kind: string, name: string) => join(folder, await sealer.fileName(kind, name));
  const read = async (file: string): Promise<Kept> => {
    const bytes = await readFile(join(folder, file));
    try {
      const { kind, name, value } = JSON.parse(new TextDecoder().decode(await sealer.open(file, bytes))) as Kept;
      return { kind, name, value };
    } catch (cause) {
      throw new TacitError("BAD_STORE", `${join(folder, file)} is damaged, or of another store`, {
        hint: "Restore a copy, or move it away: what it held of an account on chain, `tacit account recover` reads from there.",
        cause,
      });
    }
  };
  return {
    folder,
    key,
    async get(kind, name) {
      const file = await sealer.fileName(kind, name);
      const there = await readdir(folder);
      return there.includes(file) ? (await read(file)).value : undefined;
    },
    async put(kind, name, value) {
      await lock.check();
      const file = await sealer.fileName(kind, name);
      const text = new TextEncoder().encode(JSON.stringify({ kind, name, value }));
      const padded = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK).fill(" ".charCodeAt(0));
      padded.set(text);
      await writeWhole(join(folder, file), await sealer.seal(file, padded), { mode: 0o600 });
      await syncFolder(folder);
    },
    async remove(kind, name) {
      await lock.check();
      await rm(await pathOf(kind, name), { force: true });
    },
    async list(kind) {
      const files = (await readdir(folder)).filter((file) => file.endsWith(SUFFIX)).sort();
      const found = (await Promise.all(files.map(read))).filter((one) => one.kind === kind);
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
  };
}

async function openKey(folder: string, password: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, KEY_FILE);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new TacitError("NO_STORE", `there is no store in ${folder}`, {
      hint: "`tacit account open` makes one; `tacit account recover` too, for an account that a guardian's file has.",
      cause,
    });
  });
  if (!isKeystoreJson(text)) throw new TacitError("BAD_STORE", `${path} is no keystore`, { hint: "Restore a copy." });
  try {
    const { privateKey } = await decryptKeystoreJson(text, password);
    return new Uint8Array(getBytes(privateKey));
  } catch (cause) {
    throw new TacitError("BAD_PASSWORD", `the store in ${folder} does not open with this password`, {
      hint: "TACIT_STORE_PASSWORD gives it where no terminal asks.",
      cause,
    });
  }
}

/** AES-256-GCM and HMAC under keys of their own, derived from the store's. A text is bound to its file's name. */
async function openSealer(key: Uint8Array<ArrayBuffer>) {
  const secret = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveKey"]);
  const how = (info: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: new TextEncoder().encode(info),
  });
  const sealing = await crypto.subtle.deriveKey(
    how("tacit/store/seal/1"),
    secret,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
  const naming = await crypto.subtle.deriveKey(
    how("tacit/store/name/1"),
    secret,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const algorithm = (file: string, iv: Uint8Array<ArrayBuffer>) => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(file),
  });
  return {
    async fileName(kind: string, name: string): Promise<string> {
      const tag = await crypto.subtle.sign("HMAC", naming, new TextEncoder().encode(JSON.stringify([kind, name])));
      return `${Buffer.from(tag).toString("hex").slice(0, 32)}${SUFFIX}`;
    },
    async seal(file: string, plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE));
      return Buffer.concat([iv, new Uint8Array(await crypto.subtle.encrypt(algorithm(file, iv), sealing, plain))]);
    },
    async open(file: string, sealed: Uint8Array): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(sealed);
      return crypto.subtle.decrypt(algorithm(file, bytes.slice(0, NONCE)), sealing, bytes.slice(NONCE));
    },
  };
}

/** Until the folder is on disk, a power cut could undo the renaming; not every system lets a folder be synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}
