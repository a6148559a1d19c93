import { z } from "zod";
import type { InstrumentKind } from "../market/types.ts";
import type { Portfolio, Position } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson, quote } from "../units/json.ts";
import { similar } from "../units/similar.ts";
import { Cash, Price, Quantity } from "../units/units.ts";

/** What a book may name: a market's instruments, or those of a rows file, which have no kinds. */
export interface Listed {
  readonly id: number;
  readonly name: string;
  readonly kind?: InstrumentKind;
}

/**
 * A trader's book. `cash` is in USD (at most 12 places), `quantity` in units of the instrument (at most 6 places),
 * `entryPrice` in USD per unit (at most 6 places).
 */
export const bookSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).optional(),
  cash: z.string(),
  positions: z.array(
    z.strictObject({ instrument: z.string(), quantity: z.string(), entryPrice: z.string().optional() }),
  ),
});

/** A book as its file has it. */
export type Book = z.infer<typeof bookSchema>;

/**
 * Reads a book against the instruments it may hold. Perps and futures carry their full price as mark, so their entry
 * notional is owed: quantity times `entryPrice` leaves cash, exactly. Spot is owned and an option's premium has been
 * paid, so both refuse an entry price, as does an instrument without a kind.
 * @param text the file's text
 * @param file how errors name the file
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `UNKNOWN_INSTRUMENT`, `DUPLICATE`,
 * `BAD_QUANTITY`, `BAD_ENTRY_PRICE`
 */
export function parseBook(text: string, file: string, instruments: readonly Listed[]): Portfolio {
  const raw = parseJson(text, file, bookSchema);
  const byName = new Map(instruments.map((instrument) => [instrument.name, instrument]));
  const rowOf = new Map<number, number>();
  const positions: Position[] = [];
  let cash: bigint = Cash.parse(raw.cash, `${file}: cash`);

  for (const [i, entry] of raw.positions.entries()) {
    const at = `${file}: positions[${i}]`;
    const instrument = byName.get(entry.instrument) ?? unknown(at, entry.instrument, instruments);
    const earlier = rowOf.get(instrument.id);
    if (earlier !== undefined) {
      const rows = `positions[${earlier}] and positions[${i}]`;
      throw new TacitError("DUPLICATE", `${file}: ${rows} both hold ${quote(instrument.name)}`, {
        hint: "Write them as one position.",
      });
    }
    rowOf.set(instrument.id, i);

    const quantity = Quantity.parse(entry.quantity, `${at}.quantity`);
    if (quantity === 0n) {
      throw new TacitError("BAD_QUANTITY", `${at}.quantity of ${quote(instrument.name)} is zero`, {
        hint: "Leave the position out.",
      });
    }
    if (instrument.kind === "spot" && quantity < 0n) {
      throw new TacitError("BAD_QUANTITY", `${at}.quantity of ${quote(instrument.name)} is negative`, {
        hint: "Spot is collateral that is owned; borrow with negative cash, or go short with a perp or future.",
      });
    }
    cash -= quantity * entryPrice(at, instrument, entry.entryPrice);
    positions.push({ id: instrument.id, quantity });
  }
  return { cash: Cash.of(cash, `${file}: cash less the entry value of perps and futures`), positions };
}

/** The price the position still owes: 0 for what was paid on entry. */
function entryPrice(at: string, instrument: Listed, text: string | undefined): bigint {
  const owed = instrument.kind === "perp" || instrument.kind === "future";
  const shown = quote(instrument.name);
  if (!owed) {
    if (text === undefined) return 0n;
    const what = instrument.kind === undefined ? "from explicit rows" : `of kind ${instrument.kind}`;
    throw new TacitError("BAD_ENTRY_PRICE", `${at}.entryPrice: ${shown} is ${what} and takes none`, {
      hint: "Only perps and futures have an entry price; what was paid for the rest has already left cash.",
    });
  }
  if (text === undefined) {
    throw new TacitError("BAD_ENTRY_PRICE", `${at}.entryPrice is missing, and ${shown} is a ${instrument.kind}`, {
      hint: 'Give the average price it was entered at, such as "entryPrice": "71500.5".',
    });
  }
  const price = Price.parse(text, `${at}.entryPrice`);
  if (price <= 0n) throw new TacitError("BAD_ENTRY_PRICE", `${at}.entryPrice of ${shown} is not positive`);
  return price;
}

function unknown(at: string, name: string, instruments: readonly Listed[]): never {
  const near = similar(
    name,
    instruments.map((listed) => listed.name),
  );
  throw new TacitError("UNKNOWN_INSTRUMENT", `${at}.instrument: there is no instrument ${quote(name)}`, {
    hint:
      near.length === 0
        ? "Nothing listed has a similar name."
        : `Did you mean ${near.map((close) => quote(close)).join(" or ")}?`,
  });
}
