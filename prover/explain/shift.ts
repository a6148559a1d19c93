import type { Profile } from "../market/profile/schema.ts";
import { buildRows } from "../market/rows.ts";
import { hasExpired } from "../market/settled.ts";
import type { MarketInputs, SetName } from "../market/types.ts";
import type { Position } from "../risk/types.ts";
import type { Revalue } from "./liquidation.ts";

/**
 * The market after index moves given as fractions by underlying: indices and forwards move; volatilities, past closes
 * and the settlement prices of what has expired stay. Rows built from it answer "what if" questions.
 * @param held ids of the only instruments to keep, since pricing a whole chain at every question is slow
 */
export function shiftMarket(
  inputs: MarketInputs,
  moves: Readonly<Record<string, number>>,
  held: ReadonlySet<number>,
): MarketInputs {
  const factor = (underlying: string): number => 1 + (moves[underlying] ?? 0);
  return {
    ...inputs,
    underlyings: Object.fromEntries(
      Object.entries(inputs.underlyings).map(([name, { index, closes }]) => [
        name,
        { index: index * factor(name), closes },
      ]),
    ),
    instruments: inputs.instruments
      .filter(({ id }) => held.has(id))
      .map((instrument) =>
        hasExpired(instrument, inputs.timestamp)
          ? instrument
          : { ...instrument, forward: instrument.forward * factor(instrument.underlying) },
      ),
  };
}

/** Answers what one set's rows of some positions would be after an index move, by building them anew. */
export function revaluer(
  inputs: MarketInputs,
  profile: Profile,
  side: SetName,
  positions: readonly Position[],
): Revalue {
  const held = new Set(positions.map(({ id }) => id));
  return (moves) => buildRows(shiftMarket(inputs, moves, held), profile)[side];
}
