import { type Provider, TypedDataEncoder, verifyTypedData } from "ethers";
import { loadVerificationKey } from "#artifacts";
import { digest } from "../account/disclosure.ts";
import { MODES } from "../account/transition.ts";
import { askContracts } from "../chain/book.ts";
import { fromGateProof, type GateProof } from "../chain/calldata.ts";
import { NOBODY } from "../chain/consent.ts";
import { disclosureChallenge } from "../chain/context.ts";
import { ticketTerms, transitionContext } from "../chain/vault.ts";
import { CIRCUITS, type CircuitName } from "../generated/circuits.ts";
import { toField } from "../hash/poseidon.ts";
import { isoTime } from "../market/time.ts";
import { checkPairing } from "../prove/pairing.ts";
import { TacitError } from "../units/errors.ts";
import { Cash } from "../units/units.ts";
import { transitionTypedData } from "../vault/consent.ts";
import type { AccountFacts, TradeFacts } from "./facts.ts";
import type { Leg, Legs } from "./legs.ts";
import { hexAccount, samePlace, sidesOf } from "./place.ts";
import { refusals } from "./refusals.ts";

const ASK = "Ask its owner to make the legs again.";

/**
 * Checks every account's legs as the vault will, against what the chain says now: nothing is sent that would be refused, and
 * the words are better. Proofs come last, they cost the most.
 * @param submitter who is going to send the trade
 * @throws TacitError `WRONG_PLACE`, `EPOCH_NOT_LATEST`, `STALE_LEG`, `ACCOUNT_HARD`, `TICKET_EXPIRED`, `TICKET_USED`,
 * `TICKET_CANCELLED`, `SELF_TRADE`, `BAD_LEG`, `INITIAL_NEEDED`, `FEE_BOUND_TOO_LARGE`, `FEE_BUDGET_SPENT`,
 * `NOT_GUARDIANS_KEY`, `CONSENT_EXPIRED`, `NOT_RELAYER`, `BAD_CONSENT`
 */
export async function checkTrade(
  all: readonly Legs[],
  facts: TradeFacts,
  submitter: string,
  provider: Provider,
): Promise<void> {
  if (!facts.latest) {
    throw new TacitError(
      "EPOCH_NOT_LATEST",
      `epoch ${all[0]?.epoch} is too old, or its prices are no longer the market's`,
      {
        hint: "All legs have to be made again at the newest epoch.",
      },
    );
  }
  for (const legs of all) checkStanding(legs, factsOf(legs, facts), facts);
  for (const legs of all) await checkConsents(legs, factsOf(legs, facts), facts, submitter, provider);
  for (const legs of all) await checkProofs(legs, factsOf(legs, facts), facts);
}

function factsOf({ account }: Legs, { accounts }: TradeFacts): AccountFacts {
  const facts = accounts.get(account);
  if (facts === undefined) throw new TacitError("UNKNOWN_ACCOUNT", `the vault has no account ${account}`);
  return facts;
}

const nameOf = ({ account }: Legs): string => `account ${hexAccount(account)}`;

function checkStanding(legs: Legs, account: AccountFacts, facts: TradeFacts): void {
  const { terms } = facts;
  if (!samePlace(legs, facts.place)) {
    throw new TacitError("WRONG_PLACE", `the legs of ${nameOf(legs)} are for another chain or vault`, { hint: ASK });
  }
  if (account.status === "hard") {
    throw new TacitError("ACCOUNT_HARD", `${nameOf(legs)} is hard: in breach, or silent for too long`, {
      hint: "It cannot trade before its owner cures it.",
    });
  }
  if (legs.before !== account.commitment || legs.nonce !== account.nonce || legs.size !== account.size) {
    throw new TacitError("STALE_LEG", `${nameOf(legs)} has changed since its legs were made`, { hint: ASK });
  }
  for (const leg of legs.legs) checkTicket(legs, leg, facts);
  if (legs.set === "maintenance" && (account.pledged !== 0 || legs.legs.some(({ reduce }) => !reduce))) {
    throw new TacitError(
      "INITIAL_NEEDED",
      `${nameOf(legs)} shows its maintenance requirement where initial is wanted`,
      {
        hint: "Maintenance does only where every leg reduces and nothing is pledged.",
      },
    );
  }
  const given = legs.legs.reduce((sum, { feeBound }) => sum + feeBound, 0n);
  if (account.spent + given > terms.feeBudget) {
    throw new TacitError(
      "FEE_BUDGET_SPENT",
      `the reductions of ${nameOf(legs)} may give up ${usd(account.spent + given)} USD together, and at most ${usd(terms.feeBudget)} in ${terms.feeWindow} s are taken`,
      { hint: "Wait, or give a smaller fee bound." },
    );
  }
  if (!account.acceptedKeys.has(legs.disclosure.key)) {
    throw new TacitError("NOT_GUARDIANS_KEY", `${nameOf(legs)} discloses to a key that is not its guardian's now`, {
      hint: ASK,
    });
  }
}

const usd = (amount: bigint): string => Cash.format(amount as Cash);

