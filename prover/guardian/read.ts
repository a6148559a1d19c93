import { readDisclosure } from "../account/disclosure.ts";
import type { AccountState } from "../account/state.ts";
import type { DisclosedEvent } from "../chain/vault.ts";
import type { Point } from "../hash/babyjub.ts";
import { TacitError } from "../units/errors.ts";
import type { OpenKey } from "./keyFile.ts";

/** A disclosure that one of the keys opens; its commitment was computed again from the state. */
export interface ReadState {
  readonly event: DisclosedEvent;
  readonly state: AccountState;
}

/** One that none opens, and why. Where it stands is kept of it alone: those of all other guardians are among them. */
export interface Skipped {
  readonly event: Pick<DisclosedEvent, "id" | "block">;
  readonly reason: string;
}

/**
 * Reads the disclosures that are for some keys. What is for others, or does not open, is passed over with a reason: one bad
 * text must not hide the rest.
 * @param events the newest first
 * @param pointOf the point of a viewing key by its number, as the registry has it
 * @param options.all every state ever disclosed, not only each account's newest
 */
export async function readDisclosed(
  events: AsyncIterable<DisclosedEvent>,
  keys: readonly OpenKey[],
  pointOf: (key: number) => Promise<Point>,
  options: { readonly all?: boolean } = {},
): Promise<{ readonly read: readonly ReadState[]; readonly skipped: readonly Skipped[] }> {
  const points = new Map<number, Promise<Point>>();
  const done = new Set<bigint>();
  const read: ReadState[] = [];
  const skipped: Skipped[] = [];
  const skip = ({ id, block }: DisclosedEvent, reason: string) => void skipped.push({ event: { id, block }, reason });
  for await (const event of events) {
    if (options.all !== true && done.has(event.id)) continue;
    const point = points.get(event.key) ?? pointOf(event.key);
    points.set(event.key, point);
    const key = await ours(keys, point);
    if (key === undefined) {
      skip(event, `it is for key ${event.key}, which is another's`);
      continue;
    }
    try {
      const state = await readDisclosure(event, key.secret);
      if (state.accountId !== event.id) throw new TacitError("NOT_FOR_THIS_KEY", "it is the state of another account");
      read.push({ event, state });
      done.add(event.id);
    } catch (error) {
      // A text may be anything: numbers that are no field elements, a point off the curve, lanes too wide.
      skip(event, error instanceof TacitError ? error.message : "it is no disclosure");
    }
  }
  return { read, skipped };
}

/** A key that the registry does not know is nobody's. */
async function ours(keys: readonly OpenKey[], point: Promise<Point>): Promise<OpenKey | undefined> {
  const wanted = await point.catch((error) => {
    if (error instanceof TacitError) return undefined;
    throw error;
  });
  return keys.find((key) => String(key.point) === String(wanted));
}
