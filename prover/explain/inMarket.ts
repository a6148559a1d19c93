import { inputsOf } from "../market/decompose.ts";
import type { MarketFile } from "../market/file.ts";
import type { Instrument, SetName } from "../market/types.ts";
import type { Portfolio, RequirementSet } from "../risk/types.ts";
import type { Coverage, Price } from "../units/units.ts";
import { type Explanation, explain } from "./explain.ts";
import { revaluer } from "./shift.ts";

/** A market with its file: what a requirement is explained in. */
export interface OpenMarket {
  readonly market: {
    readonly timestamp: number;
    readonly instruments: readonly Instrument[];
    readonly index: Readonly<Record<string, Price>>;
    readonly sets: Readonly<Record<SetName, RequirementSet>>;
  };
  readonly raw: MarketFile;
}

/** Explains a portfolio in one requirement set of a market, greeks and distance to liquidation included. */
export function explainInMarket(
  { market, raw }: OpenMarket,
  set: SetName,
  portfolio: Portfolio,
  coverage: Coverage,
): Explanation {
  const { timestamp, instruments, index } = market;
  return explain({
    set: market.sets[set],
    portfolio,
    coverage,
    names: new Map(instruments.map(({ id, name }) => [id, name])),
    market: {
      timestamp,
      instruments,
      index,
      revalue: revaluer(inputsOf(raw), raw.profile, set, portfolio.positions),
    },
  });
}
