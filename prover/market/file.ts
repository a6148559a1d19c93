import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { LARGEST_PRICE, SMALLEST_PRICE } from "./csv.ts";
import { profileSchema } from "./profile/schema.ts";
import { shareFields } from "./share.ts";

/** Names reach terminals, so they hold nothing that could command one. */
export const LABEL = /^[!-~]( ?[!-~]){0,63}$/;
const label = z.string().regex(LABEL, "this is not a name of printable ASCII");
const decimal = z.string().max(40);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "this is not a SHA-256 in hexadecimal");
const root = z.string().regex(/^0x[0-9a-f]{64}$/, "this is not a field element in hexadecimal");

/** A number that pricing starts from, as the shortest decimal that reads back as the same double. */
const double = (least: number, most: number) =>
  z
    .string()
    .max(40)
    .refine(
      (text) =>
        /^\d+(\.\d+)?$/.test(text) && String(Number(text)) === text && Number(text) >= least && Number(text) <= most,
      `this is not the shortest decimal of a number between ${least} and ${most}`,
    );
const usd = double(SMALLEST_PRICE, LARGEST_PRICE);
const shown = z
  .string()
  .regex(/^\d+\.\d{9}$/)
  .nullable();
const time = z
  .int()
  .min(1)
  .max(2 ** 40);

const bySet = <T extends z.ZodType>(type: T) => z.strictObject({ maintenance: type, initial: type });

const id = z
  .int()
  .min(1)
  .max(2 ** 32 - 1)
  .refine((id) => id % 4096 !== 0, "an id is never a multiple of 4096");

const row = {
  forward: usd,
  /** Index into every set's buckets. */
  bucket: z.int().min(0),
  mark: decimal,
  delta: decimal,
  /** Per unit held long and short. */
  charges: bySet(z.tuple([decimal, decimal])),
  /** P&L per unit in each of the market's scenarios. */
  values: z.array(decimal),
};

const instrumentSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    id,
    name: label,
    kind: z.literal("spot"),
    underlying: label,
    /** Of an ERC-4626 vault: what it tells, and the bound on it, in 1e-18 of the underlying. */
    share: z.strictObject(shareFields).optional(),
    ...row,
  }),
  z.strictObject({
    id,
    name: label,
    kind: z.literal("perp"),
    underlying: label,
    /** USD that one unit held long has paid since its listing. */
    funding: z
      .string()
      .regex(/^-?\d{1,8}(\.\d{1,6})?$/)
      .optional(),
    ...row,
  }),
  z.strictObject({ id, name: label, kind: z.literal("future"), underlying: label, expiry: time, ...row }),
  z.strictObject({
    id,
    name: label,
    kind: z.literal("option"),
    underlying: label,
    expiry: time,
    strike: usd,
    optionType: z.enum(["call", "put"]),
    /** A fraction; expired options need none. */
    volatility: double(0.001, 10).optional(),
    ...row,
  }),
]);

const bucketSchema = z.strictObject({
  name: label,
  gain: decimal,
  loss: decimal,
  a: decimal,
  h: decimal,
  tiers: z.array(z.strictObject({ rate: decimal, deduction: decimal })),
});

/**
 * The market file, version 1. Prices have at most 6 decimals, ratios 9. What both sets share (marks, deltas, scenario
 * values) stands once.
 */
export const marketSchema = z.strictObject({
  $schema: z.literal("urn:tacit:market"),
  version: z.literal(1),
  venue: label,
  /** The epoch, in unix seconds. */
  timestamp: time,
  /** SHA-256 of the files the market was imported from. */
  sources: z.strictObject({ chain: sha256, histories: z.record(label, sha256) }),
  /** How many entries the listings had with this market, and the SHA-256 of a listings file of just those. */
  listings: z.strictObject({ entries: z.int().min(0), sha256 }),
  /** The whole methodology, as in `profiles/`. */
  profile: profileSchema.refine(({ name }) => LABEL.test(name), "its name is not printable ASCII"),
  underlyings: z.record(
    label,
    z.strictObject({
      /** USD. */
      index: usd,
      /** What the profile made of the closes, to 9 places, null where it asks for none: for readers, rows follow from closes. */
      derived: z.strictObject({ sigma: shown, priceRange: shown, haircut: bySet(shown) }),
      /** Of days that ended before the epoch's UTC day, oldest first. */
      closes: z.array(usd),
    }),
  ),
  scenarios: z.array(z.strictObject({ name: label, weight: bySet(decimal) })),
  sets: bySet(
    z.strictObject({ buckets: z.array(bucketSchema), rowsRoot: root, paramsHash: root, requirementRoot: root }),
  ),
  instruments: z.array(instrumentSchema),
});

export type MarketFile = z.infer<typeof marketSchema>;
export type FileInstrument = MarketFile["instruments"][number];

/**
 * Reads a market file's structure, without checking that its numbers agree with each other.
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`
 */
export function parseMarketFile(bytes: Uint8Array, file: string): MarketFile {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TacitError("BAD_JSON", `${file}: this is not UTF-8 text`, { hint: "Give a market.json." });
  }
  return parseJson(text, file, marketSchema);
}

/** The bytes of a market file: one line per field and instrument, in the schema's order, the same for the same market. */
export function writeMarketFile(file: MarketFile): Uint8Array {
  const lines = Object.entries(file).map(([key, value]) => {
    const text =
      key === "instruments"
        ? `[\n${file.instruments.map((instrument) => JSON.stringify(instrument)).join(",\n")}\n]`
        : JSON.stringify(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return new TextEncoder().encode(`{\n${lines.join(",\n")}\n}\n`);
}

/** A root as the file writes it. */
export const formatRoot = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;
