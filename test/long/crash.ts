import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { JsonRpcProvider } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connectGuardians } from "../../prover/chain/guardians.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { type Between, type Call, openProxy } from "../cli/proxy.ts";
import { json, ROOT, tacit, temporary } from "../cli/tacit.ts";
import { openNode } from "../deploy/node.ts";

// Many processes one after the other, on a machine that may have others.
vi.setConfig({ testTimeout: 300_000 });

const folder = temporary();
const OWNER = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"; // the node's eighth
const ENV = { TACIT_STORE: join(folder, "store"), TACIT_STORE_PASSWORD: "correct horse" };
let proxy: Between;
let node: JsonRpcProvider;
let vault: string;
let coin: string;

const flags = () => ["--rpc", proxy.url, "--vault", vault, "--json"];
const deposit = () => ["account", "deposit", "--asset", "cash", "--amount", "100", "--from", OWNER, ...flags()];
const show = async () => {
  const ended = await tacit(["account", "show", ...flags()], ENV);
  expect(ended.code, ended.stdout).toBe(0);
  const [account] = (
    json(ended) as {
      accounts: { cash: string; awaited: { fate: string; act: string; transaction: string | null }[] }[];
    }
  ).accounts;
  if (account === undefined) throw new Error("the store has no account");
  return {
    cash: account.cash,
    awaited: account.awaited.map(({ act, fate }) => ({ act, fate })),
    transactions: account.awaited.map(({ transaction }) => transaction),
  };
};
/** So many times a deposit on what the account has now, whatever other tests did. */
const fromNow = async () => {
  const now = Number((await show()).cash);
  return (amount: number): string => String(now + amount);
};
const AWAITED = "deposit 100 of cash";
/** The transaction to the vault, not the approval before it. */
const isDeposit = ({ method, params }: Call): boolean =>
  method === "eth_sendTransaction" && params[0]?.to?.toLowerCase() === vault.toLowerCase();

/** Starts a deposit, which the proxy kills. */
async function killed(at: "before" | "after" | "waiting"): Promise<void> {
  let child: ChildProcess | undefined;
  let sent = false;
  const kill = async () => {
    child?.kill("SIGKILL");
    await new Promise((resolve) => child?.once("exit", resolve));
  };
  proxy.before = async (call) => {
    if (at === "before" && isDeposit(call)) await kill();
    // Asked for once the hash is written down.
    if (at === "waiting" && sent && call.method === "eth_getTransactionReceipt") await kill();
  };
  proxy.after = async (call) => {
    if (!isDeposit(call)) return;
    sent = true;
    if (at === "after") await kill();
  };
  child = spawn(process.execPath, [join(ROOT, "prover", "cli", "main.ts"), ...deposit()], {
    cwd: ROOT,
    env: { ...process.env, ...ENV },
    stdio: "ignore",
  });
  const signal = await new Promise((resolve) => child?.once("exit", (_code, signal) => resolve(signal)));
  [proxy.before, proxy.after] = [() => {}, () => {}];
  expect(signal).toBe("SIGKILL");
  expect(readdirSync(ENV.TACIT_STORE)).toContain("lock");
}

beforeAll(async () => {
  const url = await openNode("--network", "replay");
  proxy = await openProxy(url);
  node = new JsonRpcProvider(url, 31_337, { staticNetwork: true, cacheTimeout: -1 });
  const deployed = json(
    await tacit(["deploy", "--local", "--rpc", url, "--folder", join(folder, "record"), "--json"]),
  ) as {
    vault: string;
    guardians: string;
    contracts: Record<string, string>;
  };
  ({ vault } = deployed);
  coin = deployed.contracts.Token_USDC ?? "";
  const guardians = await connectGuardians(deployed.guardians, await node.getSigner(0));
  await guardians.register(OWNER, await publicPoint(12_345n));
  const mint = `0x40c10f19${OWNER.slice(2).toLowerCase().padStart(64, "0")}${(10n ** 12n).toString(16).padStart(64, "0")}`;
  await node.send("eth_sendTransaction", [{ from: OWNER, to: coin, data: mint }]);
  // An allowance for all that follows, so that an act is one transaction.
  const approve = `0x095ea7b3${vault.slice(2).toLowerCase().padStart(64, "0")}${"f".repeat(64)}`;
  await node.send("eth_sendTransaction", [{ from: OWNER, to: coin, data: approve }]);
  const opened = await tacit(["account", "open", "--guardian", "1", "--size", "4", "--from", OWNER, ...flags()], ENV);
  expect(opened.stderr).toContain("A store was made");
  expect(json(opened)).toMatchObject({ act: "open", status: "soft", cash: "0" });
});
afterAll(() => node?.destroy());
beforeEach(() => node.send("evm_setAutomine", [true]));

