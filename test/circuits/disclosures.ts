import { readFile } from "node:fs/promises";
import { digest } from "../../prover/account/disclosure.ts";
import type { AccountState } from "../../prover/account/state.ts";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import { type Point, publicPoint, sharedPoint } from "../../prover/hash/babyjub.ts";
import { FIELD, loadPermutation, textTag } from "../../prover/hash/poseidon.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import { type Circuit, compile } from "./harness.ts";

export const GUARDIAN = 123_456_789n;
export const SECRET = (1n << 250n) + 987_654_321n;
export const STATE: AccountState = {
  accountId: 77n,
  cash: -(10n ** 17n) as Cash,
  positions: [
    { id: 300, quantity: 5_000_000n as Quantity },
    { id: 4500, quantity: -(1n << 46n) as Quantity },
    { id: 2, quantity: 1n as Quantity },
    { id: 0xffffffff, quantity: ((1n << 47n) - 1n) as Quantity },
  ],
  salt: (1n << 248n) - 1n,
};
export const IDENTITY: Point = [0n, 1n];
export const ORDER_TWO: Point = [0n, FIELD - 1n];

export const FULL: AccountState = {
  ...STATE,
  positions: Array.from({ length: 32 }, (_, i) => ({ id: 300 + i, quantity: BigInt(i - 16) as Quantity })),
};
/** What an owner who wants to stay unread may commit to: a transition takes any salt, and any slots. */
export const UNTIDY: AccountState = {
  ...STATE,
  salt: FIELD - 1n,
  cash: -(1n << 100n) as Cash,
  positions: [...Array(31).fill({ id: 0, quantity: 0n }), { id: 300, quantity: -(1n << 47n) as Quantity }],
};
export const NOTHING: AccountState = { accountId: 0n, cash: 0n as Cash, positions: [], salt: 0n };

/** What is sent of a state to the guardian. */
export const disclosureOf = async (state: AccountState, secret = SECRET) =>
  disclosureInputs({ state, guardian: await publicPoint(GUARDIAN), secret, challenge: disclosureChallenge });

const plus = (signals: Signals, more: readonly bigint[]): bigint =>
  ((signals.digest as bigint) + digest(more, signals.challenge as bigint)) % FIELD;

/** False in one way each. */
export const DISCLOSURE_LIES: [name: string, tell: (honest: Signals) => Signals][] = [
  ["another commitment", (s) => ({ ...s, commitment: (s.commitment as bigint) + 1n })],
  ["another digest: a garbage ciphertext", (s) => ({ ...s, digest: (s.digest as bigint) + 1n })],
  ["a ciphertext one more in each element", (s) => ({ ...s, digest: plus(s, Array(14).fill(1n)) })],
  ["an element after the last", (s) => ({ ...s, digest: plus(s, [...Array(14).fill(0n), 1n]) })],
  ["another challenge", (s) => ({ ...s, challenge: (s.challenge as bigint) + 1n })],
  ["a plaintext that is not committed", (s) => ({ ...s, plain: (s.plain as bigint[]).with(1, 5n) })],
  ["another salt", (s) => ({ ...s, plain: (s.plain as bigint[]).with(13, 5n) })],
  ["a secret that is not the ephemeral point's", (s) => ({ ...s, secret: (s.secret as bigint) + 1n })],
  ["a secret wider than its bits", (s) => ({ ...s, secret: (s.secret as bigint) + (1n << 251n) })],
  ["another ephemeral point", (s) => ({ ...s, ephemeralX: s.guardianX as bigint, ephemeralY: s.guardianY as bigint })],
  ["an ephemeral point with its sign changed", (s) => ({ ...s, ephemeralX: FIELD - (s.ephemeralX as bigint) })],
  ["another ephemeral y", (s) => ({ ...s, ephemeralY: (s.ephemeralY as bigint) + 1n })],
  ["another guardian", (s) => ({ ...s, guardianX: s.ephemeralX as bigint, guardianY: s.ephemeralY as bigint })],
  ["a guardian off the curve", (s) => ({ ...s, guardianX: (s.guardianX as bigint) + 1n })],
];

/** The digest of what a stream from this shared point and the stated commitment makes of the plaintext. */
async function withDigest(signals: Signals, shared: Point): Promise<Signals> {
  const absorbed = [...shared, signals.commitment as bigint, ...Array.from({ length: 13 }, () => 0n)];
  const stream = (await loadPermutation())(textTag("tacit/disclosure"), absorbed).slice(1, 15);
  const cipher = (signals.plain as bigint[]).map((value, i) => (value + (stream[i] ?? 0n)) % FIELD);
  return { ...signals, digest: digest(cipher, signals.challenge as bigint) };
}

/** A whole and consistent disclosure to a point of small order: only the check of the order stands against it. */
export const toSmallOrder = (honest: Signals, [guardianX, guardianY]: Point): Promise<Signals> =>
  withDigest({ ...honest, guardianX, guardianY }, [0n, 1n]);

/** A whole and consistent disclosure of one state beside the commitment to another. */
export const ofAnother = async (honest: Signals, other: Signals): Promise<Signals> =>
  withDigest({ ...honest, plain: other.plain ?? [] }, await sharedPoint(await publicPoint(GUARDIAN), SECRET));

/** The circuit as it would be without the check that the guardian's point is on the curve, every name kept. */
export async function withoutCurve(): Promise<Circuit> {
  const text = (path: string) => readFile(new URL(`../../circuits/${path}`, import.meta.url), "utf8");
  const [file, check] = ["account/disclosure.circom", "BabyCheck()(guardianX, guardianY);"];
  const start = (await text(file)).indexOf(check);
  return compile(await text("main/disclose.circom"), { file, start, end: start + check.length, text: "" }, "--O0");
}

/**
 * A whole and consistent disclosure to a point off the curve: only that check stands against it. The shared point is
 * what the circuit's own formulas make of it.
 */
export async function toNoPoint(honest: Signals): Promise<Signals> {
  const { run, names } = await withoutCurve();
  const lie = { ...honest, guardianX: (honest.guardianX as bigint) + 1n };
  const [digestWire] = [...names].find(([, all]) => all.includes("main.sum[0]")) ?? [];
  if (digestWire === undefined) throw new Error("the digest has another name");
  return { ...lie, digest: (await run(lie)).witness[digestWire] ?? 0n };
}

/** Honest disclosures and all lies. */
export async function disclosures(): Promise<Signals[]> {
  const honest = await Promise.all([STATE, FULL, NOTHING].map(async (state) => (await disclosureOf(state)).inputs));
  const [first, other] = honest as [Signals, Signals];
  const told = DISCLOSURE_LIES.map(([, tell]) => tell(first));
  const small = await Promise.all([IDENTITY, ORDER_TWO].map((point) => toSmallOrder(first, point)));
  return [...honest, ...told, ...small, await ofAnother(first, other), await toNoPoint(first)];
}
