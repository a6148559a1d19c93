import { refusal, SCALAR_FIELD } from "../binary.ts";
import { KEY } from "../key.ts";

/**
 * The rows of A and B: how many there are, and of each first A's part, then B's: how many terms it has, and of each its
 * coefficient and its wire. A wire is a step from the one before, the first of a part from the first of the part before.
 *
 * All are varints of seven bits a byte, low ones first; steps are signed, zigzag. A coefficient is twice its number, and
 * one more for its opposite; number 0 is 1, the others are the dictionary's.
 */
export interface Terms {
  /** Parts: row i of A is part 2 i, of B part 2 i + 1. */
  readonly parts: number;
  /** Part i has the terms starts[i] up to starts[i + 1]. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Wire and coefficient of each term in turn. */
  readonly values: Uint32Array<ArrayBuffer>;
}

/** A coefficient of 1 as a .zkey has it. */
export const ONE = (1n << 512n) % SCALAR_FIELD;

export const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const zagzig = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/**
 * @param bounds rows of the domain, wires, numbers that a coefficient may be, and terms, which take two bytes or more each
 * @throws TacitError `BAD_KEY`
 */
export function readTerms(
  bytes: Uint8Array,
  bounds: {
    readonly rows: number;
    readonly wires: number;
    readonly coefficients: number;
    readonly terms: number;
  },
): Terms {
  const { rows, wires, coefficients, terms } = bounds;
  const refuse = (reason: string) => refusal(KEY, reason);
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw refuse("ends inside its rows");
      value += (byte & 127) * scale;
      if (value >= 2 ** 32 || scale > 2 ** 28) throw refuse("has a number beyond 32 bits in its rows");
      if (byte < 128) return value;
    }
  };
  const used = next();
  if (used > rows) throw refuse(`has ${used} rows, its domain ${rows}`);
  if (2 * terms > bytes.length) throw refuse(`names ${terms} coefficients, more than its rows can say`);
  const starts = new Uint32Array(2 * used + 1);
  const values = new Uint32Array(2 * terms);
  let first = 0;
  let done = 0;
  for (let part = 0; part < 2 * used; part++) {
    const length = next();
    if (length > terms - done) throw refuse(`has more coefficients than the ${terms} it names`);
    let wire = first;
    for (let i = 0; i < length; i++, done++) {
      const coefficient = next();
      if (coefficient >= coefficients) throw refuse("has a coefficient that is not in its dictionary");
      wire += zagzig(next());
      if (wire < 0 || wire >= wires) throw refuse("has a coefficient outside its matrices");
      if (i === 0) first = wire;
      values[2 * done] = wire;
      values[2 * done + 1] = coefficient;
    }
    starts[part + 1] = done;
  }
  if (at !== bytes.length) throw refuse("goes on after its rows");
  if (done !== terms) throw refuse(`has ${done} coefficients, not the ${terms} it names`);
  return { parts: 2 * used, starts, values };
}

/** The terms of a part, wire and coefficient in turn; none of a part beyond the last row. */
export function termsOf({ parts, starts, values }: Terms, part: number): Uint32Array<ArrayBuffer> {
  return part < parts ? values.subarray(2 * (starts[part] as number), 2 * (starts[part + 1] as number)) : NONE;
}
const NONE = new Uint32Array();
