import { requireListed } from "../../account/file.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import { listKept } from "../../keep/account.ts";
import { settleKept } from "../../keep/standing.ts";
import { SET_NAMES } from "../../market/types.ts";
import type { Portfolio } from "../../risk/types.ts";
import { TacitError } from "../../units/errors.ts";
import { showStanding } from "../acting.ts";
import type { Args, Outcome, Run } from "../command.ts";
import { explained } from "../explanation.ts";
import type { Io } from "../io.ts";
import { chooseAccount, openKeeping, openVenue, readId } from "../keeping.ts";
import { type LoadedMarket, loadAccount, loadMarket, readCoverage } from "../load.ts";
import { accountView, renderAccount } from "../view.ts";

export const run: Run = async (args, io) => {
  const path = args.optional("account");
  const marketPath = args.optional("market");
  const loaded = marketPath === undefined ? undefined : await loadMarket(marketPath, io);
  if (path === undefined) return showKept(args, io, loaded);
  const other = ["chain", "rpc", "vault", "store", "account-id"].find((flag) => args.has(flag));
  if (other !== undefined)
    throw new TacitError("USAGE", `--account is a file of its own: --${other} says nothing of it`);
  const account = await loadAccount(path, io);
  const view = accountView(account);
  if (loaded !== undefined) requireListed(account, path, loaded.market.instruments);
  return valued({ json: view, text: `${renderAccount(view)}\n` }, account.state, loaded, io);
};

/** An account of the store beside the chain; all of them, as they were last seen, without a chain. */
async function showKept(args: Args, io: Io, loaded: LoadedMarket | undefined): Promise<Outcome> {
  const online = args.has("chain") || args.has("rpc") || process.env.TACIT_RPC !== undefined;
  await using venue = online ? await openVenue(args, io, false) : null;
  await using store = await openKeeping(args, io);
  if (venue !== null) {
    const standing = await settleKept(store, await chooseAccount(args, store, venue.vault), venue.vault, venue.gate);
    const shown = await showStanding(standing, venue);
    return valued(shown, standing.current?.state ?? { cash: 0n as never, positions: [] }, loaded, io);
  }
  const asked = readId(args);
  const kept = (await listKept(store)).filter(({ id }) => asked === undefined || id === asked);
  const shown = await Promise.all(
    kept.map((account) => {
      const current = account.states.find(({ commitment }) => commitment === account.standing) ?? null;
      return showStanding({ account, current, awaited: [] }, null);
    }),
  );
  return {
    code: 0,
    json: { accounts: shown.map(({ json }) => json) },
    text: [...shown.map(({ text }) => text), "As last seen: --rpc or --chain asks how they stand.\n"].join("\n"),
  };
}

/** The requirement of both sets beside what is shown, if there is a market. */
function valued(
  shown: { readonly json: object; readonly text: string },
  state: Portfolio,
  loaded: LoadedMarket | undefined,
  io: Io,
): Outcome {
  if (loaded === undefined) return { code: 0, ...shown };
  const portfolio = { cash: state.cash, positions: state.positions.filter(({ id }) => id !== 0) };
  const explanations = SET_NAMES.map((set) => explainInMarket(loaded, set, portfolio, readCoverage("1")));
  return {
    code: 0,
    json: { ...shown.json, sets: Object.fromEntries(explanations.map((e) => [e.set, explained(e)])) },
    text: [shown.text, ...explanations.map((e) => renderExplanation(e, io))].join("\n"),
  };
}
