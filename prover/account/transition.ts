import { LAST_SPOT_ID } from "../market/listings.ts";
import type { Opening } from "../market/opening.ts";
import type { Position } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Cash, Quantity } from "../units/units.ts";
import { type AccountState, LANES } from "./state.ts";
import type { Ticket } from "./ticket.ts";

/** `mode` in the public signals of `transition`. */
export const MODES = { open: 0n, move: 1n, transfer: 2n, fill: 3n, reduce: 4n, settle: 5n } as const;

/** The one thing a transition changes. */
export type Change =
  | { readonly mode: "open" }
  /** Exchanges two slots; the same one twice renews the salt alone. */
  | { readonly mode: "move"; readonly from: number; readonly to: number }
  /** A deposit, or with a negative amount a withdrawal. Amounts in 1e-6; asset 0 is cash, any other a spot id. */
  | { readonly mode: "transfer"; readonly asset: number; readonly amount: bigint }
  | { readonly mode: "fill"; readonly ticket: Ticket; readonly side: 1n | -1n }
  /** A fill that only shrinks a position and gives up at most `feeBound`, in 1e-12 USD, at the mark of the opened row. */
  | {
      readonly mode: "reduce";
      readonly ticket: Ticket;
      readonly side: 1n | -1n;
      readonly row: Opening;
      readonly feeBound: bigint;
    }
  /** An expired position becomes cash at its settlement price. */
  | { readonly mode: "settle"; readonly id: number; readonly entry: Opening };

/** A state after a change, and where the change happened. */
export interface Applied {
  readonly state: AccountState;
  /** The instrument in question; one that is not held where the mode changes none. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** A lane without a position: behind the others, or a gap that another client's transition left. */
const EMPTY: Position = { id: 0, quantity: 0n as Quantity };

/** A change without an instrument names one that is held, or any where none is: nothing of it changes. */
const anywhere = ({ positions }: AccountState) => ({
  id: positions.find(({ id }) => id !== 0)?.id ?? 1,
  quantity: 0n,
  cash: 0n,
});

/**
 * The state after a change, with a new salt: what the circuit proves. It leaves no gap of its own: the last position takes
 * the slot of one that was closed, and a new one the first gap that there is.
 * @throws TacitError `NOT_EMPTY`, `NO_SUCH_SLOT`, `NOT_SPOT`, `NOT_HELD`, `NEGATIVE_SPOT`, `NO_FREE_SLOT`, `OUT_OF_RANGE`,
 * `NOT_A_REDUCTION`, `ABOVE_FEE_BOUND`
 */
export function applyChange(before: AccountState, change: Change, salt: bigint): Applied {
  if (change.mode === "move") return moved(before, change, salt);
  const { id, quantity, cash } = amounts(before, change);
  const held = before.positions.findIndex((position) => position.id === id);
  const old = before.positions[held]?.quantity ?? 0n;
  const next = old + quantity;
  if (change.mode === "reduce") checkReduction(old, next, cash + quantity * change.row.price, change.feeBound);
  if (next < 0n && id <= LAST_SPOT_ID) {
    throw new TacitError("NEGATIVE_SPOT", `the account would owe ${-next} of collateral ${id}, which it can only hold`);
  }
  const [mostQuantity, mostCash] = [1n << 47n, 1n << 100n];
  const newCash = before.cash + cash;
  if (next <= -mostQuantity || next >= mostQuantity || newCash <= -mostCash || newCash >= mostCash) {
    throw new TacitError("OUT_OF_RANGE", "the account would hold more than a state has room for");
  }
  const gap = before.positions.findIndex((position) => position.id === 0);
  const from = held >= 0 ? held : gap >= 0 ? gap : before.positions.length;
  if (from === LANES) {
    throw new TacitError("NO_FREE_SLOT", `the account holds ${LANES} positions already`, {
      hint: "Close a position first, or open another account.",
    });
  }
  const [positions, to] = placed(before.positions, { id, quantity: next as Quantity }, from);
  return { state: { ...before, cash: newCash as Cash, positions, salt }, id, from, to };
}

/** What a change adds, signed: quantity in 1e-6, cash in 1e-12 USD. */
function amounts(before: AccountState, change: Exclude<Change, { mode: "move" }>) {
  switch (change.mode) {
    case "open":
      if (before.cash !== 0n || before.positions.length > 0) {
        throw new TacitError("NOT_EMPTY", "an account is opened empty", { hint: "Deposit after opening." });
      }
      return anywhere(before);
    case "transfer": {
      const { asset, amount } = change;
      if (asset === 0) return { ...anywhere(before), cash: amount * 10n ** 6n };
      if (asset > LAST_SPOT_ID) {
        throw new TacitError("NOT_SPOT", `instrument ${asset} is no collateral and cannot be moved in or out`);
      }
      return { id: asset, quantity: amount, cash: 0n };
    }
    case "fill":
    case "reduce": {
      const { ticket, side } = change;
      return { id: ticket.id, quantity: side * ticket.quantity, cash: side * ticket.cash };
    }
    case "settle": {
      const position = before.positions.find(({ id }) => id === change.id);
      if (position === undefined) throw new TacitError("NOT_HELD", "the account does not hold what is to be settled");
      return { id: change.id, quantity: -position.quantity, cash: position.quantity * change.entry.price };
    }
  }
}

function checkReduction(old: bigint, next: bigint, gained: bigint, feeBound: bigint): void {
  const shrinks = old >= 0n ? 0n <= next && next <= old : old <= next && next <= 0n;
  if (!shrinks) throw new TacitError("NOT_A_REDUCTION", "the position would grow or change its sign");
  if (gained < -feeBound) {
    throw new TacitError("ABOVE_FEE_BOUND", "the reduction gives up more than the fee bound at the epoch's mark");
  }
}

function placed(positions: readonly Position[], changed: Position, slot: number): [Position[], number] {
  if (changed.quantity !== 0n) return [positions.slice(0, slot).concat(changed, positions.slice(slot + 1)), slot];
  const last = positions.length - 1;
  const closed = positions[slot];
  if (closed === undefined || closed.id === 0) return [[...positions], slot];
  const moved = positions[last] as Position;
  return [withoutTail(positions.with(slot, moved).with(last, EMPTY)), last];
}

/** Positions up to the last that is one. */
const withoutTail = (lanes: readonly Position[]): Position[] =>
  lanes.slice(0, lanes.findLastIndex(({ id }) => id !== 0) + 1);

/** Two positions change places, or one takes a gap before it; an empty account has but its first slot to renew its salt in. */
function moved(before: AccountState, { from, to }: { from: number; to: number }, salt: bigint): Applied {
  const { positions } = before;
  const last = Math.max(from, to);
  const renewed = positions.length === 0 && from === 0 && to === 0;
  const [one, other] = renewed ? [EMPTY, EMPTY] : [positions[from], positions[to]];
  if (one === undefined || other === undefined || (!renewed && positions[last]?.id === 0)) {
    throw new TacitError("NO_SUCH_SLOT", `slots ${from} and ${to} do not both hold a position`);
  }
  const unheld = Array.from({ length: LANES + 1 }, (_, i) => i + 1).find((id) =>
    positions.every((held) => held.id !== id),
  );
  return {
    state: { ...before, positions: renewed ? [] : withoutTail(positions.with(from, other).with(to, one)), salt },
    id: one.id || (unheld ?? 1),
    from,
    to,
  };
}
