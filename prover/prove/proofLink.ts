import { SET_NAMES } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { ProofFile } from "./proofFile.ts";

const VERSION = 1;
const LENGTH = 6 + 32 * 11;
const FLAGS = { healthy: 1, initial: 2, development: 4 } as const;

/**
 * A proof file as a short text, for the fragment of a link and for a QR code: base64url of a version byte, the
 * circuit's size, a byte of flags (healthy, initial set, development key), coverage in 3 bytes, then commitment,
 * requirement root, context and the eight coordinates of 32 bytes each, big-endian.
 * @throws TacitError `BAD_PROOF` for a circuit without a size of one byte
 */
export function encodeProof({ circuit, setup, set, publicSignals: signals, proof }: ProofFile): string {
  const size = Number(circuit.replace("margin_", ""));
  if (!(size > 0 && size < 256)) throw new TacitError("BAD_PROOF", `${circuit} has no place in a link`);
  const bytes = new Uint8Array(LENGTH);
  bytes[0] = VERSION;
  bytes[1] = size;
  bytes[2] =
    (signals.healthy === "1" ? FLAGS.healthy : 0) |
    (set === "initial" ? FLAGS.initial : 0) |
    (setup === "development" ? FLAGS.development : 0);
  writeInteger(bytes, 3, 3, signals.coverage);
  const { pi_a, pi_b, pi_c } = proof;
  const numbers = [signals.commitment, signals.requirementRoot, signals.context];
  const points = [pi_a[0], pi_a[1], ...pi_b[0], ...pi_b[1], pi_c[0], pi_c[1]];
  for (const [i, number] of [...numbers, ...points].entries()) writeInteger(bytes, 6 + 32 * i, 32, number);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The proof of such a text; nothing of it is verified. @throws TacitError `BAD_PROOF` */
export function decodeProof(text: string): ProofFile {
  const bytes = /^[\w-]{1,1000}$/.test(text) ? fromBase64(text) : undefined;
  if (bytes === undefined || bytes.length !== LENGTH || bytes[0] !== VERSION) {
    throw new TacitError("BAD_PROOF", "the link holds no proof that this version reads", {
      hint: "It may have been cut off on its way: ask for the proof's file.",
    });
  }
  const flags = bytes[2] ?? 0;
  const at = (i: number): string => readInteger(bytes, 6 + 32 * i, 32);
  const read = ProofFile.safeParse({
    version: 1,
    circuit: `margin_${bytes[1]}`,
    setup: flags & FLAGS.development ? "development" : "ceremony",
    set: SET_NAMES[flags & FLAGS.initial ? 1 : 0],
    publicSignals: {
      healthy: flags & FLAGS.healthy ? "1" : "0",
      commitment: at(0),
      requirementRoot: at(1),
      coverage: readInteger(bytes, 3, 3),
      context: at(2),
    },
    proof: {
      pi_a: [at(3), at(4), "1"],
      pi_b: [
        [at(5), at(6)],
        [at(7), at(8)],
        ["1", "0"],
      ],
      pi_c: [at(9), at(10), "1"],
      protocol: "groth16",
      curve: "bn128",
    },
  });
  if (flags >= 8 || !read.success) {
    throw new TacitError("BAD_PROOF", "the link holds numbers that no proof has", {
      hint: "It may have been changed on its way: ask for the proof's file.",
    });
  }
  return read.data;
}

function writeInteger(bytes: Uint8Array, at: number, length: number, decimal: string): void {
  let rest = BigInt(decimal);
  for (let i = length - 1; i >= 0; i--) {
    bytes[at + i] = Number(rest & 255n);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new TacitError("BAD_PROOF", "a number of the proof is too large for a link");
}

const readInteger = (bytes: Uint8Array, at: number, length: number): string =>
  bytes
    .subarray(at, at + length)
    .reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
    .toString();

function fromBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
