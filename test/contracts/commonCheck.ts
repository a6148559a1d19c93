import { AbiCoder, keccak256 } from "ethers";
import { describe, expect, it } from "vitest";
import type { GateProof } from "../../prover/chain/calldata.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { type Curve, malleatePoints, type Point } from "./forgery.ts";

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const GENERATOR: Point = [1n, 2n];
/** On the twist, of another order than the group's. */
export const OUTSIDE = [
  ["0", "1"],
  [
    "5912654199736721486680175016176231956195085055698687135131307249486702594212",
    "18278151005453108793778860132295291098363647455926340152056652516292830556603",
  ],
] as const;

/** A proof and its signals as a verifier takes them. */
export interface Checked {
  readonly proof: GateProof;
  readonly signals: readonly bigint[];
}

/** A verifier that is deployed. */
export interface Verifier {
  readonly address: string;
  verify(batch: readonly Checked[]): Promise<boolean>;
}

/** The common check of one circuit's proofs, and what to try it with. */
export interface CommonCheck {
  /** How many different true proofs there are, at least 4. */
  readonly most: number;
  readonly curve: Curve;
  batchOf(count: number): Promise<readonly Checked[]>;
  /** Known once the chain is up. */
  real(): Verifier;
  /** The same with this text of `BatchVerifier.sol` replaced. */
  weakened(find: string, replace: string): Promise<Verifier>;
}

export const pick = <T>(from: readonly T[], i: number): T => {
  const item = from[i];
  if (item === undefined) throw new Error(`there is no item ${i}`);
  return item;
};
const shift = (coordinate: string, by: bigint): string => String(BigInt(coordinate) + by);
const withPoint = (part: "a" | "c", { proof, signals }: Checked, point: Point): Checked => ({
  proof: { ...proof, [part]: point.map(String) },
  signals,
});

