import type { Contract } from "ethers";
import type { Done, Size } from "../../prover/chain/gate.ts";
import type { EpochFile } from "../../prover/epoch/file.ts";
import { verifyEpoch } from "../../prover/epoch/verify.ts";
import { disclosuresOf } from "../../prover/guardian/disclosed.ts";
import { readDisclosed } from "../../prover/guardian/read.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import type { BuiltMarket } from "../../prover/market/build.ts";
import { hasExpired } from "../../prover/market/settled.ts";
import type { Instrument } from "../../prover/market/types.ts";
import type { Prover } from "../../prover/prove/prover.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { prepareDeposit, prepareMove, prepareSettlement, prepareWithdrawal } from "../../prover/vault/acts.ts";
import { type Random, randomOf } from "../soak/random.ts";
import { ETH, MOMENTS, type Moment, marketOf, SHARE, SHARE_NAME } from "./markets.ts";
import { bookOf, settle, shown, totals, trade, transfer } from "./model.ts";
import { type Agreed, agree, fill, openTrader, perform, type Trader } from "./trader.ts";
import { openVenue, type Venue } from "./venue.ts";

/** What kinds of acts a day has; a figure is kept of each. */
export type Kind = "open" | "deposit" | "withdraw" | "fill" | "reduce" | "block" | "settle" | "move";

export interface Figure {
  readonly kind: Kind;
  /** Fills in it; 0 for what is none. */
  readonly fills: number;
  readonly gas: bigint;
  readonly seconds: number;
}

/** What nobody but an account's owner knows of an act of it: what searches for leaks are judged by. */
export interface Truth {
  readonly hash: string;
  readonly account: bigint;
  readonly kind: Kind;
  /** Slots in use afterwards. */
  readonly positions: number;
  /** Sum of what its fills moved, 1e-6 units and 1e-12 USD; 0 for what is no trade. */
  readonly quantity: bigint;
  readonly notional: bigint;
}

export interface DayOptions {
  readonly seed: number;
  readonly accounts: number;
  /** At least so many. */
  readonly fills: number;
  /** Indices of `MOMENTS`. */
  readonly moments: readonly number[];
  /** Only the traded expiries of each chain. */
  readonly small: boolean;
  /** People who do nothing that day. */
  readonly spare?: number;
  readonly prover: Prover;
  readonly report?: (line: string) => void;
}

export interface DayResult {
  readonly venue: Venue;
  readonly traders: readonly Trader[];
  readonly figures: readonly Figure[];
  readonly truths: readonly Truth[];
  readonly fills: number;
  readonly parts: number;
  /** Acts that the model of the client refused before proving, by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly epochs: readonly EpochFile[];
  readonly markets: readonly BuiltMarket[];
  readonly guardian: { readonly number: number; readonly secret: bigint };
  /** Comparisons of balance, held and ledger that were made, one a token and step. */
  readonly checks: number;
}

const TRADED = [
  "BTC-PERPETUAL",
  "ETH-PERPETUAL",
  "BTC-5FEB26",
  "BTC-5FEB26-73000-C",
  "BTC-5FEB26-75000-P",
  "ETH-5FEB26",
  "BTC-6FEB26-72000-P",
  "BTC-27MAR26-60000-P",
  "BTC-27MAR26-80000-C",
  "ETH-27MAR26",
  "ETH-27MAR26-2200-C",
  "ETH",
  "SETH",
];

/** Deposits less withdrawals of a token, in base units, by the test's own count. */
type Ledger = Map<number, bigint>;

/**
 * A day of hidden accounts on shipped prices: every act with real proofs before the real verifiers, through the product's
 * client, and after each of them the vault's balances compared with what went in and out.
 */
