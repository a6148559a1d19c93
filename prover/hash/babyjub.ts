import { buildBabyjub } from "circomlibjs";
import { TacitError } from "../units/errors.ts";
import { lazy } from "../units/lazy.ts";
import { FIELD } from "./poseidon.ts";

/** A point of Baby Jubjub, the curve over BN254's scalar field. */
export type Point = readonly [x: bigint, y: bigint];

/** Secrets of points have 251 bits, about as many as the order of the large subgroup. */
export const POINT_SECRET_BITS = 251n;

const building = lazy(buildBabyjub);

/** The public point of a secret. @throws TacitError `BAD_SECRET` */
export async function publicPoint(secret: bigint): Promise<Point> {
  const { Base8, F } = await building();
  return times([F.toObject(Base8[0]), F.toObject(Base8[1])], secret);
}

/** The secret's multiple of a point on the curve, by its cofactor 8 as well: never in a small subgroup but the identity. */
export async function sharedPoint(point: Point, secret: bigint): Promise<Point> {
  return times(await times(point, 8n), secret);
}

/**
 * Refuses a point that nobody may be encrypted to: off the curve, or of an order that divides 8, for which the shared
 * point is the identity and everybody knows the key.
 * @throws TacitError `BAD_POINT`
 */
export async function requireStrong(point: Point): Promise<void> {
  const jubjub = await building();
  const refuse = (why: string): never => {
    throw new TacitError("BAD_POINT", `the key ${why}`, { hint: "Ask its owner for the key that was made for it." });
  };
  if (point.some((coordinate) => coordinate < 0n || coordinate >= FIELD)) refuse("has a coordinate that is no element");
  if (!jubjub.inCurve([jubjub.F.e(point[0]), jubjub.F.e(point[1])])) refuse("is no point of the curve");
  if ((await times(point, 8n))[0] === 0n) refuse("has a small order: everybody could read what is encrypted to it");
}

async function times([x, y]: Point, secret: bigint): Promise<Point> {
  if (secret < 0n || secret >> POINT_SECRET_BITS !== 0n)
    throw new TacitError("BAD_SECRET", "a secret has not 251 bits");
  const jubjub = await building();
  const [u, v] = jubjub.mulPointEscalar([jubjub.F.e(x), jubjub.F.e(y)], secret);
  return [jubjub.F.toObject(u), jubjub.F.toObject(v)];
}
