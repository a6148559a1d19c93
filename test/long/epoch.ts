import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encryptKeystoreJson, HDNodeWallet, JsonRpcProvider, Mnemonic } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { connectGate } from "../../prover/chain/gate.ts";
import { json, put, tacit, temporary } from "../cli/tacit.ts";
import { openNode } from "../deploy/node.ts";
import { DAY_ONE, editRows } from "../market/samples.ts";

const folder = temporary();
const path = (name: string) => join(folder, name);
const [DEPLOYER, ONE, TWO, THREE] = [
  "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
];
const PASSWORD = { TACIT_PASSWORD: "correct horse" };
const URI = ["--data-uri", "https://example.org/market.json"];
const market = path("market.json");
let rpc: string;
let book: string;
let gate: string;

const run = async (...args: string[]) => {
  const ended = await tacit([...args, "--json"]);
  return { ...ended, json: json(ended) };
};
const good = async (...args: string[]) => {
  const ended = await run(...args);
  expect(ended.json).not.toHaveProperty("error");
  expect(ended.code).toBe(0);
  return ended.json;
};

beforeAll(async () => {
  const rows = editRows(DAY_ONE, (all) => all.filter((row) => /(BTC|ETH)-6FEB26/.test(row)));
  const chain = put(folder, "chain.csv", rows);
  await good("market", "build", "--deribit", chain, "--profile", "linear", "--out", market);
  rpc = await openNode("--network", "replay");
  const deployed = await good("deploy", "--local", "--rpc", rpc, "--folder", path("record"));
  ({ book, gate } = deployed as { book: string; gate: string });
});

describe("an epoch, from the market file to the chain", () => {
  it("is made for the book, with its assets and chain", async () => {
    const made = await good(
      ...["epoch", "make", "--market", market, "--book", book, "--rpc", rpc],
      ...URI,
      "--out",
      path("e.json"),
    );
    expect(made).toMatchObject({ assets: ["BTC", "ETH"], settlements: 0 });
    // The same without a node, for who knows the book.
    const offline = ["--chain-id", "31337", "--assets", "BTC", "ETH", "--out", path("offline.json")];
    await good("epoch", "make", "--market", market, "--book", book, ...URI, ...offline);
    expect(readFileSync(path("offline.json"))).toEqual(readFileSync(path("e.json")));
  });

  it("is signed by keys, by a node's accounts, and elsewhere", async () => {
    const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
    const key = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0/1");
    const encrypted = await encryptKeystoreJson(
      { address: key.address, privateKey: key.privateKey },
      PASSWORD.TACIT_PASSWORD,
      { scrypt: { N: 2 } },
    );
    const keystore = put(folder, "key.json", encrypted);
    const flags = ["epoch", "sign", "--epoch", path("e.json")];
    const first = await tacit([...flags, "--keystore", keystore, "--out", path("s1.json"), "--json"], PASSWORD);
    expect(json(first)).toMatchObject({ signer: ONE, signers: [ONE] });
    expect(await good(...flags, "--from", TWO ?? "", "--rpc", rpc, "--out", path("s2.json"))).toMatchObject({
      signer: TWO,
    });
    const { signatures } = JSON.parse(readFileSync(path("s2.json"), "utf8"));
    const elsewhere = ["--signature", signatures[0].data, "--signer", TWO ?? "", "--out", path("s3.json")];
    await good(...flags, ...elsewhere);
    expect(readFileSync(path("s3.json"))).toEqual(readFileSync(path("s2.json")));
  });

  it("says nothing of keys and passwords when one does not open", async () => {
    const wrong = [
      "epoch",
      "sign",
      "--epoch",
      path("e.json"),
      "--keystore",
      path("key.json"),
      "--out",
      path("no.json"),
    ];
    const ended = await tacit(wrong, { TACIT_PASSWORD: "wrong horse" });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("does not open with TACIT_PASSWORD");
    expect(ended.stderr).not.toContain("wrong horse");
  });

  it("is verified offline before it is published, and against its publishers", async () => {
    const flags = ["epoch", "verify", "--market", market, "--epoch", path("s1.json")];
    expect(await good(...flags)).toMatchObject({ ok: true, number: null });
    const one = await run(...flags, "--rpc", rpc);
    expect(one.code).toBe(1);
    expect(JSON.stringify(one.json)).toContain("1 of the 2 that a quorum takes");
  });

  it("is refused without a quorum, and while the oracle says something else", async () => {
    const publish = ["epoch", "publish", "--rpc", rpc, "--from", DEPLOYER ?? "", "--epoch"];
    const alone = await run(...publish, path("s1.json"));
    expect(alone.json).toMatchObject({ error: { code: "NO_QUORUM" } });
    const stale = await run(...publish, path("s1.json"), path("s2.json"));
    expect(stale.code).toBe(2);
    expect(stale.json).toMatchObject({
      error: {
        code: "EPOCH_REFUSED",
        message: expect.stringContaining("the oracle has no index of BTC: 0 sources agree"),
      },
    });
  });

  it("is published with the signatures of several files once the sources have spoken", async () => {
    expect(await good("feed", "--market", market, "--book", book, "--rpc", rpc)).toHaveProperty("prices.BTC");
    const publish = [
      "epoch",
      "publish",
      "--rpc",
      rpc,
      "--from",
      THREE ?? "",
      "--epoch",
      path("s1.json"),
      path("s2.json"),
    ];
    expect(await good(...publish)).toMatchObject({ number: 1 });
    const again = await run(...publish);
    expect(again.json).toMatchObject({
      error: { code: "EPOCH_REFUSED", message: expect.stringContaining("the earliest") },
    });
  });

  it("is verified against the chain, with and without its file", async () => {
    const flags = ["epoch", "verify", "--market", market, "--rpc", rpc];
    expect(await good(...flags, "--book", book)).toMatchObject({ ok: true, number: 1 });
    expect(await good(...flags, "--book", book, "--number", "1")).toMatchObject({ ok: true, number: 1 });
    expect((await run(...flags, "--book", book, "--number", "2")).json).toMatchObject({
      error: { code: "UNKNOWN_EPOCH" },
    });
    const signed = JSON.parse(readFileSync(path("s1.json"), "utf8"));
    const { signatures } = JSON.parse(readFileSync(path("s2.json"), "utf8"));
    const both = put(folder, "both.json", { ...signed, signatures: [...signed.signatures, ...signatures] });
    expect(await good(...flags, "--epoch", both)).toMatchObject({ ok: true, number: 1 });
  });

  it("does not hold when anything in it was changed", async () => {
    const signed = JSON.parse(readFileSync(path("s1.json"), "utf8"));
    const forged = put(folder, "forged.json", { ...signed, index: [{ asset: "BTC", price: "1" }, signed.index[1]] });
    const ended = await run("epoch", "verify", "--market", market, "--epoch", forged);
    expect(ended.code).toBe(1);
    const failed = (ended.json.steps as { name: string; ok: boolean; detail: string }[]).filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).toEqual(["epoch", "signatures"]);
    expect(failed[0]?.detail).toMatch(/forged\.json: index\[0\] of BTC is 1, the market gives \d/);
    expect((await run("epoch", "verify", "--market", market, "--epoch", market)).code).toBe(2);
    expect((await run("epoch", "verify", "--market", market)).json).toMatchObject({ error: { code: "USAGE" } });
  });
});

