import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { FIELD } from "../../prover/hash/poseidon.ts";

/** Poseidon's state at every S-box, as `PermutationCheck` takes it, from circomlibjs' constants: n = 1, so two elements. */
const at = createRequire(import.meta.url).resolve("circomlibjs");
const constants: Record<"C" | "S", string[][]> & Record<"M" | "P", string[][][]> = JSON.parse(
  readFileSync(at.replace(/build\/.*$/, "src/poseidon_constants_opt.json"), "utf8"),
);
const [C = [], S = []] = [constants.C[0], constants.S[0]].map((row) => row?.map(BigInt));
const [M = [], P = []] = [constants.M[0], constants.P[0]].map((rows) => rows?.map((row) => row.map(BigInt)));

const T = 2;
const PARTIAL_ROUNDS = 56;

const mod = (value: bigint): bigint => ((value % FIELD) + FIELD) % FIELD;
const fifth = (x: bigint): bigint => mod(x ** 5n);
const c = (i: number): bigint => C[i] ?? 0n;
const mix = (matrix: readonly bigint[][], state: readonly bigint[]): bigint[] =>
  state.map((_, i) => mod(state.reduce((sum, x, j) => sum + (matrix[j]?.[i] ?? 0n) * x, 0n)));

/**
 * @param after what leaves a partial round's S-box, constant included; honest when absent
 * @returns the inputs of `PermutationCheck(1)`
 */
export function permutation(
  initial: bigint,
  input: bigint,
  after = (_round: number, honest: bigint) => honest,
): Signals {
  const full = (state: readonly bigint[], from: number, matrix = M) =>
    mix(
      matrix,
      state.map((x, k) => fifth(x) + (from < 0 ? 0n : c(from + k))),
    );
  const first: bigint[][] = [];
  let state = [mod(initial + c(0)), mod(input + c(1))];
  for (let f = 0; f < 3; f++) {
    state = full(state, (f + 1) * T);
    first.push(state);
  }
  state = full(state, 4 * T, P);
  const partial: bigint[] = [];
  for (let r = 0; r < PARTIAL_ROUNDS; r++) {
    const [x = 0n, y = 0n] = state;
    partial.push(x);
    const left = after(r, fifth(x) + c(5 * T + r));
    const s = (i: number): bigint => S[(2 * T - 1) * r + i] ?? 0n;
    state = [mod(s(0) * left + s(1) * y), mod(y + s(2) * left)];
  }
  const last: bigint[][] = [];
  for (let f = 4; f < 8; f++) {
    last.push(state);
    state = full(state, f < 7 ? 5 * T + PARTIAL_ROUNDS + (f - 4) * T : -1);
  }
  return { initial, inputs: [input], first, partial, last, final: state };
}
