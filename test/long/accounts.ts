import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encryptKeystoreJson, HDNodeWallet, JsonRpcProvider, Mnemonic } from "ethers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connectGuardians } from "../../prover/chain/guardians.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { json, put, tacit, temporary } from "../cli/tacit.ts";
import { openNode } from "../deploy/node.ts";
import { DAY_ONE, DAY_TWO, editRows } from "../market/samples.ts";

// Many processes one after the other, on a machine that may have others.
vi.setConfig({ testTimeout: 300_000 });

const folder = temporary();
const path = (name: string) => join(folder, name);
const [ALICE, BOB] = [
  "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
  "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
] as const;
const PUT = "BTC-5FEB26-72000-P";
const [one, two] = [path("one.json"), path("two.json")];
const chain = path("chain");

/** What the commands print here, as far as it is looked at. */
interface Told {
  readonly error?: { readonly code: string; readonly message: string };
  readonly accountId: string;
  readonly cash: string;
  readonly size: number;
  readonly status: string;
  readonly commitment: string;
  readonly positions: readonly { readonly instrument: string; readonly quantity: string }[];
  readonly accounts: readonly Told[];
  readonly recovered: readonly Told[];
  readonly contracts: Readonly<Record<string, string>>;
}
type Env = Record<string, string>;
const envOf = (name: string): Env => ({ TACIT_STORE: path(name), TACIT_STORE_PASSWORD: `${name}'s password` });
const [alice, bob] = [envOf("alice"), envOf("bob")];

let said = "";
const run = async (env: Env, ...args: string[]) => {
  const ended = await tacit([...args, "--json"], env);
  said += ended.stdout + ended.stderr;
  return { ...ended, json: json(ended) as unknown as Told };
};
const good = async (env: Env, ...args: string[]): Promise<Told> => {
  const ended = await run(env, ...args);
  expect(ended.json, args.join(" ")).not.toHaveProperty("error");
  expect(ended.code).toBe(0);
  return ended.json;
};
const refused = async (env: Env, ...args: string[]): Promise<string | undefined> => {
  const ended = await run(env, ...args);
  expect(ended.code, args.join(" ")).toBe(2);
  return ended.json.error?.code;
};
const act = (env: Env, who: string, name: string, ...args: string[]) =>
  good(env, "account", name, ...args, "--chain", chain, "--from", who);
const refuse = (name: string, ...args: string[]) =>
  refused(alice, "account", name, ...args, "--chain", chain, "--from", ALICE);
const shown = async (env: Env): Promise<Told> => {
  const [first] = (await good(env, "account", "show", "--chain", chain)).accounts;
  if (first === undefined) throw new Error("the store has no account");
  return first;
};

beforeAll(async () => {
  const day = (name: string, bytes: Uint8Array, expiries: RegExp) =>
    put(
      folder,
      name,
      editRows(bytes, (rows) => rows.filter((row) => expiries.test(row))),
    );
  const build = ["market", "build", "--profile", "linear", "--deribit"];
  await good({}, ...build, day("one.csv", DAY_ONE, /(BTC|ETH)-(5FEB|27MAR)26/), "--out", one);
  const settled = ["--settlement", "BTC-5FEB26=70500.25", "ETH-5FEB26=2101.5", "--listings", path("listings.json")];
  await good({}, ...build, day("two.csv", DAY_TWO, /(BTC|ETH)-27MAR26/), "--out", two, ...settled);
});

