import { type AccountState, LANES } from "../../prover/account/state.ts";
import { type Ticket, ticketHash } from "../../prover/account/ticket.ts";
import type { Change } from "../../prover/account/transition.ts";
import { FIELD, loadPoseidon, textTag, toField } from "../../prover/hash/poseidon.ts";
import { type Opening, openRow } from "../../prover/market/opening.ts";
import { publishSet } from "../../prover/market/publish.ts";
import { buildSettlementTree, type SettlementTree } from "../../prover/market/settlement.ts";
import { buildRowTree, SET_IDS } from "../../prover/market/tree.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import type { RequirementSet } from "../../prover/risk/types.ts";
import type { Cash, Price, Quantity } from "../../prover/units/units.ts";

/** Collateral 2, perps 300 and 301, options 4500 and 4501 of which the latter expired worth 12.5 and 4500 worthless. */
export const [COIN, PERP, OTHER_PERP, WORTHLESS, EXPIRED] = [2, 300, 301, 4500, 4501] as const;
const TIMESTAMP = 1_770_240_788;
const MARKS: Readonly<Record<number, bigint>> = {
  [COIN]: 3_000_000n,
  [PERP]: 50_000_000_000n,
  [OTHER_PERP]: -7_000_000n,
  [WORTHLESS]: 1n,
  [EXPIRED]: 12_000_000n,
};

export interface Published {
  readonly rows: (id: number) => Opening;
  readonly settlements: SettlementTree;
}

/** A requirement set and a settlement tree of these instruments. */
export async function publish(): Promise<Published> {
  const row = (id: number) => ({
    id,
    bucket: 3,
    mark: (MARKS[id] ?? 0n) as Price,
    delta: -5n as Price,
    long: 11n as Price,
    short: 13n as Price,
    values: [],
  });
  const set: RequirementSet = {
    name: "maintenance",
    scenarios: [],
    buckets: Array.from({ length: 4 }, (_, b) => ({
      name: `${b}`,
      ...{ gain: 0n, loss: 0n, a: 0n, h: 0n },
      tiers: [],
    })) as unknown as RequirementSet["buckets"],
    rows: new Map(Object.keys(MARKS).map((id) => [Number(id), row(Number(id))])),
  };
  const tree = await buildRowTree(set);
  const published = await publishSet("maintenance", set, TIMESTAMP);
  // More than a leaf of earlier settlements, so that the path is one.
  const earlier = Array.from({ length: 40 }, (_, i) => ({ id: 9_000 + i, price: BigInt(i) as Price }));
  return {
    rows: (id) => openRow(published, tree, { setId: SET_IDS.maintenance, timestamp: TIMESTAMP }, id),
    settlements: await buildSettlementTree([
      ...earlier,
      { id: WORTHLESS, price: 0n as Price },
      { id: EXPIRED, price: 12_500_000n as Price },
      { id: OTHER_PERP, price: -5n as Price },
    ]),
  };
}

export const STATE: AccountState = {
  accountId: 77n,
  cash: (10n ** 17n) as Cash,
  positions: (
    [
      [COIN, 5_000_000n],
      [PERP, -2_000_000n],
      [EXPIRED, 3_000_000n],
      [OTHER_PERP, 9n],
    ] as const
  ).map(([id, quantity]) => ({ id, quantity: quantity as Quantity })),
  salt: 1234n,
};
export const EMPTY: AccountState = { accountId: 77n, cash: 0n as Cash, positions: [], salt: 0n };

export const ticket = (id: number, quantity: bigint, cash: bigint): Ticket => ({
  id,
  quantity: quantity as Quantity,
  cash: cash as Cash,
  salt: 99n,
  terms: 55n,
});

export const inputsOf = async (change: Change, before: AccountState = STATE): Promise<Signals> =>
  (await transitionInputs({ before, change, salt: 4321n, context: 7n })).inputs;

export type Case = [name: string, change: (published: Published) => Change, before?: AccountState];

const MICRO = 10n ** 6n;

