import type { InstrumentKind } from "../market/types.ts";
import { Cash, Price, Quantity } from "../units/units.ts";
import type { Book } from "./book.ts";
import type { Account } from "./file.ts";

/**
 * An account's portfolio as a book that reads back as the very same one: the account's cash is net of entry values, so
 * perps and futures are written as entered at a price and that value is put back into cash.
 * @param listed every instrument held, with its mark in USD
 */
export function formatAccountBook(
  { state, names }: Account,
  listed: readonly { readonly id: number; readonly kind: InstrumentKind; readonly mark: string }[],
): Book {
  const known = new Map(listed.map((instrument) => [instrument.id, instrument]));
  let cash: bigint = state.cash;
  const positions = state.positions.map(({ id, quantity }) => {
    const instrument = known.get(id);
    const entry = { instrument: names.get(id) ?? `instrument ${id}`, quantity: Quantity.format(quantity) };
    if (instrument?.kind !== "perp" && instrument?.kind !== "future") return entry;
    const price = Price.parse(instrument.mark, entry.instrument);
    cash += quantity * price;
    return { ...entry, entryPrice: Price.format(price) };
  });
  return { version: 1, cash: Cash.format(cash as Cash), positions };
}
