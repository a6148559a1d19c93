import type { Done } from "../chain/gate.ts";
import type { Sending, Vault } from "../chain/vault.ts";
import { assemble } from "./assemble.ts";
import { checkTrade } from "./check.ts";
import { readFacts } from "./facts.ts";
import type { Legs } from "./legs.ts";

/**
 * Settles a trade: puts all accounts' legs together, checks everything as the vault will, and only then sends it.
 * @param vault seen by whoever submits
 * @throws TacitError those of `assemble` and `checkTrade`, and what the vault refuses none the less
 */
export async function settleTrade(
  vault: Vault,
  all: readonly Legs[],
  sending: Sending = {},
  onStage: (stage: string) => void = () => {},
): Promise<Done> {
  const { epoch, fills, parties } = assemble(all);
  onStage("checking all legs");
  await checkLegs(vault, all);
  onStage("sending");
  return vault.trade(epoch, fills, parties, sending);
}

/**
 * Checks accounts' legs as the vault will when this sender submits them, some of a trade or all.
 * @throws TacitError those of `checkTrade`
 */
export async function checkLegs(vault: Vault, all: readonly Legs[]): Promise<void> {
  await checkTrade(all, await readFacts(vault, all), await vault.sender(), vault.provider);
}
