import { poseidon1, poseidon2, poseidon16 } from "poseidon-lite";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import { permutation } from "./permutation.ts";

/** A template small enough to compile in a second, what it must accept and the lies it must refuse. */
export interface Subject {
  /** The template under test; with constraint deletion its statements are deleted one by one. */
  readonly template: string;
  /** Path below `circuits/`. */
  readonly file: string;
  /** A whole main file. Tagged inputs are range-checked by a wrapper, so that a lie is just an input. */
  readonly main: string;
  readonly honest: readonly { readonly inputs: Signals; readonly outputs?: readonly bigint[] }[];
  /** By the name of the lie. */
  readonly lies: Readonly<Record<string, Signals>>;
}

const minus = (value: bigint): bigint => FIELD - value;
const inverse = (value: bigint): bigint => {
  let result = 1n;
  let base = value;
  for (let e = FIELD - 2n; e > 0n; e >>= 1n, base = (base * base) % FIELD) if (e & 1n) result = (result * base) % FIELD;
  return result;
};

const A_PERMUTATION = permutation(5n, 3n);
const ANOTHER_PERMUTATION = permutation(5n, 4n);
/** The states of one permutation up to a round, and of the other from there on. */
const spliced = (states: "first" | "last", from: number) => [
  ...(A_PERMUTATION[states] as bigint[][]).slice(0, from),
  ...(ANOTHER_PERMUTATION[states] as bigint[][]).slice(from),
];

/** A file under test; its inputs are made public below, so that no optimisation may choose them. */
const main = (include: string, body: string, component: string): string =>
  `pragma circom 2.2.2;\ninclude "${include}";\n${body}\ncomponent main = ${component};\n`;

const subject = (template: string, file: string, rest: Omit<Subject, "template" | "file">): Subject => ({
  template,
  file,
  ...rest,
  main: rest.main.replace("main =", `main {public [${Object.keys(rest.honest[0]?.inputs ?? {}).join(", ")}]} =`),
});

