import { describe, expect, it } from "vitest";
import type { Call, Seen } from "./record.ts";
import { executionGas, type Hidden, lengths, orders, pauses, rankCorrelation } from "./series.ts";

describe("rank correlation", () => {
  it("is 1 in order, -1 against it, and takes ties at their mean rank", () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 200, 3000, 3001])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    // Ranks 0.5, 0.5, 2, 3 against 0, 1, 2, 3.
    expect(rankCorrelation([5, 5, 6, 7], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(rankCorrelation([5, 5, 5], [1, 2, 3])).toBe(0);
  });
});

/** Fills of one account, of which gas, length and time are what is given. */
function day(of: (i: number) => { gas?: number; length?: number; pause?: number; shape?: number }) {
  let time = 0;
  const calls: Call[] = [];
  const truths: Hidden[] = [];
  for (let i = 0; i < 40; i += 1) {
    const { gas = 0, length = 0, pause = 1, shape = 0 } = of(i);
    time += pause;
    const events = Array.from({ length: 1 + shape }, () => ({ name: "Transitioned", args: { id: 1n, mode: 3n } }));
    calls.push({
      ...{ hash: `${i}`, index: i, time, from: "0x", name: "trade", args: {}, gas: 0n, events },
      ...{ data: `0x${"11".repeat(100 + length + 50 * shape)}`, execution: 1000 + gas + 500 * shape },
    });
    const quantity = BigInt(1 + ((i * 7) % 40));
    truths.push({
      hash: `${i}`,
      account: 1n,
      positions: i % 5,
      quantity: quantity * BigInt(1 + shape),
      notional: quantity,
    });
  }
  const seen: Seen = { calls, disclosures: [] };
  const size = (i: number) => Number(truths[i]?.quantity ?? 0n);
  return { seen, truths, size };
}

const SHOWN = [
  ["gas", executionGas, "gas"],
  ["length", lengths, "length"],
  ["pause", pauses, "pause"],
] as const;

describe.each(SHOWN)("the search by %s", (_, shown, field) => {
  it("finds what follows a hidden size", () => {
    const sizes = day(() => ({})).size;
    const { seen, truths } = day((i) => ({ [field]: 1 + sizes(i) }));
    // All but the first, which writes storage that is new and is like no other.
    expect(orders(seen, truths, shown(seen.calls)).findings.map(({ hash }) => hash)).not.toContain("0");
    expect(orders(seen, truths, shown(seen.calls)).findings).toHaveLength(39);
  });

  it("finds nothing in what has no order, nor in what the number of fills explains", () => {
    const scattered = day((i) => ({ [field]: 1 + ((i * 23 + 5) % 31) }));
    expect(orders(scattered.seen, scattered.truths, shown(scattered.seen.calls)).findings).toEqual([]);
    const explained = day((i) => ({ shape: i % 2 }));
    expect(orders(explained.seen, explained.truths, shown(explained.seen.calls)).findings).toEqual([]);
  });
});
