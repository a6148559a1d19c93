import { open, readFile, truncate } from "node:fs/promises";
import { TacitError } from "../units/errors.ts";

/** A request that changed a chain, and the block that it left as the newest. */
export interface Entry {
  readonly method: string;
  readonly params: readonly unknown[];
  /** Its time, in unix seconds; null when no block was mined. */
  readonly time: number | null;
  /** Its hash. */
  readonly block: string;
}

/** What an EIP-1193 provider is asked. */
export interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** The part of EIP-1193 that is used here. */
export interface Requests {
  request(asked: Asked): Promise<unknown>;
}

/** What changes the chain and can be done again. */
const JOURNALLED = new Set(["eth_sendTransaction", "eth_sendRawTransaction", "evm_mine", "hardhat_setBalance"]);
/** What only bears on the time of the next block, which is kept with the block. */
const TIMED = new Set(["evm_setNextBlockTimestamp", "evm_increaseTime"]);
/** What only reads, beside everything that begins with `eth_`, `net_` and `web3_`. */
const READING = new Set(["hardhat_metadata"]);

/**
 * A chain in memory that writes down what changes it, on disk before the answer is given, so that it can be played again.
 * @param path of the journal, which is appended to
 */
export async function journalled(chain: Requests, path: string): Promise<Requests & AsyncDisposable> {
  const file = await open(path, "a", 0o600);
  let last: Promise<unknown> = Promise.resolve();
  const change = async (asked: Asked): Promise<unknown> => {
    const before = await newestBlock(chain);
    const outcome = await chain.request(asked).then(
      (result) => () => result,
      (failure) => () => {
        throw failure;
      },
    );
    const after = await newestBlock(chain);
    const mined = after.hash !== before.hash;
    // A transaction that was refused before it reached a block has changed nothing.
    if (mined || asked.method === "hardhat_setBalance") {
      const params = (asked.params ?? []) as readonly unknown[];
      const entry: Entry = { method: asked.method, params, time: mined ? after.time : null, block: after.hash };
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.datasync();
    }
    return outcome();
  };
  return {
    request(asked) {
      const { method } = asked;
      if (JOURNALLED.has(method)) {
        const done = last.then(() => change(asked));
        last = done.catch(() => {});
        return done;
      }
      if (TIMED.has(method) || READING.has(method) || /^(eth|net|web3)_/.test(method)) return chain.request(asked);
      const error = new TacitError("NOT_JOURNALLED", `a chain in a folder does not take ${method}`, {
        hint: "What it cannot do again the next time it does not do.",
      });
      return Promise.reject(error);
    },
    async [Symbol.asyncDispose]() {
      await last;
      await file.close();
    },
  };
}

/**
 * Does everything in a journal again, each block at its time.
 * @throws TacitError `BAD_JOURNAL` for a damaged one, or when a block comes out as another one
 */
export async function replay(chain: Requests, path: string): Promise<void> {
  for (const [i, { method, params, time, block }] of (await readJournal(path)).entries()) {
    if (time !== null) await chain.request({ method: "evm_setNextBlockTimestamp", params: [time] });
    // One that failed then fails again.
    await chain.request({ method, params: method === "evm_mine" ? [] : params }).catch(() => {});
    if ((await newestBlock(chain)).hash !== block) {
      throw new TacitError("BAD_JOURNAL", `${path}: line ${i + 1} gives another block than it did`, {
        hint: "It was changed, or another release wrote it: make a new chain with `tacit chain new`.",
      });
    }
  }
}

/** The entries of a journal. A line that a crash cut short was never answered: it is cut off. */
async function readJournal(path: string): Promise<Entry[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => {
      try {
        return JSON.parse(line) as Entry;
      } catch (cause) {
        throw new TacitError("BAD_JOURNAL", `${path}: line ${i + 1} is damaged`, { cause });
      }
    });
}

async function newestBlock(chain: Requests): Promise<{ readonly hash: string; readonly time: number }> {
  const block = await chain.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
  const { hash, timestamp } = block as { hash: string; timestamp: string };
  return { hash, time: Number(timestamp) };
}