export async function runDay(options: DayOptions): Promise<DayResult> {
  const { seed, prover, small, report = () => {} } = options;
  const random = randomOf(seed);
  const moments = options.moments.map((i) => MOMENTS[i] as Moment);
  const venue = await openVenue((moments[0]?.time ?? 0) - 600, options.accounts + (options.spare ?? 0));
  const secret = random.bits(250);
  const { guardian } = await venue.guardians.register(venue.keeper.address, await publicPoint(secret));
  const submitter = await venue.vault.as(venue.keeper);
  const figures: Figure[] = [];
  const truths: Truth[] = [];
  const refused: Record<string, number> = {};
  const ledger: Ledger = new Map(venue.tokens.map(({ asset }) => [asset, 0n]));
  const traders: Trader[] = [];
  const epochs: EpochFile[] = [];
  const markets: BuiltMarket[] = [];
  let [fills, checks, parts] = [0, 0, 0];

  const balanced = async (what: string): Promise<void> => {
    for (const { asset, contract } of venue.tokens) {
      const [balance, held] = await Promise.all([
        contract.getFunction("balanceOf").staticCall(venue.vault.vault),
        venue.vault.held(asset),
      ]);
      const due = ledger.get(asset) ?? 0n;
      if (balance !== due || held !== due) {
        throw new Error(`after ${what}: asset ${asset} has ${balance}, the vault says ${held}, in and out make ${due}`);
      }
      checks += 1;
    }
  };
  const record = async (
    kind: Kind,
    who: readonly Trader[],
    work: () => Promise<Done>,
    deals: readonly Agreed[] = [],
  ): Promise<boolean> => {
    const start = performance.now();
    const count = deals.length;
    try {
      const { gas, hash } = await work();
      for (const trader of who) {
        const own = deals.filter(({ buyer, seller }) => buyer === trader || seller === trader);
        const sum = (of: (deal: Agreed) => bigint) => own.reduce((all, deal) => all + of(deal), 0n);
        truths.push({
          hash,
          account: trader.id,
          kind,
          positions: trader.state.positions.length,
          quantity: sum(({ agreement }) => agreement.quantity),
          notional: sum(({ agreement }) => agreement.quantity * agreement.price),
        });
      }
      figures.push({ kind, fills: count, gas, seconds: (performance.now() - start) / 1000 });
    } catch (error) {
      // What the client's own model refuses before it proves anything; what the chain refuses is a failure of the day.
      if (!(error instanceof TacitError) || !EXPECTED.has(error.code)) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
      return false;
    }
    await balanced(`a ${kind}`);
    return true;
  };

  const move = async (trader: Trader, asset: number, amount: bigint, { market }: BuiltMarket): Promise<boolean> => {
    const token = venue.tokens.find((one) => one.asset === asset);
    if (token === undefined) throw new Error(`there is no token of asset ${asset}`);
    const { hands, state, size, owner } = trader;
    const kept = { state, size };
    if (amount > 0n) await token.mint(owner.address, amount);
    const done = await record(amount > 0n ? "deposit" : "withdraw", [trader], async () => {
      const acting =
        amount > 0n
          ? prepareDeposit(hands, kept, { asset, amount, market })
          : prepareWithdrawal(hands, kept, { asset, amount: -amount, to: owner.address, market });
      const mined = perform(trader, acting);
      const sent = await mined;
      ledger.set(asset, (ledger.get(asset) ?? 0n) + amount * token.unit);
      transfer(trader.book, asset, amount);
      return sent;
    });
    return done;
  };

  const tradeAll = async (kind: "fill" | "reduce" | "block", deals: readonly Agreed[], { market }: BuiltMarket) => {
    const who = [...new Set(deals.flatMap(({ buyer, seller }) => [buyer, seller]))];
    const work = async () => {
      const sent = await fill(submitter, deals, market);
      for (const { buyer, seller, agreement } of deals) {
        trade(buyer.book, seller.book, agreement.instrument.id, agreement.quantity, agreement.price);
      }
      return sent;
    };
    const done = await record(kind, who, work, deals);
    if (done) fills += deals.length;
    return done;
  };

  for (const [m, moment] of moments.entries()) {
    await venue.go(moment.time);
    // Somebody gives the share's vault a third of what it holds, in the block before its rate is read.
    const donated = (options.moments[m] ?? 0) >= 2;
    if (options.moments[m] === 2) {
      const ether = venue.tokens.find(({ asset }) => asset === ETH)?.contract as Contract;
      await (await ether.getFunction("mint")(venue.share.target, 3n * 10n ** 20n)).wait();
    }
    const shares = await venue.shares();
    const built = await marketOf(moment, { listings: markets.at(-1)?.listings ?? [], shares, small });
    const epoch = await venue.publish(built, epochs.at(-1));
    const verdict = await verifyEpoch({
      market: { name: moment.name, value: built.fileBytes },
      file: { name: "its epoch", value: epoch },
      ...(epochs.length === 0 ? {} : { previous: { name: "the epoch before", value: epochs.at(-1) as EpochFile } }),
    });
    if (!verdict.ok) throw new Error(`the epoch of ${moment.name} does not rebuild: ${JSON.stringify(verdict.steps)}`);
    if (donated !== built.warnings.some((warning) => warning.startsWith(`${SHARE_NAME} tells`))) {
      throw new Error("the market does not say of a donation, or of none, what it is");
    }
    epochs.push(epoch);
    markets.push(built);
    report(
      `${moment.name}: ${built.market.instruments.length} instruments, ${built.warnings.join("; ") || "no warnings"}`,
    );

    if (m === 0) {
      for (let i = 0; i < options.accounts; i += 1) {
        const owner = venue.people[i];
        if (owner === undefined) throw new Error("too few people");
        const size: Size = i % 5 < 3 ? 8 : 16;
        await record("open", [], async () => {
          const { trader, done } = await openTrader(venue, prover, owner, { name: `account ${i + 1}`, guardian, size });
          traders.push(trader);
          return done;
        });
        const trader = traders[i] as Trader;
        await move(trader, 0, BigInt(Math.floor(random.between(150_000, 900_000) * 1e6)), built);
        if (i % 2 === 0) await move(trader, ETH, BigInt(Math.floor(random.between(5, 60) * 1e6)), built);
        if (i % 3 === 0) await move(trader, SHARE, BigInt(Math.floor(random.between(5, 40) * 1e6)), built);
      }
    }
    if (m > 0) await settleAll(built, epoch);
    const live = built.market.instruments.filter(
      (one) => TRADED.includes(one.name) && !hasExpired(one, built.market.timestamp),
    );
    // Of what chance may leave out in a short day there is one at every moment.
    const sure = shuffled(random, traders).find(({ book }) => book.cash > 10n ** 16n);
    if (sure !== undefined) await move(sure, 0, -BigInt(Math.floor(random.between(100, 2000) * 1e6)), built);
    const due = Math.ceil((options.fills * (m + 1)) / moments.length);
    while (fills < due) {
      const [dice, trader] = [random.next(), random.pick(traders)];
      if (dice < 0.08) {
        const asset = random.pick([0, ETH, SHARE]);
        await move(trader, asset, amountOf(random, asset), built);
      } else if (dice < 0.18) {
        const asset = random.pick([0, ETH, SHARE]);
        const most = asset === 0 ? trader.book.cash / 1_000_000n : (trader.book.held.get(asset) ?? 0n);
        const amount = BigInt(Math.floor(Number(most) * random.between(0.01, 0.4)));
        if (amount > 0n) await move(trader, asset, -amount, built);
      } else if (dice < 0.21) {
        const { hands, state, size } = trader;
        const last = state.positions.length - 1;
        if (last > 0) {
          await record("move", [trader], () =>
            perform(trader, prepareMove(hands, { state, size }, { from: 0, to: last, size: size === 8 ? 16 : size })),
          );
        }
      } else if (dice < 0.36) {
        const deals = await reduction(random, trader, built);
        if (deals !== undefined) await tradeAll("reduce", deals, built);
      } else if (dice < 0.62) {
        const count = Math.min(4 + random.below(7), Math.max(1, due - fills));
        const group = shuffled(random, traders).slice(0, Math.min(traders.length, 3 + random.below(3)));
        const expiry = (await venue.now()) + 3600;
        const deals = Array.from({ length: count }, (_, i) => {
          const [maker, taker] = [group[i % group.length], group[(i + 1) % group.length]] as [Trader, Trader];
          const [deal] = dealOf(random, maker, taker, random.pick(roomFor(live, maker, taker, 3)), built, expiry);
          return deal as Agreed;
        });
        await tradeAll("block", deals, built);
      } else {
        const [maker, taker] = shuffled(random, traders) as [Trader, Trader];
        const expiry = (await venue.now()) + 3600;
        const deals = dealOf(
          random,
          maker,
          taker,
          random.pick(roomFor(live, maker, taker, 1)),
          built,
          expiry,
          random.chance(0.2) ? 2 : 1,
        );
        for (const deal of deals) await tradeAll("fill", [deal], built);
        if (deals.length > 1) parts += 1;
      }
    }
    report(`${moment.name}: ${fills} fills, ${checks} balances compared`);
  }

  return {
    venue,
    traders,
    figures,
    truths,
    fills,
    parts,
    refused,
    epochs,
    markets,
    guardian: { number: guardian, secret },
    checks,
  };

  /** Everybody turns what has expired into cash. */
  async function settleAll({ market }: BuiltMarket, { settlements }: EpochFile): Promise<void> {
    const prices = new Map(settlements.map(({ id, price }) => [id, price]));
    for (const trader of traders) {
      for (const id of [...trader.book.held.keys()].filter((id) => prices.has(id))) {
        const before = trader.state;
        const kept = { state: before, size: trader.size };
        const row = market.sets.initial.rows.get(id);
        if (row?.mark !== prices.get(id)) throw new Error(`instrument ${id} settles at another price than its mark`);
        await record("settle", [trader], async () => {
          const done = await perform(trader, prepareSettlement(trader.hands, kept, { id, settlements }));
          settle(trader.book, id, prices.get(id) ?? 0n);
          return done;
        });
      }
    }
  }

  function dealOf(
    random: Random,
    maker: Trader,
    taker: Trader,
    instrument: Instrument,
    { market }: BuiltMarket,
    expiry: number,
    pieces = 1,
  ): Agreed[] {
    const mark = market.sets.initial.rows.get(instrument.id)?.mark ?? 0n;
    const price = (mark * BigInt(9_950 + random.below(100))) / 10_000n;
    const spot = instrument.kind === "spot";
    // Collateral is sold by whoever has it.
    const owned = spot ? (maker.book.held.get(instrument.id) ?? 0n) : 0n;
    const usual = instrument.underlying === "BTC" ? random.between(0.05, 1.2) : random.between(1, 20);
    const quantity = spot ? owned / 4n : BigInt(Math.floor(usual * 1e6));
    const offered = quantity > 0n ? quantity : 1_000_000n;
    const side = spot || random.chance(0.5) ? "sell" : "buy";
    const part = offered / BigInt(pieces);
    const { id, name } = instrument;
    const deal = {
      maker,
      taker,
      side,
      instrument: { id, name },
      price: price > 0n ? price : 1n,
      expiry,
      offered,
    } as const;
    return agree(venue.vault, { ...deal, parts: Array.from({ length: pieces }, () => part) });
  }

  /** Somebody closes a part of a position against somebody who takes it on. */
  async function reduction(random: Random, trader: Trader, { market }: BuiltMarket): Promise<Agreed[] | undefined> {
    const open = [...trader.book.held].filter(([id]) => id > 255);
    if (open.length === 0) return undefined;
    const [id, held] = random.pick(open);
    const instrument = market.instruments.find((one) => one.id === id);
    const mark = market.sets.maintenance.rows.get(id)?.mark ?? 0n;
    if (instrument === undefined || mark === 0n) return undefined;
    const other = random.pick(traders.filter((one) => one !== trader));
    const magnitude = held < 0n ? -held : held;
    const part = random.chance(0.3) ? magnitude : magnitude / 2n;
    if (part === 0n) return undefined;
    const [deal] = agree(venue.vault, {
      maker: trader,
      taker: other,
      side: held > 0n ? "sell" : "buy",
      instrument: { id, name: instrument.name },
      price: (mark * 9_999n) / 10_000n + 1n,
      expiry: (await venue.now()) + 3600,
      offered: part,
      parts: [part],
    });
    if (deal === undefined) return undefined;
    const fee = 100n * 10n ** 12n;
    return [{ ...deal, ...(held > 0n ? { sellerFee: fee } : { buyerFee: fee }) }];
  }
}