export const SUBJECTS: readonly Subject[] = [
  subject("Bits", "lib/range.circom", {
    main: main("range.circom", "", "Bits(8)"),
    honest: [
      { inputs: { in: 0n }, outputs: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] },
      { inputs: { in: 255n }, outputs: [1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n] },
      { inputs: { in: 6n }, outputs: [0n, 1n, 1n, 0n, 0n, 0n, 0n, 0n] },
    ],
    lies: { "one above the range": { in: 256n }, "minus one": { in: minus(1n) }, "the half": { in: inverse(2n) } },
  }),
  subject("Unsigned", "lib/range.circom", {
    main: main("range.circom", "", "Unsigned(8)"),
    honest: [
      { inputs: { in: 0n }, outputs: [0n] },
      { inputs: { in: 1n }, outputs: [1n] },
      { inputs: { in: 255n }, outputs: [255n] },
    ],
    lies: { "one above the range": { in: 256n }, "minus one": { in: minus(1n) } },
  }),
  subject("Signed", "lib/range.circom", {
    main: main("range.circom", "", "Signed(8)"),
    honest: [
      { inputs: { in: 0n }, outputs: [0n, 0n] },
      { inputs: { in: 255n }, outputs: [255n, 0n] },
      { inputs: { in: minus(1n) }, outputs: [minus(1n), 1n] },
      { inputs: { in: minus(256n) }, outputs: [minus(256n), 1n] },
    ],
    lies: { "one above the range": { in: 256n }, "one below the range": { in: minus(257n) } },
  }),
  subject("IsNegative", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input in; signal output out;
        signal {maxabs} v; signal {binary} n; (v, n) <== Signed(4)(in); out <== IsNegative()(v); }`,
      "W()",
    ),
    honest: [
      { inputs: { in: 0n }, outputs: [0n] },
      { inputs: { in: 15n }, outputs: [0n] },
      { inputs: { in: minus(1n) }, outputs: [1n] },
      { inputs: { in: minus(16n) }, outputs: [1n] },
    ],
    lies: {},
  }),
  subject("Abs", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input in; signal output out;
        signal {maxabs} v; signal {binary} n; (v, n) <== Signed(4)(in); out <== Abs()(v); }`,
      "W()",
    ),
    honest: [
      { inputs: { in: 0n }, outputs: [0n] },
      { inputs: { in: 15n }, outputs: [15n] },
      { inputs: { in: minus(16n) }, outputs: [16n] },
    ],
    lies: {},
  }),
  subject("AtLeast", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input x; signal input bound; signal {maxabs} v; signal {binary} n; (v, n) <== Signed(8)(x);
        AtLeast(9)(v, bound); }`,
      "W()",
    ),
    honest: [
      { inputs: { x: 5n, bound: 5n } },
      { inputs: { x: minus(5n), bound: minus(5n) } },
      { inputs: { x: 0n, bound: minus(1n) } },
      { inputs: { x: minus(256n), bound: minus(512n) } },
      { inputs: { x: 255n, bound: minus(512n) } },
    ],
    lies: {
      "a bound one above the value": { x: 5n, bound: 6n },
      "a bound above a negative value": { x: minus(5n), bound: minus(4n) },
      "a bound far above": { x: 255n, bound: 1n << 200n },
      "a bound that half the field lies under": { x: 255n, bound: FIELD / 2n },
      "a bound that comes around the field": { x: 255n, bound: minus(1n << 200n) },
    },
  }),
  subject("Larger", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input x; signal input y; signal output out; signal {maxabs} a; signal {binary} an;
        signal {maxabs} b; signal {binary} bn; (a, an) <== Signed(8)(x); (b, bn) <== Signed(4)(y); out <== Larger()(a, b); }`,
      "W()",
    ),
    honest: [
      { inputs: { x: 5n, y: 3n }, outputs: [5n] },
      { inputs: { x: 3n, y: 5n }, outputs: [5n] },
      { inputs: { x: minus(256n), y: minus(16n) }, outputs: [minus(16n)] },
      { inputs: { x: 255n, y: minus(16n) }, outputs: [255n] },
      { inputs: { x: minus(256n), y: 15n }, outputs: [15n] },
      { inputs: { x: 7n, y: 7n }, outputs: [7n] },
    ],
    lies: {},
  }),
  subject("Max", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input in[3]; signal output out; signal {maxabs} v[3]; signal {binary} n[3];
        for (var i = 0; i < 3; i++) { (v[i], n[i]) <== Signed(8)(in[i]); } out <== Max(3)(v); }`,
      "W()",
    ),
    honest: [
      { inputs: { in: [1n, 200n, minus(3n)] }, outputs: [200n] },
      { inputs: { in: [minus(5n), minus(3n), minus(256n)] }, outputs: [minus(3n)] },
      { inputs: { in: [7n, 7n, 7n] }, outputs: [7n] },
      { inputs: { in: [1n, 2n, 255n] }, outputs: [255n] },
      { inputs: { in: [255n, minus(256n), 0n] }, outputs: [255n] },
    ],
    lies: {},
  }),
  subject("MaxOrZero", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input in[2]; signal output out; signal {maxabs} v[2]; signal {binary} n[2];
        for (var i = 0; i < 2; i++) { (v[i], n[i]) <== Signed(8)(in[i]); } out <== MaxOrZero(2)(v); }`,
      "W()",
    ),
    honest: [
      { inputs: { in: [minus(4n), minus(9n)] }, outputs: [0n] },
      { inputs: { in: [minus(4n), 9n] }, outputs: [9n] },
      { inputs: { in: [3n, minus(256n)] }, outputs: [3n] },
    ],
    lies: {},
  }),
  subject("UnpackCheck", "lib/pair.circom", {
    main: main("pair.circom", "", "UnpackCheck(8)"),
    honest: [
      { inputs: { packed: 5n + (7n << 120n), low: 5n, high: 7n }, outputs: [5n, 7n, 0n, 0n] },
      {
        inputs: { packed: minus(5n) + (7n << 120n) - FIELD, low: minus(5n), high: 7n },
        outputs: [minus(5n), 7n, 1n, 0n],
      },
      {
        inputs: { packed: minus(256n + (256n << 120n)), low: minus(256n), high: minus(256n) },
        outputs: [minus(256n), minus(256n), 1n, 1n],
      },
    ],
    lies: {
      "low too wide": { packed: 300n, low: 300n, high: 0n },
      "a borrow from high": { packed: 5n + (7n << 120n), low: 5n + (1n << 120n), high: 6n },
      "high too wide": { packed: 300n << 120n, low: 0n, high: 300n },
      "everything in low": { packed: 5n + (7n << 120n), low: 5n + (7n << 120n), high: 0n },
      "everything in high": { packed: 5n, low: 0n, high: (5n * inverse(1n << 120n)) % FIELD },
      "other halves": { packed: 5n + (7n << 120n), low: 6n, high: 7n },
    },
  }),
  subject("Unpack", "lib/pair.circom", {
    main: main("pair.circom", "", "Unpack(8)"),
    honest: [
      { inputs: { packed: 255n + (255n << 120n) }, outputs: [255n, 255n, 0n, 0n] },
      { inputs: { packed: minus(1n) }, outputs: [minus(1n), 0n, 1n, 0n] },
      { inputs: { packed: minus(1n << 120n) }, outputs: [0n, minus(1n), 0n, 1n] },
      { inputs: { packed: 0n }, outputs: [0n, 0n, 0n, 0n] },
    ],
    lies: { "a half too wide": { packed: 256n }, "both halves too wide": { packed: (1n << 130n) + (1n << 10n) } },
  }),
  subject("VanishesCheck", "lib/vanish.circom", {
    main: main("vanish.circom", "", "VanishesCheck()"),
    honest: [
      { inputs: { in: 0n, inverse: 0n }, outputs: [1n] },
      { inputs: { in: 4n, inverse: inverse(4n) }, outputs: [0n] },
      { inputs: { in: minus(1n), inverse: minus(1n) }, outputs: [0n] },
    ],
    lies: {
      "a number called zero": { in: 4n, inverse: 0n },
      "another inverse": { in: 4n, inverse: 4n },
      "an inverse of zero": { in: 0n, inverse: 4n },
    },
  }),
  subject("Vanishes", "lib/vanish.circom", {
    main: main("vanish.circom", "", "Vanishes()"),
    honest: [
      { inputs: { in: 0n }, outputs: [1n] },
      { inputs: { in: 4n }, outputs: [0n] },
    ],
    lies: {},
  }),
  subject("OneHot", "lib/select.circom", {
    main: main(
      "select.circom",
      `include "range.circom"; template W() { signal input in; signal output out[8]; out <== OneHot(3)(Bits(3)(in)); }`,
      "W()",
    ),
    honest: [0n, 1n, 5n, 7n].map((at) => ({
      inputs: { in: at },
      outputs: Array.from({ length: 8 }, (_, i) => (BigInt(i) === at ? 1n : 0n)),
    })),
    lies: { "an index outside": { in: 8n } },
  }),
  subject("Pick", "lib/select.circom", {
    main: main(
      "select.circom",
      `include "range.circom"; template W() { signal input v[8]; signal input in; signal output out;
        out <== Pick(3)(v, Bits(3)(in)); }`,
      "W()",
    ),
    honest: [0n, 1n, 3n, 6n, 7n].map((at) => ({
      inputs: { v: [90n, 81n, 72n, 63n, 54n, 45n, 36n, 27n], in: at },
      outputs: [90n - 9n * at],
    })),
    lies: { "an index outside": { v: [9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n], in: 8n } },
  }),
  subject("Fourth", "lib/hash.circom", {
    main: main("hash.circom", "", "Fourth()"),
    honest: [
      { inputs: { in: 3n }, outputs: [81n] },
      { inputs: { in: minus(2n) }, outputs: [16n] },
      { inputs: { in: 0n }, outputs: [0n] },
    ],
    lies: {},
  }),
  subject("PermutationCheck", "lib/hash.circom", {
    main: main(
      "hash.circom",
      `template W() { signal input initial; signal input inputs[1]; signal input first[3][2]; signal input partial[56];
        signal input last[4][2]; signal input final[2];
        PermutationCheck(1, inverted(2, POSEIDON_M(2)), inverted(2, POSEIDON_P(2)), partial_pivots(2, 56, POSEIDON_S(2)))(
          initial <== initial, inputs <== inputs, first <== first, partial <== partial, last <== last, final <== final); }`,
      "W()",
    ),
    honest: [{ inputs: A_PERMUTATION }, { inputs: permutation(0n, 0n) }, { inputs: permutation(minus(1n), minus(1n)) }],
    lies: {
      "another input": { ...ANOTHER_PERMUTATION, inputs: [3n] },
      "another capacity": { ...A_PERMUTATION, initial: 6n },
      "a second full round of its own": { ...ANOTHER_PERMUTATION, first: spliced("first", 1), inputs: [3n] },
      "a third full round of its own": { ...ANOTHER_PERMUTATION, first: spliced("first", 2), inputs: [3n] },
      "partial rounds that start elsewhere": { ...ANOTHER_PERMUTATION, first: A_PERMUTATION.first, inputs: [3n] },
      "a partial round without its S-box": permutation(5n, 3n, (round, left) => (round === 20 ? 1n : left)),
      "a first partial round of its own": permutation(5n, 3n, (round, left) => (round === 0 ? left + 1n : left)),
      "a last partial round of its own": permutation(5n, 3n, (round, left) => (round === 55 ? left + 1n : left)),
      "full rounds that start elsewhere": {
        ...A_PERMUTATION,
        last: ANOTHER_PERMUTATION.last,
        final: ANOTHER_PERMUTATION.final,
      },
      "a last full round of its own": { ...A_PERMUTATION, last: spliced("last", 3), final: ANOTHER_PERMUTATION.final },
      "another result": { ...A_PERMUTATION, final: ANOTHER_PERMUTATION.final },
    },
  }),
  ...([1, 2, 16] as const).map((n) => {
    const inputs = Array.from({ length: n }, (_, i) => minus(BigInt(i + 1)));
    return subject("Permutation", "lib/hash.circom", {
      main: main(
        "hash.circom",
        `template W() { signal input inputs[${n}]; signal output out; signal state[${n + 1}] <== Permutation(${n})(0, inputs);
          out <== state[0]; }`,
        "W()",
      ),
      honest: [{ inputs: { inputs }, outputs: [{ 1: poseidon1, 2: poseidon2, 16: poseidon16 }[n](inputs)] }],
      lies: {},
    });
  }),
  subject("Ascend", "lib/merkle.circom", {
    main: main(
      "merkle.circom",
      `include "range.circom"; template W() { signal input node; signal input in; signal input siblings[2];
        signal output out; out <== Ascend(1)(node, Bits(1)(in), siblings); }`,
      "W()",
    ),
    honest: [
      { inputs: { node: 11n, in: 0n, siblings: [11n, 12n] } },
      { inputs: { node: 12n, in: 1n, siblings: [11n, 12n] } },
    ],
    lies: {
      "a node that is not there": { node: 13n, in: 0n, siblings: [11n, 12n] },
      "its neighbour's place": { node: 11n, in: 1n, siblings: [11n, 12n] },
    },
  }),
  subject("Lane", "margin/lane.circom", {
    main: main("lane.circom", "", "Lane()"),
    honest: [
      { inputs: { id: 0n, quantity: 0n } },
      { inputs: { id: (1n << 32n) - 1n, quantity: (1n << 47n) - 1n } },
      { inputs: { id: 4097n, quantity: minus(1n << 47n) } },
    ],
    lies: {
      "an id that spills into the quantity": { id: 1n << 32n, quantity: 1n },
      "a negative id": { id: minus(1n), quantity: 1n },
      "a quantity too large": { id: 1n, quantity: 1n << 47n },
      "a quantity too small": { id: 1n, quantity: minus((1n << 47n) + 1n) },
      "a quantity near the field's order": { id: 1n, quantity: minus(1n << 100n) },
    },
  }),
  subject("Row", "margin/row.circom", {
    main: main("row.circom", "", "Row(2, 1)"),
    honest: [
      { inputs: { id: 7n, bucket: 1n, delta: minus(4n), if_long: 3n, if_short: 2n, pair: [9n] } },
      { inputs: { id: 0n, bucket: 0n, delta: 0n, if_long: 0n, if_short: 0n, pair: [0n] } },
      { inputs: { id: 1n, bucket: 0n, delta: 6n, if_long: minus(1n), if_short: 1n, pair: [minus(1n)] } },
    ],
    lies: {
      "a bucket beyond the last": { id: 7n, bucket: 2n, delta: 4n, if_long: 3n, if_short: 2n, pair: [9n] },
      "a bucket that eats the delta": { id: 7n, bucket: 256n, delta: 3n, if_long: 3n, if_short: 2n, pair: [9n] },
      "a delta that eats the bucket": {
        id: 7n,
        bucket: 0n,
        delta: (4n + inverse(1n << 8n)) % FIELD,
        if_long: 3n,
        if_short: 2n,
        pair: [9n],
      },
      "a delta too wide": { id: 7n, bucket: 0n, delta: 1n << 48n, if_long: 3n, if_short: 2n, pair: [9n] },
    },
  }),
  subject("Parameters", "margin/parameters.circom", {
    main: main("parameters.circom", "", "Parameters(2, 1, 2)"),
    honest: [
      {
        inputs: {
          weight: [1n, 2n],
          gain: [3n],
          loss: [4n],
          a: [5n],
          h: [6n],
          rate: [[7n, 8n]],
          deduction: [[9n, 10n]],
        },
      },
    ],
    lies: Object.fromEntries(
      (
        [
          ["weight", [1n << 16n, 2n]],
          ["gain", [1n << 16n]],
          ["loss", [1n << 16n]],
          ["a", [1n << 16n]],
          ["h", [1n << 16n]],
          ["rate", [[1n << 16n, 8n]]],
          ["deduction", [[1n << 64n, 10n]]],
        ] as const
      ).map(([name, value]) => [
        `a ${name} wider than its place`,
        {
          weight: [1n, 2n],
          gain: [3n],
          loss: [4n],
          a: [5n],
          h: [6n],
          rate: [[7n, 8n]],
          deduction: [[9n, 10n]],
          [name]: value,
        },
      ]),
    ),
  }),
  subject("Haircut", "margin/scenario.circom", {
    main: main(
      "scenario.circom",
      `template W() { signal input pnl; signal input gain; signal input loss; signal output out;
        signal {maxabs} v; signal {binary} n; (v, n) <== Signed(20)(pnl);
        out <== Haircut()(v, n, AsSigned()(Unsigned(8)(gain)), AsSigned()(Unsigned(8)(loss))); }`,
      "W()",
    ),
    honest: [
      { inputs: { pnl: 100n, gain: 6n, loss: 10n }, outputs: [600n] },
      { inputs: { pnl: minus(100n), gain: 6n, loss: 10n }, outputs: [minus(1000n)] },
      { inputs: { pnl: 0n, gain: 6n, loss: 10n }, outputs: [0n] },
    ],
    lies: {},
  }),
  subject("ScenarioLosses", "margin/scenario.circom", {
    main: main(
      "scenario.circom",
      `template W() { signal input packed[2][1]; signal input weight[2]; signal input gain[2]; signal input loss[2];
        signal output out[2]; signal {maxabs} w[2]; signal {maxabs} g[2]; signal {maxabs} l[2];
        for (var i = 0; i < 2; i++) { w[i] <== AsSigned()(Unsigned(8)(weight[i]));
          g[i] <== AsSigned()(Unsigned(8)(gain[i])); l[i] <== AsSigned()(Unsigned(8)(loss[i])); }
        out <== ScenarioLosses(2, 2, 20)(packed, w, g, l); }`,
      "W()",
    ),
    honest: [
      {
        inputs: {
          packed: [[10n + (20n << 120n)], [minus(30n) + (5n << 120n) - FIELD]],
          weight: [2n, 3n],
          gain: [1n, 1n],
          loss: [2n, 4n],
        },
        outputs: [220n, minus(75n)],
      },
    ],
    lies: {},
  }),
  subject("Position", "margin/position.circom", {
    main: main(
      "position.circom",
      `include "range.circom"; template W() { signal input q; signal input l; signal input s; signal input d;
        signal output carried; signal output net; signal output gross;
        signal {maxabs} qq; signal {binary} qn; (qq, qn) <== Signed(10)(q);
        signal {maxabs} dd; signal {binary} dn; (dd, dn) <== Signed(10)(d);
        (carried, net, gross) <== Position()(quantity <== qq, is_short <== qn, if_long <== l, if_short <== s,
          delta <== dd, delta_negative <== dn); }`,
      "W()",
    ),
    honest: [
      { inputs: { q: 3n, l: 5n, s: 11n, d: minus(7n) }, outputs: [15n, minus(21n), 21n] },
      { inputs: { q: minus(3n), l: 5n, s: 11n, d: minus(7n) }, outputs: [minus(33n), 21n, 21n] },
      { inputs: { q: minus(3n), l: 5n, s: minus(2n << 120n), d: 7n }, outputs: [6n << 120n, minus(21n), 21n] },
      { inputs: { q: 0n, l: 5n, s: 11n, d: minus(7n) }, outputs: [0n, 0n, 0n] },
      { inputs: { q: 3n, l: 5n, s: 11n, d: 7n }, outputs: [15n, 21n, 21n] },
    ],
    lies: {},
  }),
  subject("BucketFloor", "margin/bucket.circom", {
    main: main(
      "bucket.circom",
      `template W() { signal input n; signal input g; signal input a; signal input h; signal input r[2]; signal input d[2];
        signal output floor; signal output concentration; signal {maxabs} nn; signal {binary} s; (nn, s) <== Signed(20)(n);
        signal {maxabs} rr[2]; signal {maxabs} dd[2];
        for (var i = 0; i < 2; i++) { rr[i] <== AsSigned()(Unsigned(8)(r[i])); dd[i] <== AsSigned()(Unsigned(8)(d[i])); }
        (floor, concentration) <== BucketFloor(2)(net <== nn, gross <== AsSigned()(Unsigned(60)(g)),
          a <== AsSigned()(Unsigned(8)(a)), h <== AsSigned()(Unsigned(8)(h)), rate <== rr, deduction <== dd); }`,
      "W()",
    ),
    honest: [
      {
        inputs: { n: minus(6n), g: 10n, a: 5n, h: 4n, r: [1n, 2n], d: [0n, 1n] },
        outputs: [30n * 10n ** 4n + 8n * 10n ** 4n, 10n ** 5n],
      },
      { inputs: { n: 6n, g: 6n, a: 5n, h: 4n, r: [1n, 2n], d: [1n, 1n] }, outputs: [30n * 10n ** 4n, 0n] },
      {
        inputs: { n: 0n, g: 10n ** 12n, a: 5n, h: 4n, r: [1n, 200n], d: [0n, 1n] },
        outputs: [2n * 10n ** 16n, (200n * 10n ** 12n - 10n ** 10n) * 10n ** 4n],
      },
    ],
    lies: {},
  }),
  ...(["Product", "Add", "Subtract"] as const).map((template) =>
    subject(template, "lib/arithmetic.circom", {
      main: main(
        "arithmetic.circom",
        `include "range.circom"; template W() { signal input x; signal input y; signal output out;
          signal {maxabs} a; signal {binary} an; (a, an) <== Signed(8)(x);
          signal {maxabs} b; signal {binary} bn; (b, bn) <== Signed(8)(y); out <== ${template}()(a, b); }`,
        "W()",
      ),
      honest: [
        { inputs: { x: 5n, y: minus(3n) }, outputs: [{ Product: minus(15n), Add: 2n, Subtract: 8n }[template]] },
        { inputs: { x: 0n, y: 7n }, outputs: [{ Product: 0n, Add: 7n, Subtract: minus(7n) }[template]] },
      ],
      lies: {},
    }),
  ),
  ...(["Gate", "Magnitude", "Negate", "Scale"] as const).map((template) =>
    subject(template, "lib/arithmetic.circom", {
      main: main(
        "arithmetic.circom",
        `include "range.circom"; template W() { signal input x; signal output out;
          signal {maxabs} a; signal {binary} n; (a, n) <== Signed(8)(x);
          out <== ${{ Gate: "Gate()(a, n)", Magnitude: "Magnitude()(a, n)", Negate: "Negate()(a)", Scale: "Scale(3)(a)" }[template]}; }`,
        "W()",
      ),
      honest: [
        {
          inputs: { x: minus(5n) },
          outputs: [{ Gate: minus(5n), Magnitude: 5n, Negate: 5n, Scale: minus(15n) }[template]],
        },
        { inputs: { x: 4n }, outputs: [{ Gate: 0n, Magnitude: 4n, Negate: minus(4n), Scale: 12n }[template]] },
      ],
      lies: {},
    }),
  ),
  subject("Choose", "lib/arithmetic.circom", {
    main: main(
      "arithmetic.circom",
      `include "range.circom"; template W() { signal input x; signal input y; signal output out;
        signal {maxabs} a; signal {binary} n; (a, n) <== Signed(8)(x);
        signal {maxabs} b; signal {binary} m; (b, m) <== Signed(4)(y); out <== Choose()(a, b, n); }`,
      "W()",
    ),
    honest: [
      { inputs: { x: 5n, y: 7n }, outputs: [5n] },
      { inputs: { x: minus(5n), y: 7n }, outputs: [7n] },
    ],
    lies: {},
  }),
  subject("Sum", "lib/arithmetic.circom", {
    main: main(
      "arithmetic.circom",
      `include "range.circom"; template W() { signal input x[3]; signal output out; signal {maxabs} a[3]; signal {binary} n[3];
        for (var i = 0; i < 3; i++) { (a[i], n[i]) <== Signed(8)(x[i]); } out <== Sum(3)(a); }`,
      "W()",
    ),
    honest: [{ inputs: { x: [1n, minus(2n), 40n] }, outputs: [39n] }],
    lies: {},
  }),
];
