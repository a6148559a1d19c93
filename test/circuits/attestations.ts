import { type AccountState, commit, encodeState } from "../../prover/account/state.ts";
import type { BucketContents } from "../../prover/attest/buckets.ts";
import type { Claims } from "../../prover/attest/claims.ts";
import { type Figures, figuresOf } from "../../prover/attest/figures.ts";
import { attestSignals } from "../../prover/attest/signals.ts";
import { FIELD, loadPoseidon } from "../../prover/hash/poseidon.ts";
import { buildRowTree, requirementRoot } from "../../prover/market/tree.ts";
import { attestInputs } from "../../prover/prove/attestInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Portfolio } from "../../prover/risk/types.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import { forgedRow, SMALL, SMALL_LIES, SMALL_SET, SMALL_SIZE } from "./small.ts";

/** A whole attestation circuit that compiles in seconds, over the same rows as the small margin circuit. */
export const SMALL_ATTEST_MAIN = `pragma circom 2.2.2;
include "attestation.circom";
component main {public [commitment, requirementRoot, equityFloor, deltaLow, deltaHigh, absent, context]} = Attestation(2, 2, 1, 3);
`;

export const portfolio = (cash: bigint, ...positions: [id: number, quantity: bigint][]): Portfolio => ({
  cash: cash as Cash,
  positions: positions.map(([id, quantity]) => ({ id, quantity: quantity as Quantity })),
});

/** Long the first bucket twice over, and short the second. */
export const MIXED = portfolio(10n ** 9n, [300, 2_000_000n], [4500, -1_000_000n]);
/** Holds the first bucket, where its net delta is nothing, and nothing of the second. */
export const FLAT = portfolio(10n ** 9n, [300, 9_200_000n], [301, -9_000_000n]);
export const EMPTY = portfolio(5n);

export const NO_CLAIMS: Claims = { netDelta: [], nothingIn: [] };
const BUCKETS: readonly BucketContents[] = SMALL_SET.buckets.map(({ name }, index) => ({
  index,
  name,
  underlyings: [name],
  partly: [],
}));

/** Every claim there is, each as tight as it can be. */
export function tightest({ equity, buckets }: Figures): Claims {
  return {
    equityAtLeast: equity as Cash,
    netDelta: BUCKETS.map(({ index, name }) => {
      const net = (buckets[index]?.net ?? 0n) as Cash;
      return { bucket: name, low: net, high: net };
    }),
    nothingIn: BUCKETS.filter(({ index }) => buckets[index]?.size === 0n).map(({ name }) => name),
  };
}

export const smallFigures = (held: Portfolio): Figures => figuresOf(SMALL_SET, held);

/** The inputs of the small circuit; by default it claims all that it can. */
export async function smallAttest(held: Portfolio, claims = tightest(smallFigures(held))): Promise<Signals> {
  const account: AccountState = { ...held, accountId: 11n, salt: 12n };
  const tree = await buildRowTree(SMALL_SET, SMALL);
  const [setId, timestamp] = [1n, 1_770_240_788];
  const about = {
    commitment: await commit(account),
    requirementRoot: await requirementRoot(SMALL_SET, tree, { setId, timestamp }, SMALL),
    context: 5n,
  };
  const signals = attestSignals(claims, BUCKETS, about, SMALL.buckets);
  return attestInputs({ account, set: SMALL_SET, tree, setId, timestamp, signals }, SMALL_SIZE, SMALL);
}

const at = (signals: Signals, name: string, i: number): bigint => (signals[name] as readonly bigint[])[i] ?? 0n;
const moved = (signals: Signals, name: string, i: number, by: bigint): Signals => ({
  ...signals,
  [name]: (signals[name] as readonly bigint[]).with(i, (at(signals, name, i) + by + FIELD) % FIELD),
});
const floor = (signals: Signals, by: bigint): Signals => ({
  ...signals,
  equityFloor: ((signals.equityFloor as bigint) + by + FIELD) % FIELD,
});

/** Of the lies about a margin, those that are about what an attestation opens too. */
const SHARED = [
  "a position left out",
  "a larger quantity",
  "more cash",
  "another salt",
  "another account",
  "another commitment",
  "another root",
  "another requirement set",
  "an older epoch",
  "a better mark",
  "a smaller delta",
  "no charge for being long",
  "no charge for being short",
  "kinder scenarios",
  "the row of a neighbour",
  "a cap of one's own",
  "cash beyond its width",
] as const;

/** False in one way each, made of the tightest claims about `MIXED`. */
export const ATTEST_LIES: Readonly<Record<string, (honest: Signals) => Signals>> = {
  ...Object.fromEntries(SHARED.map((name) => [name, SMALL_LIES[name] as (honest: Signals) => Signals])),
  "other parameters": (s) => moved(s, "word", 0, 1n),
  "a position moved to another bucket": (s) => ({ ...s, bucket: [0n, 0n] }),
  "a bucket that there is not": (s) => ({ ...s, bucket: [0n, 2n] }),
  "an equity one unit higher": (s) => floor(s, 1n),
  "an equity far higher": (s) => floor(s, 1n << 99n),
  "an equity that only half the field is above": (s) => floor(s, FIELD / 2n),
  "a floor so low that it could have come around the field": (s) => floor(s, -(1n << 104n)),
  "a net delta no lower than one unit more": (s) => moved(s, "deltaLow", 0, 1n),
  "a net delta no higher than one unit less": (s) => moved(s, "deltaHigh", 0, -1n),
  "the same of the other bucket's low end": (s) => moved(s, "deltaLow", 1, 1n),
  "the same of the other bucket's high end": (s) => moved(s, "deltaHigh", 1, -1n),
  "a band whose ends are exchanged": (s) => moved(moved(s, "deltaLow", 0, 1n), "deltaHigh", 0, -1n),
  "a high end that is half the field away": (s) => moved(s, "deltaHigh", 0, FIELD / 2n),
  "nothing in a bucket that is long": (s) => ({ ...s, absent: [1n, 0n] }),
  "nothing in a bucket that is short": (s) => ({ ...s, absent: [0n, 1n] }),
  "nothing anywhere": (s) => ({ ...s, absent: [FIELD - 1n, 2n] }),
};

/** A state no commitment is ever made for by the product: what a cheating committer would hash. */
export async function tooRichAttest(): Promise<Signals> {
  const honest = await smallAttest(EMPTY);
  const words = encodeState({ ...EMPTY, accountId: 11n, salt: 12n });
  const cash = 1n << 100n;
  return { ...honest, cash, commitment: (await loadPoseidon())(words.with(2, cash)) };
}

/** Honest attestations and all lies. */
export async function attestations(): Promise<Signals[]> {
  const honest = await Promise.all([MIXED, FLAT, EMPTY].map((held) => smallAttest(held)));
  const [mixed, flat] = honest as [Signals, Signals];
  return [
    ...honest,
    ...Object.values(ATTEST_LIES).map((lie) => lie(mixed)),
    { ...flat, absent: [1n, 1n] },
    await tooRichAttest(),
    await forgedRow(mixed),
  ];
}
