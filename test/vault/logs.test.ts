import type { Log, Provider } from "ethers";
import { describe, expect, it } from "vitest";
import { logsBackwards } from "../../prover/chain/logs.ts";

/** A node with one log in each of some blocks, that gives at most `most` blocks or `answers` logs at once. */
function node(
  newest: number,
  blocks: readonly number[],
  { most = Number.POSITIVE_INFINITY, answers = Number.POSITIVE_INFINITY },
) {
  const asked: [number, number][] = [];
  const provider = {
    getBlockNumber: async () => newest,
    async getLogs({ fromBlock, toBlock }: { fromBlock: number; toBlock: number | "latest" }) {
      const last = toBlock === "latest" ? newest : toBlock;
      asked.push([fromBlock, last]);
      const found = blocks.filter((block) => block >= fromBlock && block <= last);
      if (last - fromBlock + 1 > most || found.length > answers) throw new Error("query exceeds the limit");
      return found.map((blockNumber) => ({ blockNumber }) as Log);
    },
  } as unknown as Provider;
  return { provider, asked };
}

const FILTER = { address: "0x", topics: [] };
const all = async (logs: AsyncGenerator<Log>): Promise<number[]> => {
  const found = [];
  for await (const { blockNumber } of logs) found.push(blockNumber);
  return found;
};

describe("logs from the newest to the oldest", () => {
  const blocks = [0, 3, 4_000_000, 4_000_001, 19_999_998, 20_000_000];

  it("come in order, each once, however few blocks a node gives at once", async () => {
    for (const most of [Number.POSITIVE_INFINITY, 5_000_000, 77_777]) {
      const { provider } = node(20_000_000, blocks, { most });
      expect(await all(logsBackwards(provider, FILTER)), String(most)).toEqual(blocks.toReversed());
    }
  });

  it("come from a node that limits the logs of an answer", async () => {
    const many = Array.from({ length: 300 }, (_, i) => 100 + i);
    const { provider } = node(10_000, many, { answers: 7 });
    expect(await all(logsBackwards(provider, FILTER))).toEqual(many.toReversed());
  });

  it("come from the range asked for only", async () => {
    const { provider } = node(20_000_000, blocks, { most: 1_000_000 });
    expect(await all(logsBackwards(provider, FILTER, { from: 3, to: 4_000_000 }))).toEqual([4_000_000, 3]);
  });

  it("are not looked for any further once enough are found", async () => {
    const { provider, asked } = node(20_000_000, blocks, {});
    for await (const log of logsBackwards(provider, FILTER)) {
      expect(log.blockNumber).toBe(20_000_000);
      break;
    }
    expect(asked).toHaveLength(1);
  });

  it("are refused in words by a node that gives none", async () => {
    const { provider } = node(10, [5], { most: 0 });
    await expect(all(logsBackwards(provider, FILTER))).rejects.toMatchObject({ code: "NO_LOGS" });
  });
});
