import { readWord, refusal, viewOf } from "../binary.ts";
import { KEY, MAX_LOG } from "../key.ts";

/**
 * A compact key (.ckey): all that a .zkey file of Groth16 on BN254 says, in a third of its bytes and in the order in which
 * threads can work on it while it arrives. docs/KEYS.md describes every part.
 *
 *   header        "ckey", version, bytes of the file (u64), then u32: wires, public signals, log2 of the domain, terms,
 *                 coefficients, bytes of the rows, bytes of the contributions; then the ten sections' numbers in the
 *                 order in which the .zkey has them
 *   ends          alpha1, beta1, beta2, gamma2, delta1, delta2 as in a .zkey
 *   ic            the public wires' points as in a .zkey
 *   contributions section 10 of the .zkey
 *   kinds         a byte a wire: which points it has
 *   pages         by 256 wires: their points of A, B1, B2, C, packed, each the present ones only
 *   h             the quotient's points, packed, in bit-reversed order, so that a block of the domain lies together
 *   dictionary    distinct coefficients up to sign, without 1
 *   rows          the terms of A and B (terms.ts)
 */
export interface Header {
  readonly bytes: number;
  readonly wires: number;
  readonly publicSignals: number;
  readonly log: number;
  readonly terms: number;
  /** Entries of the dictionary. */
  readonly coefficients: number;
  readonly rowBytes: number;
  readonly contributionBytes: number;
  /** The .zkey's sections in its order. */
  readonly order: readonly number[];
}

export const MAGIC = "ckey";
export const VERSION = 1;
const SECTIONS = 10;
export const HEADER_BYTES = 44 + SECTIONS;
/** alpha1, beta1, beta2, gamma2, delta1, delta2: where each begins, and their end. */
export const ENDS = { alpha1: 0, beta1: 64, beta2: 128, gamma2: 256, delta1: 384, delta2: 448, bytes: 576 } as const;

export const PAGE_WIRES = 256;
/** Packed points, bytes. */
export const G1_BYTES = 32;
export const G2_BYTES = 64;

/** Bits of a wire's kind. B's two points are there together; B1's is one of its own, A's, or A's opposite. */
export const HAS_A = 1;
export const B_SHIFT = 1;
export const B_MASK = 3;
export const B_OWN = 1;
export const B_AS_A = 2;
export const B_OPPOSITE_A = 3;
export const HAS_C = 8;

export const isCompact = (file: Uint8Array): boolean =>
  new TextDecoder("latin1").decode(file.subarray(0, MAGIC.length)) === MAGIC;

export function writeHeader(header: Header): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(HEADER_BYTES);
  const view = viewOf(out);
  out.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setBigUint64(8, BigInt(header.bytes), true);
  const { wires, publicSignals, log, terms, coefficients, rowBytes, contributionBytes } = header;
  for (const [i, value] of [wires, publicSignals, log, terms, coefficients, rowBytes, contributionBytes].entries()) {
    view.setUint32(16 + 4 * i, value, true);
  }
  out.set(header.order, HEADER_BYTES - SECTIONS);
  return out;
}

/** Whether these are a .zkey's ten sections, each once. */
export const isWholeOrder = (order: readonly number[]): boolean =>
  order.length === SECTIONS && order.toSorted((a, b) => a - b).every((id, i) => id === i + 1);

/**
 * Reads a header and holds its numbers against the bytes that there really are, so that nothing they make anybody reserve
 * is out of proportion to the file.
 * @param bytes of the whole file
 * @throws TacitError `BAD_KEY`
 */