/** A change of every kind, to states it can befall. */
export const CHANGES: Case[] = [
  ["opens an empty account", () => ({ mode: "open" }), EMPTY],
  ["deposits cash", () => ({ mode: "transfer", asset: 0, amount: 5n * MICRO })],
  ["deposits cash into an empty account", () => ({ mode: "transfer", asset: 0, amount: 1n }), EMPTY],
  [
    "withdraws cash, into debt as well: entry notionals live there",
    () => ({ mode: "transfer", asset: 0, amount: -(10n ** 12n) }),
  ],
  ["deposits a coin", () => ({ mode: "transfer", asset: COIN, amount: 7n })],
  ["deposits a coin not held before", () => ({ mode: "transfer", asset: 255, amount: 7n })],
  ["withdraws a coin to zero, which frees its slot", () => ({ mode: "transfer", asset: COIN, amount: -5_000_000n })],
  ["buys", () => ({ mode: "fill", ticket: ticket(PERP, 1n, -9n), side: 1n })],
  ["sells the same", () => ({ mode: "fill", ticket: ticket(PERP, 1n, -9n), side: -1n })],
  ["opens a position", () => ({ mode: "fill", ticket: ticket(256, -3n, 4n), side: 1n })],
  ["closes a position", () => ({ mode: "fill", ticket: ticket(PERP, 2_000_000n, -4n), side: 1n })],
  ["closes the last position", () => ({ mode: "fill", ticket: ticket(OTHER_PERP, 9n, 4n), side: -1n })],
  ["changes a position's sign", () => ({ mode: "fill", ticket: ticket(PERP, 3_000_000n, -4n), side: 1n })],
  ["trades coins it has", () => ({ mode: "fill", ticket: ticket(COIN, 5_000_000n, -4n), side: -1n })],
  ["moves a position", () => ({ mode: "move", from: 1, to: 3 })],
  ["moves a position nowhere", () => ({ mode: "move", from: 1, to: 1 })],
  ["settles", ({ settlements }) => ({ mode: "settle", id: EXPIRED, entry: settlements.open(EXPIRED) })],
  [
    "settles at a negative price",
    ({ settlements }) => ({ mode: "settle", id: OTHER_PERP, entry: settlements.open(OTHER_PERP) }),
  ],
  [
    "settles a short that expired worthless",
    ({ settlements }) => ({ mode: "settle", id: WORTHLESS, entry: settlements.open(WORTHLESS) }),
    { ...STATE, positions: [{ id: WORTHLESS, quantity: -7n as Quantity }] },
  ],
  [
    "reduces a short, a fee below the mark",
    ({ rows }) => ({
      mode: "reduce",
      ticket: ticket(PERP, MICRO, -50_000_000_000n * MICRO - 500n),
      side: 1n,
      row: rows(PERP),
      feeBound: 500n,
    }),
  ],
  [
    "reduces to nothing, above the mark",
    ({ rows }) => ({ mode: "reduce", ticket: ticket(PERP, -2n * MICRO, 5n), side: -1n, row: rows(PERP), feeBound: 0n }),
  ],
  [
    "reduces at a negative mark",
    ({ rows }) => ({
      mode: "reduce",
      ticket: ticket(OTHER_PERP, -4n, -28_000_000n),
      side: 1n,
      row: rows(OTHER_PERP),
      feeBound: 0n,
    }),
  ],
];

/** What a cheat commits to: any lanes and any cash, well-formed or not. */
export async function commitRaw(
  cash: bigint,
  lanes: readonly (readonly [id: number, quantity: bigint])[],
  { accountId = 77n, salt = 4321n } = {},
): Promise<bigint> {
  const packed = Array.from({ length: LANES }, (_, i) => {
    const [id, quantity] = lanes[i] ?? [0, 0n];
    return BigInt(id) + (BigInt.asUintN(48, quantity) << 32n);
  });
  const words = Array.from({ length: 11 }, (_, k) =>
    [0, 1, 2].reduce((word, j) => word + ((packed[3 * k + j] ?? 0n) << BigInt(80 * j)), 0n),
  );
  return (await loadPoseidon())([textTag("tacit/account"), accountId, toField(cash % FIELD), ...words, salt]);
}

const lanesOf = ({ positions }: AccountState): [number, bigint][] =>
  positions.map(({ id, quantity }) => [id, quantity]);
