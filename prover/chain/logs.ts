import type { Log, Provider } from "ethers";
import { TacitError } from "../units/errors.ts";

/** Which logs: of one contract, by topics as a node takes them. */
export interface LogFilter {
  readonly address: string;
  readonly topics: readonly (string | readonly string[] | null)[];
}

/** First asked for at once; a node that allows fewer blocks is asked for halves until it answers. */
const MOST_BLOCKS = 1_000_000;

/**
 * Logs from the newest to the oldest, a range of blocks after the other, so that whoever has found enough stops. Works with
 * nodes that limit ranges or answers: a refused range is halved, and grows again while the node answers.
 * @param range.from first block; 0 without it
 * @param range.to last block; the newest without it
 * @throws TacitError `NO_LOGS` when a node refuses even a single block
 */
export async function* logsBackwards(
  provider: Provider,
  { address, topics }: LogFilter,
  range: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<Log> {
  const first = range.from ?? 0;
  let last = range.to ?? (await provider.getBlockNumber());
  // A provider may have answered from its memory: the newest range ends where the node says that it ends.
  let open = range.to === undefined;
  let span = MOST_BLOCKS;
  while (last >= first) {
    const fromBlock = Math.max(first, last - span + 1);
    let found: Log[];
    try {
      const wanted = topics.map((topic) => (topic === null || typeof topic === "string" ? topic : [...topic]));
      found = await provider.getLogs({ address, topics: wanted, fromBlock, toBlock: open ? "latest" : last });
    } catch (cause) {
      if (fromBlock === last) {
        throw new TacitError("NO_LOGS", `the node does not give the logs of block ${last}`, {
          hint: "Ask a node that keeps logs.",
          cause,
        });
      }
      span = Math.floor((last - fromBlock + 1) / 2);
      continue;
    }
    open = false;
    yield* found.reverse();
    last = fromBlock - 1;
    span = Math.min(MOST_BLOCKS, span * 2);
  }
}
