import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compileCircuit, ROOT } from "./compile.ts";

/** One way to prove a thing, compiled alone at O2. */
export interface PartFigure {
  readonly part: string;
  readonly what: string;
  readonly rows: number;
  /** Terms of A and B, which a key stores: 44 bytes each. */
  readonly terms: number;
  /** What it adds to a proving key: five points a wire, 320 bytes, and the terms. */
  readonly keyBytes: number;
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
  ["hash of 16", "circomlib's: what leaves an S-box is a wire", ["poseidon"], "", "Poseidon(16)"],
  ["hash of 16", "* what enters an S-box is a wire", ["hash"], "", "Poseidon(16)"],
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
  ["tree, an account", "* the cap of 64, once", ["merkle"], "", "CapQuarters()"],
  [
    "one of 64 values",
    "one-hot, 8 rows of 8",
    ["select", "range"],
    `template W() { signal input v[64]; signal input index; signal output out; signal {binary} b[6] <== Bits(6)(index);
      signal {binary} column[8] <== OneHot(3)([b[0], b[1], b[2]]); signal {binary} row[8] <== OneHot(3)([b[3], b[4], b[5]]);
      signal term[8][8]; signal of_row[8]; var sum = 0;
      for (var r = 0; r < 8; r++) { var in_row = 0;
        for (var c = 0; c < 8; c++) { term[r][c] <== v[8 * r + c] * column[c]; in_row += term[r][c]; }
        of_row[r] <== in_row * row[r]; sum += of_row[r]; }
      out <== sum; }`,
    "W()",
  ],
  [
    "one of 64 values",
    "* halved once a bit",
    ["select", "range"],
    `template W() { signal input v[64]; signal input index; signal output out; out <== Pick(6)(v, Bits(6)(index)); }`,
    "W()",
  ],
  [
    "row, a position",
    "31 values one by one, no range checks",
    ["hash"],
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
    ["hash", "range"],
    `template W() { signal input v[30]; signal output leaf; signal {maxabs} s[30]; signal {binary} n[30]; var e[7];
      for (var i = 0; i < 30; i++) { (s[i], n[i]) <== Signed(47)(v[i]);
        e[1 + i \\ 5] += (v[i] + (1 << 48) * n[i]) * (1 << (48 * (i % 5))); }
      leaf <== Poseidon(7)(e); }`,
    "W()",
  ],
  [
    "row, a position",
    "mark, delta and charges taken apart, scenario pairs packed",
    ["hash", "range"],
    `template W() { signal input id; signal input bucket; signal input v[4]; signal input pair[13]; signal output leaf;
      _ <== Bits(2)(bucket); var e[14]; e[0] = id + (1 << 32) * bucket; signal {maxabs} s[4]; signal {binary} n[4];
      for (var i = 0; i < 4; i++) { (s[i], n[i]) <== Signed(47)(v[i]);
        e[0] += (v[i] + (1 << 48) * n[i]) * (1 << (40 + 48 * i)); }
      for (var k = 0; k < 13; k++) { e[1 + k] = pair[k]; }
      leaf <== Poseidon(14)(e); }`,
    "W()",
  ],
  ["row, a position", "* only delta taken apart", ["row"], "", "Row(26, 2)"],
  ["P&L of a scenario", "* a pair of sums over 16 positions, taken apart", ["pair"], "", "Unpack(98)"],
  [
    "largest of 26 losses",
    "a hint, checked against each",
    ["compare"],
    `template W() { signal input in[26]; signal input max; signal {maxabs} v[26]; signal product[26];
      v.maxabs = 132; for (var j = 0; j < 26; j++) { v[j] <== in[j]; _ <== Unsigned(134)(max - v[j]);
        product[j] <== (j == 0 ? 1 : product[j - 1]) * (max - v[j]); }
      product[25] === 0; }`,
    "W()",
  ],
  [
    "largest of 26 losses",
    "* a tournament",
    ["compare"],
    `template W() { signal input in[26]; signal output out; signal {maxabs} v[26]; v.maxabs = 132;
      for (var j = 0; j < 26; j++) { v[j] <== in[j]; } out <== Max(26)(v); }`,
    "W()",
  ],
  ["commitment", "* 32 lanes, three to an element", ["commitment"], "", "Commitment(16)"],
  [
    "parameters and root",
    "ratios of 1e-9, a hash of their own, a root over it",
    ["hash", "range"],
    `template W() { signal input ratio[58]; signal input deduction[16]; signal input quarter[4]; signal input setId;
      signal input timestamp; signal output root; var e[16];
      for (var i = 0; i < 58; i++) { _ <== Bits(32)(ratio[i]); e[i % 16] += ratio[i] * (1 << (32 * (i \\ 16))); }
      for (var i = 0; i < 16; i++) { _ <== Bits(64)(deduction[i]); e[i] += deduction[i] * (1 << 128); }
      signal params <== Poseidon(16)(e); signal rows <== Poseidon(4)(quarter);
      root <== Poseidon(4)([rows, params, setId, timestamp]); }`,
    "W()",
  ],
  [
    "parameters and root",
    "* ratios of 1e-4, one hash over all",
    ["parameters", "root"],
    `template W() { signal input weight[26]; signal input ratio[4][4]; signal input rate[4][4];
      signal input deduction[4][4]; signal input quarter[4]; signal input setId; signal input timestamp;
      signal output root; component p = Parameters(26, 4, 4); p.weight <== weight; p.gain <== ratio[0];
      p.loss <== ratio[1]; p.a <== ratio[2]; p.h <== ratio[3]; p.rate <== rate; p.deduction <== deduction;
      root <== RequirementRoot(10)(quarter, setId, timestamp, p.word); }`,
    "W()",
  ],
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
    const { constraints, wires, nonZeros } = await compileCircuit(file);
    const terms = nonZeros.a + nonZeros.b;
    figures.push({ part, what, rows: constraints, terms, keyBytes: 320 * wires + 44 * terms });
  }
  await rm(folder, { recursive: true, force: true });
  return figures;
}
