import { getAddress, parseEther, ZeroAddress } from "ethers";
import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { Cash, Coverage, Price, Ratio } from "../units/units.ts";

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

const collateral = z.strictObject({
  /** 0 for the settlement coin, which moves cash; else the spot id that the market lists it under. */
  asset: z.int().min(0).max(255),
  /** The token, or for local chains a mock of this symbol; with `shareOf` it is a share of that asset's mock (ERC-4626). */
  token: z.union([
    address,
    z.strictObject({
      mock: z.string().regex(/^[A-Z][A-Z0-9]{0,30}$/, "this is no symbol of capitals and digits"),
      shareOf: z.int().min(0).max(255).optional(),
    }),
  ]),
  /** The token's own: compared with it before anything is sent. */
  decimals: z.int().min(6).max(30),
  /** How many tokens one unit of the asset is; 1 for all but cheap ones. */
  lot: z.int().min(1).max(1_000_000_000).optional(),
});

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
  /** A vault with a gate of its own on the same book, whose terms are those of `gate`; absent: none. */
  vault: z
    .strictObject({
      collaterals: z.array(collateral).min(1).max(256),
      /** USD that one reduction may give up at the epoch's mark, and that an account's may together within a window. */
      feeBound: decimal,
      feeBudget: decimal,
      feeWindow: seconds,
      guardians: z.strictObject({
        /** Registers guardians and retires them. */
        venue: address,
        /** How long the key before a rotated one is still accepted. */
        overlap: seconds,
      }),
    })
    .optional(),
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

/** A token that a vault takes: a contract, or a mock. */
export type TokenParameters = { readonly at: string } | { readonly mock: string; readonly shareOf?: number };

export interface VaultParameters {
  readonly collaterals: readonly {
    readonly asset: number;
    readonly token: TokenParameters;
    readonly decimals: number;
    /** Base units of the token per 1e-6 of the asset. */
    readonly unit: bigint;
  }[];
  /** Fees in 1e-12 USD. */
  readonly terms: { readonly feeBound: bigint; readonly feeBudget: bigint; readonly feeWindow: number };
  readonly venue: string;
  readonly overlap: number;
}

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
  readonly vault?: VaultParameters;
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
    ...(raw.vault === undefined ? {} : { vault: readVault(raw.vault) }),
  };

  function readVault({ collaterals, feeBound, feeBudget, feeWindow, guardians }: NonNullable<Raw["vault"]>) {
    const usd = (text: string, field: string): bigint => {
      const value = Cash.parse(text, at(`vault.${field}`));
      if (value < 0n) throw new TacitError("OUT_OF_RANGE", `${at(`vault.${field}`)} is negative`);
      return value;
    };
    return {
      collaterals: collaterals.map((listed, i) =>
        readCollateral(listed, collaterals.slice(0, i), `vault.collaterals[${i}]`),
      ),
      terms: { feeBound: usd(feeBound, "feeBound"), feeBudget: usd(feeBudget, "feeBudget"), feeWindow },
      venue: readAddress(guardians.venue, "vault.guardians.venue"),
      overlap: guardians.overlap,
    };
  }

  function readCollateral(
    { asset, token, decimals, lot = 1 }: NonNullable<Raw["vault"]>["collaterals"][number],
    before: NonNullable<Raw["vault"]>["collaterals"],
    field: string,
  ): VaultParameters["collaterals"][number] {
    if (before.some((other) => other.asset === asset)) {
      throw new TacitError("DUPLICATE", `${at(field)}: asset ${asset} has a token already`);
    }
    if (asset === 0 && lot !== 1)
      throw new TacitError("BAD_FIELD", `${at(`${field}.lot`)}: a unit of cash is one coin`);
    const unit = 10n ** BigInt(decimals - 6) * BigInt(lot);
    if (typeof token === "string")
      return { asset, token: { at: readAddress(token, `${field}.token`) }, decimals, unit };
    const { mock, shareOf } = token;
    if (shareOf === undefined) return { asset, token: { mock }, decimals, unit };
    const underlying = before.find((other) => other.asset === shareOf && typeof other.token !== "string");
    if (underlying === undefined || underlying.decimals > decimals) {
      throw new TacitError(
        "BAD_FIELD",
        `${at(`${field}.token.shareOf`)}: asset ${shareOf} is no mock before it with as few decimals`,
      );
    }
    return { asset, token: { mock, shareOf }, decimals, unit };
  }

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