const LANES_OF_STATE = lanesOf(STATE);
const withLane = (slot: number, id: number, quantity: bigint) => LANES_OF_STATE.with(slot, [id, quantity]);
const CASH = STATE.cash;
/** Whole and consistent statements, each false in one way; every other constraint holds. */
export async function lies({ rows, settlements }: Published): Promise<Record<string, Signals>> {
  const deposit = await inputsOf({ mode: "transfer", asset: 0, amount: 1_000n });
  const coins = await inputsOf({ mode: "transfer", asset: COIN, amount: 1_000n });
  const bought = ticket(PERP, 1_000_000n, -(10n ** 12n));
  const fill = await inputsOf({ mode: "fill", ticket: bought, side: 1n });
  const fresh = ticket(4_242, 1_000_000n, -(10n ** 12n));
  const freshFill = await inputsOf({ mode: "fill", ticket: fresh, side: 1n });
  // The mark is 50,000 USD: buying one back for it costs 5e16.
  const value = 50_000_000_000n * MICRO;
  const fair = ticket(PERP, MICRO, -value - 500n);
  const reduce = await inputsOf({ mode: "reduce", ticket: fair, side: 1n, row: rows(PERP), feeBound: 500n });
  const settle = await inputsOf({ mode: "settle", id: EXPIRED, entry: settlements.open(EXPIRED) });
  const settled = CASH + 3n * MICRO * 12_500_000n;
  const move = await inputsOf({ mode: "move", from: 0, to: 2 });
  const open = await inputsOf({ mode: "open" }, EMPTY);
  const wide = 1n << 47n;

  const trade = async (from: Signals, other: Ticket, more: Signals): Promise<Signals> => ({
    ...from,
    subject: await ticketHash(other),
    ticketQuantity: toField(other.quantity),
    ticketCash: toField(other.cash),
    ...more,
  });
  const negative = await inputsOf({ mode: "settle", id: OTHER_PERP, entry: settlements.open(OTHER_PERP) });
  // A coin worth 3 USD given away at the mark of an option worth a millionth.
  const cheap = await trade(reduce, ticket(COIN, -MICRO, 0n), {
    ...path(rows(WORTHLESS)),
    id: BigInt(COIN),
    from: 0n,
    to: 0n,
    feeBound: MICRO,
    newCommitment: await commitRaw(CASH, withLane(0, COIN, 4_000_000n)),
  });
  return {
    "an account that opens with cash": { ...open, cash: 5n, newCommitment: await commitRaw(5n, []) },
    "an account that opens with a position": {
      ...open,
      heldId: [7n, ...zeros(31)],
      heldQuantity: [5n, ...zeros(31)],
      id: 7n,
      newCommitment: await commitRaw(0n, [[7, 5n]]),
    },
    "an opening of an account that exists": {
      ...deposit,
      mode: 0n,
      amount: 0n,
      newCommitment: await commitRaw(CASH, LANES_OF_STATE),
    },
    "a mode that does not exist": { ...deposit, mode: 6n, newCommitment: await commitRaw(CASH, LANES_OF_STATE) },
    "another mode that does not exist": { ...deposit, mode: 7n, newCommitment: await commitRaw(CASH, LANES_OF_STATE) },
    "a mode beyond three bits": { ...deposit, mode: 10n },
    "a stale state": { ...deposit, oldCommitment: await commitRaw(CASH - 1n, LANES_OF_STATE, { salt: 1234n }) },
    "another account's state": {
      ...deposit,
      accountId: 78n,
      newCommitment: await commitRaw(CASH + 1_000n * MICRO, LANES_OF_STATE, { accountId: 78n }),
    },
    "a new state for another account": {
      ...deposit,
      newCommitment: await commitRaw(CASH + 1_000n * MICRO, LANES_OF_STATE, { accountId: 78n }),
    },
    "a salt that stays": {
      ...deposit,
      newSalt: 1234n,
      newCommitment: await commitRaw(CASH + 1_000n * MICRO, LANES_OF_STATE, { salt: 1234n }),
    },
    "a deposit counted twice": { ...deposit, newCommitment: await commitRaw(CASH + 2_000n * MICRO, LANES_OF_STATE) },
    "a deposit of cash in units of a millionth": {
      ...deposit,
      newCommitment: await commitRaw(CASH + 1_000n, LANES_OF_STATE),
    },
    "another amount": { ...deposit, amount: 999n },
    "cash where a coin is deposited": {
      ...coins,
      newCommitment: await commitRaw(CASH + 1_000n * MICRO, LANES_OF_STATE),
    },
    "a coin where cash is deposited": {
      ...deposit,
      id: 2n,
      newCommitment: await commitRaw(CASH, withLane(0, COIN, 5_001_000n)),
    },
    "a coin deposited as another": {
      ...coins,
      id: 3n,
      from: 4n,
      to: 4n,
      newCommitment: await commitRaw(CASH, [...LANES_OF_STATE, [3, 1_000n]]),
    },
    "a perp deposited": {
      ...coins,
      subject: BigInt(PERP),
      id: BigInt(PERP),
      from: 1n,
      to: 1n,
      newCommitment: await commitRaw(CASH, withLane(1, PERP, -2_000_000n + 1_000n)),
    },
    "a coin withdrawn below zero": {
      ...coins,
      amount: FIELD - 5_000_001n,
      newCommitment: await commitRaw(CASH, withLane(0, COIN, -1n)),
    },
    "a coin sold below zero": await trade(fill, ticket(COIN, -5_000_001n, 5n), {
      id: 2n,
      from: 0n,
      to: 0n,
      newCommitment: await commitRaw(CASH + 5n, withLane(0, COIN, -1n)),
    }),
    "a quantity beyond its width": await trade(fill, ticket(PERP, wide + 2_000_000n, 0n), {
      newCommitment: await commitRaw(CASH, withLane(1, PERP, wide)),
    }),
    "a quantity below its width": await trade(fill, ticket(PERP, -wide, 0n), {
      newCommitment: await commitRaw(CASH, withLane(1, PERP, wide - 2_000_000n)),
    }),
    "cash beyond its width": await trade(fill, ticket(PERP, 1_000_000n, (1n << 100n) - CASH), {
      newCommitment: await commitRaw(1n << 100n, withLane(1, PERP, -1_000_000n)),
    }),
    "an instrument in a second slot": await trade(fill, bought, {
      from: 4n,
      to: 4n,
      newCommitment: await commitRaw(CASH - 10n ** 12n, [...LANES_OF_STATE, [PERP, 1_000_000n]]),
    }),
    "an instrument in the slot of another": await trade(fill, fresh, {
      id: 4_242n,
      from: 1n,
      to: 1n,
      newCommitment: await commitRaw(CASH - 10n ** 12n, withLane(1, 4_242, -1_000_000n)),
    }),
    "a position in no instrument": await trade(
      freshFill,
      { ...fresh, id: 0 },
      {
        id: 0n,
        heldId: fullIds(),
        heldQuantity: fullQuantities(),
        from: 31n,
        to: 31n,
        oldCommitment: await commitRaw(CASH, FULL, { salt: 1234n }),
        newCommitment: await commitRaw(CASH - 10n ** 12n, [...FULL, [0, 1_000_000n]]),
      },
    ),
    "an id that spills into the quantity": await trade(freshFill, fresh, {
      subject: await hashed({ ...fresh, id: 4_242 + 2 ** 32 }),
      id: BigInt(4_242 + 2 ** 32),
      newCommitment: await commitRaw(CASH - 10n ** 12n, [...LANES_OF_STATE, [4_242, 1_000_001n]]),
    }),
    "a slot beyond the last": { ...deposit, from: 36n },
    "a slot beyond the last to move to": { ...deposit, to: 36n },
    "more than the ticket says": { ...fill, newCommitment: await commitRaw(CASH - 10n ** 12n, withLane(1, PERP, 0n)) },
    "less paid than the ticket says": {
      ...fill,
      newCommitment: await commitRaw(CASH - 1n, withLane(1, PERP, -1_000_000n)),
    },
    "another ticket": { ...fill, subject: (fill.subject as bigint) + 1n },
    "another instrument than the ticket's": {
      ...freshFill,
      id: 4_243n,
      newCommitment: await commitRaw(CASH - 10n ** 12n, [...LANES_OF_STATE, [4_243, 1_000_000n]]),
    },
    "another quantity than the ticket's": {
      ...fill,
      ticketQuantity: 1n,
      newCommitment: await commitRaw(CASH - 10n ** 12n, withLane(1, PERP, -1_999_999n)),
    },
    "another price than the ticket's": {
      ...fill,
      ticketCash: 0n,
      newCommitment: await commitRaw(CASH, withLane(1, PERP, -1_000_000n)),
    },
    "another salt of the ticket": { ...fill, ticketSalt: 98n },
    "other terms": { ...fill, terms: 56n },
    "both on one side": { ...fill, amount: FIELD - 1n },
    "no side": { ...fill, amount: 0n, newCommitment: await commitRaw(CASH, LANES_OF_STATE) },
    "twice a side": {
      ...fill,
      amount: 2n,
      newCommitment: await commitRaw(CASH - 2n * 10n ** 12n, withLane(1, PERP, 0n).with(1, [0, 0n])),
    },
    "a reduction that grows": await trade(reduce, ticket(PERP, -1n, value), {
      newCommitment: await commitRaw(CASH + value, withLane(1, PERP, -2_000_001n)),
    }),
    "a reduction that changes the sign": await trade(reduce, ticket(PERP, 2_000_001n, -2n * value), {
      newCommitment: await commitRaw(CASH - 2n * value, withLane(1, PERP, 1n)),
      feeBound: 1n << 90n,
    }),
    "a reduction that opens": await trade(reduce, ticket(WORTHLESS, 1n, 0n), {
      ...path(rows(WORTHLESS)),
      id: BigInt(WORTHLESS),
      from: 4n,
      to: 4n,
      newCommitment: await commitRaw(CASH, [...LANES_OF_STATE, [WORTHLESS, 1n]]),
    }),
    "a reduction that gives up more than the bound": { ...reduce, feeBound: 499n },
    "a reduction at an absurd price": await trade(reduce, ticket(PERP, MICRO, -(10n ** 20n)), {
      newCommitment: await commitRaw(CASH - 10n ** 20n, withLane(1, PERP, -1_000_000n)),
    }),
    "a reduction at another mark": await trade(reduce, ticket(PERP, MICRO, -(10n ** 20n)), {
      price: 10n ** 14n,
      newCommitment: await commitRaw(CASH - 10n ** 20n, withLane(1, PERP, -1_000_000n)),
    }),
    "a reduction at a mark whose rest hides in the charge": await trade(reduce, ticket(PERP, MICRO, -(10n ** 20n)), {
      price: 10n ** 14n,
      long: (((rows(PERP).element[1] ?? 0n) - 10n ** 14n + FIELD) * inverseOf(120n)) % FIELD,
      newCommitment: await commitRaw(CASH - 10n ** 20n, withLane(1, PERP, -1_000_000n)),
    }),
    "a reduction by a row among the parameters": { ...reduce, ...(await amongParameters(rows(PERP))) },
    "a reduction at another instrument's mark": cheap,
    "a reduction at a row of its own": { ...reduce, element: (reduce.element as bigint[]).with(5, 1n) },
    "a reduction at a head with another id": {
      ...cheap,
      rest: (((rows(WORTHLESS).element[0] ?? 0n) - BigInt(COIN) + FIELD) * inverseOf(32n)) % FIELD,
    },
    "a reduction in another epoch": { ...reduce, root: (reduce.root as bigint) + 1n },
    "a reduction beside the row's place": { ...reduce, place: (reduce.place as bigint) + 1n },
    "a settlement at another price": {
      ...settle,
      price: 12_500_001n,
      newCommitment: await commitRaw(settled + 3n * MICRO, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n]]),
    },
    "a settlement that reads a debt as a fortune": {
      ...negative,
      price: (1n << 48n) - 5n,
      newCommitment: await commitRaw(CASH + 9n * ((1n << 48n) - 5n), LANES_OF_STATE.slice(0, 3)),
    },
    "a settlement that keeps the position": { ...settle, newCommitment: await commitRaw(settled, LANES_OF_STATE) },
    "a settlement without its proceeds": {
      ...settle,
      newCommitment: await commitRaw(CASH, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n]]),
    },
    "a settlement with too much of them": {
      ...settle,
      newCommitment: await commitRaw(settled + 1n, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n]]),
    },
    "a settlement by another instrument's entry": { ...settle, ...path(settlements.open(9_039)), price: 12_500_000n },
    "a settlement of what has not expired": {
      ...settle,
      id: BigInt(PERP),
      from: 1n,
      to: 1n,
      newCommitment: await commitRaw(CASH - 2n * MICRO * 12_500_000n, withLane(1, 0, 0n)),
    },
    "a settlement at an empty entry": {
      ...settle,
      entry: 15n,
      price: 0n,
      newCommitment: await commitRaw(CASH, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n]]),
    },
    "a settlement by another tree": { ...settle, root: (settle.root as bigint) + 1n },
    "a settlement by an entry of its own": {
      ...settle,
      element: (settle.element as bigint[]).with(Number(settle.entry), BigInt(EXPIRED) + ((10n ** 13n) << 32n)),
      price: 10n ** 13n,
      newCommitment: await commitRaw(CASH + 3n * MICRO * 10n ** 13n, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n]]),
    },
    "a move that loses a position": {
      ...move,
      newCommitment: await commitRaw(CASH, [
        LANES_OF_STATE[2] ?? [0, 0n],
        LANES_OF_STATE[1] ?? [0, 0n],
        [0, 0n],
        LANES_OF_STATE[3] ?? [0, 0n],
      ]),
    },
    "a move that doubles a position": {
      ...move,
      newCommitment: await commitRaw(CASH, [
        LANES_OF_STATE[0] ?? [0, 0n],
        LANES_OF_STATE[1] ?? [0, 0n],
        LANES_OF_STATE[0] ?? [0, 0n],
        LANES_OF_STATE[3] ?? [0, 0n],
      ]),
    },
    "a second change beside the first": {
      ...deposit,
      newCommitment: await commitRaw(CASH + 1_000n * MICRO, withLane(3, OTHER_PERP, 10n)),
    },
    "a closed position whose slot keeps its id": {
      ...settle,
      newCommitment: await commitRaw(settled, [...LANES_OF_STATE.slice(0, 2), [OTHER_PERP, 9n], [EXPIRED, 0n]]),
    },
    "a lane of another reading": {
      ...deposit,
      heldId: (deposit.heldId as bigint[]).with(0, BigInt(COIN) + 2n ** 32n),
      heldQuantity: (deposit.heldQuantity as bigint[]).with(0, 4_999_999n),
    },
  };
}

