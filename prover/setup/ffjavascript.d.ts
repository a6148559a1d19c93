declare module "ffjavascript" {
  /** Points are bytes in Montgomery form, affine or Jacobian. */
  export interface Group {
    g: Uint8Array;
    zero: Uint8Array;
    eq(a: Uint8Array, b: Uint8Array): boolean;
    /** Whether a point is on the curve, infinity included. */
    isValid(point: Uint8Array): boolean;
    neg(point: Uint8Array): Uint8Array;
    add(a: Uint8Array, b: Uint8Array): Uint8Array;
    timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
    fromObject(coordinates: unknown): Uint8Array;
  }
  export interface Curve {
    /** `code` is the WebAssembly module's binary; present with `singleThread`. */
    tm: { code: Uint8Array<ArrayBuffer> };
    /** `w` are the 2^k-th roots of unity. */
    Fr: { w: Uint8Array[] };
    G1: Group;
    G2: Group;
    /** Whether the product of the pairings of points (G1, G2, G1, G2, ...) is one. */
    pairingEq(...points: Uint8Array[]): Promise<boolean>;
    terminate(): Promise<void>;
  }
  /** Without `singleThread` the one curve of the process, with its threads. */
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}
