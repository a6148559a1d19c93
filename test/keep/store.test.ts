import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decryptKeystoreJson, encryptKeystoreJson, isKeystoreJson } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { type KeptAccount, keptState, listKept, readKept, writeKept } from "../../prover/keep/account.ts";
import { createStore, isStore, openStore } from "../../prover/keep/store.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";

const PASSWORD = "correct horse";
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

let pattern: string;
let cheap: string;
beforeAll(async () => {
  pattern = mkdtempSync(join(tmpdir(), "tacit-store-"));
  folders.push(pattern);
  await createStore(pattern, PASSWORD);
  const { address, privateKey } = await decryptKeystoreJson(readFileSync(join(pattern, "key.json"), "utf8"), PASSWORD);
  cheap = await encryptKeystoreJson({ address, privateKey }, PASSWORD, { scrypt: { N: 2 } });
});

/** A store of its own with the same key, which costs little to open: scrypt's cost is a keystore's own word. */
function newStore(): string {
  const folder = mkdtempSync(join(tmpdir(), "tacit-store-"));
  folders.push(folder);
  writeFileSync(join(folder, "key.json"), cheap);
  return folder;
}
const sealedIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".sealed"));

describe("a store", () => {
  it("holds its key in a keystore that only its password opens, and never makes a second one in its place", async () => {
    expect(await isStore(pattern)).toBe(true);
    const text = readFileSync(join(pattern, "key.json"), "utf8");
    expect(isKeystoreJson(text)).toBe(true);
    expect(JSON.parse(text).Crypto.kdfparams).toMatchObject({ n: 131_072, r: 8, p: 1 });
    expect(statSync(join(pattern, "key.json")).mode & 0o777).toBe(0o600);
    await expect(createStore(pattern, PASSWORD)).rejects.toMatchObject({ code: "STORE_EXISTS" });
    expect(readFileSync(join(pattern, "key.json"), "utf8")).toBe(text);
    const wrong = openStore(pattern, "wrong horse");
    await expect(wrong).rejects.toMatchObject({ code: "BAD_PASSWORD", message: expect.not.stringContaining("horse") });
    await expect(openStore(join(pattern, "nowhere"), PASSWORD)).rejects.toMatchObject({ code: "NO_STORE" });
    await expect(createStore(newStore(), "")).rejects.toMatchObject({ code: "BAD_PASSWORD" });
    expect(readdirSync(pattern)).toEqual(["key.json"]);
  });

  it("gives back what was put, in files that tell neither names nor contents nor how much", async () => {
    const folder = newStore();
    {
      await using store = await openStore(folder, PASSWORD);
      await store.put("ticket", "secret name", { quantity: "12345678" });
      await store.put("ticket", "another", "x".repeat(3000));
      await store.put("number", "secret name", 7);
      expect(await store.get("ticket", "nothing")).toBeUndefined();
    }
    const files = sealedIn(folder);
    expect(files).toHaveLength(3);
    expect(readdirSync(folder).sort()).toEqual([...files, "key.json"].sort());
    for (const file of files) {
      expect(file).toMatch(/^[0-9a-f]{32}\.sealed$/);
      const bytes = readFileSync(join(folder, file));
      expect(bytes.length).toBe(12 + 4096 + 16);
      expect(bytes.includes("secret name") || bytes.includes("12345678")).toBe(false);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    await using store = await openStore(folder, PASSWORD);
    expect(await store.get("ticket", "secret name")).toEqual({ quantity: "12345678" });
    expect((await store.list("ticket")).map(({ name }) => name)).toEqual(["another", "secret name"]);
    await store.remove("ticket", "another");
    expect(await store.list("ticket")).toHaveLength(1);
    expect(await store.get("number", "secret name")).toBe(7);
  });

  it("refuses a damaged file, one put in another's place, and one of another store", async () => {
    const folder = newStore();
    await using store = await openStore(folder, PASSWORD);
    await store.put("number", "one", 1);
    const [one = ""] = sealedIn(folder);
    await store.put("number", "two", 2);
    const two = sealedIn(folder).find((file) => file !== one) ?? "";
    const whole = readFileSync(join(folder, one));
    for (const at of [0, 12, 100, whole.length - 1]) {
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] ?? 0) ^ 1;
      writeFileSync(join(folder, one), bent);
      await expect(store.get("number", "one"), String(at)).rejects.toMatchObject({ code: "BAD_STORE" });
    }
    writeFileSync(join(folder, one), whole.subarray(0, 50));
    await expect(store.list("number")).rejects.toMatchObject({ code: "BAD_STORE" });
    renameSync(join(folder, two), join(folder, one));
    await expect(store.get("number", "one")).rejects.toMatchObject({ code: "BAD_STORE" });
    writeFileSync(join(folder, one), whole);
    expect(await store.get("number", "one")).toBe(1);
  });

  it("ignores what a write that was cut short left beside it", async () => {
    const folder = newStore();
    await using store = await openStore(folder, PASSWORD);
    await store.put("number", "one", 1);
    writeFileSync(join(folder, ".aa.sealed.123456.tmp"), "half");
    expect(await store.list("number")).toHaveLength(1);
  });

  it("belongs to one process at a time, and to the next when that was killed", async () => {
    const folder = newStore();
    const other = await hold(folder);
    await expect(openStore(folder, PASSWORD)).rejects.toMatchObject({
      code: "LOCKED",
      hint: expect.stringContaining("lock"),
    });
    other.kill("SIGKILL");
    await new Promise((resolve) => other.once("exit", resolve));
    await using store = await openStore(folder, PASSWORD);
    expect(await store.get("number", "of the other process")).toBe(1);
    await expect(openStore(folder, PASSWORD)).rejects.toMatchObject({ code: "LOCKED" });
  });

  it("is taken over from a killed process by one of many that try at once", async () => {
    const folder = newStore();
    const other = await hold(folder);
    other.kill("SIGKILL");
    await new Promise((resolve) => other.once("exit", resolve));
    const tried = await Promise.allSettled(Array.from({ length: 8 }, () => openStore(folder, PASSWORD)));
    const opened = tried.filter((one) => one.status === "fulfilled");
    expect(opened).toHaveLength(1);
    for (const { reason } of tried.filter((one) => one.status === "rejected"))
      expect(reason).toMatchObject({ code: "LOCKED" });
    await opened[0]?.value[Symbol.asyncDispose]();
    expect(readdirSync(folder)).not.toContain("lock");
  });

  it("writes nothing any more once another has taken it", async () => {
    const folder = newStore();
    await using store = await openStore(folder, PASSWORD);
    writeFileSync(join(folder, "lock"), "{}");
    await expect(store.put("number", "one", 1)).rejects.toMatchObject({ code: "LOCKED" });
    expect(sealedIn(folder)).toEqual([]);
  });
});

