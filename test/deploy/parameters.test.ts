import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertDeployable } from "../../prover/deploy/guard.ts";
import { parseParameters } from "../../prover/deploy/parameters.ts";
import { ROOT } from "../cli/tacit.ts";

const TEXT = readFileSync(join(ROOT, "prover", "deploy", "local.json"), "utf8");
const edited = (...edits: [from: string | RegExp, to: string][]) =>
  edits.reduce((text, [from, to]) => {
    const next = text.replaceAll(from, to);
    expect(next).not.toBe(text);
    return next;
  }, TEXT);

describe("a parameters file", () => {
  it("is read into the contracts' units, members in the contracts' order", () => {
    const { assets, book, gate, sequencer } = parseParameters(TEXT, "local.json");
    expect(assets.map(({ symbol, quorum, sources }) => [symbol, quorum, sources.map(({ kind }) => kind)])).toEqual(
      ["BTC", "ETH"].map((symbol) => [symbol, 2, ["chainlink", "pyth", "reporters"]]),
    );
    expect(assets[0]?.sources[0]).toMatchObject({ feed: { mock: 73_000_000_000n }, maxDeviation: 20_000_000n });
    expect(book.terms).toMatchObject({ sets: 2, maxGap: 5_000_000n });
    expect(gate).toMatchObject({ band: 15_000_000n, coverageInitial: 10_000n, challengeBond: 10n ** 16n });
    expect(sequencer).toEqual({ sequencer: `0x${"0".repeat(40)}`, grace: 0 });
    const { vault } = parseParameters(
      edited(['"shareOf": 2 }, "decimals": 18', '"shareOf": 2 }, "decimals": 18, "lot": 1000']),
      "p.json",
    );
    expect(vault?.collaterals.map(({ asset, unit }) => [asset, unit])).toEqual([
      [0, 1n],
      [2, 10n ** 12n],
      [3, 10n ** 15n],
    ]);
    expect(vault?.terms).toEqual({ feeBound: 25n * 10n ** 12n, feeBudget: 100n * 10n ** 12n, feeWindow: 86_400 });
    const { members } = book.publishers;
    expect([...members].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))).toEqual(members);
  });

  it.each<[what: string, edit: [string | RegExp, string], message: string]>([
    ["an unknown field", ['"minSpacing"', '"minspacing"'], 'unknown field "minspacing"'],
    ["a ratio that is a number", ['"0.015"', "0.015"], "gate.band must be a string"],
    ["ten decimals in a ratio", ['"band": "0.015"', '"band": "0.0150000001"'], "gate.band"],
    ["a quorum of one", ['"quorum": 2', '"quorum": 1'], "assets[0].quorum"],
    ["a wrong checksum", ['"governor": "0xf39F', '"governor": "0xF39F'], "book.governor: the checksum"],
    [
      "a bond that is no amount",
      ['"0.01"\n  },\n  "registry"', '"0.01 ETH"\n  },\n  "registry"'],
      "not an amount of ether",
    ],
    ["a price that no unit holds", ['"73000"', '"900000000"'], "assets[0].sources[0].feed.mock"],
    ["two tokens of one asset", ['"asset": 2', '"asset": 0'], "vault.collaterals[1]: asset 0 has a token already"],
    ["cash in lots", ['"decimals": 6 }', '"decimals": 6, "lot": 1000 }'], "vault.collaterals[0].lot: a unit of cash"],
    ["a share of nothing", ['"shareOf": 2', '"shareOf": 7'], "vault.collaterals[2].token.shareOf: asset 7"],
    ["a token of five decimals", ['"decimals": 6 }', '"decimals": 5 }'], "vault.collaterals[0].decimals"],
    ["a negative fee", ['"feeBound": "25"', '"feeBound": "-25"'], "vault.feeBound is negative"],
    ["a symbol in small letters", ['"BTC"', '"btc"'], "assets[0].symbol"],
  ])("is refused with %s", (_, edit, message) => {
    expect(() => parseParameters(edited(edit), "p.json")).toThrow(message);
  });
});

it("needs no vault", () => {
  const { vault, ...rest } = JSON.parse(TEXT);
  expect(vault).toBeDefined();
  expect(parseParameters(JSON.stringify(rest), "p.json")).not.toHaveProperty("vault");
});

describe("what may be deployed", () => {
  const check = (chainId: bigint, text: string) => () =>
    assertDeployable(chainId, parseParameters(text, "p.json"), "p.json");
  const vendor = '"0x2c1d072e956AFFC0D435Cb7AC38EF18d24d9127c"';

  it("is anything on a local chain", () => {
    for (const chainId of [31_337n, 1337n]) expect(check(chainId, TEXT)).not.toThrow();
  });

  it("is on no other chain what is made for local ones, and all of it is named", () => {
    for (const chainId of [1n, 10n, 31_338n]) {
      expect(check(chainId, TEXT)).toThrow(
        /margin_4.* development keys; p\.json: assets\[0\]\.sources\[0\]\.feed is a mock/,
      );
    }
    expect(check(1n, TEXT)).toThrow("assets[1].sources[1].contract is a mock");
    expect(check(1n, TEXT)).toThrow("vault.collaterals[2].token is a mock");
    expect(check(1n, TEXT)).toThrow(/the keys of 0x15d3.*0xf39F.* are published/);
  });

  it("names no mock where there is none, and no published account where keys are one's own", () => {
    const vendors = edited([/\{ "mock": "\d+" \}/g, vendor], [/\{ "mock": "[A-Z]+"(, "shareOf": 2)? \}/g, vendor]);
    expect(check(1n, vendors)).not.toThrow("mock");
    const own = vendors.replaceAll(/0x(15d3|9965|976E|7099|3C44|90F7|f39F)[0-9a-fA-F]{36}/g, (found) =>
      found.toLowerCase().replace(/.$/, "0"),
    );
    expect(check(1n, own)).not.toThrow("published");
    // What is left is the keys, until a ceremony has made others.
    expect(check(1n, own)).toThrow("development keys");
  });
});
