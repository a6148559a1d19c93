declare module "circom_runtime" {
  export class WitnessCalculator {
    /** The witness in snarkjs' .wtns format. */
    calculateWTNSBin(input: Record<string, unknown>, sanityCheck: boolean): Promise<Uint8Array>;
  }
  /** Accepts a prepared instance, so that the caller owns the handling of errors and messages. */
  export function WitnessCalculatorBuilder(instance: WebAssembly.Instance): Promise<WitnessCalculator>;
}
