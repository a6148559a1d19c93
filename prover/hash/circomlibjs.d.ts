declare module "circomlibjs" {
  /** Field elements are Montgomery-form bytes; `F.toObject` gives the integer. */
  export function buildPoseidon(): Promise<{
    (inputs: readonly bigint[]): Uint8Array;
    F: { toObject(element: Uint8Array): bigint };
  }>;
}