/** What a client says no to before anything is proven: a day of random wishes has some. */
const EXPECTED = new Set(["NOT_COVERED", "NEGATIVE_SPOT", "TOO_MANY_POSITIONS", "ABOVE_FEE_BOUND"]);

const amountOf = (random: Random, asset: number): bigint =>
  BigInt(Math.floor((asset === 0 ? random.between(1000, 80_000) : random.between(0.5, 10)) * 1e6));

/** The instruments that both have, or have room for; collateral only where its seller has some. */
function roomFor(live: readonly Instrument[], maker: Trader, taker: Trader, spare: number): readonly Instrument[] {
  const fits = ({ book: { held }, size }: Trader, id: number) => held.has(id) || held.size + spare <= size;
  const found = live.filter(
    ({ id, kind }) => fits(maker, id) && fits(taker, id) && (kind !== "spot" || maker.book.held.has(id)),
  );
  return found.length > 0 ? found : live;
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const left = [...list];
  return list.map(() => left.splice(random.below(left.length), 1)[0] as T);
}

/** What the guardian reads from the chain alone, compared with the model, with the vault and with itself. */
export async function reconcile({ venue, traders, guardian, epochs }: DayResult): Promise<{
  readonly accounts: number;
  readonly instruments: number;
  readonly cash: bigint;
}> {
  const { read, skipped } = await readDisclosed(
    disclosuresOf(venue.provider, venue.vault.vault),
    [{ point: await publicPoint(guardian.secret), secret: guardian.secret }],
    async (key) => (await venue.guardians.key(key)).point,
  );
  const fail = (what: string): never => {
    throw new Error(what);
  };
  if (skipped.length > 0) fail(`${skipped.length} disclosures do not open: ${skipped[0]?.reason}`);
  if (read.length !== traders.length) fail(`the guardian reads ${read.length} accounts of ${traders.length}`);
  const states = new Map(read.map(({ state }) => [state.accountId, state]));
  for (const { id, book, name } of traders) {
    const state = states.get(id) ?? fail(`${name} was never disclosed`);
    const opened = shown(bookOf(state));
    if (opened !== shown(book)) fail(`${name} is ${opened}, the model has ${shown(book)}`);
    const { commitment } = await venue.gate.account(id);
    const event = read.find((one) => one.state === state)?.event;
    if (event?.commitment !== commitment) fail(`what is disclosed of ${name} is not what the gate has`);
  }
  const all = totals([...states.values()].map(bookOf));
  const spot = new Map(venue.tokens.map(({ asset, unit }) => [asset, unit]));
  for (const [id, quantity] of all.held) {
    const unit = spot.get(id);
    if (unit === undefined) fail(`instrument ${id} nets to ${quantity}`);
    else if (quantity * unit !== (await venue.vault.held(id))) fail(`asset ${id} is not what the vault holds`);
  }
  for (const { asset } of venue.tokens) {
    if (asset !== 0 && !all.held.has(asset) && (await venue.vault.held(asset)) !== 0n)
      fail(`asset ${asset} is nobody's`);
  }
  const cash = (await venue.vault.held(0)) * 1_000_000n;
  if (all.cash !== cash) fail(`all cash is ${all.cash}, the vault holds ${cash}`);
  const settled = new Set(epochs.at(-1)?.settlements.map(({ id }) => id));
  if ([...all.held.keys()].some((id) => settled.has(id))) fail("somebody still holds what has settled");
  const instruments = new Set(traders.flatMap(({ book }) => [...book.held.keys()]));
  return { accounts: read.length, instruments: instruments.size, cash };
}

/** Acts, their gas and what they took, a line a kind. */
export function summary({ figures, fills, parts, refused, checks }: DayResult): string {
  const kinds = [...new Set(figures.map(({ kind }) => kind))];
  const lines = kinds.map((kind) => {
    const own = figures.filter((figure) => figure.kind === kind);
    const count = own.reduce((sum, { fills: some }) => sum + some, 0);
    const gas = own.reduce((sum, figure) => sum + figure.gas, 0n) / BigInt(Math.max(1, count > 0 ? count : own.length));
    const seconds = own.map((figure) => figure.seconds).sort((a, b) => a - b)[own.length >> 1] ?? 0;
    const what = count > 0 ? `${own.length} with ${count} fills` : String(own.length);
    return `${kind.padEnd(9)} ${what.padEnd(20)} ${String(gas).padStart(9)} gas ${count > 0 ? "a fill" : "each  "}  median ${seconds.toFixed(2)} s`;
  });
  const no = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
  return [
    ...lines,
    `${fills} fills, ${parts} offers filled in parts, ${checks} balances compared; the client refused: ${no.join(", ") || "nothing"}`,
  ].join("\n");
}
