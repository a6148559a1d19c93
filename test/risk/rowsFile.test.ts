import { describe, expect, test } from "vitest";
import { parseRowsFile } from "../../prover/risk/rowsFile.ts";

const bucket = {
  name: "BTC",
  gain: "0.6",
  loss: "1",
  a: "0.02",
  h: "0.01",
  tiers: [{ rate: "0.01", deduction: "2500" }],
};
const instrument = {
  id: 1,
  name: "BTC-PERPETUAL",
  bucket: "BTC",
  mark: "73067.62",
  delta: "73067.62",
  long: "0",
  short: "0",
  values: ["-13152.1716", "-48224.6292"],
};
const file = {
  version: 1,
  coverage: "1",
  scenarios: [
    { name: "down", weight: "1" },
    { name: "tail", weight: "0.21" },
  ],
  buckets: [bucket],
  instruments: [instrument],
};

const parse = (content: unknown) => parseRowsFile(JSON.stringify(content), "rows.json");
const refused = (content: unknown, code: string, message: string) =>
  expect(() => parse(content)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));

describe("a rows file", () => {
  test("becomes a requirement set in the units of the model", () => {
    const { set, coverage, instruments } = parse(file);
    expect(coverage).toBe(10_000n);
    expect(instruments).toEqual([{ id: 1, name: "BTC-PERPETUAL" }]);
    expect(set.scenarios).toEqual([
      { name: "down", weight: 1_000_000_000n },
      { name: "tail", weight: 210_000_000n },
    ]);
    expect(set.buckets).toEqual([
      {
        name: "BTC",
        gain: 600_000_000n,
        loss: 1_000_000_000n,
        a: 20_000_000n,
        h: 10_000_000n,
        tiers: [{ rate: 10_000_000n, deduction: 2_500_000_000n }],
      },
    ]);
    expect(set.rows.get(1)).toEqual({
      id: 1,
      bucket: 0,
      mark: 73_067_620_000n,
      delta: 73_067_620_000n,
      long: 0n,
      short: 0n,
      values: [-13_152_171_600n, -48_224_629_200n],
    });
  });

  test("may leave out what is 0, and a loss or a coverage of 1", () => {
    const { set, coverage } = parse({
      version: 1,
      scenarios: [{ name: "down", weight: "1" }],
      buckets: [{ name: "BTC" }],
      instruments: [{ id: 1, name: "X", bucket: "BTC" }],
    });
    expect(coverage).toBe(10_000n);
    expect(set.buckets).toEqual([{ name: "BTC", gain: 0n, loss: 1_000_000_000n, a: 0n, h: 0n, tiers: [] }]);
    expect(set.rows.get(1)).toEqual({ id: 1, bucket: 0, mark: 0n, delta: 0n, long: 0n, short: 0n, values: [0n] });
  });

  test("knows no limit on the number of scenarios, buckets, tiers and instruments", () => {
    const many = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
    const { set } = parse({
      version: 1,
      scenarios: many(100, (i) => ({ name: `s${i}`, weight: "1" })),
      buckets: many(50, (i) => ({
        ...bucket,
        name: `b${i}`,
        tiers: many(20, () => ({ rate: "0.01", deduction: "1" })),
      })),
      instruments: many(5000, (i) => ({ id: i, name: `i${i}`, bucket: `b${i % 50}`, values: many(100, () => "-1") })),
    });
    expect([set.scenarios.length, set.buckets.length, set.buckets[0]?.tiers.length, set.rows.size]).toEqual([
      100, 50, 20, 5000,
    ]);
  });

  test("may call an instrument __proto__ or constructor", () => {
    const { instruments } = parse({
      ...file,
      instruments: ["__proto__", "constructor"].map((name, id) => ({ ...instrument, id, name })),
    });
    expect(instruments.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
  });
});

describe("a rows file is refused, naming file and field,", () => {
  test.each([
    [
      "scenarios",
      'scenarios[0] and scenarios[1] both have the name "down"',
      { ...file, scenarios: [file.scenarios[0], file.scenarios[0]] },
    ],
    ["buckets", 'buckets[0] and buckets[1] both have the name "BTC"', { ...file, buckets: [bucket, bucket] }],
    [
      "instrument names",
      "instruments[0] and instruments[1] both have the name",
      { ...file, instruments: [instrument, { ...instrument, id: 2 }] },
    ],
    [
      "instrument ids",
      "instruments[0] and instruments[1] both have the id 1",
      { ...file, instruments: [instrument, { ...instrument, name: "other" }] },
    ],
  ])("when two %s are the same", (_, message, content) => {
    refused(content, "DUPLICATE", `rows.json: ${message}`);
  });

  test.each(["ETH", "__proto__", "btc"])("when an instrument names the unknown bucket %s", (name) => {
    refused(
      { ...file, instruments: [{ ...instrument, bucket: name }] },
      "UNKNOWN_BUCKET",
      `rows.json: instruments[0].bucket: there is no bucket "${name}"`,
    );
  });

  test.each([[[]], [["1"]], [["1", "2", "3"]]])("when values do not match the scenarios: %j", (values) => {
    refused({ ...file, instruments: [{ ...instrument, values }] }, "BAD_FIELD", "rows.json: instruments[0].values has");
  });

  test.each([
    ["mark", "0.0000001"],
    ["delta", "NaN"],
    ["long", "1e5"],
    ["short", " 1"],
    ["mark", ""],
  ])("when the %s of an instrument is %j", (field, value) => {
    refused(
      { ...file, instruments: [{ ...instrument, [field]: value }] },
      "BAD_DECIMAL",
      `rows.json: instruments[0].${field}`,
    );
  });

  test.each([
    ["instruments[0].mark", { ...file, instruments: [{ ...instrument, mark: "140737488.355328" }] }],
    ["instruments[0].values[1]", { ...file, instruments: [{ ...instrument, values: ["0", "-140737488.355328"] }] }],
    ["buckets[0].loss", { ...file, buckets: [{ ...bucket, loss: "4.294967296" }] }],
    ["buckets[0].gain", { ...file, buckets: [{ ...bucket, gain: "-0.1" }] }],
    ["buckets[0].tiers[0].deduction", { ...file, buckets: [{ ...bucket, tiers: [{ rate: "0", deduction: "-1" }] }] }],
    ["scenarios[0].weight", { ...file, scenarios: [{ name: "down", weight: "-1" }, file.scenarios[1]] }],
    ["coverage", { ...file, coverage: "-1" }],
    ["coverage", { ...file, coverage: "104.8576" }],
  ])("when %s is out of range", (field, content) => {
    refused(content, "OUT_OF_RANGE", `rows.json: ${field}`);
  });

  test.each([
    ["coverage", "1.00001"],
    ["coverage", "one"],
  ])("when %s is %s", (field, value) => {
    refused({ ...file, [field]: value }, "BAD_DECIMAL", `rows.json: ${field}`);
  });

  test.each([-1, 1.5, 4_294_967_296, "1", null])("when an id is %j", (id) => {
    refused({ ...file, instruments: [{ ...instrument, id }] }, "BAD_FIELD", "rows.json: instruments[0].id");
  });

  test.each(["", "a\u001b[2J", "a\u202eb", "x".repeat(81)])("when a name is %j", (name) => {
    refused({ ...file, instruments: [{ ...instrument, name }] }, "BAD_FIELD", "rows.json: instruments[0].name");
  });

  test("when a scenario has no weight, because it would silently be off", () => {
    refused({ ...file, scenarios: [{ name: "down" }] }, "BAD_FIELD", "rows.json: scenarios[0].weight is missing");
  });

  test.each([
    [{ ...file, version: 2 }, "version"],
    [{ ...file, extra: 1 }, 'unknown field "extra"'],
    [{ ...file, instruments: [{ ...instrument, kind: "perp" }] }, 'instruments[0] has the unknown field "kind"'],
    [{ ...file, buckets: undefined }, "buckets is missing"],
  ])("when a field is unknown, missing or of another version (case %#)", (content, message) => {
    refused(content, "BAD_FIELD", message);
  });

  test("when its parameters contradict each other", () => {
    refused(
      { ...file, buckets: [{ ...bucket, gain: "1.1" }] },
      "BAD_SET",
      "rows.json: bucket BTC: gain is larger than loss",
    );
    refused({ ...file, buckets: [{ ...bucket, h: "0.05" }] }, "BAD_SET", "bucket BTC: a is smaller than h/2");
    refused({ ...file, instruments: [{ ...instrument, long: "-1" }] }, "BAD_SET", "instrument 1: a charge is negative");
  });
});
