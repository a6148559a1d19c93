import { BASE_FIELD, type Origin, readSections, readWord, refusal, SCALAR_FIELD, viewOf } from "./binary.ts";

/** A Groth16 proving key's parts, still snarkjs' bytes: affine points in Montgomery form, 64 bytes (G1) or 128 (G2). */
export interface ProvingKey {
  /** Wires, the constant one included. */
  readonly wires: number;
  readonly publicSignals: number;
  /** log2 of the domain's size. */
  readonly log: number;
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
  /** Terms of A and B, 44 bytes each: matrix, row, wire (32 bits each), value. */
  readonly terms: Uint8Array;
  readonly a: Uint8Array;
  readonly b1: Uint8Array;
  readonly b2: Uint8Array;
  readonly c: Uint8Array;
  readonly h: Uint8Array;
}

export const KEY: Origin = { code: "BAD_KEY", what: "the proving key" };
/** The frame of a .zkey file. */
export const ZKEY = { magic: "zkey", version: 1 };
export const TERM_BYTES = 44;
const GROTH16 = 1;
const HEADER_BYTES = 660;
/** The field has roots of unity of order 2^28, and the coset takes one more than the domain. */
export const MAX_LOG = 27;

/**
 * Reads a .zkey file: its frame, its curve and the sizes of its parts against each other. Points and terms are checked
 * where they are loaded.
 * @throws TacitError `BAD_KEY`
 */
export function readKey(file: Uint8Array): ProvingKey {
  const sections = readSections(file, ZKEY, KEY);
  const refuse = (reason: string) => refusal(KEY, reason);
  const section = (id: number, bytes?: number): Uint8Array => {
    const found = sections.get(id);
    if (found === undefined) throw refuse(`has no section ${id}`);
    if (bytes !== undefined && found.length !== bytes) {
      throw refuse(`has ${found.length} bytes in its section ${id}, not ${bytes}`);
    }
    return found;
  };
  if (viewOf(section(1, 4)).getUint32(0, true) !== GROTH16) throw refuse("is not for Groth16");
  const header = section(2, HEADER_BYTES);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== 32 || view.getUint32(36, true) !== 32) throw refuse("is for another curve");
  if (readWord(header, 4) !== BASE_FIELD || readWord(header, 40) !== SCALAR_FIELD) {
    throw refuse("is for another curve than BN254");
  }
  const wires = view.getUint32(72, true);
  const publicSignals = view.getUint32(76, true);
  const domain = view.getUint32(80, true);
  const log = 31 - Math.clz32(domain);
  if (domain !== 2 ** log || log > MAX_LOG) throw refuse(`has a domain of ${domain}, not a power of two up to 2^27`);
  if (publicSignals >= wires) throw refuse(`has ${publicSignals} public signals among ${wires} wires`);
  const coefficients = section(4);
  if (coefficients.length < 4) throw refuse("has no coefficients");
  const terms = viewOf(coefficients).getUint32(0, true);
  if (coefficients.length !== 4 + terms * TERM_BYTES) throw refuse(`does not hold the ${terms} coefficients it names`);
  const point = (at: number, bytes: number): Uint8Array => header.subarray(at, at + bytes);
  return {
    wires,
    publicSignals,
    log,
    alpha1: point(84, 64),
    beta1: point(148, 64),
    beta2: point(212, 128),
    // gamma2 lies between: only verifying takes it.
    delta1: point(468, 64),
    delta2: point(532, 128),
    terms: coefficients.subarray(4),
    a: section(5, wires * 64),
    b1: section(6, wires * 64),
    b2: section(7, wires * 128),
    c: section(8, (wires - publicSignals - 1) * 64),
    h: section(9, domain * 64),
  };
}
