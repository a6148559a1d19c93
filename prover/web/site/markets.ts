import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buildMarket } from "../../market/build.ts";
import { formatRoot } from "../../market/file.ts";
import type { Listing } from "../../market/listings.ts";
import { loadProfile } from "../../market/profile/load.ts";
import type { KnownRoots } from "../../prove/known.ts";

const DATA = new URL("../../../data/", import.meta.url);
const DAYS = ["2026-02-04", "2026-02-05"];

const source = async (name: string) => ({ name, bytes: await readFile(new URL(name, DATA)) });

/** A file of the site, by its path from the site's root. */
export interface SiteFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The markets that come with the page, their list with their roots, and the books to try them with. */
export async function siteFiles(): Promise<SiteFile[]> {
  const histories = {
    BTC: await source("binance-btcusdt-daily.csv"),
    ETH: await source("binance-ethusdt-daily.csv"),
  };
  const files: SiteFile[] = [];
  const known: KnownRoots[] = [];
  let listings: readonly Listing[] = [];
  for (const day of DAYS) {
    const chain = await source(`deribit-${day}.csv`);
    const built = await buildMarket({ chain, histories, profile: loadProfile("portfolio"), listings });
    const { market, fileBytes } = built;
    listings = built.listings;
    const path = `markets/deribit-${day}.json`;
    files.push({ path, bytes: fileBytes });
    known.push({
      venue: market.venue,
      timestamp: market.timestamp,
      profile: market.profile,
      file: basename(path),
      hash: formatRoot(market.hash),
      roots: {
        maintenance: formatRoot(market.sets.maintenance.requirementRoot),
        initial: formatRoot(market.sets.initial.requirementRoot),
      },
    });
  }
  files.push({ path: "markets/known.json", bytes: new TextEncoder().encode(`${JSON.stringify(known, null, 2)}\n`) });
  for (const name of ["hedged-options", "cash-and-carry", "leveraged-directional"]) {
    files.push({ path: `books/${name}.json`, bytes: await readFile(new URL(`books/${name}.json`, DATA)) });
  }
  return files;
}
