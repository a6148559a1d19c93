import { refusal, SCALAR_FIELD } from "../binary.ts";
import { KEY } from "../key.ts";

/**
 * The rows of A and B. Circuits repeat themselves, so a row is three numbers: which sequence of coefficients, which
 * sequence of steps from wire to wire, and the first wire.
 *
 *   number of sequences of coefficients, and each: its length, its coefficients
 *   number of sequences of steps, and each: its length, its steps
 *   number of rows, and of each first A's part, then B's:
 *     0, or 1 + its sequence of coefficients; its sequence of steps; its first wire, as a step from that of the part before
 *
 * All are varints of seven bits a byte, low ones first; steps are signed, zigzag. A coefficient is twice its number, and
 * one more for its opposite; number 0 is 1, the others are the dictionary's.
 */
export interface Tables {
  /** Sequence i is values[starts[i]] up to values[starts[i + 1]]. */
  readonly coefficients: Sequences;
  readonly steps: Sequences;
  /** Parts: row i of A is part 2 i, of B part 2 i + 1. */
  readonly parts: number;
  /** 1 + the sequence of coefficients of a part, or 0. */
  readonly sequence: Uint32Array<ArrayBuffer>;
  readonly step: Uint32Array<ArrayBuffer>;
  readonly first: Int32Array<ArrayBuffer>;
}

export interface Sequences {
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly values: Int32Array<ArrayBuffer>;
}

/** A coefficient of 1 as a .zkey has it. */
export const ONE = (1n << 512n) % SCALAR_FIELD;

export const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const zagzig = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

interface Varints {
  next(): number;
  readonly left: number;
}

function varints(bytes: Uint8Array): Varints {
  let at = 0;
  return {
    next() {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = bytes[at++];
        if (byte === undefined) throw refusal(KEY, "ends inside its tables");
        value += (byte & 127) * shift;
        if (value >= 2 ** 32) throw refusal(KEY, "has a number beyond 32 bits in its tables");
        if (byte < 128) return value;
        if (shift > 2 ** 28) throw refusal(KEY, "has a number beyond 32 bits in its tables");
      }
    },
    get left() {
      return bytes.length - at;
    },
  };
}

/**
 * @param rows of the domain
 * @param coefficients numbers that a coefficient may be
 * @param terms how many the whole must come to
 * @throws TacitError `BAD_KEY`
 */
export function readTables(bytes: Uint8Array, rows: number, coefficients: number, terms: number): Tables {
  const refuse = (reason: string) => refusal(KEY, reason);
  const input = varints(bytes);
  const sequences = (read: (value: number) => number): Sequences => {
    const count = input.next();
    // Each takes a byte or more.
    if (count > input.left) throw refuse("names more sequences than it holds");
    const starts = new Uint32Array(count + 1);
    const values = new Int32Array(input.left);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const length = input.next();
      if (length > input.left) throw refuse("names a longer sequence than it holds");
      for (let k = 0; k < length; k++) values[at++] = read(input.next());
      starts[i + 1] = at;
    }
    return { starts, values: values.slice(0, at) };
  };
  const found = sequences((value) => {
    if (value >= coefficients) throw refuse("has a coefficient that is not in its dictionary");
    return value;
  });
  const steps = sequences(zagzig);
  const used = input.next();
  if (used > rows) throw refuse(`has ${used} rows, its domain ${rows}`);
  const parts = 2 * used;
  const sequence = new Uint32Array(parts);
  const step = new Uint32Array(parts);
  const first = new Int32Array(parts);
  const lengthOf = ({ starts }: Sequences, i: number): number => (starts[i + 1] ?? Number.NaN) - (starts[i] ?? 0);
  let wire = 0;
  let total = 0;
  for (let part = 0; part < parts; part++) {
    const which = input.next();
    if (which === 0) continue;
    const path = input.next();
    wire += zagzig(input.next());
    const length = lengthOf(found, which - 1);
    // Of a sequence that is not there the length is not a number, and equals none.
    if (length !== lengthOf(steps, path) + 1)
      throw refuse("has a row whose coefficients and wires do not fit together");
    if (wire < 0 || wire >= 2 ** 31) throw refuse("has a coefficient outside its matrices");
    total += length;
    sequence[part] = which;
    step[part] = path;
    first[part] = wire;
  }
  if (input.left !== 0) throw refuse("goes on after its tables");
  if (total !== terms) throw refuse(`has ${total} coefficients, not the ${terms} it names`);
  return { coefficients: found, steps, parts, sequence, step, first };
}

/**
 * Writes the terms of a part, wire and coefficient in turn, and gives where it ended.
 * @throws TacitError `BAD_KEY` for a wire that is none
 */
export function writePart(tables: Tables, part: number, wires: number, out: Uint32Array, at: number): number {
  const which = tables.sequence[part] ?? 0;
  if (which === 0) return at;
  const { starts, values } = tables.coefficients;
  const from = starts[which - 1] as number;
  const to = starts[which] as number;
  let step = tables.steps.starts[tables.step[part] as number] as number;
  let wire = tables.first[part] as number;
  let next = at;
  for (let i = from; i < to; i++) {
    if (wire < 0 || wire >= wires) throw refusal(KEY, "has a coefficient outside its matrices");
    out[next++] = wire;
    out[next++] = values[i] as number;
    // The last step is another sequence's, and is not taken.
    wire += tables.steps.values[step++] as number;
  }
  return next;
}

/** Terms of a part. */
export function partLength(tables: Tables, part: number): number {
  const which = part < tables.parts ? (tables.sequence[part] ?? 0) : 0;
  if (which === 0) return 0;
  const { starts } = tables.coefficients;
  return (starts[which] as number) - (starts[which - 1] as number);
}
