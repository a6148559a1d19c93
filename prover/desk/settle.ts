import type { Done } from "../chain/gate.ts";
import type { Sending, Vault } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
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
  const { runner } = vault.contract;
  if (runner === null || runner.provider === null) {
    throw new TacitError("NO_CHAIN", "the vault is connected to no chain");
  }
  const submitter = "getAddress" in runner ? await (runner as { getAddress(): Promise<string> }).getAddress() : "";
  await checkTrade(all, await readFacts(vault, all), submitter, runner.provider);
}
