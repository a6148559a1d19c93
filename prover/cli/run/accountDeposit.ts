import { prepareDeposit } from "../../vault/acts.ts";
import { acting, carryOut, readAmount, readAsset, withNames } from "../acting.ts";
import type { Run } from "../command.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const amount = readAmount(args.text("amount"));
  const path = args.optional("market");
  const market = path === undefined ? undefined : (await loadMarket(path, io)).market;
  return acting(args, io, async ({ venue, store, hands, standing, kept }) => {
    const account = withNames(standing.account, market);
    const { asset, name } = readAsset(args.text("asset"), account.names);
    io.stage("proving");
    const wish = { asset, amount, ...(market === undefined ? {} : { market }) };
    const act = await prepareDeposit(hands, kept, wish);
    return carryOut(io, { venue, store, account }, act, `deposit ${args.text("amount")} of ${name}`);
  });
};