describe("a gate on a running chain", () => {
  it("shows its terms, and the status of its accounts", async () => {
    expect(await good("gate", "show", "--gate", gate, "--rpc", rpc)).toMatchObject({
      chainId: "31337",
      book,
      assets: ["BTC", "ETH"],
      publishers: { threshold: 2 },
      latestEpoch: 1,
      terms: { leaseInitial: 14_400, band: 0.015, coverageInitial: "1" },
    });
    const provider = new JsonRpcProvider(rpc);
    const client = await connectGate(gate, await provider.getSigner(7));
    const { accountId } = await client.open(123n, 4);
    provider.destroy();
    const flags = ["gate", "show", "--gate", gate, "--rpc", rpc, "--account-id"];
    expect(await good(...flags, String(accountId))).toMatchObject({
      status: "soft",
      commitment: "123",
      leaseUntil: null,
    });
    expect((await run(...flags, "5")).json).toMatchObject({ error: { code: "UNKNOWN_ACCOUNT" } });
    expect((await run("gate", "show", "--gate", ONE ?? "", "--rpc", rpc)).json).toMatchObject({
      error: { code: "NO_GATE" },
    });
  });

  it("is looked for at the given host only, and an access key in its URL is never shown", async () => {
    const ended = await run("gate", "show", "--gate", gate, "--rpc", "http://127.0.0.1:9/v3/secret-key");
    expect(ended.code).toBe(2);
    expect(ended.json).toMatchObject({ error: { code: "NO_CHAIN", message: "no chain answers at 127.0.0.1:9" } });
    expect(ended.stdout + ended.stderr).not.toContain("secret-key");
  });
});
