import { readSections, readWord, refusal, SCALAR_FIELD, viewOf, word } from "../kernel/binary.ts";
import {
  B_AS_A,
  B_OPPOSITE_A,
  B_OWN,
  B_SHIFT,
  ENDS,
  HAS_A,
  HAS_C,
  HEADER_BYTES,
  isWholeOrder,
  ODD_FLAG,
  packPoint,
  pageCount,
  pageOf,
  writeHeader,
} from "../kernel/compact/format.ts";
import { ONE, zigzag } from "../kernel/compact/terms.ts";
import { KEY, type ProvingKey, readKey, TERM_BYTES, ZKEY } from "../kernel/key.ts";
import { reverseBits } from "../kernel/split.ts";

/**
 * Makes a compact key of a .zkey. The same key always gives the same bytes, and a key that snarkjs wrote comes back whole
 * from them (`expandKey`).
 * @throws TacitError `BAD_KEY` for a key that is none, or whose terms or points snarkjs would not have written so
 */
export function compactKey(zkey: Uint8Array): Uint8Array<ArrayBuffer> {
  const key = readKey(zkey);
  const sections = readSections(zkey, ZKEY, KEY);
  const [header, ic, contributions] = [2, 3, 10].map((id) => sections.get(id) ?? new Uint8Array());
  const order = [...sections.keys()];
  if (!isWholeOrder(order)) throw refusal(KEY, "has other sections than snarkjs'");
  if (ic?.length !== 64 * (key.publicSignals + 1)) throw refusal(KEY, "does not hold its public wires' points");
  const { kinds, pages } = writePoints(key);
  const { dictionary, rows, terms } = writeTerms(key);
  const parts = [
    (header ?? new Uint8Array()).subarray(84, 84 + ENDS.bytes),
    ic,
    contributions ?? new Uint8Array(),
    kinds,
    ...pages,
    ...writeH(key),
    ...dictionary,
    rows,
  ];
  const bytes = HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0);
  const { wires, publicSignals, log } = key;
  const file = new Uint8Array(bytes);
  file.set(
    writeHeader({
      bytes,
      wires,
      publicSignals,
      log,
      terms,
      coefficients: dictionary.length,
      rowBytes: rows.length,
      contributionBytes: contributions?.length ?? 0,
      order,
    }),
  );
  let at = HEADER_BYTES;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

const isInfinite = (point: Uint8Array): boolean => point.every((byte) => byte === 0);

function writePoints(key: ProvingKey): { kinds: Uint8Array; pages: Uint8Array[] } {
  const kinds = new Uint8Array(key.wires);
  const pages: Uint8Array[] = [];
  const point = (all: Uint8Array, i: number, bytes: number) => all.subarray(i * bytes, (i + 1) * bytes);
  for (let page = 0; page < pageCount(key.wires); page++) {
    const [from, to] = pageOf(page, key.wires);
    const sums: Record<"a" | "own" | "b2" | "c", Uint8Array[]> = { a: [], own: [], b2: [], c: [] };
    for (let wire = from; wire < to; wire++) {
      const [a, b1, b2] = [point(key.a, wire, 64), point(key.b1, wire, 64), point(key.b2, wire, 128)];
      let kind = 0;
      if (!isInfinite(a)) {
        kind |= HAS_A;
        sums.a.push(packPoint(a));
      }
      if (isInfinite(b1) !== isInfinite(b2))
        throw refusal(KEY, `has one of B's points without the other: wire ${wire}`);
      if (!isInfinite(b1)) {
        const shared = (kind & HAS_A) !== 0 ? likeA(packPoint(a), packPoint(b1)) : B_OWN;
        kind |= shared << B_SHIFT;
        if (shared === B_OWN) sums.own.push(packPoint(b1));
        sums.b2.push(packPoint(b2));
      }
      if (wire > key.publicSignals) {
        const c = point(key.c, wire - key.publicSignals - 1, 64);
        if (!isInfinite(c)) {
          kind |= HAS_C;
          sums.c.push(packPoint(c));
        }
      }
      kinds[wire] = kind;
    }
    pages.push(...sums.a, ...sums.own, ...sums.b2, ...sums.c);
  }
  return { kinds, pages };
}

/** Two packed points: the same, opposite, or neither. */
function likeA(a: Uint8Array, b: Uint8Array): number {
  const last = a.length - 1;
  for (let i = 0; i < last; i++) if (a[i] !== b[i]) return B_OWN;
  const difference = (a[last] ?? 0) ^ (b[last] ?? 0);
  return difference === 0 ? B_AS_A : difference === ODD_FLAG ? B_OPPOSITE_A : B_OWN;
}

