import type { Action } from "../chain/context.ts";
import type { GateStatus, GateTerms } from "../chain/gate.ts";
import type { MarketSummary } from "../market/show.ts";
import type { SetName } from "../market/types.ts";
import type { Requirements, TraderName } from "./accounts.ts";
import type { Claims } from "./claims.ts";

/** Everything the story did, for machines: money as exact decimal strings, field elements as decimal strings. */
export interface Story {
  readonly version: 1;
  readonly ok: true;
  readonly days: readonly DayRecord[];
  /** Everything deployed, by name. */
  readonly contracts: Readonly<Record<string, string>>;
  readonly gate: { readonly chainId: string; readonly address: string; readonly terms: GateTermsRecord };
  readonly accounts: Readonly<Record<TraderName, AccountRecord>>;
  /** Every proof that was made, in order. */
  readonly proofs: readonly ProofRecord[];
  readonly refusals: Claims["refusals"];
  /** Every sentence that was checked, in order; all of them hold. */
  readonly claims: Claims["held"];
  readonly statuses: Readonly<Record<TraderName, GateStatus>>;
  /** `development`: anybody can forge proofs for these keys. */
  readonly setup: string;
  readonly seconds: number;
  /** Bytes. */
  readonly peakMemory: number;
  /** The market files, their epochs and their listings. */
  readonly files: readonly string[];
}

/** The gate's terms, wei as a decimal string. */
export type GateTermsRecord = Omit<GateTerms, "challengeBond"> & { readonly challengeBond: string };

export interface DayRecord extends MarketSummary {
  readonly date: string;
  readonly source: string;
  readonly dataHash: string;
  /** To build rows and roots of both sets. */
  readonly seconds: number;
  readonly epoch: number;
  /** Whose signatures were submitted with it. */
  readonly signers: readonly string[];
  readonly publishGas: string;
  readonly requirements: Requirements;
}

export interface AccountRecord {
  readonly title: string;
  readonly book: string;
  readonly positions: number;
  readonly size: number;
  readonly accountId: string;
  readonly commitment: string;
  readonly openGas: string;
}

export interface ProofRecord {
  readonly account: TraderName;
  readonly date: string;
  readonly set: SetName;
  readonly action: Action;
  readonly circuit: string;
  /** What the proof states. */
  readonly healthy: boolean;
  readonly forged: boolean;
  readonly seconds: number;
  /** Of the transaction that the gate accepted; null when it refused the proof. */
  readonly gas: string | null;
}

/** Milliseconds are enough for seconds. */
export const rounded = (seconds: number): number => Number(seconds.toFixed(3));
