import { TacitError } from "../units/errors.ts";

export const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
export const SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** What refuses a file: which one, and what its refusals are called. */
export interface Origin {
  readonly code: "BAD_KEY" | "BAD_WITNESS";
  readonly what: string;
}

export function refusal({ code, what }: Origin, reason: string): TacitError {
  return new TacitError(code, `${what} ${reason}`, {
    hint: code === "BAD_KEY" ? "Run `npm run build`, which replaces a damaged key." : "Compute the witness again.",
  });
}

/** A container of iden3's binary format, every section inside the file and present once. @throws TacitError of `origin` */
export function readSections(
  file: Uint8Array,
  { magic, version }: { magic: string; version: number },
  origin: Origin,
): Map<number, Uint8Array> {
  const view = viewOf(file);
  const refuse = (reason: string) => refusal(origin, reason);
  if (file.length < 12) throw refuse("is too short");
  if (new TextDecoder("latin1").decode(file.subarray(0, 4)) !== magic) throw refuse(`is no .${magic} file`);
  if (view.getUint32(4, true) !== version) throw refuse(`has version ${view.getUint32(4, true)}, not ${version}`);
  const count = view.getUint32(8, true);
  const sections = new Map<number, Uint8Array>();
  let at = 12;
  for (let i = 0; i < count; i++) {
    if (at + 12 > file.length) throw refuse(`ends before its section ${i + 1} of ${count}`);
    const id = view.getUint32(at, true);
    const size = view.getBigUint64(at + 4, true);
    at += 12;
    if (size > BigInt(file.length - at)) throw refuse(`ends inside its section ${id}`);
    if (sections.has(id)) throw refuse(`has section ${id} twice`);
    sections.set(id, file.subarray(at, at + Number(size)));
    at += Number(size);
  }
  if (at !== file.length) throw refuse("goes on after its last section");
  return sections;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** 32 bytes, little-endian. */
export function readWord(bytes: Uint8Array, at: number): bigint {
  const view = viewOf(bytes);
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = (value << 64n) | view.getBigUint64(at + 8 * i, true);
  return value;
}

/** 32 bytes, little-endian. */
export function word(value: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  const view = viewOf(bytes);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
  return bytes;
}
