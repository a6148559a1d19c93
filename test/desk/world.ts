import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { afterAll } from "vitest";
import type { AccountState } from "../../prover/account/state.ts";
import { deployGate, type Gate, type Size } from "../../prover/chain/gate.ts";
import { connectGuardians, type Guardians } from "../../prover/chain/guardians.ts";
import { connectVault, type Vault } from "../../prover/chain/vault.ts";
import { type Agreement, accept } from "../../prover/desk/agreement.ts";
import { makeLegs } from "../../prover/desk/make.ts";
import { makeOffer, type Offer } from "../../prover/desk/offer.ts";
import type { OpenKey } from "../../prover/guardian/keyFile.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { publishSet } from "../../prover/market/publish.ts";
import type { Instrument, Market, PublishedSet, SetName } from "../../prover/market/types.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { Cash, Price, Quantity, Ratio } from "../../prover/units/units.ts";
import { type Act, prepareDeposit, prepareOpen } from "../../prover/vault/acts.ts";
import { compiled, deploy, newBook, openChain, START, TERMS } from "../contracts/chain.ts";

export const COIN = { id: 1, name: "COIN" };
export const PERP = { id: 300, name: "COIN-PERPETUAL" };
export const SWAP = { id: 301, name: "COIN-SWAP" };

/** 100 USD a reduction, 250 in an hour, in 1e-12 USD. */
export const FEES = { feeBound: 100n * 10n ** 12n, feeBudget: 250n * 10n ** 12n, feeWindow: 3600 };

/** A market of one coin: spot, and two perps on it. They lose a fifth in its one scenario, weighed .8 and 1. */
export async function deskMarket(timestamp: number, price: string): Promise<Market> {
  const mark = Price.parse(price, "price");
  const zero = Price.of(0n, "zero");
  const one = Ratio.parse("1", "one");
  const instruments = [COIN, PERP, SWAP].map(
    ({ id, name }): Instrument => ({
      id,
      name,
      kind: id === COIN.id ? "spot" : "perp",
      underlying: "COIN",
      forward: Number(price),
    }),
  );
  const publish = (name: SetName, weight: string): Promise<PublishedSet> =>
    publishSet(
      name,
      {
        name,
        scenarios: [
          { name: "down", weight: Ratio.parse(weight, "weight") },
          { name: "up", weight: Ratio.parse(weight, "weight") },
        ],
        buckets: [{ name: "coin", gain: one, loss: one, a: one / 50n, h: one / 100n, tiers: [] } as never],
        rows: new Map(
          instruments.map(({ id }) => [
            id,
            { id, bucket: 0, mark, delta: mark, long: zero, short: zero, values: [-mark / 5n, mark / 5n] as Price[] },
          ]),
        ),
      },
      timestamp,
    );
  return {
    venue: "test",
    timestamp,
    profile: "coin",
    index: { COIN: mark },
    instruments,
    sets: { maintenance: await publish("maintenance", "0.8"), initial: await publish("initial", "1") },
    hash: 1n,
  };
}

/** Who trades: an account with its state, as its owner keeps it. */
export interface Trader {
  readonly signer: HardhatEthersSigner;
  readonly vault: Vault;
  readonly id: bigint;
  readonly copyKey: Uint8Array<ArrayBuffer>;
  readonly size: Size;
  state: AccountState;
}

