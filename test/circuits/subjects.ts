import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Signals } from "../../prover/prove/inputs.ts";

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
  subject("MaxCheck", "lib/compare.circom", {
    main: main(
      "compare.circom",
      `template W() { signal input in[3]; signal input max; signal {maxabs} v[3]; signal {binary} n[3];
        for (var i = 0; i < 3; i++) { (v[i], n[i]) <== Signed(8)(in[i]); } MaxCheck(3)(v, max); }`,
      "W()",
    ),
    honest: [
      { inputs: { in: [1n, 200n, minus(3n)], max: 200n } },
      { inputs: { in: [minus(5n), minus(3n), minus(256n)], max: minus(3n) } },
      { inputs: { in: [7n, 7n, 7n], max: 7n } },
      { inputs: { in: [255n, minus(256n), 0n], max: 255n } },
    ],
    lies: {
      "the second largest": { in: [1n, 200n, minus(3n)], max: 1n },
      "the first, too small": { in: [1n, 2n, 0n], max: 1n },
      "the last, too small": { in: [5n, 2n, 1n], max: 1n },
      "larger than all": { in: [1n, 200n, minus(3n)], max: 201n },
      "larger than all, within the range of the sign": { in: [0n, 0n, 0n], max: 1n },
      "smaller than all": { in: [5n, 6n, 7n], max: 4n },
      "minus the largest": { in: [5n, 6n, 7n], max: minus(7n) },
    },
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
  subject("Select", "lib/select.circom", {
    main: main(
      "select.circom",
      `include "range.circom"; template W() { signal input v[4]; signal input in; signal output out;
        out <== Select(4)(v, OneHot(2)(Bits(2)(in))); }`,
      "W()",
    ),
    honest: [
      { inputs: { v: [9n, 8n, 7n, 6n], in: 0n }, outputs: [9n] },
      { inputs: { v: [9n, 8n, 7n, 6n], in: 3n }, outputs: [6n] },
    ],
    lies: {},
  }),
  subject("SelectCap", "lib/merkle.circom", {
    main: main(
      "merkle.circom",
      `include "range.circom"; template W() { signal input v[64]; signal input in; signal output out;
        out <== SelectCap()(v, Bits(6)(in)); }`,
      "W()",
    ),
    honest: [0n, 1n, 8n, 37n, 63n].map((at) => ({
      inputs: { v: Array.from({ length: 64 }, (_, i) => BigInt(100 + i)), in: at },
      outputs: [100n + at],
    })),
    lies: {},
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
      { inputs: { id: 7n, bucket: 1n, mark: 5n, delta: minus(4n), long: 3n, short: 2n, pair: [9n] } },
      { inputs: { id: 0n, bucket: 0n, mark: 0n, delta: 0n, long: 0n, short: 0n, pair: [0n] } },
      { inputs: { id: 1n, bucket: 0n, mark: minus(1n), delta: 6n, long: 0n, short: 1n, pair: [minus(1n)] } },
    ],
    lies: {
      "a bucket beyond the last": { id: 7n, bucket: 2n, mark: 5n, delta: 4n, long: 3n, short: 2n, pair: [9n] },
      "a bucket that eats the mark": { id: 7n, bucket: 256n, mark: 4n, delta: 4n, long: 3n, short: 2n, pair: [9n] },
      "a mark that eats the delta": { id: 7n, bucket: 0n, mark: 1n << 48n, delta: 3n, long: 3n, short: 2n, pair: [9n] },
      "a delta that eats the charge": {
        id: 7n,
        bucket: 0n,
        mark: 1n,
        delta: 1n << 48n,
        long: 2n,
        short: 2n,
        pair: [9n],
      },
      "a negative long charge": { id: 7n, bucket: 0n, mark: 1n, delta: 1n, long: minus(2n), short: 2n, pair: [9n] },
      "a long charge that eats the short": {
        id: 7n,
        bucket: 0n,
        mark: 1n,
        delta: 1n,
        long: 1n << 48n,
        short: 1n,
        pair: [9n],
      },
      "a short charge too wide": { id: 7n, bucket: 0n, mark: 1n, delta: 1n, long: 1n, short: 1n << 47n, pair: [9n] },
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
          ["weight", [1n << 32n, 2n]],
          ["gain", [1n << 32n]],
          ["loss", [1n << 32n]],
          ["a", [1n << 32n]],
          ["h", [1n << 32n]],
          ["rate", [[1n << 32n, 8n]]],
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
      `include "range.circom"; template W() { signal input q; signal input m; signal input d; signal input l; signal input s;
        signal output value; signal output charge; signal output net; signal output gross;
        signal {maxabs} qq; signal {binary} qn; (qq, qn) <== Signed(10)(q);
        signal {maxabs} mm; signal {binary} mn; (mm, mn) <== Signed(10)(m);
        signal {maxabs} dd; signal {binary} dn; (dd, dn) <== Signed(10)(d);
        (value, charge, net, gross) <== Position()(quantity <== qq, is_short <== qn, mark <== mm, delta <== dd,
          delta_negative <== dn, long <== AsSigned()(Unsigned(10)(l)), short <== AsSigned()(Unsigned(10)(s))); }`,
      "W()",
    ),
    honest: [
      { inputs: { q: 3n, m: 5n, d: minus(7n), l: 2n, s: 11n }, outputs: [15n, 6n, minus(21n), 21n] },
      { inputs: { q: minus(3n), m: 5n, d: minus(7n), l: 2n, s: 11n }, outputs: [minus(15n), 33n, 21n, 21n] },
      { inputs: { q: minus(3n), m: minus(5n), d: 7n, l: 2n, s: 11n }, outputs: [15n, 33n, minus(21n), 21n] },
      { inputs: { q: 0n, m: 5n, d: 7n, l: 2n, s: 11n }, outputs: [0n, 0n, 0n, 0n] },
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
        outputs: [30n * 10n ** 9n + 8n * 10n ** 9n, 10n ** 10n],
      },
      { inputs: { n: 6n, g: 6n, a: 5n, h: 4n, r: [1n, 2n], d: [1n, 1n] }, outputs: [30n * 10n ** 9n, 0n] },
      {
        inputs: { n: 0n, g: 10n ** 17n, a: 5n, h: 4n, r: [1n, 200n], d: [0n, 1n] },
        outputs: [2n * 10n ** 26n, (200n * 10n ** 17n - 10n ** 15n) * 10n ** 9n],
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
