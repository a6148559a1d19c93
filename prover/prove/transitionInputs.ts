import { type AccountState, commit, LANES } from "../account/state.ts";
import { ticketHash } from "../account/ticket.ts";
import { applyChange, type Change, MODES } from "../account/transition.ts";
import { toField } from "../hash/poseidon.ts";
import type { Opening } from "../market/opening.ts";
import { buildSettlementTree } from "../market/settlement.ts";
import type { Price } from "../units/units.ts";
import type { Signals } from "./inputs.ts";

/** What a transition proof states about an account. */
export interface TransitionStatement {
  /** When an account is opened: empty, with any salt. */
  readonly before: AccountState;
  readonly change: Change;
  /** The new state's, 248 bits and never used before. */
  readonly salt: bigint;
  readonly context: bigint;
}

/** The inputs of `transition`, and the state they lead to. @throws TacitError of `applyChange` */
export async function transitionInputs(
  statement: TransitionStatement,
): Promise<{ inputs: Signals; after: AccountState }> {
  const { before, change } = statement;
  const { state: after, id, from, to } = applyChange(before, change, statement.salt);
  const lanes = Array.from({ length: LANES }, (_, i) => before.positions[i] ?? { id: 0, quantity: 0n });
  const trade = change.mode === "fill" || change.mode === "reduce" ? change : undefined;
  const opening = await openingOf(change);
  const inputs = {
    oldCommitment: change.mode === "open" ? 0n : await commit(before),
    newCommitment: await commit(after),
    accountId: before.accountId,
    mode: MODES[change.mode],
    ...(await subjectOf(change)),
    terms: trade?.ticket.terms ?? 0n,
    root: change.mode === "reduce" || change.mode === "settle" ? opening.root : 0n,
    feeBound: change.mode === "reduce" ? change.feeBound : 0n,
    context: statement.context,
    cash: toField(before.cash),
    salt: before.salt,
    newSalt: after.salt,
    heldId: lanes.map((lane) => BigInt(lane.id)),
    heldQuantity: lanes.map((lane) => toField(lane.quantity)),
    id: BigInt(id),
    from: BigInt(from),
    to: BigInt(to),
    ticketQuantity: toField(trade?.ticket.quantity ?? 0n),
    ticketCash: toField(trade?.ticket.cash ?? 0n),
    ticketSalt: trade?.ticket.salt ?? 0n,
    element: opening.element,
    entry: opening.entry,
    place: opening.place,
    low: opening.low,
    middle: opening.middle,
    upper: opening.upper,
    top: opening.top,
    price: toField(opening.price),
    rest: opening.rest,
    long: opening.long,
  };
  return { inputs, after };
}

/** What the change is about, and how much of it. */
async function subjectOf(change: Change): Promise<{ subject: bigint; amount: bigint }> {
  switch (change.mode) {
    case "transfer":
      return { subject: BigInt(change.asset), amount: toField(change.amount) };
    case "fill":
    case "reduce":
      return { subject: await ticketHash(change.ticket), amount: toField(change.side) };
    default:
      return { subject: 0n, amount: 0n };
  }
}

/** A mode that opens nothing shows the path of an empty entry, which leads to a root that nothing asks for. */
async function openingOf(change: Change): Promise<Opening> {
  if (change.mode === "reduce") return change.row;
  if (change.mode === "settle") return change.entry;
  return (await buildSettlementTree([{ id: 0, price: 0n as Price }])).open(0);
}
