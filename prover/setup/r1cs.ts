import { TacitError } from "../units/errors.ts";

/** A rank-1 constraint system as circom writes it: constraints are read in place, never copied. */
export interface R1cs {
  wires: number;
  /** Outputs, then public inputs: the public signals in their order (wire 1, 2, ...). */
  outputs: number;
  publicInputs: number;
  privateInputs: number;
  constraints: number;
  /** Section 2: per constraint three rows A, B, C, each a count and that many (wire u32, coefficient 32 bytes). */
  rows: Uint8Array;
}

const BN254_SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/**
 * Reads the binary file circom writes.
 * @throws TacitError `BAD_R1CS`
 */
export function parseR1cs(file: Uint8Array): R1cs {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || view.getUint32(0, true) !== 0x73633172) throw badR1cs("it does not start with r1cs");
  const sections = new Map<number, { start: number; size: number }>();
  let at = 12;
  for (let i = 0; i < view.getUint32(8, true); i++) {
    if (at + 12 > file.length) throw badR1cs("a section is cut off");
    const size = Number(view.getBigUint64(at + 4, true));
    sections.set(view.getUint32(at, true), { start: at + 12, size });
    at += 12 + size;
  }
  const header = sections.get(1);
  const constraints = sections.get(2);
  if (at !== file.length || header === undefined || constraints === undefined) throw badR1cs("a section is missing");
  const field = header.start;
  let prime = 0n;
  for (let i = 3; i >= 0; i--) prime = (prime << 64n) | view.getBigUint64(field + 4 + 8 * i, true);
  if (view.getUint32(field, true) !== 32 || prime !== BN254_SCALAR_FIELD) throw badR1cs("its field is not BN254's");
  const counts = field + 36;
  return {
    wires: view.getUint32(counts, true),
    outputs: view.getUint32(counts + 4, true),
    publicInputs: view.getUint32(counts + 8, true),
    privateInputs: view.getUint32(counts + 12, true),
    constraints: view.getUint32(counts + 24, true),
    rows: file.subarray(constraints.start, constraints.start + constraints.size),
  };
}

/** How many terms each of the three matrices has. */
export function nonZeros(r1cs: R1cs): { a: number; b: number; c: number } {
  const view = new DataView(r1cs.rows.buffer, r1cs.rows.byteOffset, r1cs.rows.byteLength);
  const count = [0, 0, 0];
  let at = 0;
  for (let row = 0; row < 3 * r1cs.constraints; row++) {
    const terms = view.getUint32(at, true);
    count[row % 3] = (count[row % 3] ?? 0) + terms;
    at += 4 + 36 * terms;
  }
  const [a = 0, b = 0, c = 0] = count;
  return { a, b, c };
}

export function badR1cs(why: string): TacitError {
  return new TacitError("BAD_R1CS", `not a constraint system: ${why}`, {
    hint: "Build the circuit again: npm run build",
  });
}
