declare module "circomlibjs" {
  /** Field elements are Montgomery-form bytes; `F.toObject` gives the integer, `F.e` the bytes. */
  interface Field {
    e(value: bigint): Uint8Array;
    toObject(element: Uint8Array): bigint;
  }
  export function buildPoseidon(): Promise<{
    (inputs: readonly bigint[]): Uint8Array;
    /** The first `count` elements of the state, at least two, after the permutation of (`initial`, `inputs`). */
    (inputs: readonly bigint[], initial: bigint, count: number): Uint8Array[];
    F: Field;
  }>;
  type CurvePoint = readonly [Uint8Array, Uint8Array];
  export function buildBabyjub(): Promise<{
    F: Field;
    Base8: CurvePoint;
    mulPointEscalar(base: CurvePoint, scalar: bigint): CurvePoint;
    inCurve(point: CurvePoint): boolean;
  }>;
}
