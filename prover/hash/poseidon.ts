import { buildPoseidon } from "circomlibjs";
import { TacitError } from "../units/errors.ts";
import { lazy } from "../units/lazy.ts";

/** The order of BN254's scalar field, the field of every signal and hash. */
export const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Poseidon of 1 to 16 field elements, as circomlib's circuit of the same width computes it. */
export type Poseidon = (inputs: readonly bigint[]) => bigint;

const building = lazy(buildPoseidon);

/** The hash, built once a process (about a second, in WASM). circomlibjs is used behind this folder only. */
export const loadPoseidon = lazy(async (): Promise<Poseidon> => {
  const poseidon = await building();
  return (inputs) => {
    if (inputs.length < 1 || inputs.length > 16) {
      throw new TacitError("BAD_HASH_INPUT", `Poseidon takes 1 to 16 inputs, not ${inputs.length}`);
    }
    requireField(inputs);
    return poseidon.F.toObject(poseidon(inputs));
  };
});

/** The state of 17 elements after Poseidon's permutation of a capacity element and 16 inputs. */
export type Permutation = (initial: bigint, inputs: readonly bigint[]) => bigint[];

export const loadPermutation = lazy(async (): Promise<Permutation> => {
  const poseidon = await building();
  return (initial, inputs) => {
    if (inputs.length !== 16) throw new TacitError("BAD_HASH_INPUT", `a state has 16 inputs, not ${inputs.length}`);
    requireField([initial, ...inputs]);
    return poseidon(inputs, initial, 17).map((element) => poseidon.F.toObject(element));
  };
});

/** circomlibjs would reduce silently, and two different inputs would then share a hash. */
function requireField(inputs: readonly bigint[]): void {
  for (const input of inputs) {
    if (input < 0n || input >= FIELD) throw new TacitError("BAD_HASH_INPUT", "a hash input is not a field element");
  }
}

/** The field element that stands for a signed integer. */
export const toField = (value: bigint): bigint => (value < 0n ? value + FIELD : value);

/** The big-endian integer of an ASCII text of at most 31 characters: a domain tag. */
export const textTag = (text: string): bigint =>
  new TextEncoder().encode(text).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