const hashed = async (from: Ticket) =>
  (await loadPoseidon())([
    textTag("tacit/ticket"),
    BigInt(from.id),
    toField(from.quantity),
    toField(from.cash),
    from.salt,
    from.terms,
  ]);
const zeros = (count: number): bigint[] => Array.from({ length: count }, () => 0n);
/** An account with one slot left, and that one the last. */
const FULL: [number, bigint][] = Array.from({ length: 31 }, (_, i) => [300 + i, 1n]);
const fullIds = () => [...FULL.map(([id]) => BigInt(id)), 0n];
const fullQuantities = () => [...FULL.map(([, quantity]) => quantity), 0n];
const path = ({ root, element, entry, place, low, middle, upper, top, price, rest, long }: Opening): Signals => ({
  ...{ root, element, entry, place, low, middle, upper, top, rest, long },
  price: toField(price),
});
/** The row's tree where a parameter of another requirement root would stand. */
async function amongParameters(row: Opening): Promise<Signals> {
  const hash = await loadPoseidon();
  const top = [...zeros(5), hash(row.upper), ...zeros(10)];
  return { place: BigInt.asUintN(10, row.place) + (5n << 10n), top, root: hash(top) };
}

function inverseOf(bits: bigint): bigint {
  let [result, base] = [1n, 2n ** bits];
  for (let e = FIELD - 2n; e > 0n; e >>= 1n, base = (base * base) % FIELD) if (e & 1n) result = (result * base) % FIELD;
  return result;
}
