import type { Price } from "../units/units.ts";
import type { TypedData } from "./signers.ts";

/** What the reporters of a `SignedSource` sign. @param asset the oracle's 32-byte symbol */
export function reportTypedData(
  { chainId, source }: { readonly chainId: bigint; readonly source: string },
  report: { readonly asset: string; readonly price: Price; readonly confidence: Price; readonly timestamp: number },
): TypedData {
  return {
    domain: { name: "Tacit reporter", version: "1", chainId, verifyingContract: source },
    types: {
      Report: [
        { name: "asset", type: "bytes32" },
        { name: "price", type: "uint64" },
        { name: "confidence", type: "uint64" },
        { name: "timestamp", type: "uint40" },
      ],
    },
    message: { ...report },
  };
}
