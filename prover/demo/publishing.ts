import { Contract } from "ethers";
import { ORACLE } from "../chain/book.ts";
import type { EpochFile } from "../epoch/file.ts";
import { usd } from "../explain/money.ts";
import { Price } from "../units/units.ts";
import type { Chain } from "./chain.ts";
import { type Claims, claim } from "./claims.ts";
import type { Day } from "./days.ts";
import { indexNow, rebuildEpoch, signaturesOf, signEpoch, trySubmit } from "./epochs.ts";
import type { Narrator } from "./narrator.ts";
import type { Stage } from "./stage.ts";

const FEED = ["function answer(int256 value, uint256 time)"];

/** The vendors speak; then one of them lies, and the index does not move. */
export async function tellIndex(say: Narrator, claims: Claims, chain: Chain, day: Day): Promise<void> {
  const { index } = day.market;
  await chain.feed(index);
  const before = await indexNow(chain);
  claim(
    claims,
    "the oracle's index is the market's",
    chain.assets.every((asset) => before[asset] === index[asset]),
  );
  const shown = chain.assets.map((asset) => `${asset} ${usd(Price.format(index[asset] ?? Price.of(0n, asset)))}`);
  say.text(`Index ${shown.join(", ")}: of each asset the median of Chainlink, Pyth (mocks here) and 2 of 3 reporters.`);
  const [asset = ""] = chain.assets;
  const wick = (index[asset] ?? 0n) / 2n;
  const time = (await chain.provider.getBlock("latest"))?.timestamp ?? 0;
  const feed = new Contract(chain.deployment.all[`Feed_${asset}_0`] ?? "", FEED, chain.submitter);
  await (await feed.getFunction("answer")(wick * 100n, time)).wait();
  const after = await indexNow(chain);
  claim(
    claims,
    `the index of ${asset} is what it was while one source says half of it`,
    after[asset] === before[asset],
  );
  const { sources } = await new Contract(chain.deployment.oracle, ORACLE, chain.provider).getFunction("assetOf")(0);
  say.line(`One source of ${sources.length} halves its price of ${asset}: the index stays`);
}

/** What fewer publishers than a quorum sign, and what all of them sign against the oracle, is no epoch. */
export async function refuseEpochs(stage: Stage, chain: Chain, day: Day): Promise<void> {
  const { epoch, signatures } = await signEpoch(chain, day, undefined);
  await stage.refuse("An epoch that one publisher of three signed", "WrongSignatureCount", () =>
    trySubmit(chain, epoch, signatures.slice(0, 1)),
  );
  const index = epoch.index.map((price) => (price * 105n) / 100n);
  const bent = { ...epoch, index };
  const { threshold } = chain.parameters.book.publishers;
  const signed = (await signaturesOf(chain, bent)).slice(0, threshold);
  await stage.refuse("One that a quorum signed, with prices 5% off the oracle's", "IndexOffOracle", () =>
    trySubmit(chain, bent, signed),
  );
}

/** Anybody rebuilds what publishers signed. */
export async function tellRebuilt(
  say: Narrator,
  claims: Claims,
  chain: Chain,
  day: Day,
  file: EpochFile,
  previous: EpochFile,
): Promise<void> {
  const report = await say.work("rebuilding the epoch", () => rebuildEpoch(chain, day, file, previous));
  claim(claims, `the epoch of ${day.date} rebuilds from its market file, field by field`, report.ok);
  say.line("Rebuilt from its market file: roots, index, settlements, data hash, signatures, as the book has it");
}
