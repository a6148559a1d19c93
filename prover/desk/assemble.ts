import type { Fill, Party, Leg as VaultLeg } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
import type { Leg, Legs } from "./legs.ts";
import { samePlace } from "./place.ts";

/** The arguments of `IVault.trade`. */
export interface Trade {
  readonly epoch: number;
  readonly fills: readonly Fill[];
  readonly parties: readonly Party[];
}

/**
 * Puts the legs of all accounts together: pairs them by ticket, in an order in which each account's own legs follow one
 * another, and the accounts as the vault wants them, by set, size and id.
 * @throws TacitError `NO_LEGS`, `MIXED_PLACES`, `MIXED_EPOCHS`, `TWICE_A_PARTY`, `UNPAIRED_TICKET`,
 * `TERMS_DIFFER`, `TICKET_ORDER`
 */
export function assemble(all: readonly Legs[]): Trade {
  const [first] = all;
  if (first === undefined) throw new TacitError("NO_LEGS", "no account's legs are given");
  for (const legs of all) {
    if (!samePlace(legs, first)) throw new TacitError("MIXED_PLACES", "the legs are for several vaults or chains");
    if (legs.epoch !== first.epoch) {
      throw new TacitError("MIXED_EPOCHS", `the legs are made at the epochs ${first.epoch} and ${legs.epoch}`, {
        hint: "All of a trade is proven at one epoch: have the older ones made again.",
      });
    }
  }
  const sorted = [...all].sort((a, b) => setOf(a) - setOf(b) || a.size - b.size || (a.account < b.account ? -1 : 1));
  const partyOf = new Map(sorted.map(({ account }, i) => [account, i]));
  if (partyOf.size < sorted.length) {
    throw new TacitError("TWICE_A_PARTY", "an account's legs are given in two files", {
      hint: "An account makes all its legs of a trade at once, each on what the one before left.",
    });
  }
  return {
    epoch: first.epoch,
    fills: inOrder(sorted).map(([one, other]) => {
      const call = ({ account, leg }: Placed): VaultLeg => ({
        party: partyOf.get(account) ?? 0,
        reduce: leg.reduce,
        feeBound: leg.feeBound,
        commitment: leg.commitment,
        proof: leg.proof,
        consent: leg.consent,
      });
      return { ticket: one.leg.ticket, expiry: one.leg.expiry, legs: [call(one), call(other)] };
    }),
    parties: sorted.map((legs) => ({
      id: legs.account,
      set: legs.set,
      health: legs.health,
      disclosure: legs.disclosure,
    })),
  };
}

interface Placed {
  readonly account: bigint;
  readonly leg: Leg;
}

const setOf = ({ set }: Legs): number => (set === "maintenance" ? 0 : 1);

/** Pairs of legs, side 1 first; of each account always the one that is next. */
function inOrder(all: readonly Legs[]): (readonly [Placed, Placed])[] {
  const queues = new Map(all.map(({ account, legs }) => [account, [...legs]]));
  const pairs: (readonly [Placed, Placed])[] = [];
  for (let waiting = all.length; waiting > 0; ) {
    const before = pairs.length;
    for (const [account, queue] of queues) {
      const [leg] = queue;
      if (leg === undefined || account !== leg.side1) continue;
      const other = queues.get(leg.side2);
      const [match] = other ?? [];
      if (other === undefined || match === undefined || match.ticket !== leg.ticket || !agree(leg, match)) continue;
      pairs.push([
        { account, leg },
        { account: leg.side2, leg: match },
      ]);
      queue.shift();
      other.shift();
    }
    waiting = [...queues.values()].filter((queue) => queue.length > 0).length;
    if (waiting > 0 && pairs.length === before) throw stuck(queues);
  }
  return pairs;
}

/** Whether two legs of one ticket name the same terms: the fill has them once. */
const agree = (a: Leg, b: Leg): boolean => a.expiry === b.expiry && a.side1 === b.side1 && a.side2 === b.side2;

function stuck(queues: ReadonlyMap<bigint, readonly Leg[]>): TacitError {
  const open = [...queues].flatMap(([account, queue]) => queue.map((leg) => ({ account, leg })));
  const pairs = open.map(({ account, leg }) => ({
    leg,
    other: open.find((one) => one.leg.ticket === leg.ticket && one.account !== account)?.leg,
  }));
  const alone = pairs.find(({ other }) => other === undefined);
  if (alone !== undefined) {
    return new TacitError("UNPAIRED_TICKET", `only one side of the ticket ${alone.leg.ticket} is here`, {
      hint: "Add the legs of the account that it was agreed with.",
    });
  }
  const apart = pairs.find(({ leg, other }) => other !== undefined && !agree(leg, other));
  if (apart !== undefined) {
    return new TacitError(
      "TERMS_DIFFER",
      `the two legs of the ticket ${apart.leg.ticket} name other accounts or expiries`,
      {
        hint: "One of them was changed after it was made: do not settle with it.",
      },
    );
  }
  return new TacitError("TICKET_ORDER", "the accounts have their legs in orders that contradict each other", {
    hint: "All accounts must make the legs of their common tickets in one order.",
  });
}