describe("a process that is killed in the middle of an act", () => {
  it("before anything was sent has changed nothing, and the act can be done again", async () => {
    const more = await fromNow();
    await killed("before");
    expect(await show()).toMatchObject({ cash: more(0), awaited: [{ act: AWAITED, fate: "unsent" }] });
    expect(json(await tacit(deposit(), ENV))).toMatchObject({ cash: more(100), awaited: [] });
  });

  it("before it heard that its transaction was taken finds its account as the chain has it", async () => {
    const more = await fromNow();
    await killed("after");
    expect(await show()).toMatchObject({ cash: more(100), awaited: [] });
  });

  it("before its transaction was mined waits for it, and then has what it led to", async () => {
    const more = await fromNow();
    await node.send("evm_setAutomine", [false]);
    await killed("waiting");
    const { awaited, transactions, cash } = await show();
    expect({ awaited, cash }).toEqual({ cash: more(0), awaited: [{ act: AWAITED, fate: "sent" }] });
    expect(transactions[0]).toMatch(/^0x[0-9a-f]{64}$/);
    const again = await tacit(deposit(), ENV);
    expect(again.code).toBe(2);
    expect(json(again)).toMatchObject({ error: { code: "PENDING", hint: expect.stringContaining("Wait") } });
    await node.send("evm_mine", []);
    expect(await show()).toMatchObject({ cash: more(100), awaited: [] });
  });

  it("has an act that its node forgot still before it, and one that was replaced behind it", async () => {
    const more = await fromNow();
    await node.send("evm_setAutomine", [false]);
    await killed("waiting");
    const [hash] = (await show()).transactions;
    const raw = await node.send("eth_getTransactionByHash", [hash]);
    await node.send("hardhat_dropTransaction", [hash]);
    expect(await show()).toMatchObject({ cash: more(0), awaited: [{ act: AWAITED, fate: "dropped" }] });
    // It comes back: whoever saw it may send it again.
    const { from, to, input, gas, nonce } = raw;
    await node.send("eth_sendTransaction", [{ from, to, data: input, gas, nonce }]);
    await node.send("evm_mine", []);
    expect(await show()).toMatchObject({ cash: more(100), awaited: [] });

    await killed("waiting");
    const pending = await node.send("eth_getTransactionByHash", [(await show()).transactions[0]]);
    const double = {
      maxFeePerGas: `0x${(2n * BigInt(pending.maxFeePerGas)).toString(16)}`,
      maxPriorityFeePerGas: `0x${(2n * BigInt(pending.maxPriorityFeePerGas)).toString(16)}`,
    };
    await node.send("eth_sendTransaction", [{ from: OWNER, to: OWNER, nonce: pending.nonce, ...double }]);
    await node.send("evm_mine", []);
    expect(await show()).toMatchObject({ cash: more(100), awaited: [{ act: AWAITED, fate: "replaced" }] });
    await node.send("evm_setAutomine", [true]);
    const after = await tacit(deposit(), ENV);
    expect(after.stderr).toContain("its sender used its place");
    expect(json(after)).toMatchObject({ cash: more(200), awaited: [] });
  });

  it("and tries the act again meanwhile has it once: the second is refused and forgotten", async () => {
    const more = await fromNow();
    await node.send("evm_setAutomine", [false]);
    await killed("after");
    expect(await show()).toMatchObject({ cash: more(0), awaited: [{ act: AWAITED, fate: "unsent" }] });
    const second = await tacit(deposit(), ENV);
    expect(second.code).toBe(2);
    expect(json(second)).toMatchObject({ error: { code: "TRANSITION_REJECTED" } });
    expect((await show()).awaited).toEqual([{ act: AWAITED, fate: "unsent" }]);
    await node.send("evm_mine", []);
    expect(await show()).toMatchObject({ cash: more(100), awaited: [] });
  });

  it("learns that its transaction was mined and refused, and stands where it stood", async () => {
    const more = await fromNow();
    await node.send("evm_setAutomine", [false]);
    await killed("waiting");
    const code = await node.getCode(coin);
    await node.send("hardhat_setCode", [coin, "0x"]);
    await node.send("evm_mine", []);
    await node.send("hardhat_setCode", [coin, code]);
    expect(await show()).toMatchObject({ cash: more(0), awaited: [{ act: AWAITED, fate: "failed" }] });
    await node.send("evm_setAutomine", [true]);
    expect(json(await tacit(deposit(), ENV))).toMatchObject({ cash: more(100), awaited: [] });
  });
});
