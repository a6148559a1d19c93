import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ArtifactResolver, type EIP1193Provider, wipe } from "@nomicfoundation/ignition-core";

/** Text of a file of Ignition's record; empty before there is one. */
async function readRecord(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** The contracts that stand, by id. */
export async function readAddresses(folder: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse((await readRecord(folder, "deployed_addresses.json")) || "{}");
}

/**
 * Forgets transactions that were written down but never sent, such as one that the sender could not pay. Ignition by itself
 * takes every such one for lost. One whose nonce the sender has used since may have been sent: that stays for a person to find.
 */
export async function forgetUnsent(
  provider: EIP1193Provider,
  sender: string,
  folder: string,
  artifacts: ArtifactResolver,
): Promise<void> {
  const unsent = new Map<string, number>();
  for (const line of (await readRecord(folder, "journal.jsonl")).split("\n").filter((text) => text !== "")) {
    const { type, futureId, nonce } = JSON.parse(line);
    if (type === "TRANSACTION_PREPARE_SEND") unsent.set(futureId, nonce);
    if (type === "TRANSACTION_SEND" || type === "WIPE_APPLY") unsent.delete(futureId);
  }
  const used = Number(await provider.request({ method: "eth_getTransactionCount", params: [sender, "pending"] }));
  for (const [futureId, nonce] of unsent) if (nonce >= used) await wipe(folder, artifacts, futureId);
}