describe("an account on a chain in a folder", () => {
  beforeAll(() => good({}, "chain", "new", "--market", one, "--folder", chain));

  it("begins with the chain, which is made once", async () => {
    expect(await refused({}, "chain", "new", "--market", one, "--folder", chain)).toBe("FOLDER_NOT_EMPTY");
    expect(await refuse("deposit", "--asset", "cash", "--amount", "1")).toBe("NO_STORE");
    expect(await refused(alice, "account", "show", "--chain", path("nowhere"))).toBe("NO_CHAIN");
  });

  it("is opened, in a store that is made with it", async () => {
    expect(await refuse("open", "--guardian", "9")).toBe("GUARDIAN_CLOSED");
    const opened = await act(alice, ALICE, "open", "--guardian", "1", "--size", "8");
    expect(opened).toMatchObject({
      act: "open",
      owner: ALICE,
      guardian: 1,
      status: "soft",
      cash: "0",
      size: 8,
      positions: [],
    });
    await act(bob, BOB, "open", "--guardian", "1");
    expect((await shown(bob)).size).toBe(16);
  });

  it("takes cash, and what the market values", async () => {
    await act(alice, ALICE, "deposit", "--asset", "cash", "--amount", "25000.5");
    await act(bob, BOB, "deposit", "--asset", "cash", "--amount", "100000");
    const coins = await act(alice, ALICE, "deposit", "--asset", "ETH", "--amount", "3", "--market", one);
    expect(coins).toMatchObject({
      cash: "25000.5",
      positions: [{ id: 2, instrument: "ETH", quantity: "3" }],
      awaited: [],
    });
    expect(await refuse("deposit", "--asset", "ETH", "--amount", "3")).toBe("UNVALUED_ASSET");
    expect(await refuse("deposit", "--asset", "3", "--amount", "3", "--market", one)).toBe("UNVALUED_ASSET");
    expect(await refuse("deposit", "--asset", "ETH", "--amount", "3", "--market", two)).toBe("UNKNOWN_EPOCH");
    expect(await refuse("deposit", "--asset", "cash", "--amount", "9000000")).toBe("BALANCE_TOO_SMALL");
  });

  it("pays out what it does not need, and with exit code 3 explains what it needs", async () => {
    const paid = await act(
      alice,
      ALICE,
      "withdraw",
      "--asset",
      "cash",
      "--amount",
      "0.5",
      "--market",
      one,
      "--to",
      BOB,
    );
    expect(paid).toMatchObject({ status: "current", cash: "25000" });
    const large = ["account", "withdraw", "--asset", "cash", "--amount", "40000", "--market", one];
    const ended = await run(alice, ...large, "--chain", chain, "--from", ALICE);
    expect(ended.code).toBe(3);
    expect(ended.json).toMatchObject({ act: null, explanation: { healthy: false } });
    expect((await shown(alice)).cash).toBe("25000");
    expect(await refuse("withdraw", "--asset", "cash", "--amount", "1", "--market", two)).toBe("UNKNOWN_EPOCH");
    expect(await refuse("withdraw", "--asset", "ETH", "--amount", "4", "--market", one)).toBe("NEGATIVE_SPOT");
  });

  it("is attested to an auditor as its gate has it, or as it was last seen", async () => {
    const { commitment } = await shown(alice);
    const out = path("attestation.json");
    const said = ["--audience", "Ada Audit", "--purpose", "credit line", "--expires", "1h", "--out", out];
    const attest = ["attest", "--market", one, "--equity-at-least", "25000", "--nothing-in", "BTC", ...said];
    for (const place of [["--chain", chain], []]) {
      expect(await good(alice, ...attest, ...place)).toMatchObject({ holds: true, commitment });
      const check = ["--market", one, "--commitment", commitment, "--audience", "Ada Audit"];
      expect(await good({}, "verify", "--proof", out, ...check)).toMatchObject({ valid: true, commitment });
    }
    const untrue = await run(alice, "attest", "--market", one, "--nothing-in", "ETH", ...said, "--chain", chain);
    expect(untrue).toMatchObject({ code: 3, json: { out: null, holds: false, commitment } });
    expect(await refused(alice, ...attest, "--account", path("none.json"), "--chain", chain)).toBe("USAGE");
    expect(await refused({ ...alice, TACIT_STORE: path("empty") }, ...attest)).toBe("NO_STORE");
  });

  it.each<[what: string, code: string, args: string[]]>([
    ["an amount with seven decimals", "BAD_DECIMAL", ["deposit", "--asset", "cash", "--amount", "1.0000001"]],
    ["no amount", "BAD_AMOUNT", ["deposit", "--asset", "cash", "--amount", "0"]],
    ["a negative amount", "BAD_AMOUNT", ["deposit", "--asset", "cash", "--amount=-5"]],
    ["an unknown asset", "USAGE", ["deposit", "--asset", "DOGE", "--amount", "1"]],
    ["a size that is none", "USAGE", ["move", "--size", "5"]],
    ["one slot", "USAGE", ["move", "--slots", "1"]],
    ["an empty slot", "NO_SUCH_SLOT", ["move", "--slots", "0", "5"]],
    ["what it does not hold", "NOT_HELD", ["settle", "--instrument", "BTC", "--epoch", join(chain, "epoch-1.json")]],
    ["what has not settled", "NOT_SETTLED", ["settle", "--instrument", "ETH", "--epoch", join(chain, "epoch-1.json")]],
    ["another account's id", "UNKNOWN_ACCOUNT", ["move", "--account-id", "12345"]],
    ["no account's id", "USAGE", ["move", "--account-id", "mine"]],
    ["no address", "BAD_FIELD", ["withdraw", "--asset", "cash", "--amount", "1", "--market", one, "--to", "bob"]],
    ["a node beside the folder", "USAGE", ["move", "--rpc", "http://127.0.0.1:1"]],
  ])("is refused %s", async (_, code, args) => {
    expect(await refuse(args[0] ?? "", ...args.slice(1))).toBe(code);
  });

  it("opens to its password alone, which no flag and no output has", async () => {
    const wrong = { ...alice, TACIT_STORE_PASSWORD: "wrong horse" };
    expect(await refused(wrong, "account", "show", "--chain", chain)).toBe("BAD_PASSWORD");
    const { TACIT_STORE_PASSWORD: _, ...none } = alice;
    const ended = await run(none, "account", "show", "--chain", chain);
    expect(ended.json.error).toMatchObject({ code: "USAGE", message: expect.stringContaining("TACIT_STORE_PASSWORD") });
    expect(await refused(bob, "account", "move", "--chain", chain, "--from", ALICE)).toBe("NOT_OWNER");
  });

  it("trades, and turns what has expired into cash once the newest epoch has its price", async () => {
    const place = ["--chain", chain, "--market", one];
    const offer = [
      "--instrument",
      PUT,
      "--side",
      "sell",
      "--quantity",
      "0.5",
      "--price",
      "900",
      "--out",
      path("put.offer"),
    ];
    await good(bob, "ticket", "new", ...offer, ...place);
    const files = ["--out", path("put.ticket"), "--legs", path("put.legs")];
    await good(alice, "ticket", "accept", "--offer", path("put.offer"), ...files, ...place, "--from", ALICE);
    const settle = ["ticket", "settle", "--ticket", path("put.ticket"), "--legs", path("put.legs")];
    await good(bob, ...settle, ...place, "--from", BOB);
    expect(await shown(alice)).toMatchObject({
      cash: "24550",
      positions: [{ instrument: "ETH" }, { instrument: PUT, quantity: "0.5" }],
    });
    await act(alice, ALICE, "move", "--slots", "0", "1");
    expect((await shown(alice)).positions.map(({ instrument }) => instrument)).toEqual([PUT, "ETH"]);

    await good({}, "chain", "publish", "--chain", chain, "--market", two);
    const old = ["--instrument", PUT, "--epoch", join(chain, "epoch-1.json")];
    expect(await refuse("settle", ...old)).toBe("NOT_SETTLED");
    const epoch = ["--epoch", join(chain, "epoch-2.json")];
    expect(await refuse("settle", "--instrument", "ETH", ...epoch)).toBe("NOT_SETTLED");
    // Half of 72000 less 70500.25.
    const settled = await act(alice, ALICE, "settle", "--instrument", PUT, ...epoch);
    expect(settled).toMatchObject({ cash: "25299.875", positions: [{ instrument: "ETH", quantity: "3" }] });
    expect((await act(bob, BOB, "settle", "--instrument", PUT, ...epoch)).cash).toBe("99700.125");
  });

  it("is seen by the commands on gates and epochs, too", async () => {
    const { contracts } = JSON.parse(readFileSync(join(chain, "chain.json"), "utf8"));
    const { accountId, commitment } = await shown(alice);
    const gate = ["gate", "show", "--gate", contracts.VaultGate, "--chain", chain];
    expect(await good({}, ...gate)).toMatchObject({ book: contracts.EpochBook, latestEpoch: 2 });
    expect(await good({}, ...gate, "--account-id", accountId)).toMatchObject({ owner: ALICE, commitment });
    const verify = ["epoch", "verify", "--market", two, "--book", contracts.EpochBook, "--chain", chain];
    const files = ["--epoch", join(chain, "epoch-2.json"), "--previous", join(chain, "epoch-1.json")];
    expect(await good({}, ...verify, ...files)).toMatchObject({ ok: true, number: 2 });
    expect((await run({}, ...verify.with(3, one), ...files)).code).toBe(1);
  });

  it("takes another size", async () => {
    expect(await act(alice, ALICE, "move", "--size", "4")).toMatchObject({ size: 4, act: "take size 4" });
  });

  it("is shown without a chain as it was last seen, and in a market with what it requires", async () => {
    const { accounts } = await good(alice, "account", "show");
    expect(accounts).toMatchObject([{ cash: "25299.875", size: 4, status: null }]);
    const valued = await good(alice, "account", "show", "--chain", chain, "--market", two);
    expect(valued.accounts).toMatchObject([{ cash: "25299.875", sets: { initial: { healthy: true } } }]);
  });
});

