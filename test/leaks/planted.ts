import { hexlify, randomBytes } from "ethers";
import { type AccountState, commit, encodeState, randomSecret } from "../../prover/account/state.ts";
import type { Change } from "../../prover/account/transition.ts";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import type { Done } from "../../prover/chain/gate.ts";
import { transitionContext, type VaultDisclosure } from "../../prover/chain/vault.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { FIELD, toField } from "../../prover/hash/poseidon.ts";
import type { BuiltMarket } from "../../prover/market/build.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import type { Prover } from "../../prover/prove/prover.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import { prepareDeposit, prepareWithdrawal } from "../../prover/vault/acts.ts";
import { proveDisclosure } from "../../prover/vault/disclosure.ts";
import { proveStatement } from "../../prover/vault/prove.ts";
import { agree, fill, openTrader, perform, type Trader } from "../day/trader.ts";
import type { Venue } from "../day/venue.ts";
import type { Call, Seen, SeenDisclosure } from "./record.ts";
import type { Hidden } from "./series.ts";

/** The acts of careless owners, by the search that must find them. */
export type Planted = Readonly<Record<string, readonly string[]>>;

/** How many people beside the day's are careless. */
export const CARELESS = 4;

/** A guardian's secret that anybody guesses. */
const WEAK = 5n;

/**
 * Owners who leave undone what the client does for everybody: salts and secrets that are small or used twice, copies that are
 * short or not encrypted, amounts and bounds that say what they are for. All of it on the same chain, taken by the same vault.
 */