/** Tries to get wrong proofs past the common check, in every way that is known. */
export function tryCommonCheck({ most, curve, batchOf, real, weakened }: CommonCheck): void {
  describe("the common check", () => {
    it.each([1, 2, 3, most])("passes %i true proofs in any order", async (count) => {
      const batch = await batchOf(count);
      expect(await real().verify(batch)).toBe(true);
      expect(await real().verify(batch.toReversed())).toBe(true);
    });

    it("passes a proof that stands there twice, and a malleated one", async () => {
      const batch = await batchOf(2);
      const { proof, signals } = pick(batch, 0);
      const twin = { proof: malleatePoints(proof), signals };
      expect(await real().verify([pick(batch, 0), pick(batch, 1), pick(batch, 0), twin])).toBe(true);
    });

    it("refuses an empty batch", async () => {
      expect(await real().verify([])).toBe(false);
    });

    it.each([0, 1, 2])(
      "refuses every public signal of proof %i of three moved by one, or by the field's order",
      async (k) => {
        const three = await batchOf(3);
        const { proof, signals } = pick(three, k);
        for (const i of signals.keys()) {
          for (const by of [1n, -1n, FIELD]) {
            const moved = signals.map((signal, j) => (j === i ? (signal + by + 2n ** 256n) % 2n ** 256n : signal));
            expect(await real().verify(three.with(k, { proof, signals: moved })), `signal ${i} moved by ${by}`).toBe(
              false,
            );
          }
        }
      },
    );

    it.each([0, 1, 2])(
      "refuses coordinates of proof %i of three that are not reduced, and points that are none",
      async (k) => {
        const three = await batchOf(3);
        const { proof, signals } = pick(three, k);
        const { a, b, c } = proof;
        for (const by of [1n, BASE_FIELD]) {
          for (const i of [0, 1] as const) {
            const bad: GateProof[] = [
              { ...proof, a: a.with(i, shift(a[i], by)) as [string, string] },
              { ...proof, c: c.with(i, shift(c[i], by)) as [string, string] },
              { ...proof, b: b.with(i, b[i].with(0, shift(b[i][0], by)) as [string, string]) as [typeof a, typeof a] },
              { ...proof, b: b.with(i, b[i].with(1, shift(b[i][1], by)) as [string, string]) as [typeof a, typeof a] },
            ];
            for (const proof of bad) expect(await real().verify(three.with(k, { proof, signals }))).toBe(false);
          }
        }
        expect(await real().verify(three.with(k, { proof: { ...proof, b: OUTSIDE }, signals }))).toBe(false);
        const zero = ["0", "0"] as const;
        expect(await real().verify(three.with(k, { proof: { a: zero, b: [zero, zero], c: zero }, signals }))).toBe(
          false,
        );
      },
    );

    it("refuses two proofs whose signals are exchanged", async () => {
      const batch = await batchOf(2);
      const [first, second] = [pick(batch, 0), pick(batch, 1)];
      const exchanged = [
        { ...first, signals: second.signals },
        { ...second, signals: first.signals },
      ];
      expect(await real().verify(exchanged)).toBe(false);
    });
  });

  /**
   * Two wrong proofs whose errors cancel once the challenges are known. Each attack wins against a verifier whose
   * challenges leave out what the attack bends, so that the attack is known to work, and loses against the real one.
   */
  describe("two wrong proofs whose errors cancel", () => {
    const coder = AbiCoder.defaultAbiCoder();
    /** The challenges of a verifier that draws them before it sees the batch. */
    const challenges = async ({ address }: Verifier) => {
      const place = [31337, address, `0x${"00".repeat(32)}`];
      const seed = keccak256(coder.encode(["uint256", "address", "bytes32"], place));
      return [0, 1].map((i) => BigInt(keccak256(coder.encode(["bytes32", "uint256"], [seed, i]))) >> 128n);
    };
    const bendPoint = async (part: "a" | "c", pair: readonly Checked[], r: readonly bigint[]): Promise<Checked[]> => {
      const moved = async (i: number, by: bigint) => {
        const [x, y] = pick(pair, i).proof[part];
        const error = await curve.times(((by % FIELD) + FIELD) % FIELD, GENERATOR);
        return withPoint(part, pick(pair, i), await curve.add([BigInt(x), BigInt(y)], error));
      };
      return [await moved(0, pick(r, 1)), await moved(1, -pick(r, 0))];
    };
    const bendSignal = (place: 0 | -1, pair: readonly Checked[], r: readonly bigint[]): Checked[] =>
      [pick(r, 1), -pick(r, 0)].map((by, i) => {
        const { proof, signals } = pick(pair, i);
        const bent = (((signals.at(place) ?? 0n) + by) % FIELD) + FIELD;
        return { proof, signals: signals.with(place, bent % FIELD) };
      });

    it.each(["a", "c"] as const)("by +X and -X in %s", async (part) => {
      const batch = await batchOf(4);
      const weak = await weakened("r := shr(128, keccak256(0, 64))", "r := 1");
      const pair = [pick(batch, 0), pick(batch, part === "a" ? 0 : 1)]; // errors in A cancel under one B
      const bent = await bendPoint(part, pair, [1n, 1n]);
      expect(await weak.verify(bent)).toBe(true);
      expect(await real().verify(bent)).toBe(false);
      expect(await real().verify([...batch.slice(2), ...bent])).toBe(false);
    });

    it("when all challenges of a batch are the same", async () => {
      const batch = await batchOf(2);
      const weak = await weakened("mstore(32, i)", "mstore(32, 0)");
      const bent = await bendPoint("c", batch.slice(0, 2), [1n, 1n]);
      expect(await weak.verify(bent)).toBe(true);
      expect(await real().verify(bent)).toBe(false);
    });

    it.each(["a", "c", "the first signal", "the last signal"] as const)(
      "when challenges are known before %s",
      async (part) => {
        const batch = await batchOf(2);
        const weak = await weakened("_hash(batch, size * count)))", "bytes32(0)))");
        const pair = [pick(batch, 0), pick(batch, part === "a" ? 0 : 1)];
        const r = await challenges(weak);
        const bent =
          part === "a" || part === "c"
            ? await bendPoint(part, pair, r)
            : bendSignal(part === "the first signal" ? 0 : -1, pair, r);
        expect(await weak.verify(bent)).toBe(true);
        expect(await real().verify(bent)).toBe(false);
      },
    );
  });
}
