import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrowserProvider, type Eip1193Provider, parseEther } from "ethers";
import hre from "hardhat";
import { beforeAll, describe, expect, it } from "vitest";
import { type LocalChain, newChain, openChain } from "../../prover/local/chain.ts";
import { deploy } from "../contracts/chain.ts";

beforeAll(() => hre.tasks.getTask("build").run({ quiet: true, noTests: true }));

const START = Date.parse("2026-02-04T21:33:08Z") / 1000;
const empty = () => mkdtempSync(join(tmpdir(), "tacit-chain-"));
const providerOf = (chain: LocalChain) => new BrowserProvider(chain as Eip1193Provider, 31_337);

/** A chain with a token, of which the second account holds 5, and a transaction that failed. */
async function played(): Promise<{ folder: string; token: string; newest: string }> {
  const folder = empty();
  await using chain = await newChain(folder, START);
  const provider = providerOf(chain);
  const [one, two] = [await provider.getSigner(0), await provider.getSigner(1)];
  const token = await deploy(one as never, "TokenMock", "COIN", 6);
  await (await token.getFunction("mint")(two.address, 5n)).wait();
  await one
    .sendTransaction({ to: token.target, data: "0xdeadbeef", gasLimit: 100_000n })
    .then((sent) => sent.wait())
    .catch(() => {});
  await chain.goTo(START + 7200);
  await (await two.sendTransaction({ to: one.address, value: parseEther("1") })).wait();
  await chain.finish({ Token: String(token.target) });
  return { folder, token: String(token.target), newest: (await provider.getBlock("latest"))?.hash ?? "" };
}

describe("a chain in a folder", () => {
  it("stands at its next opening as it stood when it was closed, and its clock stood still", async () => {
    const { folder, token, newest } = await played();
    for (let time = 0; time < 2; time++) {
      await using chain = await openChain(folder);
      const provider = providerOf(chain);
      const block = await provider.getBlock("latest");
      expect(block?.hash).toBe(newest);
      expect(block?.timestamp).toBeGreaterThan(START + 7200);
      expect(block?.timestamp).toBeLessThan(START + 7260);
      expect(chain.contracts).toEqual({ Token: token });
      expect(await provider.getTransactionCount(await provider.getSigner(0))).toBe(3);
    }
  });

  it("goes on from there", async () => {
    const { folder, newest } = await played();
    const next = await (async () => {
      await using chain = await openChain(folder);
      const provider = providerOf(chain);
      await (
        await (
          await provider.getSigner(3)
        ).sendTransaction({
          to: chain.contracts.Token as string,
          value: 0n,
          data: `0x40c10f19${"00".repeat(31)}01${"00".repeat(31)}07`,
        })
      ).wait();
      return (await provider.getBlock("latest"))?.hash;
    })();
    expect(next).not.toBe(newest);
    await using again = await openChain(folder);
    expect((await providerOf(again).getBlock("latest"))?.hash).toBe(next);
  });

  it("belongs to one process at a time", async () => {
    const { folder } = await played();
    await using chain = await openChain(folder);
    await expect(openChain(folder)).rejects.toMatchObject({ code: "LOCKED" });
    expect(chain.folder).toBe(folder);
  });

  it("cuts off what a crash left half-written", async () => {
    const { folder, newest } = await played();
    appendFileSync(join(folder, "journal.jsonl"), '{"method":"eth_sendTr');
    {
      await using chain = await openChain(folder);
      expect((await providerOf(chain).getBlock("latest"))?.hash).toBe(newest);
    }
    expect(readFileSync(join(folder, "journal.jsonl"), "utf8")).toMatch(/\}\n$/);
  });

  it("is refused when its journal was changed", async () => {
    const { folder } = await played();
    const path = join(folder, "journal.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.toSpliced(1, 1).join("\n"));
    await expect(openChain(folder)).rejects.toMatchObject({ code: "BAD_JOURNAL" });
    writeFileSync(path, "no journal\n");
    await expect(openChain(folder)).rejects.toMatchObject({ code: "BAD_JOURNAL" });
    await expect(openChain(empty())).rejects.toMatchObject({ code: "NO_CHAIN" });
  });

  it("does nothing that it could not do again", async () => {
    await using chain = await newChain(empty(), START);
    await expect(chain.request({ method: "evm_snapshot" })).rejects.toMatchObject({ code: "NOT_JOURNALLED" });
    await expect(chain.request({ method: "hardhat_mine", params: ["0x5"] })).rejects.toMatchObject({
      code: "NOT_JOURNALLED",
    });
  });
});