describe("an account that was lost", () => {
  const fresh = (name: string): Env => {
    mkdirSync(path(name));
    copyFileSync(join(path("alice"), "key.json"), join(path(name), "key.json"));
    return { TACIT_STORE: path(name), TACIT_STORE_PASSWORD: alice.TACIT_STORE_PASSWORD ?? "" };
  };

  it("comes back from the chain, by the store's key alone", async () => {
    const env = fresh("from-chain");
    const [found] = (await good(env, "account", "recover", "--owner", ALICE, "--chain", chain, "--market", two))
      .recovered;
    expect(found).toEqual(await shown(alice));
    expect(await act(env, ALICE, "deposit", "--asset", "cash", "--amount", "1")).toMatchObject({ cash: "25300.875" });
  });

  it("comes back where the store was copied before its last act", async () => {
    expect(await refused(alice, "account", "show", "--chain", chain)).toBe("LOST_STATE");
    const { accountId } = (await good(alice, "account", "show")).accounts[0] as Told;
    await good(alice, "account", "recover", "--account-id", accountId, "--chain", chain);
    expect(await shown(alice)).toMatchObject({ cash: "25300.875", positions: [{ instrument: "ETH" }] });
  });

  it("does not come back to another store's key", async () => {
    expect(await refused(bob, "account", "recover", "--owner", ALICE, "--chain", chain)).toBe("NOT_OUR_COPY");
    expect(
      await refused(
        bob,
        "account",
        "recover",
        "--owner",
        ALICE.replace("14dC", "24dC").toLowerCase(),
        "--chain",
        chain,
      ),
    ).toBe("UNKNOWN_ACCOUNT");
    expect(await refused(bob, "account", "recover", "--chain", chain)).toBe("USAGE");
  });

  it("comes back from its guardian's file, into a store with another key, while that is its present state", async () => {
    const { accountId } = await shown(alice);
    const read = [
      "guardian",
      "read",
      "--key",
      join(chain, "guardian.json"),
      "--account-id",
      accountId,
      "--chain",
      chain,
    ];
    await good({ TACIT_GUARDIAN_PASSWORD: "demo" }, ...read, "--out", path("state.json"));
    const env = envOf("anew");
    const [found] = (
      await good(env, "account", "recover", "--state", path("state.json"), "--chain", chain, "--market", two)
    ).recovered;
    expect(found).toEqual(await shown(alice));
    await act(env, ALICE, "deposit", "--asset", "cash", "--amount", "1");
    expect(await refused(envOf("later"), "account", "recover", "--state", path("state.json"), "--chain", chain)).toBe(
      "STALE_STATE",
    );
    const bent = { ...JSON.parse(readFileSync(path("state.json"), "utf8")), cash: "1000000" };
    const forged = put(folder, "bent.json", bent);
    expect(await refused(envOf("later"), "account", "recover", "--state", forged, "--chain", chain)).toBe("BAD_STATE");
  });
});

