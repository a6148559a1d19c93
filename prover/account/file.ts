import { z } from "zod";
import type { Position } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson, quote } from "../units/json.ts";
import { Cash, Quantity } from "../units/units.ts";
import type { Listed } from "./book.ts";
import { type AccountState, commit, LANES } from "./state.ts";

/** How many positions an account may be opened for: the sizes of the margin circuits. */
export const SIZES = [4, 8, 16, 32] as const;
export type Size = (typeof SIZES)[number];

/** An account as its owner keeps it. */
export interface Account {
  readonly state: AccountState;
  /** The circuit that proves it, however many positions it has: a gate knows an account by it. */
  readonly size: Size;
  /** The name of each position's instrument, by id. */
  readonly names: ReadonlyMap<number, string>;
  readonly commitment: bigint;
}

// The messages name no value: an error text must never show a secret.
const secret = z.string().regex(/^0x[0-9a-f]{62}$/, "must be 0x and 62 hexadecimal digits");
/** Spot takes the ids up to this one, in every listing. */
const LAST_SPOT_ID = 255;

/** The JSON file of an account, version 1. Whoever reads it knows the account; whoever loses it cannot prove it. */
export const accountSchema = z.strictObject({
  $schema: z.literal("urn:tacit:account"),
  version: z.literal(1),
  accountId: secret,
  salt: secret,
  size: z.literal([...SIZES]),
  /** USD, at most 12 places. */
  cash: z.string(),
  positions: z
    .array(
      z.strictObject({
        id: z
          .int()
          .min(1)
          .max(2 ** 32 - 1),
        instrument: z.string().regex(/^\P{C}{1,80}$/u, "must be 1 to 80 printable characters"),
        /** In units of the instrument, at most 6 places. */
        quantity: z.string(),
      }),
    )
    .max(LANES),
  /** Of everything above but `size` and the names: decimal, as in a proof's public signals. */
  commitment: z.string().regex(/^(0|[1-9]\d{0,76})$/, "must be a field element in decimal"),
});

/**
 * Reads an account file and checks that its commitment is that of its contents.
 * @param file how errors name it; they never show the salt or the account id
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `DUPLICATE`, `BAD_ACCOUNT`
 */
export async function readAccountFile(text: string, file: string): Promise<Account> {
  const raw = parseSecret(text, file);
  const refuse = (problem: string, hint?: string): never => {
    throw new TacitError("BAD_ACCOUNT", `${file}: ${problem}`, hint === undefined ? {} : { hint });
  };
  const seen = new Map<number, number>();
  const positions = raw.positions.map(({ id, instrument, quantity: amount }, i): Position => {
    const at = `positions[${i}]`;
    const earlier = seen.get(id);
    if (earlier !== undefined)
      throw new TacitError("DUPLICATE", `${file}: positions[${earlier}] and ${at} have one id`);
    seen.set(id, i);
    if (id % 4096 === 0) refuse(`${at}.id ${id} is a multiple of 4096, which no instrument has`);
    const quantity = Quantity.parse(amount, `${file}: ${at}.quantity`);
    if (quantity === 0n) refuse(`${at}.quantity of ${quote(instrument)} is zero`);
    if (id <= LAST_SPOT_ID && quantity < 0n) {
      refuse(`${at}.quantity of ${quote(instrument)} is negative, and spot is collateral that is owned`);
    }
    return { id, quantity };
  });
  if (positions.length > raw.size) refuse(`${positions.length} positions do not fit an account of size ${raw.size}`);
  const state: AccountState = {
    accountId: BigInt(raw.accountId),
    cash: Cash.parse(raw.cash, `${file}: cash`),
    positions,
    salt: BigInt(raw.salt),
  };
  const commitment = await commit(state);
  if (commitment.toString() !== raw.commitment) {
    refuse(
      "the commitment is not that of what the file holds",
      "The file was changed by hand or damaged: restore a copy, or make a new account with `tacit account new`.",
    );
  }
  return {
    state,
    size: raw.size,
    names: new Map(raw.positions.map(({ id, instrument }) => [id, instrument])),
    commitment,
  };
}

/** As `parseJson`, but a syntax error shows nothing of the text, a piece of which may be the salt. */
function parseSecret(text: string, file: string): z.infer<typeof accountSchema> {
  try {
    return parseJson(text, file, accountSchema);
  } catch (error) {
    if (!(error instanceof TacitError) || error.code !== "BAD_JSON") throw error;
    const [place = "it"] = /line \d+, column \d+/.exec(error.message.slice(file.length)) ?? [];
    throw new TacitError("BAD_JSON", `${file}: ${place}: this is not JSON`, {
      hint: "Restore a copy of the account file.",
    });
  }
}

/**
 * A new account file in memory.
 * @param names of the instruments held, by id
 * @throws TacitError `BAD_STATE`, `BAD_ACCOUNT` when the positions do not fit the size
 */
export async function makeAccount(
  state: AccountState,
  size: Size,
  names: ReadonlyMap<number, string>,
): Promise<Account> {
  if (state.positions.length > size) {
    throw new TacitError("BAD_ACCOUNT", `${state.positions.length} positions do not fit an account of size ${size}`, {
      hint: `Choose a larger size: ${SIZES.join(", ")}.`,
    });
  }
  return { state, size, names, commitment: await commit(state) };
}

/** The text of an account file, secrets included. */
export function formatAccountFile({ state, size, names, commitment }: Account): string {
  const file: z.infer<typeof accountSchema> = {
    $schema: "urn:tacit:account",
    version: 1,
    accountId: hex(state.accountId),
    salt: hex(state.salt),
    size,
    cash: Cash.format(state.cash),
    positions: state.positions.map(({ id, quantity }) => ({
      id,
      instrument: names.get(id) ?? `instrument ${id}`,
      quantity: Quantity.format(quantity),
    })),
    commitment: commitment.toString(),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const hex = (value: bigint): string => `0x${value.toString(16).padStart(62, "0")}`;

/**
 * Refuses an account whose ids mean something else in a market, or nothing.
 * @throws TacitError `UNKNOWN_INSTRUMENT`
 */
export function requireListed(account: Account, file: string, listed: readonly Listed[]): void {
  const known = new Map(listed.map(({ id, name }) => [id, name]));
  for (const [id, name] of account.names) {
    const there = known.get(id);
    if (there === name) continue;
    const problem = there === undefined ? "is not in the market" : `is ${quote(there)} in the market`;
    throw new TacitError("UNKNOWN_INSTRUMENT", `${file}: ${quote(name)} with id ${id} ${problem}`, {
      hint: "The account and the market must be built with the same listings; what has expired needs its settlement.",
    });
  }
}
