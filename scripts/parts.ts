import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compileCircuit, ROOT } from "./compile.ts";

/** One way to prove a thing, compiled alone at O2. */
export interface PartFigure {
  readonly part: string;
  readonly what: string;
  readonly rows: number;
  readonly nonZeros: number;
}

const path = (levels: number, bits: number): string => `
template Path() {
    signal input leaf; signal input index; signal input siblings[${levels}][${1 << bits}]; signal output root;
    signal {binary} b[${levels * bits}] <== Bits(${levels * bits})(index);
    signal {binary} at[${levels}][${bits}];
    signal node[${levels + 1}];
    node[0] <== leaf;
    for (var l = 0; l < ${levels}; l++) {
        for (var i = 0; i < ${bits}; i++) { at[l][i] <== b[l * ${bits} + i]; }
        node[l + 1] <== Ascend(${bits})(node[l], at[l], siblings[l]);
    }
    root <== node[${levels}];
}`;

/** What `docs/CIRCUITS.md` compares: the chosen way, marked by a star, beside those that were not chosen. */
const PARTS: readonly (readonly [part: string, what: string, includes: string[], body: string, main: string])[] = [
  ["tree, a position", "binary, 12 levels", ["merkle", "range"], path(12, 1), "Path()"],
  ["tree, a position", "4-ary, 6 levels", ["merkle", "range"], path(6, 2), "Path()"],
  ["tree, a position", "8-ary, 4 levels", ["merkle", "range"], path(4, 3), "Path()"],
  ["tree, a position", "16-ary, 3 levels", ["merkle", "range"], path(3, 4), "Path()"],
  [
    "tree, a position",
    "* 8-ary, 2 levels under a cap of 64",
    ["membership", "range"],
    `template W() { signal input leaf; signal input index; signal input siblings[2][8]; signal input cap[64];
      Membership()(leaf, Bits(12)(index), siblings, cap); }`,
    "W()",
  ],
  ["tree, an account", "* the cap of 64, once", ["merkle"], "", "CapRoot()"],
  [
    "row, a position",
    "31 values one by one, no range checks",
    ["poseidon"],
    `template W() { signal input v[31]; signal output leaf; var a[16]; var b[16];
      for (var i = 0; i < 16; i++) { a[i] = v[i]; }
      signal first <== Poseidon(16)(a);
      b[0] = first;
      for (var i = 1; i < 16; i++) { b[i] = v[15 + i]; }
      leaf <== Poseidon(16)(b); }`,
    "W()",
  ],
  [
    "row, a position",
    "five values to an element, taken apart",
    ["poseidon", "range"],
    `template W() { signal input v[30]; signal output leaf; signal {maxabs} s[30]; signal {binary} n[30]; var e[7];
      for (var i = 0; i < 30; i++) { (s[i], n[i]) <== Signed(47)(v[i]);
        e[1 + i \\ 5] += (v[i] + (1 << 48) * n[i]) * (1 << (48 * (i % 5))); }
      leaf <== Poseidon(7)(e); }`,
    "W()",
  ],
  ["row, a position", "* head taken apart, scenario pairs packed", ["row"], "", "Row(26, 2)"],
  ["P&L of a scenario", "* a pair of sums over 16 positions, taken apart", ["pair"], "", "Unpack(98)"],
  ["commitment", "* 32 lanes, three to an element", ["commitment"], "", "Commitment(16)"],
  ["parameters", "* packed and range-checked", ["parameters"], "", "Parameters(26, 4, 4)"],
];

/** Compiles each part alone, its inputs private, outputs public; cached like any circuit. */
export async function measureParts(): Promise<PartFigure[]> {
  const folder = join(ROOT, "cache", "parts");
  await mkdir(folder, { recursive: true });
  const figures: PartFigure[] = [];
  for (const [i, [part, what, includes, body, main]] of PARTS.entries()) {
    const file = join(folder, `part_${i}.circom`);
    const head = includes.map((name) => `include "${name}.circom";`).join("\n");
    await writeFile(file, `pragma circom 2.2.2;\n${head}\n${body}\ncomponent main = ${main};\n`);
    const { constraints, nonZeros } = await compileCircuit(file);
    figures.push({ part, what, rows: constraints, nonZeros: nonZeros.a + nonZeros.b + nonZeros.c });
  }
  await rm(folder, { recursive: true, force: true });
  return figures;
}
