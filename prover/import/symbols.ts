import { type ParsedName, parseName } from "../market/deribit/names.ts";
import { isStable } from "./currency.ts";

/** What a venue's symbol says, in our terms. */
export interface ReadSymbol {
  readonly name: ParsedName;
  /** What profits are paid in: a coin for inverse contracts, a dollar token for linear ones. */
  readonly settle: string;
  /** Contracts of so many USD each, settled in the coin itself. */
  readonly inverse: boolean;
}

const CCXT = /^([A-Z0-9]{1,16})\/([A-Z0-9]{1,16}):([A-Z0-9]{1,16})(?:-(\d{6})(?:-(\d{1,9}(?:\.\d{1,6})?)-([CP]))?)?$/;
const DERIVE = /^([A-Z0-9]{1,16})-(?:PERP|(\d{8})-(\d{1,9}(?:_\d{1,6})?)-([CP]))$/;
const LINEAR = /^([A-Z0-9]{1,16})_(USDC|USDT)(-.+)$/;

/**
 * Reads the symbol of a contract as Deribit (`BTC-27MAR26-60000-P`, `XRP_USDC-27MAR26-2d5-C`), Derive
 * (`ETH-20260327-2400_5-C`, `ETH-PERP`) or ccxt (`BTC/USD:BTC-260327-60000-P`, `BTC/USDT:USDT`) writes it. Deribit's
 * plain perpetuals and futures are inverse. Undefined for anything else.
 */
export function readSymbol(text: string): ReadSymbol | undefined {
  return readCcxt(text) ?? readDerive(text) ?? readLinear(text) ?? readDeribit(text);
}

function readCcxt(text: string): ReadSymbol | undefined {
  const match = CCXT.exec(text);
  if (match === null) return undefined;
  const [, base = "", quote = "", settle = "", date, strike, type] = match;
  const inverse = settle === base;
  // Quoted in one thing and settled in a third, its P&L is neither N(1/e - 1/m) nor q(m - e).
  if (!isStable(quote) || !(inverse || settle === quote)) return undefined;
  return named(base, date === undefined ? undefined : `20${date}`, strike, type, { settle, inverse });
}

function readDerive(text: string): ReadSymbol | undefined {
  const match = DERIVE.exec(text);
  if (match === null) return undefined;
  const [, base = "", date, strike, type] = match;
  return named(base, date, strike?.replace("_", "."), type, { settle: "USDC", inverse: false });
}

function readLinear(text: string): ReadSymbol | undefined {
  const [, base = "", settle = "", rest = ""] = LINEAR.exec(text) ?? [];
  const name = parseName(`${base}${rest}`);
  return name === undefined ? undefined : { name, settle, inverse: false };
}

function readDeribit(text: string): ReadSymbol | undefined {
  const name = parseName(text);
  if (name === undefined || name.kind === "spot") return undefined;
  return { name, settle: name.underlying, inverse: true };
}

/** @param date `20260327`; expiries are at 08:00 UTC, as at all the venues above */
function named(
  base: string,
  date: string | undefined,
  strike: string | undefined,
  type: string | undefined,
  how: Omit<ReadSymbol, "name">,
): ReadSymbol | undefined {
  if (date === undefined) return { name: { kind: "perp", underlying: base }, ...how };
  const month = MONTHS[Number(date.slice(4, 6)) - 1];
  const option = strike === undefined ? "" : `-${strike}-${type}`;
  const name = parseName(`${base}-${date.slice(6)}${month}${date.slice(2, 4)}${option}`);
  return name === undefined ? undefined : { name, ...how };
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
