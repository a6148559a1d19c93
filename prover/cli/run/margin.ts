import type { Listed } from "../../account/book.ts";
import { parseBook } from "../../account/book.ts";
import { requireListed, SIZES } from "../../account/file.ts";
import { explain } from "../../explain/explain.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import { SET_NAMES } from "../../market/types.ts";
import { parseRowsFile } from "../../risk/rowsFile.ts";
import type { Portfolio } from "../../risk/types.ts";
import { TacitError } from "../../units/errors.ts";
import type { Args, Outcome, Run } from "../command.ts";
import { explained, figures } from "../explanation.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import { loadAccount, loadMarket, readCoverage, readSet } from "../load.ts";

export const run: Run = async (args, io) => {
  oneOf(args, "market", "rows");
  oneOf(args, "portfolio", "account");
  return args.has("rows") ? marginOfRows(args, io) : marginInMarket(args, io);
};

async function marginInMarket(args: Args, io: Io): Promise<Outcome> {
  const coverage = readCoverage(args.optional("coverage") ?? "1");
  const only = args.optional("set");
  const names = only === undefined ? SET_NAMES : [readSet(only)];
  const loaded = await loadMarket(args.text("market"), io);
  const portfolio = await readPortfolio(args, loaded.market.instruments, io);
  const most = SIZES.at(-1) ?? 0;
  const { length } = portfolio.positions;
  if (length > most)
    io.note(`note: ${length} positions are more than the ${most} of an account: no single proof covers them`);
  io.stage("computing the requirement");
  const explanations = names.map((name) => explainInMarket(loaded, name, portfolio, coverage));
  io.settle();
  return {
    // Maintenance comes first: it is what keeps an account from liquidation.
    code: explanations[0]?.healthy === true ? 0 : 3,
    json: { sets: Object.fromEntries(explanations.map((e) => [e.set, explained(e)])) },
    text: explanations.map((e) => renderExplanation(e, io)).join("\n"),
  };
}

async function marginOfRows(args: Args, io: Io): Promise<Outcome> {
  if (args.has("set")) throw new TacitError("USAGE", "--set goes with --market: explicit rows are one set");
  const path = args.text("rows");
  const { set, coverage, instruments } = parseRowsFile(await readText(path, "rows"), path);
  const portfolio = await readPortfolio(args, instruments, io);
  const stated = args.optional("coverage");
  const e = explain({
    set,
    portfolio,
    coverage: stated === undefined ? coverage : readCoverage(stated),
    names: new Map(instruments.map(({ id, name }) => [id, name])),
  });
  return { code: e.healthy ? 0 : 3, json: figures(e), text: renderExplanation(e, io) };
}

async function readPortfolio(args: Args, listed: readonly Listed[], io: Io): Promise<Portfolio> {
  const path = args.optional("account");
  if (path === undefined) {
    const book = args.text("portfolio");
    return parseBook(await readText(book, "book"), book, listed);
  }
  const account = await loadAccount(path, io);
  requireListed(account, path, listed);
  return account.state;
}

function oneOf(args: Args, one: string, other: string): void {
  if (args.has(one) !== args.has(other)) return;
  const problem = args.has(one) ? `--${one} and --${other} exclude each other` : `--${one} or --${other} is missing`;
  throw new TacitError("USAGE", problem, { hint: "See `tacit margin --help`." });
}