describe("an account in a store", () => {
  const place = { chainId: 31_337n, vault: `0x${"aA".repeat(20)}`, gate: `0x${"bb".repeat(20)}` };
  /** As another client may have left it: a gap, and a salt that no maker of ours draws. */
  const strange = {
    accountId: 5n,
    cash: -(2n ** 99n) as Cash,
    positions: [
      { id: 0, quantity: 0n as Quantity },
      { id: 4_294_967_295, quantity: -7n as Quantity },
    ],
    salt: FIELD - 1n,
  };

  it("comes back as it was put, whatever states its commitments have", async () => {
    await using store = await openStore(newStore(), PASSWORD);
    const first = await keptState(strange, { size: 8, nonce: 3, act: "deposit 1 of cash" });
    const sent = { hash: `0x${"12".repeat(32)}`, from: place.vault, nonce: 9 };
    const account: KeptAccount = {
      place,
      owner: place.vault,
      id: 5n,
      guardian: 1,
      names: new Map([[4_294_967_295, "BTC-PERPETUAL"]]),
      since: 17,
      states: [first, { ...first, nonce: 4, sent }],
      standing: first.commitment,
    };
    await writeKept(store, account);
    expect(await readKept(store, place, 5n)).toEqual(account);
    expect(await listKept(store)).toEqual([account]);
    expect(await readKept(store, { ...place, chainId: 1n }, 5n)).toBeUndefined();
  });

  it("is refused when its state is not what its commitment opens to, or another release wrote it", async () => {
    await using store = await openStore(newStore(), PASSWORD);
    await store.put("account", "x", { version: 2 });
    await expect(listKept(store)).rejects.toMatchObject({
      code: "BAD_STORE",
      message: expect.stringContaining("version"),
    });
  });
});

/** Another process that has the store open. */
async function hold(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hold.ts"), folder, PASSWORD], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once("data", resolve);
    child.once("exit", () => reject(new Error("the other process ended")));
  });
  child.removeAllListeners("exit");
  return child;
}
