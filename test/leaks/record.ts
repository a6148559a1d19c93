import type { Interface, ParamType, Provider } from "ethers";
import { VAULT } from "../../prover/chain/vaultAbi.ts";

/** One call of the vault as anybody sees it. */
export interface Call {
  readonly hash: string;
  /** Its place among the vault's calls. */
  readonly index: number;
  readonly time: number;
  readonly from: string;
  /** The function's name. */
  readonly name: string;
  readonly args: Record<string, unknown>;
  /** Hexadecimal. */
  readonly data: string;
  readonly gas: bigint;
  /** Gas without the price of the call's own bytes. */
  readonly execution: number;
  readonly events: readonly SeenEvent[];
}

export interface SeenEvent {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** A disclosure as it stands in an event. */
export interface SeenDisclosure {
  readonly hash: string;
  readonly id: bigint;
  readonly commitment: bigint;
  readonly key: number;
  readonly ephemeral: readonly [bigint, bigint];
  readonly cipher: readonly bigint[];
  /** Hexadecimal. */
  readonly copy: string;
}

/**
 * Everything that a chain holds of a vault and its accounts: each call with its bytes, its events, its time and its gas.
 * Storage adds nothing: it is computed from these by code that everybody has.
 */
export interface Seen {
  readonly calls: readonly Call[];
  readonly disclosures: readonly SeenDisclosure[];
}

/** Reads all blocks of a chain. @param others interfaces whose events are parsed as well */
export async function readChain(provider: Provider, vault: string, others: readonly Interface[] = []): Promise<Seen> {
  const calls: Call[] = [];
  const newest = await provider.getBlockNumber();
  for (let number = 0; number <= newest; number += 1) {
    const block = await provider.getBlock(number, true);
    for (const transaction of block?.prefetchedTransactions ?? []) {
      if (transaction.to?.toLowerCase() !== vault.toLowerCase()) continue;
      const call = VAULT.parseTransaction(transaction);
      const receipt = await provider.getTransactionReceipt(transaction.hash);
      if (call === null || receipt === null || receipt.status !== 1) continue;
      const events = receipt.logs.flatMap((log): SeenEvent[] => {
        const parsed = [VAULT, ...others].map((one) => one.parseLog(log)).find((one) => one !== null);
        return parsed === undefined || parsed === null ? [] : [{ name: parsed.name, args: parsed.args.toObject() }];
      });
      const bytes = Buffer.from(transaction.data.slice(2), "hex");
      const price = bytes.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 21_000);
      calls.push({
        hash: transaction.hash,
        index: calls.length,
        time: block?.timestamp ?? 0,
        from: transaction.from,
        name: call.name,
        args: named(call.fragment.inputs, call.args),
        data: transaction.data,
        gas: receipt.gasUsed,
        execution: Number(receipt.gasUsed) - price,
        events,
      });
    }
  }
  return { calls, disclosures: calls.flatMap(disclosuresIn) };
}

/** Tuples as objects by their names, arrays as arrays, however deep. */
function unpack({ baseType, arrayChildren, components }: ParamType, value: unknown): unknown {
  if (arrayChildren !== null) return [...(value as unknown[])].map((one) => unpack(arrayChildren, one));
  if (baseType !== "tuple" || components === null) return value;
  return named(components, value as unknown[]);
}

const named = (types: readonly ParamType[], values: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(types.map((type, i) => [type.name, unpack(type, values[i])]));

function disclosuresIn({ hash, events }: Call): SeenDisclosure[] {
  return events
    .filter(({ name }) => name === "Disclosed")
    .map(({ args }) => ({
      hash,
      id: args.id as bigint,
      commitment: args.commitment as bigint,
      key: Number(args.key),
      ephemeral: [...(args.ephemeral as bigint[])] as unknown as readonly [bigint, bigint],
      cipher: [...(args.cipher as bigint[])],
      copy: args.copy as string,
    }));
}

/** The accounts that a call touches, in order of their events. */
export const accountsOf = ({ events }: Call): bigint[] => [
  ...new Set(events.filter(({ name }) => name === "Transitioned").map(({ args }) => args.id as bigint)),
];
