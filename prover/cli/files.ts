import { constants } from "node:fs";
import { access, open, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileExists } from "../account/save.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { writeWhole } from "../units/whole.ts";

/** Most bytes that a file of each kind may have; a real one has far fewer. */
export const MOST_BYTES = {
  csv: 64e6,
  market: 64e6,
  rows: 64e6,
  listings: 64e6,
  profile: 1e6,
  book: 1e6,
  dump: 16e6,
  account: 1e6,
  proof: 1e6,
  key: 4e9,
  epoch: 64e6,
  keystore: 1e6,
  parameters: 1e6,
  offer: 1e6,
  ticket: 1e6,
  legs: 1e6,
  guardian: 1e6,
};

const CHUNK = 1 << 20;

/**
 * Reads a whole file, pipes included.
 * @throws TacitError `BAD_FILE` for what is empty or larger than such a file can be, and the `FILE_...` of `explainSystem`
 */
export async function readBytes(path: string, kind: keyof typeof MOST_BYTES): Promise<Uint8Array<ArrayBuffer>> {
  const most = MOST_BYTES[kind];
  return explainSystem(path, async () => {
    const handle = await open(path, "r");
    try {
      const chunks: Buffer[] = [];
      let length = 0;
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, null);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length > most) {
          throw new TacitError("BAD_FILE", `${path} is larger than any ${kind} file, more than ${most / 1e6} MB`);
        }
        chunks.push(buffer.subarray(0, bytesRead));
      }
      if (length === 0) throw new TacitError("BAD_FILE", `${path} is empty`, { hint: `It should be a ${kind} file.` });
      return new Uint8Array(Buffer.concat(chunks));
    } finally {
      await handle.close();
    }
  });
}

/** As `readBytes`, of UTF-8 text. @throws TacitError `BAD_FILE` for anything else */
export async function readText(path: string, kind: keyof typeof MOST_BYTES): Promise<string> {
  const bytes = await readBytes(path, kind);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TacitError("BAD_FILE", `${path} is not UTF-8 text`, { hint: `It should be a ${kind} file in JSON.` });
  }
}

/**
 * Checks before long work that a file can be written, and gives the path to write it to: that of the file itself where
 * the given one is a link.
 * @param inputs files that the command reads, none of which it may replace
 * @throws TacitError `BAD_OUTPUT`, and the `FILE_...` of `explainSystem`
 */
export async function checkOutput(path: string, inputs: readonly string[]): Promise<string> {
  const real = await checkPlain(path, inputs);
  if (await explainSystem(path, () => isAccount(real))) {
    throw new TacitError("BAD_OUTPUT", `${path} holds an account, which cannot be made again`, {
      hint: "Give another --out.",
    });
  }
  return real;
}

/** As `checkOutput`, of an account file: one that exists is replaced with `force` only. @throws TacitError `FILE_EXISTS` too */
export async function checkAccountOutput(path: string, inputs: readonly string[], force: boolean): Promise<string> {
  const real = await checkPlain(path, inputs);
  if (!force && (await exists(real))) throw fileExists(path);
  return real;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function checkPlain(path: string, inputs: readonly string[]): Promise<string> {
  return explainSystem(path, async () => {
    if (inputs.some((input) => resolve(input) === resolve(path))) throw overwritten(path);
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (there === undefined) {
      const folder = dirname(path);
      await explainSystem(folder, () => access(folder, constants.W_OK));
      return path;
    }
    if (!there.isFile()) {
      const what = there.isDirectory() ? "a folder" : "not a plain file";
      throw new TacitError("BAD_OUTPUT", `${path} is ${what}`, { hint: "Name the file to be written." });
    }
    const real = await realpath(path);
    for (const input of inputs) {
      if ((await realpath(input).catch(() => undefined)) === real) {
        throw overwritten(path);
      }
    }
    await access(dirname(real), constants.W_OK);
    return real;
  });
}

const overwritten = (path: string): TacitError =>
  new TacitError("BAD_OUTPUT", `${path} is read by this very command and would be overwritten`, {
    hint: "Give another --out.",
  });

async function isAccount(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead).includes('"urn:tacit:account"');
  } finally {
    await handle.close();
  }
}

/** Writes a file whole or not at all. @param path as `checkOutput` gave it */
export const writeOutput = (path: string, content: string | Uint8Array): Promise<void> =>
  explainSystem(path, () =>
    writeWhole(path, typeof content === "string" ? new TextEncoder().encode(content) : content),
  );

const PROBLEMS: Readonly<Record<string, readonly [problem: string, hint?: string]>> = {
  ENOENT: ["there is no such file or folder"],
  ENOTDIR: ["a part of the path is not a folder"],
  EISDIR: ["this is a folder", "Name a file."],
  EACCES: ["permission denied", "Check the permissions of the file and its folder."],
  EPERM: ["the system does not allow it", "Check the permissions of the file and its folder."],
  EROFS: ["the file system is read-only", "Choose a folder that can be written to."],
  ENOSPC: ["the disk is full", "Make room and try again; nothing was half-written."],
  EDQUOT: ["the disk quota is used up", "Make room and try again; nothing was half-written."],
  EFBIG: ["the file system does not take a file this large"],
  ENAMETOOLONG: ["the name is too long"],
  ELOOP: ["the links lead in a circle"],
  EMFILE: ["too many files are open"],
  ENFILE: ["too many files are open"],
  EBUSY: ["something else is using it"],
  EIO: ["the disk reports an error"],
  ENXIO: ["this is not a file that can be read"],
  EINVAL: ["this is not a file that can be read or written"],
};

/**
 * Does something with files and says the system's errors in words.
 * @param path how the error names the file, whatever temporary name the system speaks of
 * @throws TacitError `FILE_` and the system's code
 */
export async function explainSystem<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
    const known = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
    if (known === undefined) throw cause;
    const [problem, hint] = known;
    const shown = /^[\x20-\x7e]*$/.test(path) ? path : quote(path);
    throw new TacitError(`FILE_${code}`, `${shown}: ${problem}`, { ...(hint === undefined ? {} : { hint }), cause });
  }
}
