import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserProvider } from "ethers";
import hre from "hardhat";
import { afterAll } from "vitest";
import { connectVault, type Vault } from "../../prover/chain/vault.ts";
import type { Deployment } from "../../prover/deploy/deploy.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { type LocalChain, newChain } from "../../prover/local/chain.ts";
import { foundVenue, providerOf, publishMarket } from "../../prover/local/venue.ts";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { DAY_ONE, DAY_TWO, editRows, HISTORIES } from "../market/samples.ts";

/** When the options of 5 February expired, and what their underlyings settled at. */
export const EXPIRY = Date.parse("2026-02-05T08:00:00Z") / 1000;
export const SETTLED = { BTC: { [EXPIRY]: 70_500.25 }, ETH: { [EXPIRY]: 2101.5 } };

/** Two days of both underlyings: an expiry between them, and one that stays. */
export async function twoDays(): Promise<readonly [BuiltMarket, BuiltMarket]> {
  const profile = loadProfile("portfolio");
  const rows = (bytes: Uint8Array, expiries: RegExp) =>
    editRows(bytes, (all) => all.filter((row) => expiries.test(row)));
  const day = (name: string, bytes: Uint8Array) => ({ chain: { name, bytes }, histories: HISTORIES, profile });
  const one = await buildMarket({
    ...day("one.csv", rows(DAY_ONE, /(BTC|ETH)-(5FEB|27MAR)26/)),
    listings: [],
  });
  const two = await buildMarket({
    ...day("two.csv", rows(DAY_TWO, /(BTC|ETH)-27MAR26/)),
    listings: one.listings,
    settlements: SETTLED,
  });
  return [one, two];
}

/** The secret of guardian 1. */
export const GUARDIAN_SECRET = 987_654_321n;

export interface TestVenue {
  readonly chain: LocalChain;
  readonly provider: BrowserProvider;
  readonly deployment: Deployment;
  /** The vault as the trader of this number sees it. */
  vaultOf(trader: number): Promise<Vault>;
}

/** Everything deployed on a chain in this process, and the market published; gone after the test file. */
export async function openVenue({ market }: BuiltMarket): Promise<TestVenue> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const folder = mkdtempSync(join(tmpdir(), "tacit-venue-"));
  const chain = await newChain(folder, market.timestamp - 120);
  const provider = providerOf(chain);
  const deployment = await foundVenue(chain, market, await publicPoint(GUARDIAN_SECRET));
  await publishMarket(chain, deployment.book, market);
  return {
    chain,
    provider,
    deployment,
    vaultOf: async (trader) => connectVault(deployment.vault ?? "", await provider.getSigner(7 + trader)),
  };
}

/** Closes a venue after the test file. */
export function closeAfter(venue: () => TestVenue | undefined): void {
  afterAll(async () => {
    const open = venue();
    open?.provider.destroy();
    await open?.chain[Symbol.asyncDispose]();
    if (open !== undefined) rmSync(open.chain.folder, { recursive: true, force: true });
  });
}
