import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import { formatKeys, makeKey } from "../../guardian/keyFile.ts";
import { newChain } from "../../local/chain.ts";
import { foundVenue, providerOf, publishMarket, tradersOf } from "../../local/venue.ts";
import { TacitError } from "../../units/errors.ts";
import { writeWhole } from "../../units/whole.ts";
import type { Run } from "../command.ts";
import { explainSystem } from "../files.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

/** Of a guardian whose accounts are nobody's. */
const DEMO_PASSWORD = "demo";
/** Deploying takes a few seconds of the chain's clock. */
const AHEAD = 120;

export const run: Run = async (args, io) => {
  const folder = args.text("folder");
  const { market } = await loadMarket(args.text("market"), io);
  await explainSystem(folder, async () => {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
    throw new TacitError("FOLDER_NOT_EMPTY", `${folder} is not empty`, { hint: "Give a new folder." });
  });
  io.stage("compiling the contracts");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  io.stage("making the guardian's key");
  const key = await makeKey(DEMO_PASSWORD);
  const guardian = join(folder, "guardian.json");
  await writeWhole(guardian, new TextEncoder().encode(formatKeys([key])), { mode: 0o600 });
  await using chain = await newChain(folder, market.timestamp - AHEAD);
  io.stage("deploying");
  const { all, book } = await foundVenue(chain, market, key.point);
  io.stage("publishing the market");
  const { number, file } = await publishMarket(chain, book, market);
  await chain.finish(all);
  io.settle();
  const provider = providerOf(chain);
  const traders = await tradersOf(provider);
  provider.destroy();
  return {
    code: 0,
    json: { folder, contracts: all, traders, guardian: { number: 1, file: guardian }, epoch: { number, file } },
    text: [
      ...columns(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))),
      "",
      `epoch ${number} is in ${file}, guardian 1's keys in ${guardian} under the password ${DEMO_PASSWORD}`,
      `these accounts have tokens and sign with --from:`,
      ...traders.map((trader) => `  ${trader}`),
      "",
    ].join("\n"),
  };
};
