import { applyChange } from "../../account/transition.ts";
import { readAddress } from "../../epoch/file.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import { prepareWithdrawal } from "../../vault/acts.ts";
import { initialCoverage } from "../../vault/health.ts";
import { acting, carryOut, haveKeys, readAmount, readAsset, withNames } from "../acting.ts";
import type { Run } from "../command.ts";
import { explained } from "../explanation.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const amount = readAmount(args.text("amount"));
  const given = args.optional("to");
  const to = given === undefined ? undefined : readAddress(given, "--to", "the recipient");
  const loaded = await loadMarket(args.text("market"), io);
  const { market } = loaded;
  return acting(args, io, async ({ venue, store, hands, standing, kept }) => {
    const account = withNames(standing.account, market);
    const { asset, name } = readAsset(args.text("asset"), account.names);
    const change = { mode: "transfer", asset, amount: -amount } as const;
    const { state } = applyChange(kept.state, change, 0n);
    const coverage = await initialCoverage(venue.gate, account.id);
    const portfolio = { ...state, positions: state.positions.filter(({ id }) => id !== 0) };
    const explanation = explainInMarket(loaded, "initial", portfolio, coverage);
    if (!explanation.healthy) {
      return {
        code: 3,
        json: { act: null, explanation: explained(explanation) },
        text: `Nothing was sent: without what is asked for the account would not be covered.\n\n${renderExplanation(explanation, io)}`,
      };
    }
    await haveKeys(io, `margin_${kept.size}`);
    io.stage("proving");
    const wish = { asset, amount, market, to: to ?? account.owner };
    const act = await prepareWithdrawal(hands, kept, wish);
    return carryOut(io, { venue, store, account }, act, `withdraw ${args.text("amount")} of ${name} to ${wish.to}`);
  });
};