function writeH(key: ProvingKey): Uint8Array[] {
  return Array.from({ length: 2 ** key.log }, (_, i) => {
    const row = reverseBits(i, key.log);
    return packPoint(key.h.subarray(row * 64, (row + 1) * 64));
  });
}

interface Part {
  readonly coefficients: number[];
  readonly wires: number[];
}

function writeTerms(key: ProvingKey): { dictionary: Uint8Array[]; rows: Uint8Array; terms: number } {
  const { parts, values, terms } = readParts(key);
  // What is frequent gets a small number, and thereby few bytes. Of those equally frequent, the first.
  const used = new Map<number, number>();
  for (const { coefficients } of parts) {
    for (const coefficient of coefficients) used.set(coefficient >> 1, (used.get(coefficient >> 1) ?? 0) + 1);
  }
  used.set(0, Number.POSITIVE_INFINITY);
  const entries = [...used].sort(([, a], [, b]) => (a === b ? 0 : b - a)).map(([place]) => place);
  const numbers = new Map(entries.map((value, number) => [value, number]));
  const dictionary = entries.slice(1).map((value) => word(values[value] ?? 0n));

  const output = varintWriter();
  output.put(parts.length / 2);
  let first = 0;
  for (const { coefficients, wires } of parts) {
    output.put(coefficients.length);
    let last = first;
    for (const [i, wire] of wires.entries()) {
      const coefficient = coefficients[i] ?? 0;
      output.put(2 * (numbers.get(coefficient >> 1) ?? 0) + (coefficient & 1));
      output.put(zigzag(wire - last));
      last = wire;
    }
    first = wires[0] ?? first;
  }
  return { dictionary, rows: output.bytes(), terms };
}

/**
 * The parts of rows 0 up to the last one used, and the distinct values up to sign, of which the first is 1. A coefficient
 * is here twice the place of its value, and one more for the opposite.
 */
function readParts({ terms, wires, log }: ProvingKey): { parts: Part[]; values: bigint[]; terms: number } {
  const bytes = new Uint8Array(terms);
  const view = viewOf(bytes);
  const halves = new Uint16Array(bytes.buffer);
  const known = new Map<string, number>();
  const values: bigint[] = [ONE];
  const places = new Map<bigint, number>([[ONE, 0]]);
  const coefficientAt = (at: number): number => {
    const text = String.fromCharCode(...halves.subarray(at / 2, at / 2 + 16));
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = readWord(bytes, at);
    if (value >= SCALAR_FIELD) throw refusal(KEY, "has a coefficient outside the field");
    const opposite = SCALAR_FIELD - value;
    // Of a pair the smaller is kept, but 1 itself.
    const kept = places.has(value) ? value : places.has(opposite) ? opposite : value < opposite ? value : opposite;
    const place = places.get(kept) ?? values.push(kept) - 1;
    places.set(kept, place);
    const coefficient = 2 * place + (kept === value ? 0 : 1);
    known.set(text, coefficient);
    return coefficient;
  };
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length; at += TERM_BYTES) {
    const [matrix, row, wire] = [0, 4, 8].map((offset) => view.getUint32(at + offset, true));
    if ((matrix ?? 2) > 1 || (row ?? 0) >= 2 ** log || (wire ?? 0) >= wires) {
      throw refusal(KEY, `has a coefficient outside its matrices: number ${at / TERM_BYTES}`);
    }
    const part = 2 * (row ?? 0) + (matrix ?? 0);
    if (part < parts.length - 2 || (part === parts.length - 2 && parts[part + 1]?.wires.length !== 0)) {
      throw refusal(KEY, `has its coefficients in another order than snarkjs: number ${at / TERM_BYTES}`);
    }
    while (parts.length <= part) parts.push({ coefficients: [], wires: [] }, { coefficients: [], wires: [] });
    parts[part]?.wires.push(wire ?? 0);
    parts[part]?.coefficients.push(coefficientAt(at + 12));
  }
  return { parts, values, terms: bytes.length / TERM_BYTES };
}

function varintWriter() {
  const out: number[] = [];
  return {
    put(value: number): void {
      let rest = value;
      for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
      out.push(rest);
    },
    bytes: () => Uint8Array.from(out),
  };
}
