import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import { parseJson, quote } from "../units/json.ts";
import { Coverage, Notional, Price, Ratio } from "../units/units.ts";
import { checkSet } from "./requirement.ts";
import type { Bucket, RequirementSet, Row } from "./types.ts";

/** An explicit rows file in memory: `tacit margin --rows`. */
export interface RowsFile {
  readonly set: RequirementSet;
  readonly coverage: Coverage;
  /** In the file's order; a book names its positions by `name`. */
  readonly instruments: readonly { readonly id: number; readonly name: string }[];
}

// Names are printed on terminals, so they hold no control, reordering or unassigned characters.
const name = z.string().regex(/^\P{C}{1,80}$/u, "must be 1 to 80 printable characters");
const decimal = z.string();
const optional = decimal.default("0");

/**
 * Rows somebody else made: any number of scenarios, buckets, tiers and instruments. Money has at most 6 decimal
 * places, ratios 9, `coverage` 4. Optional fields are 0 when absent, but for `loss` and `coverage`, which are 1;
 * absent `values` are 0 in every scenario, given ones need one entry per scenario.
 */
export const rowsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  coverage: decimal.default("1"),
  scenarios: z.array(z.strictObject({ name, weight: decimal })).default([]),
  buckets: z.array(
    z.strictObject({
      name,
      gain: optional,
      loss: decimal.default("1"),
      a: optional,
      h: optional,
      tiers: z.array(z.strictObject({ rate: decimal, deduction: optional })).default([]),
    }),
  ),
  instruments: z.array(
    z.strictObject({
      id: z.int().min(0).max(0xffffffff),
      name,
      bucket: name,
      mark: optional,
      delta: optional,
      long: optional,
      short: optional,
      values: z.array(decimal).optional(),
    }),
  ),
});

/**
 * Reads an explicit rows file.
 * @param text the file's text
 * @param file how errors name the file
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `DUPLICATE`, `UNKNOWN_BUCKET`, `BAD_SET`
 */
export function parseRowsFile(text: string, file: string): RowsFile {
  const raw = parseJson(text, file, rowsFileSchema);
  refuseDuplicates(file, "scenarios", "name", raw.scenarios);
  refuseDuplicates(file, "buckets", "name", raw.buckets);
  refuseDuplicates(file, "instruments", "name", raw.instruments);
  refuseDuplicates(file, "instruments", "id", raw.instruments);

  const scenarios = raw.scenarios.map(({ name, weight }, s) => ({
    name,
    weight: Ratio.parse(weight, `${file}: scenarios[${s}].weight`),
  }));
  const buckets = raw.buckets.map((bucket, b): Bucket => {
    const at = `${file}: buckets[${b}]`;
    return {
      name: bucket.name,
      gain: Ratio.parse(bucket.gain, `${at}.gain`),
      loss: Ratio.parse(bucket.loss, `${at}.loss`),
      a: Ratio.parse(bucket.a, `${at}.a`),
      h: Ratio.parse(bucket.h, `${at}.h`),
      tiers: bucket.tiers.map(({ rate, deduction }, j) => ({
        rate: Ratio.parse(rate, `${at}.tiers[${j}].rate`),
        deduction: Notional.parse(deduction, `${at}.tiers[${j}].deduction`),
      })),
    };
  });
  const bucketIndex = new Map(buckets.map((bucket, b) => [bucket.name, b]));
  const rows = raw.instruments.map((instrument, i): Row => {
    const at = `${file}: instruments[${i}]`;
    const bucket = bucketIndex.get(instrument.bucket);
    if (bucket === undefined) {
      throw new TacitError("UNKNOWN_BUCKET", `${at}.bucket: there is no bucket ${quote(instrument.bucket)}`, {
        hint: `The file's buckets are ${buckets.map((known) => quote(known.name)).join(", ")}.`,
      });
    }
    if (instrument.values !== undefined && instrument.values.length !== scenarios.length) {
      const [given, wanted] = [instrument.values.length, scenarios.length];
      throw new TacitError("BAD_FIELD", `${at}.values has ${given} entries, the file has ${wanted} scenarios`);
    }
    return {
      id: instrument.id,
      bucket,
      mark: Price.parse(instrument.mark, `${at}.mark`),
      delta: Price.parse(instrument.delta, `${at}.delta`),
      long: Price.parse(instrument.long, `${at}.long`),
      short: Price.parse(instrument.short, `${at}.short`),
      values: scenarios.map((_, s) => Price.parse(instrument.values?.[s] ?? "0", `${at}.values[${s}]`)),
    };
  });
  const set: RequirementSet = { name: file, scenarios, buckets, rows: new Map(rows.map((row) => [row.id, row])) };
  checkSet(set);
  return {
    set,
    coverage: Coverage.parse(raw.coverage, `${file}: coverage`),
    instruments: raw.instruments.map(({ id, name }) => ({ id, name })),
  };
}

function refuseDuplicates<K extends "name" | "id">(
  file: string,
  list: string,
  key: K,
  entries: readonly Record<K, string | number>[],
): void {
  const seen = new Map<string | number, number>();
  for (const [i, { [key]: value }] of entries.entries()) {
    const first = seen.get(value);
    if (first !== undefined) {
      const shown = typeof value === "string" ? quote(value) : String(value);
      throw new TacitError("DUPLICATE", `${file}: ${list}[${first}] and ${list}[${i}] both have the ${key} ${shown}`);
    }
    seen.set(value, i);
  }
}