export async function plant(
  venue: Venue,
  prover: Prover,
  { market }: BuiltMarket,
  given: { readonly guardian: number; readonly from: number },
): Promise<Planted> {
  const open = async (i: number, guardian = given.guardian): Promise<Trader> => {
    const owner = venue.people[given.from + i];
    if (owner === undefined) throw new Error("too few careless people");
    return (await openTrader(venue, prover, owner, { name: `careless ${i + 1}`, guardian, size: 4 })).trader;
  };
  const { guardian: weak } = await venue.guardians.register(venue.keeper.address, await publicPoint(WEAK));
  const [dave, erin, frank] = [await open(0), await open(1), await open(2, weak)];

  /** A deposit of cash of which every secret may be given. */
  async function deposit(
    trader: Trader,
    amount: bigint,
    how: { salt?: bigint; secret?: bigint; copy?: (state: AccountState) => string } = {},
  ): Promise<string> {
    await venue.tokens[0]?.mint(trader.owner.address, amount);
    const { vault } = trader.hands;
    const { guardian, nonce } = await vault.account(trader.id);
    const change: Change = { mode: "transfer", asset: 0, amount };
    const context = transitionContext(vault, trader.id, nonce);
    const salt = how.salt ?? randomSecret();
    const { inputs, after } = await transitionInputs({ before: trader.state, change, context, salt });
    const proof = await proveStatement(prover.circuits, "transition", inputs);
    const commitment = await commit(after);
    const step = { id: trader.id, commitment, proof };
    const done = await vault.deposit(0, amount, step, await disclosed(after, guardian, how));
    trader.state = after;
    return done.hash;
  }

  async function disclosed(
    state: AccountState,
    number: number,
    how: { secret?: bigint; copy?: (state: AccountState) => string },
  ): Promise<VaultDisclosure> {
    const key = await venue.guardians.currentKey(number);
    const usual = await proveDisclosure(prover.circuits, { state, guardian: key, copyKey: dave.copyKey });
    const copied = how.copy === undefined ? usual : { ...usual, copy: how.copy(state) };
    if (how.secret === undefined) return copied;
    const { inputs, disclosure } = await disclosureInputs({
      state,
      guardian: key.point,
      secret: how.secret,
      challenge: disclosureChallenge,
    });
    const proof = await proveStatement(prover.circuits, "disclose", inputs);
    return { ...copied, ephemeral: disclosure.ephemeral, cipher: disclosure.cipher, proof };
  }

  const planted: Record<string, string[]> = {};
  const mark = (search: string, ...hashes: string[]): void => {
    planted[search] = [...(planted[search] ?? []), ...hashes];
  };

  mark("states", await deposit(dave, 61_234_567_891n, { salt: 1n }));
  mark("secrets", await deposit(dave, 1_234_567n, { secret: 7n }));
  const twice = BigInt(hexlify(randomBytes(31)));
  const again = [
    await deposit(dave, 2_345_671n, { secret: twice }),
    await deposit(dave, 3_456_712n, { secret: twice }),
  ];
  mark("points", ...again);
  mark("elements", ...again);
  mark("lengths", await deposit(dave, 4_567_123n, { copy: () => hexlify(randomBytes(100)) }));
  const plain = (state: AccountState) =>
    hexlify(
      Buffer.concat([
        randomBytes(28),
        ...encodeState(state)
          .slice(2)
          .map((value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex")),
      ]),
    );
  mark("plain", await deposit(dave, 5_671_234n, { copy: plain }));

  const perp = market.instruments.find(({ name }) => name === "BTC-PERPETUAL");
  const price = market.sets.initial.rows.get(perp?.id ?? 0)?.mark ?? 0n;
  if (perp === undefined) throw new Error("the market has no perpetual");
  mark("amounts", await deposit(erin, (2_500_000n * price) / 1_000_000n));
  const met = 12_345_678_901n;
  const { hands, state, size, owner } = dave;
  const wish = { asset: 0, amount: met, to: owner.address, market };
  const out: Done = await perform(dave, prepareWithdrawal(hands, { state, size }, wish));
  mark("meeting", out.hash, await deposit(erin, met));
  // All that weak guardian's accounts do is read by anybody.
  await venue.tokens[0]?.mint(frank.owner.address, 7_123_457n);
  const kept = { state: frank.state, size: frank.size };
  const opened = (await lastHash(venue)) as string;
  const funded = await perform(frank, prepareDeposit(frank.hands, kept, { asset: 0, amount: 7_123_457n }));
  mark("guardian", opened, funded.hash);

  const deal = (buyer: Trader, seller: Trader, quantity: bigint, salt?: bigint) => {
    const [agreed] = agree(venue.vault, {
      maker: buyer,
      taker: seller,
      side: "buy",
      instrument: { id: perp.id, name: perp.name },
      price,
      expiry: 2 ** 39,
      offered: quantity,
      parts: [quantity],
    });
    if (agreed === undefined) throw new Error("nothing was agreed");
    return salt === undefined ? agreed : { ...agreed, agreement: { ...agreed.agreement, salt } };
  };
  mark("tickets", (await fill(venue.vault, [deal(dave, erin, 100_000n, 5n)], market)).hash);
  const measured = { ...deal(erin, dave, 51_234n), sellerFee: 3_744_812_345_678n };
  mark("bounds", (await fill(venue.vault, [measured], market)).hash);
  return planted;

  async function lastHash({ provider, vault }: Venue): Promise<string | undefined> {
    const logs = await provider.getLogs({
      address: vault.vault,
      topics: [null, `0x${frank.id.toString(16).padStart(64, "0")}`],
      fromBlock: 0,
    });
    return logs.at(0)?.transactionHash;
  }
}

/**
 * What no careless owner can do, because the vault or its circuits refuse it, planted in a copy of the record: streams that
 * repeat, texts that are none, signatures under one nonce, and gas, length and pauses that follow the number of positions.
 */
export function plantInRecord(seen: Seen): {
  readonly seen: Seen;
  readonly planted: Planted;
  readonly truths: readonly Hidden[];
} {
  const [model] = seen.disclosures;
  const trade = seen.calls.find(({ name }) => name === "trade");
  if (model === undefined || trade === undefined) throw new Error("the day has no disclosure or no trade");
  const element = (): bigint => BigInt(hexlify(randomBytes(32))) % FIELD;
  const stream = Array.from({ length: 14 }, element);
  const fake = (hash: string, id: bigint, cipher: readonly bigint[]): SeenDisclosure => ({
    ...model,
    hash,
    id,
    commitment: element(),
    ephemeral: [element(), element()],
    cipher,
    copy: hexlify(randomBytes((model.copy.length - 2) / 2)),
  });
  const under = (id: bigint) => stream.map((value, i) => (value + (i === 0 ? id : element())) % FIELD);
  const step = seen.disclosures.findLast(({ id }) => id === model.id) ?? model;
  const disclosures = [
    fake("a stream, once", 101n, under(101n)),
    fake("a stream, twice", 102n, under(102n)),
    fake(
      "a text one step on",
      model.id,
      step.cipher.map((value) => (value + 1n) % FIELD),
    ),
    fake("a text that is none", 103n, [103n, toField(-5n), ...Array.from({ length: 12 }, element)]),
  ];
  const signed = hexlify(randomBytes(32)).slice(2);
  const consent = () => ({ signature: `0x${signed}${hexlify(randomBytes(33)).slice(2)}` });
  const call = (hash: string, changes: Partial<Call>): Call => ({ ...trade, hash, args: {}, ...changes });
  const nonces = ["a nonce, once", "a nonce, twice"].map((hash) =>
    call(hash, { name: "deposit", events: [], args: { step: { consent: consent() } } }),
  );
  const last = seen.calls.at(-1);
  const truths: Hidden[] = [];
  const series: Call[] = [];
  let time = last?.time ?? 0;
  const kinds = [
    ["gas", 104n],
    ["length", 105n],
    ["pause", 106n],
  ] as const;
  for (const [kind, account] of kinds) {
    for (let i = 0; i < 10; i += 1) {
      const [hash, positions] = [`a ${kind} of ${i}`, 1 + ((i * 7) % 10)];
      time += kind === "pause" ? 10 * positions : 1;
      series.push(
        call(hash, {
          time,
          name: "move",
          args: { size: 16 },
          execution: 400_000 + (kind === "gas" ? 100 * positions : 0),
          data: `0x${"11".repeat(1900 + (kind === "length" ? 32 * positions : 0))}`,
          events: [{ name: "Transitioned", args: { id: account, mode: 1n } }],
        }),
      );
      truths.push({ hash, account, positions, quantity: 0n, notional: 0n });
    }
  }
  const named = (kind: string) => series.filter(({ hash }) => hash.startsWith(`a ${kind} of`)).map(({ hash }) => hash);
  return {
    seen: { calls: [...seen.calls, ...nonces, ...series], disclosures: [...seen.disclosures, ...disclosures] },
    truths,
    planted: {
      streams: ["a stream, once", "a stream, twice"],
      steps: ["a text one step on", "a text that is none"],
      nonces: nonces.map(({ hash }) => hash),
      gas: named("gas"),
      length: named("length"),
      pause: named("pause"),
    },
  };
}
