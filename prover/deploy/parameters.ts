import { getAddress, parseEther, ZeroAddress } from "ethers";
import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { Coverage, Price, Ratio } from "../units/units.ts";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "this is not an address");
const seconds = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const decimal = z.string().max(40);
const judged = { maxAge: seconds, maxConfidence: decimal, maxDeviation: decimal };
const quorum = { threshold: z.int().min(1).max(32), members: z.array(address).min(1).max(32) };
/** A mock that starts at this price, in USD: for local chains. */
const mock = z.strictObject({ mock: decimal });

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("chainlink"), feed: z.union([address, mock]), ...judged }),
  z.strictObject({
    kind: z.literal("pyth"),
    contract: z.union([address, mock]),
    /** Pyth's id of the feed. */
    id: z.string().regex(/^0x[0-9a-f]{64}$/, "this is not 0x and 64 hexadecimal digits"),
    ...judged,
  }),
  z.strictObject({ kind: z.literal("reporters"), ...quorum, ...judged }),
]);

/** The JSON file of a deployment's parameters, version 1. Times in seconds, ratios and coverage as decimals, bonds in ether. */
export const parametersSchema = z.strictObject({
  $schema: z.literal("urn:tacit:parameters"),
  version: z.literal(1),
  assets: z
    .array(
      z.strictObject({
        symbol: z.string().regex(/^[A-Z][A-Z0-9]{0,30}$/, "this is no symbol of capitals and digits"),
        quorum: z.int().min(2).max(15),
        sources: z.array(source).min(3).max(16),
      }),
    )
    .min(1),
  /** Chainlink's uptime feed of a layer 2; null where there is no sequencer. */
  sequencer: z.strictObject({ feed: address.nullable(), grace: seconds }),
  book: z.strictObject({
    /** Proposes publishers, who rule after `setDelay`; null: the publishers are fixed. */
    governor: address.nullable(),
    publishers: z.strictObject(quorum),
    minSpacing: seconds,
    maxSpacing: seconds,
    maxDelay: seconds,
    maxGap: decimal,
    setDelay: seconds,
  }),
  gate: z.strictObject({
    maxEpochAge: seconds,
    leaseMaintenance: seconds,
    leaseInitial: seconds,
    grace: seconds,
    band: decimal,
    coverageMaintenance: decimal,
    coverageInitial: decimal,
    challengeWindow: seconds,
    challengeCooldown: seconds,
    challengeBond: decimal,
  }),
  registry: z.strictObject({
    /** Who may append gates, for good. */
    curator: address,
  }),
});

type Raw = z.infer<typeof parametersSchema>;
type Judged = { readonly maxAge: number; readonly maxConfidence: bigint; readonly maxDeviation: bigint };
export interface Quorum {
  readonly threshold: number;
  /** Strictly increasing, as the contracts want them. */
  readonly members: readonly string[];
}

/** Where a source reads: a vendor's contract, or a mock that starts at this price. */
export type Vendor = { readonly at: string } | { readonly mock: Price };
export type SourceParameters = Judged &
  (
    | { readonly kind: "chainlink"; readonly feed: Vendor }
    | { readonly kind: "pyth"; readonly contract: Vendor; readonly id: string }
    | ({ readonly kind: "reporters" } & Quorum)
  );

/** A deployment's parameters in the contracts' units: seconds, 1e-9, basis points, wei. */
export interface Parameters {
  readonly assets: readonly {
    readonly symbol: string;
    readonly quorum: number;
    readonly sources: readonly SourceParameters[];
  }[];
  readonly sequencer: { readonly sequencer: string; readonly grace: number };
  readonly book: {
    readonly governor: string;
    readonly publishers: Quorum;
    readonly terms: Readonly<
      Record<"sets" | "minSpacing" | "maxSpacing" | "maxDelay" | "setDelay", number> & { maxGap: bigint }
    >;
  };
  readonly gate: Readonly<
    Record<
      "maxEpochAge" | "leaseMaintenance" | "leaseInitial" | "grace" | "challengeWindow" | "challengeCooldown",
      number
    > &
      Record<"band" | "coverageMaintenance" | "coverageInitial" | "challengeBond", bigint>
  >;
  readonly curator: string;
}

/**
 * Reads a parameters file. Bounds are the contracts' to enforce: they refuse what lies outside.
 * @param file how errors name it
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`
 */
export function parseParameters(text: string, file: string): Parameters {
  const raw: Raw = parseJson(text, file, parametersSchema);
  const at = (field: string) => `${file}: ${field}`;
  const ratio = (text: string, field: string) => Ratio.parse(text, at(field));
  const { minSpacing, maxSpacing, maxDelay, maxGap, setDelay } = raw.book;
  const { band, coverageMaintenance, coverageInitial, challengeBond, ...times } = raw.gate;
  return {
    assets: raw.assets.map(({ symbol, quorum, sources }, i) => ({
      symbol,
      quorum,
      sources: sources.map((source, j) => readSource(source, `assets[${i}].sources[${j}]`)),
    })),
    sequencer: { sequencer: orNone(raw.sequencer.feed, "sequencer.feed"), grace: raw.sequencer.grace },
    book: {
      governor: orNone(raw.book.governor, "book.governor"),
      publishers: readQuorum(raw.book.publishers, "book.publishers"),
      terms: { sets: 2, minSpacing, maxSpacing, maxDelay, maxGap: ratio(maxGap, "book.maxGap"), setDelay },
    },
    gate: {
      ...times,
      band: ratio(band, "gate.band"),
      coverageMaintenance: Coverage.parse(coverageMaintenance, at("gate.coverageMaintenance")),
      coverageInitial: Coverage.parse(coverageInitial, at("gate.coverageInitial")),
      challengeBond: ether(challengeBond, at("gate.challengeBond")),
    },
    curator: readAddress(raw.registry.curator, "registry.curator"),
  };

  function readSource(source: Raw["assets"][number]["sources"][number], field: string): SourceParameters {
    const judged = {
      maxAge: source.maxAge,
      maxConfidence: ratio(source.maxConfidence, `${field}.maxConfidence`),
      maxDeviation: ratio(source.maxDeviation, `${field}.maxDeviation`),
    };
    if (source.kind === "reporters") return { kind: source.kind, ...judged, ...readQuorum(source, field) };
    if (source.kind === "chainlink") {
      return { kind: source.kind, ...judged, feed: readVendor(source.feed, `${field}.feed`) };
    }
    const { kind, id, contract } = source;
    return { kind, ...judged, id, contract: readVendor(contract, `${field}.contract`) };
  }

  function readVendor(vendor: string | { mock: string }, field: string): Vendor {
    if (typeof vendor === "string") return { at: readAddress(vendor, field) };
    return { mock: Price.parse(vendor.mock, at(`${field}.mock`)) };
  }

  function readQuorum({ threshold, members }: Quorum, field: string): Quorum {
    const checked = members.map((member, i) => readAddress(member, `${field}.members[${i}]`));
    return { threshold, members: checked.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)) };
  }

  function orNone(text: string | null, field: string): string {
    return text === null ? ZeroAddress : readAddress(text, field);
  }

  function readAddress(text: string, field: string): string {
    try {
      return getAddress(text);
    } catch (cause) {
      throw new TacitError("BAD_FIELD", `${at(field)}: the checksum of ${text} is wrong`, { cause });
    }
  }
}

function ether(text: string, where: string): bigint {
  if (/^\d{1,9}(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new TacitError("BAD_DECIMAL", `${where}: ${JSON.stringify(text)} is not an amount of ether`);
}
