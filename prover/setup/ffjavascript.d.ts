declare module "ffjavascript" {
  export interface Curve {
    /** `code` is the WebAssembly module's binary; present with `singleThread`. */
    tm: { code: Uint8Array<ArrayBuffer> };
    Fr: { w: Uint8Array[] };
    G1: { g: Uint8Array };
    G2: { g: Uint8Array };
    terminate(): Promise<void>;
  }
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}
