import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { network } from "hardhat";
import type { z } from "zod";
import { lockFolder } from "../keep/lock.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { writeWhole } from "../units/whole.ts";
import { chainSchema } from "./file.ts";
import { type Asked, journalled, type Requests, replay } from "./journal.ts";

/** A chain in a folder, in this process: its clock stands still while no process has it open. */
export interface LocalChain extends Requests, AsyncDisposable {
  readonly folder: string;
  readonly contracts: Readonly<Record<string, string>>;
  /** Mines a block at this time, in unix seconds, if that is still to come. */
  goTo(timestamp: number): Promise<void>;
}

const CHAIN_ID = 31_337;
const fileOf = (folder: string): string => join(folder, "chain.json");
const journalOf = (folder: string): string => join(folder, "journal.jsonl");

/**
 * A new chain whose clock stands at `start`, with nothing on it; `finish` is what makes the folder one that `openChain` takes.
 * @param folder exists and is empty
 * @throws TacitError `LOCKED`
 */
export async function newChain(
  folder: string,
  start: number,
): Promise<LocalChain & { finish(contracts: Readonly<Record<string, string>>): Promise<void> }> {
  const chain = await run(folder, start, {});
  return {
    ...chain,
    async finish(contracts) {
      const file: z.infer<typeof chainSchema> = { $schema: "urn:tacit:chain", version: 1, start, contracts };
      await writeWhole(fileOf(folder), new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`));
    },
  };
}

/**
 * Opens the chain in a folder, as it stood when its last process ended.
 * @throws TacitError `NO_CHAIN`, `BAD_JSON`, `BAD_FIELD`, `BAD_JOURNAL`, `LOCKED`
 */
export async function openChain(folder: string): Promise<LocalChain> {
  const path = fileOf(folder);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new TacitError("NO_CHAIN", `there is no chain in ${folder}`, { hint: "`tacit chain new` makes one.", cause });
  });
  const { start, contracts } = parseJson(text, path, chainSchema);
  return run(folder, start, contracts);
}

async function run(folder: string, start: number, contracts: Readonly<Record<string, string>>): Promise<LocalChain> {
  const lock = await lockFolder(folder, "the chain");
  const initialDate = new Date(start * 1000);
  const connection = await network.create({ override: { chainId: CHAIN_ID, initialDate } });
  const inner: Requests = {
    request: ({ method, params }: Asked) =>
      connection.provider.request({ method, params: (params ?? []) as unknown[] }) as Promise<unknown>,
  };
  try {
    await replay(inner, journalOf(folder));
    const outer = await journalled(inner, journalOf(folder));
    return {
      folder,
      contracts,
      request: outer.request,
      async goTo(timestamp) {
        const block = (await inner.request({ method: "eth_getBlockByNumber", params: ["latest", false] })) as {
          timestamp: string;
        };
        if (Number(block.timestamp) >= timestamp) return;
        await outer.request({ method: "evm_setNextBlockTimestamp", params: [timestamp] });
        await outer.request({ method: "evm_mine" });
      },
      async [Symbol.asyncDispose]() {
        await outer[Symbol.asyncDispose]();
        await connection.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await connection.close();
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
