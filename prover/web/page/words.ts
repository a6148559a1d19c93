import type { SetName } from "../../market/types.ts";
import { TacitError } from "../../units/errors.ts";

/** What a requirement set is for, to somebody who has never read about it. */
export const SET_WORDS: Readonly<Record<SetName, { readonly name: string; readonly means: string }>> = {
  maintenance: { name: "Maintenance", means: "what keeps the account from being liquidated" },
  initial: { name: "Initial", means: "the larger requirement, for taking on risk or money out" },
};

/** `4 Feb 2026, 21:33 UTC` of unix seconds. */
export const moment = (seconds: number): string =>
  `${new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(seconds * 1000)} UTC`;

/** An error as its message and its way out. */
export function explainError(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof TacitError) return { message: error.message, hint: error.hint };
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}

/** A decimal string to at most so many places, cut off: for reading only. */
export function short(decimal: string, places: number): string {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const kept = fraction.slice(0, places).replace(/0+$/, "");
  return kept === "" ? whole : `${whole}.${kept}`;
}

/** A whole number of USD with separators, for axes. */
export const round = (value: number): string =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 }).format(value);
