import { hasExpired } from "./settled.ts";
import { type Instrument, type Market, SET_NAMES } from "./types.ts";

/** The instruments of a market that have expired, and those of them that are more than their settlement price. */
export interface Lapsed {
  readonly instruments: readonly Instrument[];
  /** Expired, and still with a delta, a scenario or a charge in some set: none in a market that was built. */
  readonly risky: readonly Instrument[];
}

/** Which instruments have expired, and whether any of them still has something but a mark. */
export function lapsedIn({ instruments, timestamp, sets }: Pick<Market, "instruments" | "timestamp" | "sets">): Lapsed {
  const lapsed = instruments.filter((instrument) => hasExpired(instrument, timestamp));
  const isFlat = ({ id }: Instrument): boolean =>
    SET_NAMES.every((name) => {
      const row = sets[name].rows.get(id);
      return (
        row !== undefined &&
        row.delta === 0n &&
        row.long === 0n &&
        row.short === 0n &&
        row.values.every((value) => value === 0n)
      );
    });
  return { instruments: lapsed, risky: lapsed.filter((instrument) => !isFlat(instrument)) };
}