describe("an account on a node's chain", () => {
  it("lives there as it does in a folder, with a key of one's own", async () => {
    const rpc = await openNode("--network", "replay");
    const deployed = await good({}, "deploy", "--local", "--rpc", rpc, "--folder", path("record"));
    const { vault, book, guardians, contracts } = deployed as unknown as Record<string, string> & Told;
    const node = new JsonRpcProvider(rpc, 31_337, { staticNetwork: true });
    await (await connectGuardians(guardians ?? "", await node.getSigner(0))).register(
      ALICE,
      await publicPoint(12_345n),
    );
    for (const token of [contracts.Token_USDC, contracts.Token_WETH]) {
      const amount = (10n ** 22n).toString(16).padStart(64, "0");
      const data = `0x40c10f19${ALICE.slice(2).toLowerCase().padStart(64, "0")}${amount}`;
      await node.send("eth_sendTransaction", [{ from: ALICE, to: token, data }]);
    }
    node.destroy();
    const flags = ["--market", one, "--book", book ?? "", "--rpc", rpc];
    await good({}, "feed", ...flags);
    await good({}, "epoch", "make", ...flags, "--data-uri", "one.json", "--out", path("e.json"));
    const signers = ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"];
    for (const [i, signer] of signers.entries()) {
      await good(
        {},
        "epoch",
        "sign",
        "--epoch",
        path("e.json"),
        "--rpc",
        rpc,
        "--from",
        signer,
        "--out",
        path(`s${i}.json`),
      );
    }
    await good({}, "epoch", "publish", "--epoch", path("s0.json"), path("s1.json"), "--rpc", rpc, "--from", BOB);

    const phrase = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
    const { address, privateKey } = HDNodeWallet.fromMnemonic(phrase, "m/44'/60'/0'/0/7");
    const encrypted = await encryptKeystoreJson({ address, privateKey }, "key's password", { scrypt: { N: 2 } });
    const env = { ...envOf("node"), TACIT_PASSWORD: "key's password" };
    const place = ["--rpc", rpc, "--vault", vault ?? "", "--keystore", put(folder, "key.json", encrypted)];
    expect(await refused(env, "account", "open", "--guardian", "1", ...place.with(3, ALICE))).toBe("NO_VAULT");
    expect(await refused(env, "account", "open", "--guardian", "1", ...place.toSpliced(2, 2))).toBe("USAGE");
    await good(env, "account", "open", "--guardian", "1", "--size", "4", ...place);
    await good(env, "account", "deposit", "--asset", "cash", "--amount", "1000", ...place);
    await good(env, "account", "deposit", "--asset", "ETH", "--amount", "1.5", "--market", one, ...place);
    const paid = await good(env, "account", "withdraw", "--asset", "ETH", "--amount", "0.5", "--market", one, ...place);
    expect(paid).toMatchObject({
      status: "current",
      owner: ALICE,
      cash: "1000",
      positions: [{ instrument: "ETH", quantity: "1" }],
    });
    await good(env, "account", "move", ...place);
    const ask = ["--rpc", rpc, "--vault", vault ?? ""];
    const there = await good(env, "account", "show", ...ask);
    const lost = { ...env, TACIT_STORE: path("node-again") };
    mkdirSync(lost.TACIT_STORE);
    copyFileSync(join(path("node"), "key.json"), join(lost.TACIT_STORE, "key.json"));
    const back = await good(lost, "account", "recover", "--owner", ALICE, "--market", one, ...ask);
    expect(back.recovered).toEqual(there.accounts);
  });
});

it("says no password and no salt, whatever it is asked", () => {
  expect(said).not.toMatch(/'s password|wrong horse/);
  const { salt } = JSON.parse(readFileSync(path("state.json"), "utf8"));
  expect(said).not.toContain(String(BigInt(salt)));
  expect(said).not.toContain(salt.slice(4));
});
