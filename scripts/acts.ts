import { publicPoint } from "../prover/hash/babyjub.ts";
import { BACKEND_NAMES, type BackendName } from "../prover/prove/backend.ts";
import { openProver, type Prover } from "../prover/prove/prover.ts";
import { TacitError } from "../prover/units/errors.ts";
import { type Act, prepareDeposit, prepareWithdrawal } from "../prover/vault/acts.ts";
import { MOMENTS, type Moment, marketOf } from "../test/day/markets.ts";
import { agree, fill, openTrader, type Trader } from "../test/day/trader.ts";
import { openVenue } from "../test/day/venue.ts";
import { median } from "./median.ts";

/** A whole act by the client, warm: state, proofs and their checks, disclosure, copy, and the transaction mined. */
export interface ActFigures {
  readonly act: "deposit" | "withdraw" | "fill";
  readonly proofs: number;
  /** Of the fastest backend, until it is mined; and of that the part until it is ready to be sent. */
  readonly seconds: number;
  readonly makingSeconds: number;
  /** Whole acts against those with snarkjs in the same run; null where a backend is not there. */
  readonly ratios: Readonly<Record<BackendName, number | null>>;
  /** Whole transactions, both accounts of a fill together. */
  readonly gas: number;
}

interface Sample {
  readonly making: number;
  readonly whole: number;
  readonly gas: bigint;
}

const PROOFS = { deposit: 2, withdraw: 3, fill: 6 } as const;
const USD = 1_000_000n;

/** Backends take turns, so that a busy machine is busy for all of them. @param runs warm acts of each kind and backend */
export async function measureActs(runs: number): Promise<ActFigures[]> {
  const [evening] = MOMENTS as [Moment];
  const venue = await openVenue(evening.time - 600, 2);
  await venue.guardians.register(venue.keeper.address, await publicPoint(12_345_678n));
  await venue.go(evening.time);
  const { market } = await marketOf(evening, { listings: [], shares: await venue.shares(), small: false }).then(
    async (built) => {
      await venue.publish(built, undefined);
      return built;
    },
  );
  const provers = new Map<BackendName, Prover>();
  for (const backend of BACKEND_NAMES) {
    try {
      provers.set(backend, await openProver({ backend }));
    } catch (error) {
      if (!(error instanceof TacitError) || error.code !== "BACKEND_MISSING") throw error;
    }
  }
  const [first] = provers.values();
  if (first === undefined) throw new Error("nothing proves here");
  const open = async (i: number): Promise<Trader> => {
    const owner = venue.people[i];
    if (owner === undefined) throw new Error("too few people");
    const { trader } = await openTrader(venue, first, owner, { name: `account ${i}`, guardian: 1, size: 8 });
    await venue.tokens[0]?.mint(owner.address, 10n ** 13n);
    return trader;
  };
  const [alice, bob] = [await open(0), await open(1)];
  const samples = new Map<string, Sample[]>();
  const keep = (act: ActFigures["act"], backend: BackendName, sample: Sample): void => {
    samples.set(`${act} ${backend}`, [...(samples.get(`${act} ${backend}`) ?? []), sample]);
  };
  const one = async (trader: Trader, prepare: () => Promise<Act>): Promise<Sample> => {
    const start = performance.now();
    const act = await prepare();
    const making = performance.now() - start;
    const { gas } = await act.send();
    trader.state = act.after;
    return { making, whole: performance.now() - start, gas };
  };
  const perp = market.instruments.find(({ name }) => name === "BTC-PERPETUAL");
  const mark = market.sets.initial.rows.get(perp?.id ?? 0)?.mark ?? 0n;
  if (perp === undefined) throw new Error("the market has no perpetual");

  // The first round loads keys and trees, and is not counted.
  for (let run = -1; run < runs; run += 1) {
    for (const [backend, prover] of provers) {
      const count = (act: ActFigures["act"], sample: Sample) => (run < 0 ? undefined : keep(act, backend, sample));
      for (const trader of [alice, bob]) {
        const hands = { ...trader.hands, prover };
        const kept = () => ({ state: trader.state, size: trader.size });
        count("deposit", await one(trader, () => prepareDeposit(hands, kept(), { asset: 0, amount: 100_000n * USD })));
        const wish = { asset: 0, amount: USD, to: trader.owner.address, market };
        count("withdraw", await one(trader, () => prepareWithdrawal(hands, kept(), wish)));
      }
      const sides = [alice, bob].map((trader): Trader => ({ ...trader, hands: { ...trader.hands, prover } }));
      const [maker, taker] = sides as [Trader, Trader];
      const deals = agree(venue.vault, {
        ...{ maker, taker, side: "buy", instrument: { id: perp.id, name: perp.name } },
        ...{ price: mark, expiry: 2 ** 39, offered: USD / 10n, parts: [USD / 10n] },
      });
      const start = performance.now();
      const { gas } = await fill(venue.vault, deals, market);
      const whole = performance.now() - start;
      [alice.state, bob.state] = [maker.state, taker.state];
      count("fill", { making: whole, whole, gas });
    }
  }
  for (const prover of provers.values()) await prover[Symbol.asyncDispose]();

  const wholeOf = (act: string, backend: BackendName): number | null => {
    const found = samples.get(`${act} ${backend}`);
    return found === undefined ? null : median(found.map(({ whole }) => whole));
  };
  return (["deposit", "withdraw", "fill"] as const).map((act) => {
    const snarkjs = wholeOf(act, "snarkjs") ?? Number.NaN;
    const fastest = [...provers.keys()].sort((a, b) => (wholeOf(act, a) ?? 0) - (wholeOf(act, b) ?? 0))[0] ?? "wasm";
    const own = samples.get(`${act} ${fastest}`) ?? [];
    const ratio = (backend: BackendName): number | null => {
      const whole = wholeOf(act, backend);
      return whole === null ? null : whole / snarkjs;
    };
    return {
      act,
      proofs: PROOFS[act],
      seconds: median(own.map(({ whole }) => whole)) / 1000,
      makingSeconds: median(own.map(({ making }) => making)) / 1000,
      ratios: { native: ratio("native"), wasm: ratio("wasm"), snarkjs: ratio("snarkjs") },
      gas: median(own.map(({ gas }) => Number(gas))),
    };
  });
}