/** A chain with a vault, its gate, a guardian and a published market, where everything is real. */
export async function openWorld() {
  const chain = await openChain();
  const signers = (await chain.ethers.getSigners()) as HardhatEthersSigner[];
  const [publisher, venue, keeper, stranger, ...owners] = signers as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    ...HardhatEthersSigner[],
  ];
  const prover: Prover = await openProver();
  afterAll(() => prover[Symbol.asyncDispose]());
  const book = await newBook(publisher);
  const token = await deploy(publisher, "TokenMock", "USDC", 6);
  const registry = await deploy(publisher, "Guardians", venue.address, 3600);
  const transition = await deploy(publisher, "TransitionVerifier");
  const disclosure = await deploy(publisher, "DiscloseVerifier");
  const terms = [FEES.feeBound, FEES.feeBudget, FEES.feeWindow];
  const deployed = await deploy(publisher, "Vault", registry.target, transition.target, disclosure.target, terms, [
    [token.target, 0, 1],
  ]);
  const address = deployed.target as string;
  const code = async (size: Size) => (await compiled(`Margin${size}Verifier`)).bytecode;
  const bytecode = {
    gate: (await compiled("MarginGate")).bytecode,
    verifiers: { 4: await code(4), 8: await code(8), 16: await code(16), 32: await code(32) },
  };
  const gate: Gate = await deployGate(publisher, bytecode, book.book, TERMS, address);
  await (await deployed.getFunction("bind")(gate.gate)).wait();
  const guardians: Guardians = await connectGuardians(registry.target as string, venue);
  const secret = 987_654_321n;
  const viewing: OpenKey = { secret, point: await publicPoint(secret) };
  const { guardian } = await guardians.register(keeper.address, viewing.point);

  let time = START;
  let market = await deskMarket(START, "50000");
  await book.publish(market);

  async function settle(trader: Trader, act: Act): Promise<void> {
    await act.send();
    trader.state = act.after;
  }

  return {
    ...chain,
    ...{ prover, book, gate, guardians, guardian, viewing, publisher, venue, keeper, stranger, token, address },
    market: () => market,
    now: () => time,
    /** A new epoch so many seconds later, at a price. */
    async tick(seconds: number, price: string): Promise<Market> {
      time += seconds;
      await chain.go(time);
      market = await deskMarket(time, price);
      await book.publish(market);
      return market;
    },
    /** Opens an account with cash in it, proven healthy by nobody yet. */
    async trader(cash: string, size: Size = 4): Promise<Trader> {
      const signer = owners.shift() as HardhatEthersSigner;
      const vault = await connectVault(address, signer);
      const copyKey = crypto.getRandomValues(new Uint8Array(32));
      const hands = { prover, vault, copyKey };
      const opening = await prepareOpen(hands, { guardian, size });
      const trader: Trader = { signer, vault, id: opening.id, copyKey, size, state: opening.after };
      await settle(trader, opening);
      const amount = Cash.parse(cash, "cash") / 10n ** 6n;
      await (await token.getFunction("mint")(signer.address, amount)).wait();
      await settle(trader, await prepareDeposit(hands, trader, { asset: 0, amount }));
      return trader;
    },
    offer: (maker: Trader, wish: Partial<Omit<Offer, "id">> & { size: string; at: string }): Offer =>
      makeOffer({
        chainId: 31337n,
        vault: address,
        maker: maker.id,
        instrument: PERP,
        side: "sell",
        quantity: Quantity.parse(wish.size, "size"),
        price: Price.parse(wish.at, "price"),
        expiry: time + 1800,
        ...wish,
      }),
    part: (offer: Offer, taker: Trader, size?: string): Agreement =>
      accept(offer, taker.id, size === undefined ? offer.quantity : Quantity.parse(size, "size")),
    /** Legs of one account; signed for anybody to submit, or for nobody but itself. */
    async legs(
      trader: Trader,
      agreements: readonly Agreement[],
      how: { feeBound?: bigint; inPerson?: boolean; relayer?: string } = {},
    ) {
      const { vault, copyKey, state, size, signer } = trader;
      const { feeBound, inPerson, relayer } = how;
      const signs =
        inPerson === true ? {} : { signs: { owner: signer, ...(relayer === undefined ? {} : { relayer }) } };
      const deals = agreements.map((agreement) => ({ agreement, ...(feeBound === undefined ? {} : { feeBound }) }));
      return makeLegs({ prover, vault, copyKey, ...signs }, { state, size, deals, market });
    },
  };
}
