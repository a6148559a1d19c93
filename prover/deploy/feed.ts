import { Contract, Interface, type Provider, type Signer } from "ethers";
import { ORACLE } from "../chain/book.ts";
import { BOOK } from "../chain/epochs.ts";
import { reportTypedData } from "../chain/reports.ts";
import { quorumOf, sign } from "../chain/signers.ts";
import { TacitError } from "../units/errors.ts";
import { Price } from "../units/units.ts";
import { isLocal } from "./guard.ts";

const SOURCE = new Interface([
  "function feed() view returns (address)",
  "function pyth() view returns (address)",
  "function id() view returns (bytes32)",
  "function asset() view returns (bytes32)",
  "function reporters() view returns (uint8 threshold, address[] members)",
  "function answer(int256 value, uint256 time)",
  "function update(bytes32 id, int64 price, uint64 conf, int32 expo, uint256 time)",
  "function report(uint64 price, uint64 confidence, uint40 timestamp, (address signer, bytes data)[] signatures)",
]);

/** Mocks quote in 8 decimals, prices have 6. */
const TO_8_DECIMALS = 100n;

/**
 * Plays the vendors of a local chain: gives every source of every asset this price at the chain's time, mocks by setting
 * them and reporters by signing.
 * @param signerOf the account at an address, which a local node keeps; the first reporter pays
 * @throws TacitError `NOT_LOCAL`; `UNKNOWN_ASSET` when an asset has no price
 */
export async function feedPrices(
  { provider, book }: { readonly provider: Provider; readonly book: string },
  prices: Readonly<Record<string, Price>>,
  assets: readonly string[],
  signerOf: (address: string) => Promise<Signer>,
  sender: Signer,
): Promise<void> {
  const { chainId } = await provider.getNetwork();
  if (!isLocal(chainId)) throw new TacitError("NOT_LOCAL", `chain ${chainId} is not local: its vendors set prices`);
  const timestamp = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const oracle = new Contract(await new Contract(book, BOOK, provider).getFunction("oracle")(), ORACLE, provider);
  for (const [i, asset] of assets.entries()) {
    const price = prices[asset];
    if (price === undefined) throw new TacitError("UNKNOWN_ASSET", `there is no price of ${asset}`);
    const { sources } = await oracle.getFunction("assetOf")(i);
    for (const { source } of sources) await feedSource(source, price);
  }

  async function feedSource(address: string, price: Price): Promise<void> {
    const source = new Contract(address, SOURCE, provider);
    const read = (name: string) =>
      source
        .getFunction(name)()
        .catch(() => undefined);
    const send = async (to: string, name: string, ...args: unknown[]) =>
      (await new Contract(to, SOURCE, sender).getFunction(name)(...args)).wait();
    const [feed, pyth] = [await read("feed"), await read("pyth")];
    if (feed !== undefined) return send(feed, "answer", price * TO_8_DECIMALS, timestamp);
    if (pyth !== undefined) return send(pyth, "update", await read("id"), price * TO_8_DECIMALS, 0, -8, timestamp);
    const [threshold, members] = await source.getFunction("reporters")();
    const report = { asset: await read("asset"), price, confidence: Price.of(0n, "confidence"), timestamp };
    const data = reportTypedData({ chainId, source: address }, report);
    const reporters: Signer[] = await Promise.all([...members].map(signerOf));
    const signatures = await Promise.all(reporters.map((one) => sign(one, data)));
    await send(address, "report", price, report.confidence, timestamp, quorumOf(signatures, Number(threshold)));
  }
}
