import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { AccountState } from "../../prover/account/state.ts";
import type { Done, Size } from "../../prover/chain/gate.ts";
import type { Vault } from "../../prover/chain/vault.ts";
import { type Agreement, accept } from "../../prover/desk/agreement.ts";
import { assemble } from "../../prover/desk/assemble.ts";
import type { Legs } from "../../prover/desk/legs.ts";
import { type Deal, makeLegs } from "../../prover/desk/make.ts";
import { makeOffer } from "../../prover/desk/offer.ts";
import type { Market } from "../../prover/market/types.ts";
import type { Prover } from "../../prover/prove/prover.ts";
import type { Price, Quantity } from "../../prover/units/units.ts";
import { type Act, type Hands, prepareOpen } from "../../prover/vault/acts.ts";
import type { CopyKey } from "../../prover/vault/copy.ts";
import { type Book, emptyBook } from "./model.ts";
import type { Venue } from "./venue.ts";

/** An owner with one hidden account: what the product keeps of it, and what the model says it is. */
export interface Trader {
  readonly name: string;
  readonly owner: HardhatEthersSigner;
  readonly hands: Hands;
  readonly copyKey: CopyKey;
  readonly id: bigint;
  readonly book: Book;
  state: AccountState;
  size: Size;
}

/** Opens an account for an owner. */
export async function openTrader(
  venue: Venue,
  prover: Prover,
  owner: HardhatEthersSigner,
  wish: { readonly name: string; readonly guardian: number; readonly size: Size },
): Promise<{ readonly trader: Trader; readonly done: Done }> {
  const vault = await venue.vault.as(owner);
  const copyKey = crypto.getRandomValues(new Uint8Array(32));
  const hands: Hands = { prover, vault, copyKey };
  const act = await prepareOpen(hands, wish);
  const done = await act.send();
  const { id, after: state } = act;
  return { done, trader: { name: wish.name, owner, hands, copyKey, id, book: emptyBook(), state, size: wish.size } };
}

/** Sends an act, and keeps what it leads to once it is mined. */
export async function perform(trader: Trader, preparing: Promise<Act>): Promise<Done> {
  const act = await preparing;
  const done = await act.send();
  trader.state = act.after;
  trader.size = act.size;
  return done;
}

/** One deal of a trade, as both sides agreed on it. */
export interface Agreed {
  readonly buyer: Trader;
  readonly seller: Trader;
  readonly agreement: Agreement;
  /** Of a side that reduces. */
  readonly buyerFee?: bigint;
  readonly sellerFee?: bigint;
}

/** An offer of the maker's, and the taker's acceptance of a part of it. */
export function agree(
  { chainId, vault }: Vault,
  deal: {
    readonly maker: Trader;
    readonly taker: Trader;
    readonly side: "buy" | "sell";
    readonly instrument: { readonly id: number; readonly name: string };
    readonly price: bigint;
    readonly expiry: number;
    readonly offered: bigint;
    readonly parts: readonly bigint[];
  },
): Agreed[] {
  const { maker, taker, side, instrument, price, expiry } = deal;
  const offer = makeOffer({
    chainId,
    vault,
    maker: maker.id,
    instrument,
    side,
    quantity: deal.offered as Quantity,
    price: price as Price,
    expiry,
  });
  const [buyer, seller] = side === "buy" ? [maker, taker] : [taker, maker];
  return deal.parts.map((part) => ({ buyer, seller, agreement: accept(offer, taker.id, part as Quantity) }));
}

/** Everybody's legs of a trade, all agreed to by signature, and the states that they end in. */
export async function legsOf(
  deals: readonly Agreed[],
  market: Market,
  relayer?: string,
): Promise<{ readonly legs: Legs[]; readonly after: Map<Trader, AccountState> }> {
  const traders = [...new Set(deals.flatMap(({ buyer, seller }) => [buyer, seller]))];
  const legs: Legs[] = [];
  const after = new Map<Trader, AccountState>();
  for (const trader of traders) {
    const { hands, owner, copyKey, state, size } = trader;
    const own = deals
      .filter(({ buyer, seller }) => buyer === trader || seller === trader)
      .map(({ agreement, buyer, buyerFee, sellerFee }): Deal => {
        const feeBound = buyer === trader ? buyerFee : sellerFee;
        return { agreement, ...(feeBound === undefined ? {} : { feeBound }) };
      });
    const { prover, vault } = hands;
    const signs = { owner, ...(relayer === undefined ? {} : { relayer }) };
    const made = await makeLegs({ prover, vault, copyKey, signs }, { state, size, deals: own, market });
    legs.push(made.legs);
    after.set(trader, made.after);
  }
  return { legs, after };
}

/** Makes all legs and submits them as somebody who is nobody's owner; nobody's state changes unless it is mined. */
export async function fill(submitter: Vault, deals: readonly Agreed[], market: Market): Promise<Done> {
  const { legs, after } = await legsOf(deals, market);
  const { epoch, fills, parties } = assemble(legs);
  const done = await submitter.trade(epoch, fills, parties);
  for (const [trader, state] of after) trader.state = state;
  return done;
}