function checkTicket(legs: Legs, leg: Leg, { now, filled, cancelled, terms }: TradeFacts): void {
  const { ticket, expiry, side1, side2 } = leg;
  if (side1 === side2) throw new TacitError("SELF_TRADE", `${nameOf(legs)} trades with itself`);
  if (String(sidesOf(side1, side2)) !== String([side1, side2]) || (legs.account !== side1 && legs.account !== side2)) {
    throw bad(legs, "names the wrong sides");
  }
  if (now > expiry) throw refusals.expired(ticket);
  if (filled.has(ticket)) throw refusals.filled(ticket);
  if (cancelled.has(ticket)) throw refusals.cancelled(ticket);
  if (leg.reduce ? leg.feeBound > terms.feeBound : leg.feeBound !== 0n) {
    throw new TacitError(
      "FEE_BOUND_TOO_LARGE",
      `${nameOf(legs)} may give up ${usd(leg.feeBound)} USD in one leg, and at most ${usd(terms.feeBound)} are taken of a reduction, none of a fill`,
    );
  }
}

const sideOf = ({ account }: Legs, { side1 }: Leg): 1n | -1n => (account === side1 ? 1n : -1n);
const bad = (legs: Legs, why: string): TacitError =>
  new TacitError("BAD_LEG", `a leg of ${nameOf(legs)} ${why}`, { hint: `Do not settle with it. ${ASK}` });

async function checkConsents(
  legs: Legs,
  { owner }: AccountFacts,
  { place, now }: TradeFacts,
  submitter: string,
  provider: Provider,
): Promise<void> {
  for (const [i, leg] of legs.legs.entries()) {
    const { relayer, deadline, signature } = leg.consent;
    if (signature === "0x") {
      if (same(submitter, owner)) continue;
      throw new TacitError("BAD_CONSENT", `${owner}, the owner of ${nameOf(legs)}, has not signed its legs`, {
        hint: ASK,
      });
    }
    if (relayer !== NOBODY && !same(relayer, submitter)) {
      throw new TacitError(
        "NOT_RELAYER",
        `the legs of ${nameOf(legs)} are for ${relayer} to submit, not for ${submitter}`,
      );
    }
    if (now > deadline) {
      throw new TacitError(
        "CONSENT_EXPIRED",
        `the owner's signature for ${nameOf(legs)} counted until ${isoTime(deadline)}`,
        {
          hint: ASK,
        },
      );
    }
    const { commitment, ticket, feeBound } = leg;
    const agreed = {
      id: legs.account,
      commitment,
      mode: Number(leg.reduce ? MODES.reduce : MODES.fill),
      subject: ticket,
      amount: sideOf(legs, leg),
      terms: ticketTerms(place, leg.side1, leg.side2, leg.expiry),
      feeBound,
      recipient: NOBODY,
      size: 0,
    };
    const { domain, types, message } = transitionTypedData(place, agreed, { nonce: legs.nonce + i, deadline, relayer });
    const hash = TypedDataEncoder.hash(domain, types, message);
    const asked = await askContracts(provider, hash, [{ signer: owner, data: signature }]);
    if (!(asked.get(owner) ?? same(recovered(domain, types, message, signature), owner))) {
      throw new TacitError("BAD_CONSENT", `${owner}, the owner of ${nameOf(legs)}, did not sign these legs`, {
        hint: ASK,
      });
    }
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function recovered(...args: Parameters<typeof verifyTypedData>): string {
  try {
    return verifyTypedData(...args);
  } catch {
    return "";
  }
}

async function checkProofs(legs: Legs, account: AccountFacts, { place, roots }: TradeFacts): Promise<void> {
  let before = account.commitment;
  for (const [i, leg] of legs.legs.entries()) {
    const signals = {
      oldCommitment: before,
      newCommitment: leg.commitment,
      accountId: legs.account,
      mode: leg.reduce ? MODES.reduce : MODES.fill,
      subject: leg.ticket,
      amount: toField(sideOf(legs, leg)),
      terms: ticketTerms(place, leg.side1, leg.side2, leg.expiry),
      root: leg.reduce ? roots.maintenance : 0n,
      feeBound: leg.feeBound,
      context: transitionContext(place, legs.account, legs.nonce + i),
    };
    if (!(await holds("transition", signals, leg.proof)))
      throw bad(legs, "has a transition proof that does not verify");
    before = leg.commitment;
  }
  const health = {
    healthy: 1n,
    commitment: before,
    requirementRoot: roots[legs.set],
    coverage: account.coverages[legs.set],
    context: account.healthContext,
  };
  if (!(await holds(`margin_${legs.size}`, health, legs.health)))
    throw bad(legs, "has a margin proof that does not verify");
  const { key, ephemeral, cipher, proof } = legs.disclosure;
  const [guardianX, guardianY] = account.acceptedKeys.get(key)?.point ?? [0n, 0n];
  const challenge = disclosureChallenge({ commitment: before, ephemeral, cipher }, [guardianX, guardianY]);
  const disclosed = {
    commitment: before,
    guardianX,
    guardianY,
    ephemeralX: ephemeral[0],
    ephemeralY: ephemeral[1],
    challenge,
    digest: digest(cipher, challenge),
  };
  if (!(await holds("disclose", disclosed, proof))) throw bad(legs, "has a disclosure that does not verify");
}

/** Whether a proof holds for public signals that were built here, none of which is the prover's word. */
async function holds(
  circuit: CircuitName,
  signals: Readonly<Record<string, bigint>>,
  proof: GateProof,
): Promise<boolean> {
  const inOrder = CIRCUITS[circuit].signals.map((name) => String(signals[name]));
  return (await checkPairing(await loadVerificationKey(circuit), inOrder, fromGateProof(proof))) === null;
}
