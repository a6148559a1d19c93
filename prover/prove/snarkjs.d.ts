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
  /** A file in memory; snarkjs sets `data` of those it writes. */
  export interface MemoryFile {
    type: "mem";
    data?: Uint8Array;
  }
  export interface VerificationKeyFile {
    nPublic: number;
    vk_gamma_2: string[][];
    vk_delta_2: string[][];
    [field: string]: unknown;
  }
  export const zKey: {
    newZKey(r1cs: MemoryFile, ptau: MemoryFile, zkey: MemoryFile): Promise<unknown>;
    contribute(before: MemoryFile, after: MemoryFile, name: string, entropy: string): Promise<unknown>;
    verifyFromR1cs(r1cs: MemoryFile, ptau: MemoryFile, zkey: MemoryFile): Promise<boolean>;
    exportVerificationKey(zkey: MemoryFile): Promise<VerificationKeyFile>;
  };
  export const powersOfTau: {
    preparePhase2(before: MemoryFile, after: MemoryFile): Promise<void>;
  };
  export const wtns: {
    calculate(signals: Record<string, unknown>, wasm: MemoryFile, witness: MemoryFile): Promise<void>;
  };
}
