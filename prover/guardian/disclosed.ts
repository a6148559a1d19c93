import { type Provider, toBeHex } from "ethers";
import { logsBackwards } from "../chain/logs.ts";
import type { BlockRange, DisclosedEvent } from "../chain/vault.ts";
import { VAULT } from "../chain/vaultAbi.ts";

/** Every disclosure that a vault has emitted, of all accounts or of one, the newest first. */
export async function* disclosuresOf(
  provider: Provider,
  vault: string,
  { account, ...range }: BlockRange & { readonly account?: bigint } = {},
): AsyncGenerator<DisclosedEvent> {
  const topics = [VAULT.getEvent("Disclosed")?.topicHash ?? "", account === undefined ? null : toBeHex(account, 32)];
  for await (const log of logsBackwards(provider, { address: vault, topics }, range)) {
    const args = VAULT.parseLog(log)?.args;
    if (args === undefined) continue;
    const [x, y] = args.ephemeral;
    yield {
      id: args.id,
      commitment: args.commitment,
      key: Number(args.key),
      ephemeral: [x, y],
      cipher: [...args.cipher],
      copy: args.copy,
      block: log.blockNumber,
      transaction: log.transactionHash,
    };
  }
}
