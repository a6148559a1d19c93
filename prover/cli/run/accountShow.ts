import { requireListed } from "../../account/file.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import { SET_NAMES } from "../../market/types.ts";
import type { Run } from "../command.ts";
import { explained } from "../explanation.ts";
import { loadAccount, loadMarket, readCoverage } from "../load.ts";
import { accountView, renderAccount } from "../view.ts";

export const run: Run = async (args, io) => {
  const path = args.text("account");
  const account = await loadAccount(path, io);
  const view = accountView(account);
  const marketPath = args.optional("market");
  if (marketPath === undefined) return { code: 0, json: view, text: `${renderAccount(view)}\n` };

  const loaded = await loadMarket(marketPath, io);
  requireListed(account, path, loaded.market.instruments);
  const explanations = SET_NAMES.map((set) => explainInMarket(loaded, set, account.state, readCoverage("1")));
  return {
    code: 0,
    json: { ...view, sets: Object.fromEntries(explanations.map((e) => [e.set, explained(e)])) },
    text: [`${renderAccount(view)}\n`, ...explanations.map((e) => renderExplanation(e, io))].join("\n"),
  };
};
