declare module "ffjavascript" {
  /** Points are bytes in Montgomery form, affine or Jacobian. */
  export interface Group {
    g: Uint8Array;
    zero: Uint8Array;
    eq(a: Uint8Array, b: Uint8Array): boolean;
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
    terminate(): Promise<void>;
  }
  /** Without `singleThread` the one curve of the process, with its threads. */
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}
