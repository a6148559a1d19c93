import { isoDay } from "../time.ts";

/** What an instrument's name says. Times in unix seconds, strikes in USD. */
export type ParsedName = CoinName<"spot"> | CoinName<"perp"> | FutureName | OptionName;

interface CoinName<K> {
  readonly kind: K;
  readonly underlying: string;
}

interface FutureName {
  readonly kind: "future";
  readonly underlying: string;
  readonly expiry: number;
}

export interface OptionName {
  readonly kind: "option";
  readonly underlying: string;
  readonly expiry: number;
  readonly strike: number;
  readonly optionType: "call" | "put";
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const NAME = /^([A-Z0-9]{1,16})(?:-(PERPETUAL)|-(\d{1,2})([A-Z]{3})(\d\d)(?:-(\d{1,9}(?:[d.]\d{1,6})?)-([CP]))?)?$/;

/** Deribit's options and futures expire at 08:00 UTC. */
const EXPIRY_HOUR = 8;

/**
 * Reads a Deribit name: `BTC` (collateral), `BTC-PERPETUAL`, `BTC-27MAR26`, `BTC-27MAR26-60000-P`; a `d` in a strike
 * is a decimal point. Undefined for anything else.
 */
export function parseName(name: string): ParsedName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, underlying = "", perpetual, day, month = "", year, strike, type] = match;
  if (perpetual !== undefined) return { kind: "perp", underlying };
  if (day === undefined) return { kind: "spot", underlying };
  const at = Date.UTC(2000 + Number(year), MONTHS.indexOf(month), Number(day), EXPIRY_HOUR);
  if (!MONTHS.includes(month) || new Date(at).getUTCDate() !== Number(day)) return undefined;
  const expiry = at / 1000;
  if (strike === undefined) return { kind: "future", underlying, expiry };
  const optionType = type === "C" ? "call" : "put";
  return { kind: "option", underlying, expiry, strike: Number(strike.replace("d", ".")), optionType };
}

/** The one spelling of a name, by which instruments are listed: no leading zeros, `d` as the decimal point. */
export function formatName(name: ParsedName): string {
  if (name.kind === "spot") return name.underlying;
  if (name.kind === "perp") return `${name.underlying}-PERPETUAL`;
  const [year = "", month = "", day = ""] = isoDay(name.expiry).split("-");
  const future = `${name.underlying}-${Number(day)}${MONTHS[Number(month) - 1]}${year.slice(2)}`;
  if (name.kind === "future") return future;
  return `${future}-${String(name.strike).replace(".", "d")}-${name.optionType === "call" ? "C" : "P"}`;
}
