import { describe, expect, it } from "vitest";
import { parseEpochFile, sameEpoch, writeEpochFile } from "../../prover/epoch/file.ts";

const word = (n: number) => `0x${n.toString(16).padStart(64, "0")}`;
const FILE = {
  $schema: "urn:tacit:epoch",
  version: 1,
  chainId: "31337",
  book: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  timestamp: 1_770_240_788,
  index: [
    { asset: "BTC", price: "72950.11" },
    { asset: "ETH", price: "2150" },
  ],
  requirementRoots: { maintenance: word(1), initial: word(2) },
  settlementRoot: word(3),
  dataHash: word(4),
  dataURI: "https://example.org/market.json",
  settlements: [
    { id: 257, price: "71234.5" },
    { id: 300, price: "0" },
  ],
  signatures: [{ signer: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", data: "0x0102" }],
};
const ORDER = "0x30644e72e131a029b85045b68181585d2833e84879b97091" + "43e1f593f0000001";

describe("an epoch file", () => {
  it("is written as it was read", () => {
    const text = `${JSON.stringify(FILE, null, 2)}\n`;
    const read = parseEpochFile(text, "epoch.json");
    expect(writeEpochFile(read)).toBe(text);
    expect(read).toMatchObject({
      chainId: 31337n,
      assets: ["BTC", "ETH"],
      epoch: { index: [72_950_110_000n, 2_150_000_000n] },
    });
  });

  it("is of the same epoch as a copy that others have signed, and of no other", () => {
    const read = (change: object) => parseEpochFile(JSON.stringify({ ...FILE, ...change }), "epoch.json");
    expect(sameEpoch(read({}), read({ signatures: [] }))).toBe(true);
    for (const change of [{ dataURI: "" }, { settlements: [] }, { chainId: "1" }, { timestamp: 1 }]) {
      expect(sameEpoch(read({}), read(change))).toBe(false);
    }
  });

  it.each<[what: string, change: object, message: string]>([
    ["an unknown field", { extra: 1 }, 'unknown field "extra"'],
    ["an address with a wrong checksum", { book: FILE.book.replace("DB", "dB") }, "book: 0x5FbdB2315678"],
    ["a root of 0", { settlementRoot: word(0) }, "settlementRoot: this is not a root"],
    ["a root at the field's order", { requirementRoots: { maintenance: ORDER, initial: word(1) } }, "not a root"],
    ["a price of 7 decimals", { index: [{ asset: "BTC", price: "1.0000001" }] }, "index[0].price: this is not a price"],
    ["a price that no unit holds", { index: [{ asset: "BTC", price: "999999999" }] }, "outside the range of a price"],
    ["a negative settlement", { settlements: [{ id: 1, price: "-1" }] }, "settlements[0].price"],
    [
      "settlements out of order",
      { settlements: [...FILE.settlements].reverse() },
      "settlements[1].id: 257 does not ascend",
    ],
    ["an asset twice", { index: [FILE.index[0], FILE.index[0]] }, "index[1].asset: BTC is given twice"],
    ["a signer twice", { signatures: [FILE.signatures[0], FILE.signatures[0]] }, "signatures[1].signer"],
    ["a control character in the URI", { dataURI: "a\u001bb" }, "dataURI"],
    ["a chain id that is a number", { chainId: 31337 }, "chainId must be a string"],
  ])("is refused with %s", (_, change, message) => {
    expect(() => parseEpochFile(JSON.stringify({ ...FILE, ...change }), "epoch.json")).toThrow(message);
  });
});
