import { dirname, join } from "node:path";
import { buildMarket } from "../../market/build.ts";
import { parseName } from "../../market/deribit/names.ts";
import { parseMarketFile } from "../../market/file.ts";
import type { Funding } from "../../market/funding.ts";
import { loadListings, saveMarket } from "../../market/save.ts";
import type { Settlements } from "../../market/settled.ts";
import { readShares } from "../../market/share.ts";
import { renderMarket, summariseMarket } from "../../market/show.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import type { Run } from "../command.ts";
import { checkOutput, explainSystem, readBytes, readText } from "../files.ts";
import { readHistories, readProfile, splitPair } from "../load.ts";

export const run: Run = async (args, io) => {
  const chainPath = args.text("deribit");
  const given = args.text("out");
  const listingsGiven = args.optional("listings") ?? join(dirname(given), "listings.json");
  const historyPaths = args.list("history").map((flag) => flag.slice(flag.indexOf("=") + 1));
  const sharesPath = args.optional("shares");
  const inputs = [chainPath, ...historyPaths, ...(sharesPath === undefined ? [] : [sharesPath])];
  const out = await checkOutput(given, [listingsGiven, ...inputs]);
  const listingsPath = await checkOutput(listingsGiven, inputs);

  const profile = await readProfile(args.optional("profile") ?? "portfolio");
  const chain = { name: chainPath, bytes: await readBytes(chainPath, "csv") };
  const histories = await readHistories(args.list("history"));
  const settlements = readSettlements(args.list("settlement"));
  const before = await explainSystem(listingsPath, () => loadListings(listingsPath));

  io.stage("building rows and roots");
  const { market, fileBytes, listings, warnings } = await buildMarket({
    chain,
    histories,
    profile,
    listings: before,
    settlements,
    funding: readFunding(args.list("funding")),
    ...(sharesPath === undefined ? {} : { shares: readShares(await readText(sharesPath, "shares"), sharesPath) }),
  });
  await explainSystem(given, () => saveMarket({ out, fileBytes, listingsPath, before, listings }));
  io.settle();
  for (const warning of warnings) io.note(`warning: ${warning}`);

  const summary = summariseMarket(market, parseMarketFile(fileBytes, given));
  const added = listings.length - before.length;
  return {
    code: 0,
    json: { out: given, listings: { path: listingsGiven, entries: listings.length, added }, market: summary, warnings },
    text: `${renderMarket(summary)}\n\nwritten: ${given}, with ${listingsGiven} (${listings.length} ids, ${added} new)\n`,
  };
};

/** `BTC=12.5`, by underlying. @throws TacitError `USAGE` */
function readFunding(flags: readonly string[]): Funding {
  const funding: Record<string, number> = {};
  for (const flag of flags) {
    const [coin, paid] = splitPair("--funding", flag, "BTC=12.5");
    if (!/^-?\d{1,8}(\.\d{1,6})?$/.test(paid)) {
      throw new TacitError("USAGE", `--funding: ${quote(paid)} is not an amount in USD with at most 6 decimals`);
    }
    if (Object.hasOwn(funding, coin)) throw new TacitError("USAGE", `--funding: ${quote(coin)} is given twice`);
    funding[coin] = Number(paid);
  }
  return funding;
}

/** `BTC-5FEB26=71234.5`, by underlying and expiry. @throws TacitError `USAGE` */
function readSettlements(flags: readonly string[]): Settlements {
  const settlements: Record<string, Record<number, number>> = {};
  for (const flag of flags) {
    const [name, price] = splitPair("--settlement", flag, "BTC-5FEB26=71234.5");
    const future = parseName(name);
    if (future?.kind !== "future") {
      throw new TacitError("USAGE", `--settlement: ${quote(name)} is not a future`, { hint: "Such as BTC-5FEB26." });
    }
    if (!/^\d{1,9}(\.\d{1,6})?$/.test(price)) {
      throw new TacitError("USAGE", `--settlement: ${quote(price)} is not a price in USD with at most 6 decimals`);
    }
    const { underlying, expiry } = future;
    if (settlements[underlying]?.[expiry] !== undefined) {
      throw new TacitError("USAGE", `--settlement: ${quote(name)} is given twice`);
    }
    settlements[underlying] = { ...settlements[underlying], [expiry]: Number(price) };
  }
  return settlements;
}
