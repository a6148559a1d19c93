import { BASE_FIELD, readWord, refusal, SCALAR_FIELD, viewOf, word } from "../kernel/binary.ts";
import {
  B_AS_A,
  B_MASK,
  B_OPPOSITE_A,
  B_OWN,
  B_SHIFT,
  checkKinds,
  countPoints,
  ENDS,
  G1_BYTES,
  G2_BYTES,
  HAS_A,
  HAS_C,
  HEADER_BYTES,
  pageCount,
  pageOf,
  readHeader,
} from "../kernel/compact/format.ts";
import { ONE, readTerms, type Terms, termsOf } from "../kernel/compact/terms.ts";
import { type Kernel, openKernel } from "../kernel/instance.ts";
import { KEY, TERM_BYTES } from "../kernel/key.ts";
import { reverseBits } from "../kernel/split.ts";
import { zkeyFile } from "./zkey.ts";

/**
 * The .zkey that a compact key was made of, byte for byte. In one thread: about two seconds for each 10 MB.
 * @param module the kernel
 * @throws TacitError `BAD_KEY`
 */
export function expandKey(module: WebAssembly.Module, file: Uint8Array): Uint8Array {
  const header = readHeader(file, file.length);
  const { wires, publicSignals, log, coefficients } = header;
  const kernel = openKernel(module);
  let at = HEADER_BYTES;
  // No section ends beyond the file: readHeader and checkKinds have added them up.
  const read = (bytes: number): Uint8Array => {
    at += bytes;
    return file.subarray(at - bytes, at);
  };
  const ends = read(ENDS.bytes);
  const ic = read(64 * (publicSignals + 1));
  const contributions = read(header.contributionBytes);
  const kinds = read(wires);
  checkKinds(kinds, header);

  const sums = {
    a: new Uint8Array(wires * 64),
    b1: new Uint8Array(wires * 64),
    b2: new Uint8Array(wires * 128),
    c: new Uint8Array((wires - publicSignals - 1) * 64),
  };
  for (let page = 0; page < pageCount(wires); page++) {
    const [from, to] = pageOf(page, wires);
    const counts = countPoints(kinds.subarray(from, to));
    const a = points(unpack(kernel, "g1", read(counts.a * G1_BYTES), "A"), 64);
    const own = points(unpack(kernel, "g1", read(counts.own * G1_BYTES), "B1"), 64);
    const b2 = points(unpack(kernel, "g2", read(counts.b * G2_BYTES), "B2"), 128);
    const c = points(unpack(kernel, "g1", read(counts.c * G1_BYTES), "C"), 64);
    for (let wire = from; wire < to; wire++) {
      const kind = kinds[wire] ?? 0;
      const second = (kind >> B_SHIFT) & B_MASK;
      const ofA = (kind & HAS_A) !== 0 ? a() : undefined;
      if (ofA !== undefined) sums.a.set(ofA, wire * 64);
      if (second === B_OWN) sums.b1.set(own(), wire * 64);
      if (second >= B_AS_A && ofA !== undefined) {
        sums.b1.set(second === B_OPPOSITE_A ? opposite(ofA) : ofA, wire * 64);
      }
      if (second !== 0) sums.b2.set(b2(), wire * 128);
      if ((kind & HAS_C) !== 0) sums.c.set(c(), (wire - publicSignals - 1) * 64);
    }
  }
  const rows = 2 ** log;
  const h = new Uint8Array(rows * 64);
  const unpacked = unpack(kernel, "g1", read(rows * G1_BYTES), "H");
  for (let i = 0; i < rows; i++) h.set(unpacked.subarray(i * 64, (i + 1) * 64), reverseBits(i, log) * 64);
  const values = dictionaryWords(read(32 * coefficients));
  const bounds = { rows, wires, coefficients: values.length, terms: header.terms };
  const terms = expandTerms(readTerms(read(header.rowBytes), bounds), values);
  const end = (from: number, bytes: number): Uint8Array => ends.subarray(from, from + bytes);
  return zkeyFile({
    wires,
    publicSignals,
    domain: rows,
    alpha1: end(ENDS.alpha1, 64),
    beta1: end(ENDS.beta1, 64),
    beta2: end(ENDS.beta2, 128),
    gamma2: end(ENDS.gamma2, 128),
    delta1: end(ENDS.delta1, 64),
    delta2: end(ENDS.delta2, 128),
    coefficients: terms,
    ic,
    h,
    ...sums,
    contributions,
    order: header.order,
  });
}

/** Gives points one after the other. */
function points(all: Uint8Array, bytes: number): () => Uint8Array {
  let at = 0;
  return () => {
    at += bytes;
    return all.subarray(at - bytes, at);
  };
}

function unpack(kernel: Kernel, group: "g1" | "g2", packed: Uint8Array, what: string): Uint8Array {
  const [bytes, read, write] =
    group === "g1"
      ? ([G1_BYTES, kernel.g1_unpack, kernel.g1_store] as const)
      : ([G2_BYTES, kernel.g2_unpack, kernel.g2_store] as const);
  const count = packed.length / bytes;
  const mark = kernel.mark();
  const resident = kernel.take(count * kernel.size[group]);
  const bad = read(resident, kernel.put(packed), count);
  const words = kernel.take(2 * packed.length);
  write(words, resident, count);
  const out = kernel.read(words, 2 * packed.length);
  kernel.release(mark);
  if (bad !== 0) throw refusal(KEY, `has a point of ${what} that is not on the curve`);
  return out;
}

function opposite(point: Uint8Array): Uint8Array {
  const out = point.slice();
  out.set(word(BASE_FIELD - readWord(point, 32)), 32);
  return out;
}

/** Every coefficient's 32 bytes, by its number. */
function dictionaryWords(dictionary: Uint8Array): Uint8Array[] {
  const values = [ONE, ...Array.from({ length: dictionary.length / 32 }, (_, i) => readWord(dictionary, 32 * i))];
  return values.flatMap((value) => {
    if (value >= SCALAR_FIELD) throw refusal(KEY, "has a coefficient outside the field");
    return [word(value), word((SCALAR_FIELD - value) % SCALAR_FIELD)];
  });
}

/** Section 4 of a .zkey: the count, then the terms. */
function expandTerms(terms: Terms, values: readonly Uint8Array[]): Uint8Array {
  const count = terms.values.length / 2;
  const out = new Uint8Array(4 + count * TERM_BYTES);
  const view = viewOf(out);
  view.setUint32(0, count, true);
  let at = 4;
  for (let part = 0; part < terms.parts; part++) {
    const own = termsOf(terms, part);
    for (let i = 0; i < own.length; i += 2, at += TERM_BYTES) {
      view.setUint32(at, part & 1, true);
      view.setUint32(at + 4, part >> 1, true);
      view.setUint32(at + 8, own[i] ?? 0, true);
      out.set(values[own[i + 1] ?? 0] ?? new Uint8Array(), at + 12);
    }
  }
  return out;
}
