import type { RequirementSet } from "../risk/types.ts";
import type { Price } from "../units/units.ts";
import type { Share } from "./share.ts";

export type InstrumentKind = "spot" | "perp" | "future" | "option";

/** One listed instrument with what its price depends on. Times are unix seconds. */
export interface Instrument {
  /** 32 bits, never reused, never a multiple of 4096; ids 1..255 are reserved for spot. */
  readonly id: number;
  /** `BTC`, `BTC-PERPETUAL`, `BTC-27MAR26`, `BTC-27MAR26-60000-P`. */
  readonly name: string;
  readonly kind: InstrumentKind;
  /** `BTC`, `ETH`; of a share what its vault holds. */
  readonly underlying: string;
  /** Expiry of futures and options. */
  readonly expiry?: number;
  /** Options only, USD. */
  readonly strike?: number;
  readonly optionType?: "call" | "put";
  /** Perps only: what one unit held long has paid since its listing, USD; its mark is the index less this. */
  readonly funding?: number;
  /** Spot only: what makes it a share of an ERC-4626 vault. */
  readonly share?: Share;
  /** Price of the future of the same expiry (index for spot and perp, times the counted rate for a share), USD. */
  readonly forward: number;
  /** Implied volatility of options, as a fraction (0.521). */
  readonly volatility?: number;
}

/** What rows are built from: facts of one moment, before any methodology. */
export interface MarketInputs {
  readonly venue: string;
  /** The epoch: whole seconds of the snapshot. */
  readonly timestamp: number;
  /** Per underlying: index price in USD, and daily closes of days that ended before the epoch's UTC day, oldest first. */
  readonly underlyings: Readonly<Record<string, { readonly index: number; readonly closes: readonly number[] }>>;
  /** In ascending order of id. */
  readonly instruments: readonly Instrument[];
}

export type SetName = "maintenance" | "initial";
export const SET_NAMES: readonly SetName[] = ["maintenance", "initial"];

/** A requirement set with the roots that bind it on chain. */
export interface PublishedSet extends RequirementSet {
  readonly name: SetName;
  readonly rowsRoot: bigint;
  readonly paramsHash: bigint;
  readonly requirementRoot: bigint;
}

/** A market file, checked and in memory. */
export interface Market {
  readonly venue: string;
  readonly timestamp: number;
  readonly profile: string;
  readonly index: Readonly<Record<string, Price>>;
  readonly instruments: readonly Instrument[];
  readonly sets: Readonly<Record<SetName, PublishedSet>>;
  /** SHA-256 of the file's bytes, shifted right by 8 bits: what an off-chain proof's context is bound to. */
  readonly hash: bigint;
}
