import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeListings } from "../../prover/market/listings.ts";
import { loadListings, saveMarket } from "../../prover/market/save.ts";

const A = { id: 256, name: "A" };
const B = { id: 257, name: "B" };
const bytes = new TextEncoder().encode("{}\n");
let folder: string;
let listingsPath: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacit-"));
  listingsPath = join(folder, "listings.json");
  out = join(folder, "market.json");
});
afterEach(() => rm(folder, { recursive: true }));

it("creates the listings beside the market and leaves nothing else behind", async () => {
  expect(await loadListings(listingsPath)).toEqual([]);
  await saveMarket({ out, fileBytes: bytes, listingsPath, before: [], listings: [A] });
  expect(await loadListings(listingsPath)).toEqual([A]);
  expect(new Uint8Array(await readFile(out))).toEqual(bytes);
  expect((await readdir(folder)).sort()).toEqual(["listings.json", "market.json"]);
});

it("appends to the listings, and leaves them alone when nothing is new", async () => {
  await saveMarket({ out, fileBytes: bytes, listingsPath, before: [], listings: [A] });
  await saveMarket({ out, fileBytes: bytes, listingsPath, before: [A], listings: [A, B] });
  expect(await loadListings(listingsPath)).toEqual([A, B]);
  await saveMarket({ out, fileBytes: bytes, listingsPath, before: [A, B], listings: [A, B] });
  expect(await loadListings(listingsPath)).toEqual([A, B]);
});

it("refuses listings that another build has extended since, and writes nothing", async () => {
  await writeFile(listingsPath, writeListings([A]));
  await expect(saveMarket({ out, fileBytes: bytes, listingsPath, before: [], listings: [B] })).rejects.toThrow(
    expect.objectContaining({ code: "LISTINGS_CHANGED" }),
  );
  expect(await loadListings(listingsPath)).toEqual([A]);
  expect(await readdir(folder)).toEqual(["listings.json"]);
});

it("keeps the listings and leaves no half-written file when the market cannot be written", async () => {
  const missing = join(folder, "missing", "market.json");
  await expect(
    saveMarket({ out: missing, fileBytes: bytes, listingsPath, before: [], listings: [A] }),
  ).rejects.toThrow();
  expect(await loadListings(listingsPath)).toEqual([A]);
  expect(await readdir(folder)).toEqual(["listings.json"]);
});

it("refuses to build on listings that are damaged, instead of starting anew", async () => {
  await writeFile(listingsPath, writeListings([A, B]).slice(0, 60));
  await expect(loadListings(listingsPath)).rejects.toThrow(expect.objectContaining({ code: "BAD_JSON" }));
});
