import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { computeAddress, encryptKeystoreJson, hexlify } from "ethers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DAY_ONE, editRows } from "../market/samples.ts";
import { json, put, tacit, temporary } from "./tacit.ts";

// The short way through what `test/long/accounts.ts`, `desk.ts` and `attest.ts` walk whole.
vi.setConfig({ testTimeout: 300_000 });

const folder = temporary();
const path = (name: string) => join(folder, name);
const [ALICE, BOB] = [
  "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
  "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
] as const;
const market = path("market.json");
const place = ["--chain", path("chain")];
type Env = Record<string, string>;
const envOf = (name: string): Env => ({ TACIT_STORE: path(name), TACIT_STORE_PASSWORD: `${name}'s password` });
const [alice, bob] = [envOf("alice"), envOf("bob")];

const run = async (env: Env, ...args: string[]) => {
  const ended = await tacit([...args, "--json"], env);
  return { code: ended.code, json: json(ended) as Record<string, unknown> };
};
const good = async (env: Env, ...args: string[]): Promise<Record<string, unknown>> => {
  const ended = await run(env, ...args);
  expect(ended.json, args.join(" ")).not.toHaveProperty("error");
  expect(ended.code).toBe(0);
  return ended.json;
};

/** A store whose key costs little to open: scrypt's cost is a keystore's own word. */
async function makeStore(name: string): Promise<void> {
  const privateKey = hexlify(randomBytes(32));
  const keystore = { address: computeAddress(privateKey), privateKey };
  mkdirSync(path(name));
  put(path(name), "key.json", await encryptKeystoreJson(keystore, `${name}'s password`, { scrypt: { N: 2 } }));
}

beforeAll(async () => {
  await Promise.all(["alice", "bob"].map(makeStore));
  const rows = editRows(DAY_ONE, (all) => all.filter((row) => /(BTC|ETH)-27MAR26/.test(row)));
  const build = ["market", "build", "--profile", "linear", "--deribit", put(folder, "day.csv", rows)];
  await good({}, ...build, "--out", market);
  await good({}, "chain", "new", "--market", market, "--folder", path("chain"));
});

describe("two private accounts on a chain in a folder", () => {
  it("open, deposit, trade, and are read by their guardian", async () => {
    for (const [env, who, amount] of [
      [alice, ALICE, "25000.5"],
      [bob, BOB, "50000"],
    ] as const) {
      await good(env, "account", "open", "--guardian", "1", "--size", "4", ...place, "--from", who);
      await good(env, "account", "deposit", "--asset", "cash", "--amount", amount, ...place, "--from", who);
    }
    const offer = ["--instrument", "BTC-PERPETUAL", "--side", "sell", "--quantity", "0.2", "--price", "73000.5"];
    const files = ["--market", market, ...place];
    await good(alice, "ticket", "new", ...offer, "--out", path("offer.json"), ...files);
    const legs = ["--legs", path("legs.json"), ...files];
    const part = ["--offer", path("offer.json"), "--quantity", "0.1", "--out", path("ticket.json")];
    await good(bob, "ticket", "accept", ...part, ...legs, "--from", BOB);
    await good(alice, "ticket", "settle", "--ticket", path("ticket.json"), ...legs, "--from", ALICE);
    const guardian = { TACIT_GUARDIAN_PASSWORD: "demo" };
    const read = await good(guardian, "guardian", "read", "--key", path("chain/guardian.json"), ...files);
    const held = (instrument: string, quantity: string, cash: string) =>
      expect.objectContaining({ cash, positions: [expect.objectContaining({ instrument, quantity })] });
    expect(read.accounts).toHaveLength(2);
    expect(read.accounts).toEqual(
      expect.arrayContaining([held("BTC-PERPETUAL", "-0.1", "32300.55"), held("BTC-PERPETUAL", "0.1", "42699.95")]),
    );
  });

  it("withdraws what it does not need, and attests what it has left", async () => {
    const withdraw = ["account", "withdraw", "--asset", "cash", "--market", market, ...place, "--from", ALICE];
    expect(await good(alice, ...withdraw, "--amount", "300.55")).toMatchObject({ status: "current", cash: "32000" });
    expect(await run(alice, ...withdraw, "--amount", "31000")).toMatchObject({ code: 3, json: { act: null } });
    const said = ["--audience", "Ada Audit", "--purpose", "credit line", "--expires", "1h", "--market", market];
    const out = ["--out", path("attestation.json")];
    await good(alice, "attest", "--equity-at-least", "20000", "--nothing-in", "ETH", ...said, ...place, ...out);
    const verify = ["verify", "--proof", path("attestation.json"), "--market", market];
    expect(await good({}, ...verify, "--audience", "Ada Audit")).toMatchObject({ valid: true });
    expect((await run({}, ...verify, "--audience", "Bea")).code).toBe(1);
  });
});
