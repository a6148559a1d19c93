import { type AccountState, commit, randomSecret } from "../prover/account/state.ts";
import { openChain } from "../prover/demo/chain.ts";
import { buildDay } from "../prover/demo/days.ts";
import { signEpoch, submitEpoch } from "../prover/demo/epochs.ts";
import type { ProofFile } from "../prover/prove/proofFile.ts";
import { openProver } from "../prover/prove/prover.ts";
import { Cash, Coverage, Quantity } from "../prover/units/units.ts";

export interface GasFigure {
  readonly transaction: string;
  /** Whole transactions, calldata included. */
  readonly gas: number;
  /** Against the 21,000 of a plain transfer. */
  readonly ratio: number;
}

const PLAIN_TRANSFER = 21_000;
/** Accounts of the measured batch. */
const TOGETHER = 16;

/** What each transaction of the gate costs with real proofs on the real chain of 2026-02-04. */
export async function measureGas(): Promise<GasFigure[]> {
  const day = await buildDay("2026-02-04", []);
  const { market } = day;
  await using chain = await openChain(market.timestamp);
  await using prover = await openProver();
  const { hedged: owner } = chain.gate;
  const perp = market.instruments.find(({ name }) => name === "BTC-PERPETUAL");
  const held = [{ id: perp?.id ?? 0, quantity: Quantity.parse("1", "quantity") }];
  const state = async (cash: string): Promise<AccountState> => ({
    accountId: await owner.nextAccountId(),
    salt: randomSecret(),
    cash: Cash.parse(cash, "cash"),
    positions: held,
  });
  const proof = async (account: AccountState, action: "prove" | "flag" | "cure", set: "maintenance" | "initial") => {
    const context = await owner.context(account.accountId, action);
    return (await prover.prove({ account, market, set, coverage: Coverage.parse("1", "coverage"), context })).proof;
  };

  await chain.feed(market.index);
  const published = await submitEpoch(chain, await signEpoch(chain, day, undefined));
  const { number: epoch } = published;
  const rich = await state("100000");
  const opened = await owner.open(await commit(rich), 4);
  const proven = await owner.prove(rich.accountId, epoch, await proof(rich, "prove", "initial"));
  const together: { id: bigint; proof: ProofFile }[] = [];
  for (let i = 0; i < TOGETHER; i++) {
    const account = await state("100000");
    await owner.open(await commit(account), 4);
    together.push({ id: account.accountId, proof: await proof(account, "prove", "initial") });
  }
  const batched = await owner.proveMany(epoch, together);
  if (batched.skipped.length > 0) throw new Error("the gate passed over a good proof");
  // The perp counts its full price in equity; this much debt leaves none of it.
  const poor = { ...rich, cash: Cash.parse("-90000", "cash"), salt: randomSecret() };
  const updated = await owner.update(rich.accountId, await commit(poor), 4);
  const flagged = await owner.flag(rich.accountId, epoch, await proof(poor, "flag", "maintenance"));
  await owner.update(rich.accountId, await commit(rich), 4);
  const cured = await owner.cure(rich.accountId, epoch, await proof(rich, "cure", "initial"));

  return Object.entries({
    "publish an epoch": published,
    "open an account": opened,
    "prove it healthy": proven,
    [`prove ${TOGETHER} healthy together, each`]: { gas: batched.gas / BigInt(TOGETHER) },
    "replace its commitment": updated,
    "flag it by a breach proof": flagged,
    "cure it": cured,
  }).map(([transaction, { gas }]) => ({ transaction, gas: Number(gas), ratio: Number(gas) / PLAIN_TRANSFER }));
}
