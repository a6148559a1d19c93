import { type Origin, readSections, readWord, refusal, SCALAR_FIELD, viewOf } from "./binary.ts";

export const WITNESS: Origin = { code: "BAD_WITNESS", what: "the witness" };

/**
 * The values of a .wtns file, 32 bytes each, little-endian. That each is below the field's order is checked where it is loaded.
 * @throws TacitError `BAD_WITNESS`
 */
export function readWitness(file: Uint8Array, wires: number): Uint8Array<ArrayBuffer> {
  const sections = readSections(file, { magic: "wtns", version: 2 }, WITNESS);
  const refuse = (reason: string) => refusal(WITNESS, reason);
  const header = sections.get(1);
  const values = sections.get(2);
  if (header?.length !== 40 || values === undefined) throw refuse("lacks its header or its values");
  if (viewOf(header).getUint32(0, true) !== 32 || readWord(header, 4) !== SCALAR_FIELD) {
    throw refuse("is for another field than BN254's");
  }
  const count = viewOf(header).getUint32(36, true);
  if (values.length !== count * 32) throw refuse(`does not hold the ${count} values it names`);
  if (count !== wires) throw refuse(`has ${count} values, the key ${wires} wires`);
  if (readWord(values, 0) !== 1n) throw refuse("does not begin with the constant one");
  return new Uint8Array(values);
}
