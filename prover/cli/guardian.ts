import type { AccountState } from "../account/state.ts";
import { disclosuresOf } from "../guardian/disclosed.ts";
import { type KeptKey, openKeys, readKeys } from "../guardian/keyFile.ts";
import { type ReadState, readDisclosed, type Skipped } from "../guardian/read.ts";
import type { Point } from "../hash/babyjub.ts";
import { FIELD } from "../hash/poseidon.ts";
import { formatDecimal } from "../units/decimal.ts";
import { TacitError } from "../units/errors.ts";
import { Cash, Quantity } from "../units/units.ts";
import type { Args } from "./command.ts";
import { readText } from "./files.ts";
import type { Io } from "./io.ts";
import { readId, type Venue } from "./keeping.ts";
import { readPassword } from "./password.ts";

/** The variable that gives the password of a guardian's keys. */
export const GUARDIAN_PASSWORD = "TACIT_GUARDIAN_PASSWORD";

/** A guardian's file, its secrets still closed. */
export const loadKeys = async (path: string): Promise<KeptKey[]> => readKeys(await readText(path, "guardian"), path);

/** A public key as one word. */
export const formatPoint = ([x, y]: Point): string => `${x},${y}`;

/** @throws TacitError `USAGE` */
export function readPoint(text: string): Point {
  const [, x, y] = /^(\d{1,77}),(\d{1,77})$/.exec(text) ?? [];
  if (x !== undefined && y !== undefined && BigInt(x) < FIELD && BigInt(y) < FIELD) return [BigInt(x), BigInt(y)];
  throw new TacitError("USAGE", "--point is no public key", {
    hint: "As `tacit guardian new` prints it: X,Y in decimal.",
  });
}

/**
 * Everything that the keys of `--key` read on the chain, each account's newest state unless `all`.
 * @throws TacitError as `openKeys`
 */
export async function readEverything(
  args: Args,
  io: Io,
  { vault, chain }: Venue,
  options: { readonly all?: boolean } = {},
): Promise<{ readonly read: readonly ReadState[]; readonly skipped: readonly Skipped[] }> {
  const path = args.text("key");
  const kept = await loadKeys(path);
  const password = await readPassword(io, GUARDIAN_PASSWORD, "the guardian's keys");
  io.stage("opening the keys");
  const keys = await openKeys(kept, password, path);
  io.stage("reading the chain");
  const guardians = await vault.guardians();
  const account = readId(args);
  const range = { from: readBlock(args.optional("from-block")), ...(account === undefined ? {} : { account }) };
  const events = disclosuresOf(chain.provider, vault.vault, range);
  const found = await readDisclosed(events, keys, async (key) => (await guardians.key(key)).point, options);
  io.settle();
  return found;
}

function readBlock(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new TacitError("USAGE", "--from-block is no block number");
}

/** A state as its guardian sees it: all but the salt. */
export const stateView = (state: AccountState, names: ReadonlyMap<number, string>) => ({
  cash: formatDecimal(state.cash, Cash.places),
  positions: state.positions
    .filter(({ id, quantity }) => id !== 0 || quantity !== 0n)
    .map(({ id, quantity }) => ({
      id,
      instrument: names.get(id) ?? `instrument ${id}`,
      quantity: formatDecimal(quantity, Quantity.places),
    })),
});
