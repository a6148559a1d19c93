import type { Signer } from "ethers";
import { type AccountState, commit } from "../account/state.ts";
import type { Change } from "../account/transition.ts";
import { type Consent, IN_PERSON } from "../chain/consent.ts";
import type { Size } from "../chain/gate.ts";
import { transitionContext, type Vault } from "../chain/vault.ts";
import { openRow } from "../market/opening.ts";
import { buildRowTree, SET_IDS } from "../market/tree.ts";
import type { Market, SetName } from "../market/types.ts";
import type { Prover } from "../prove/prover.ts";
import { TacitError } from "../units/errors.ts";
import { requireStanding } from "../vault/acts.ts";
import { agreedTransition, consentToTransition } from "../vault/consent.ts";
import type { CopyKey } from "../vault/copy.ts";
import { proveDisclosure } from "../vault/disclosure.ts";
import { proveHealth } from "../vault/health.ts";
import { proveStep } from "../vault/step.ts";
import { type Agreement, sideOf, ticketOf } from "./agreement.ts";
import type { Leg, Legs } from "./legs.ts";
import { samePlace } from "./place.ts";

/** One ticket that an account takes its side of. */
export interface Deal {
  readonly agreement: Agreement;
  /** For a reduction: the most, in 1e-12 USD, that it may give up at the epoch's mark. Everybody sees it. */
  readonly feeBound?: bigint;
}

/** What making legs takes. */
export interface LegMaker {
  readonly prover: Prover;
  readonly vault: Vault;
  /** Of the owner's encrypted copy. */
  readonly copyKey: CopyKey;
  /** The owner, who signs so that somebody else submits; absent where the owner submits itself. */
  readonly signs?: { readonly owner: Signer; readonly relayer?: string };
}

/**
 * Makes one account's legs of a trade, in the order given, and all it shows in the end. Keep `after` before the legs leave the
 * machine: whoever has both sides can have them mined at any time until the tickets expire. Of signed legs keep `between` as
 * well, the states that all but the last lead to: a guardian, who can prove and disclose any of them, may end there.
 * @param request.market the newest epoch's
 * @throws TacitError `STALE_STATE`, `ACCOUNT_HARD`, `WRONG_PLACE`, `NOT_YOUR_TICKET`, `UNKNOWN_INSTRUMENT`, `TOO_MANY_POSITIONS`,
 * and those of `applyChange` and `proveHealth`
 */
export async function makeLegs(
  { prover, vault, copyKey, signs }: LegMaker,
  request: {
    readonly state: AccountState;
    readonly size: Size;
    readonly deals: readonly Deal[];
    readonly market: Market;
  },
  onStage: (stage: string) => void = () => {},
): Promise<{
  readonly legs: Legs;
  readonly between: readonly AccountState[];
  readonly after: AccountState;
  readonly commitment: bigint;
}> {
  const { state, size, deals, market } = request;
  const id = state.accountId;
  onStage("asking the chain");
  const [gate, guardians, { guardian, nonce }] = await Promise.all([
    vault.gate(),
    vault.guardians(),
    vault.account(id),
  ]);
  const standing = await requireStanding(gate, state);
  if (standing.status === "hard") {
    throw new TacitError("ACCOUNT_HARD", "the account is hard: in breach, or silent for too long", {
      hint: "It cannot trade before it is cured.",
    });
  }
  for (const { agreement } of deals) checkDeal(agreement, vault, market);

  onStage("proving the change");
  const openings = await rowsFor(deals, market);
  const made: Leg[] = [];
  const states: AccountState[] = [];
  let now = state;
  for (const [i, { agreement, feeBound }] of deals.entries()) {
    const ticket = ticketOf(agreement);
    const side = sideOf(agreement, id);
    const change: Change =
      feeBound === undefined
        ? { mode: "fill", ticket, side }
        : { mode: "reduce", ticket, side, row: openings(ticket.id), feeBound };
    const context = transitionContext(vault, id, nonce + i);
    const { after, commitment, proof } = await proveStep(prover.circuits, { before: now, change, context });
    const agreed = await agreedTransition(id, commitment, change);
    const terms = { nonce: nonce + i, deadline: agreement.expiry, ...relayerOf(signs?.relayer) };
    const consent: Consent =
      signs === undefined ? IN_PERSON : await consentToTransition(signs.owner, vault, agreed, terms);
    made.push({
      ticket: agreed.subject,
      expiry: agreement.expiry,
      side1: ticket.side1,
      side2: ticket.side2,
      reduce: feeBound !== undefined,
      feeBound: feeBound ?? 0n,
      commitment,
      proof,
      consent,
    });
    now = after;
    states.push(after);
  }
  if (now.positions.length > size) {
    throw new TacitError(
      "TOO_MANY_POSITIONS",
      `the account would hold ${now.positions.length} positions, it has room for ${size}`,
      {
        hint: "Give it another size first: `tacit account move --size`.",
      },
    );
  }

  const reduces = deals.every(({ feeBound }) => feeBound !== undefined);
  const set: SetName = reduces && standing.pledged === 0 ? "maintenance" : "initial";
  onStage("proving the margin");
  const { epoch, health } = await proveHealth(prover, { gate, vault, state: now, market, set, size });
  onStage("disclosing to the guardian");
  const viewing = await guardians.currentKey(guardian);
  const disclosure = await proveDisclosure(prover.circuits, { state: now, guardian: viewing, copyKey });
  const { chainId, vault: address } = vault;
  const head = { chainId, vault: address, account: id, size, before: standing.commitment, nonce, epoch };
  const legs: Legs = { ...head, legs: made, set, health, disclosure };
  return { legs, between: states.slice(0, -1), after: now, commitment: await commit(now) };
}

const relayerOf = (relayer: string | undefined) => (relayer === undefined ? {} : { relayer });

function checkDeal(agreement: Agreement, vault: Vault, market: Market): void {
  if (!samePlace(agreement, vault)) {
    throw new TacitError("WRONG_PLACE", "the ticket is for another chain or vault", {
      hint: "Tickets count at one vault only: ask for one of this one.",
    });
  }
  const { id, name } = agreement.instrument;
  const listed = market.instruments.find((instrument) => instrument.id === id);
  if (listed?.name === name && market.sets.maintenance.rows.has(id)) return;
  throw new TacitError(
    "UNKNOWN_INSTRUMENT",
    "the market does not list the ticket's instrument under its name and number",
    {
      hint: "Whom you trade with must use the same listings; what has lapsed cannot be traded.",
    },
  );
}

/** Opens rows for reductions; the tree takes a second or two for a whole chain, so it is built only for them. */
async function rowsFor(deals: readonly Deal[], { sets, timestamp }: Market) {
  const set = sets.maintenance;
  const tree = deals.some(({ feeBound }) => feeBound !== undefined) ? await buildRowTree(set) : undefined;
  return (id: number) => {
    if (tree === undefined) throw new Error("no deal reduces");
    return openRow(set, tree, { setId: SET_IDS.maintenance, timestamp }, id);
  };
}
