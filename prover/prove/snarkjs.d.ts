declare module "snarkjs" {
  export interface Groth16Proof {
    pi_a: string[];
    pi_b: string[][];
    pi_c: string[];
    protocol: string;
    curve: string;
  }
  export const groth16: {
    prove(zkey: Uint8Array, witness: Uint8Array): Promise<{ proof: Groth16Proof; publicSignals: string[] }>;
    verify(vkey: unknown, publicSignals: readonly string[], proof: Groth16Proof): Promise<boolean>;
  };
  export const zKey: {
    exportVerificationKey(zkey: { type: "mem"; data: Uint8Array }): Promise<Record<string, unknown>>;
  };
}