export function readHeader(head: Uint8Array, bytes: number): Header {
  const refuse = (reason: string) => refusal(KEY, reason);
  if (head.length < HEADER_BYTES) throw refuse("is too short");
  if (!isCompact(head)) throw refuse("is no .ckey file");
  const view = viewOf(head);
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw refuse(`has version ${version}, not ${VERSION}`);
  const stated = view.getBigUint64(8, true);
  if (stated !== BigInt(bytes)) throw refuse(`has ${bytes} bytes, not the ${stated} it names`);
  const number = (i: number): number => view.getUint32(16 + 4 * i, true);
  const header: Header = {
    bytes,
    wires: number(0),
    publicSignals: number(1),
    log: number(2),
    terms: number(3),
    coefficients: number(4),
    rowBytes: number(5),
    contributionBytes: number(6),
    order: [...head.subarray(HEADER_BYTES - SECTIONS, HEADER_BYTES)],
  };
  if (!isWholeOrder(header.order)) throw refuse("does not name the ten sections of a .zkey");
  if (header.log > MAX_LOG) throw refuse(`has a domain of 2^${header.log}, more than 2^${MAX_LOG}`);
  if (header.publicSignals >= header.wires) {
    throw refuse(`has ${header.publicSignals} public signals among ${header.wires} wires`);
  }
  if (fixedBytes(header) > bytes) throw refuse("is shorter than the parts it names");
  return header;
}

/** Bytes of everything but the pages. */
function fixedBytes(header: Header): number {
  const { wires, publicSignals, log, coefficients, rowBytes, contributionBytes } = header;
  const points = ENDS.bytes + 64 * (publicSignals + 1) + G1_BYTES * 2 ** log;
  return HEADER_BYTES + points + contributionBytes + wires + 32 * coefficients + rowBytes;
}

/** How many points a run of wires has of each sum, and how many bytes of its page they take. */
export interface PageCounts {
  readonly a: number;
  /** B1's own, not A's. */
  readonly own: number;
  readonly b: number;
  readonly c: number;
  readonly bytes: number;
}

export function countPoints(kinds: Uint8Array): PageCounts {
  let [a, own, b, c] = [0, 0, 0, 0];
  for (const kind of kinds) {
    const second = (kind >> B_SHIFT) & B_MASK;
    a += kind & HAS_A;
    if (second !== 0) b++;
    if (second === B_OWN) own++;
    if ((kind & HAS_C) !== 0) c++;
  }
  return { a, own, b, c, bytes: G1_BYTES * (a + own + c) + G2_BYTES * b };
}

/** @throws TacitError `BAD_KEY` for kinds that cannot be, or that the file's length contradicts */
export function checkKinds(kinds: Uint8Array, header: Header): void {
  for (const [wire, kind] of kinds.entries()) {
    const second = (kind >> B_SHIFT) & B_MASK;
    const without = second >= B_AS_A && (kind & HAS_A) === 0;
    const visible = (kind & HAS_C) !== 0 && wire <= header.publicSignals;
    if (kind > 15 || without || visible) throw refusal(KEY, `has a wire of no kind: number ${wire}`);
  }
  const bytes = fixedBytes(header) + countPoints(kinds).bytes;
  if (bytes !== header.bytes) throw refusal(KEY, `has ${header.bytes} bytes, not the ${bytes} of its parts`);
}

/** Where page `page` begins and ends among wires. */
export function pageOf(page: number, wires: number): [from: number, to: number] {
  return [page * PAGE_WIRES, Math.min(wires, (page + 1) * PAGE_WIRES)];
}

export const pageCount = (wires: number): number => Math.ceil(wires / PAGE_WIRES);

/** A packed point's flags in its highest bits (core/compact.h). */
export const ODD_FLAG = 0x80;
export const INFINITE_FLAG = 0x40;

/** Packs a point of a .zkey: x, and whether the first half of y that is not zero is odd. Infinity is a flag alone. */
export function packPoint(point: Uint8Array): Uint8Array {
  const half = point.length / 2;
  // A copy, which slice() of Node's buffers is not.
  const packed = new Uint8Array(point.subarray(0, half));
  const last = half - 1;
  if (point.every((byte) => byte === 0)) packed[last] = INFINITE_FLAG;
  else {
    const first = half === 64 && readWord(point, half) === 0n ? half + 32 : half;
    if (((point[first] ?? 0) & 1) === 1) packed[last] = (packed[last] ?? 0) | ODD_FLAG;
  }
  return packed;
}
