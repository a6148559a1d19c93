import { getAddress, type Provider, type Signer, type TypedDataField } from "ethers";
import { TacitError } from "../units/errors.ts";

/** What an EIP-712 signature is over. */
export interface TypedData {
  readonly domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId: bigint;
    readonly verifyingContract: string;
  };
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

/** One member's signature; `data` is 65 bytes, or what a contract signer's ERC-1271 check takes. */
export interface SetSignature {
  readonly signer: string;
  readonly data: string;
}

/** The chain that a signer is connected to. @throws TacitError `NO_CHAIN` */
export function providerOf({ provider }: Signer): Provider {
  if (provider !== null) return provider;
  throw new TacitError("NO_CHAIN", "the signer is connected to no chain", { hint: "Connect it to a provider." });
}

/** Signs as one member of a set of publishers or reporters. */
export async function sign(signer: Signer, { domain, types, message }: TypedData): Promise<SetSignature> {
  return { signer: await signer.getAddress(), data: await signer.signTypedData(domain, types, message) };
}

/**
 * As many signatures as a contract wants, in the order it wants: `threshold` of those given, by increasing signers.
 * @throws TacitError `NO_QUORUM` when there are too few different signers
 */
export function quorumOf(signatures: readonly SetSignature[], threshold: number): SetSignature[] {
  const bySigner = new Map(signatures.map((one) => [getAddress(one.signer), one]));
  const sorted = [...bySigner].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1)).map(([, one]) => one);
  if (sorted.length < threshold) {
    throw new TacitError("NO_QUORUM", `${sorted.length} of the ${threshold} signatures that a quorum takes are here`);
  }
  return sorted.slice(0, threshold);
}
