import { requireListed } from "../../account/file.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import type { KeptAccount } from "../../keep/account.ts";
import { type Standing, settleKept } from "../../keep/standing.ts";
import { SET_NAMES } from "../../market/types.ts";
import type { Portfolio } from "../../risk/types.ts";
import { TacitError } from "../../units/errors.ts";
import { showStanding } from "../acting.ts";
import type { Args, Outcome, Run } from "../command.ts";
import { explained } from "../explanation.ts";
import type { Io } from "../io.ts";
import { keptOnes, openKeeping, openVenue } from "../keeping.ts";
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

/** Accounts of the store beside the chain, or as they were last seen without one. */
async function showKept(args: Args, io: Io, loaded: LoadedMarket | undefined): Promise<Outcome> {
  const online = args.has("chain") || args.has("rpc") || process.env.TACIT_RPC !== undefined;
  await using venue = online ? await openVenue(args, io, false) : null;
  await using store = await openKeeping(args, io);
  const accounts = await keptOnes(args, store, venue?.vault);
  const shown: Outcome[] = [];
  for (const account of accounts) {
    const standing = venue === null ? lastSeen(account) : await settleKept(store, account, venue.vault, venue.gate);
    const state = standing.current?.state ?? NOTHING;
    shown.push(valued(await showStanding(standing, venue), state, loaded, io));
  }
  const note = venue === null ? "\nAs last seen: --rpc or --chain asks how they stand.\n" : "";
  const text = `${shown.map((one) => one.text).join("\n")}${note}`;
  return { code: 0, json: { accounts: shown.map(({ json }) => json) }, text };
}

const NOTHING: Portfolio = { cash: 0n as Portfolio["cash"], positions: [] };

const lastSeen = (account: KeptAccount): Standing => {
  const current = account.states.find(({ commitment }) => commitment === account.standing) ?? null;
  return { account, current, awaited: [] };
};

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
