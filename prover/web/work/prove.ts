import "./strict.ts";
import type { Book } from "../../account/book.ts";
import { formatAccountBook } from "../../account/export.ts";
import { formatAccountFile, makeAccount, readAccountFile, requireListed, type Size } from "../../account/file.ts";
import { type AccountState, randomSecret } from "../../account/state.ts";
import type { MarginName } from "../../generated/circuits.ts";
import { readMarket } from "../../market/read.ts";
import type { Market, SetName } from "../../market/types.ts";
import { isCached, loadArtifacts, setKeySource } from "../../prove/artifacts-web.ts";
import { openProver, type Stage } from "../../prove/prover.ts";
import type { Portfolio } from "../../risk/types.ts";
import { Coverage } from "../../units/units.ts";
import type { MarketInfo } from "./report.ts";
import { serveApi } from "./rpc.ts";

/** What a proof is at, for the page. */
export type ProofProgress =
  | { readonly stage: Stage | "checking the market" }
  | { readonly received: number; readonly total: number };

/** An account with its secrets: what its owner keeps. */
export interface PreparedAccount {
  readonly state: AccountState;
  readonly size: Size;
  readonly commitment: bigint;
  /** The account file. */
  readonly text: string;
}

export interface ProveRequest {
  readonly market: Uint8Array;
  readonly marketName: string;
  readonly account: AccountState;
  readonly set: SetName;
  readonly coverage: string;
  readonly circuit: MarginName;
  /** Of a gate; absent for a proof that is for no contract. */
  readonly context?: bigint;
  /** The folder of the keys. */
  readonly keys: string;
}

const prover = openProver();
let market: { readonly bytes: Uint8Array; readonly read: Promise<Market> } | undefined;

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const api = {
  /** An account of its own, with a fresh salt. @param id as a gate gives it; a random one otherwise */
  async prepare(
    portfolio: Portfolio,
    size: Size,
    names: ReadonlyMap<number, string>,
    id?: bigint,
  ): Promise<PreparedAccount> {
    const state: AccountState = { ...portfolio, accountId: id ?? randomSecret(), salt: randomSecret() };
    const account = await makeAccount(state, size, names);
    return { state, size, commitment: account.commitment, text: formatAccountFile(account) };
  },
  /** An account file, with its portfolio as a book. */
  async account(
    text: string,
    name: string,
    instruments: MarketInfo["instruments"],
  ): Promise<{ readonly account: PreparedAccount; readonly book: Book }> {
    const account = await readAccountFile(text, name);
    requireListed(account, name, instruments);
    const { state, size, commitment } = account;
    return {
      account: { state, size, commitment, text: formatAccountFile(account) },
      book: formatAccountBook(account, instruments),
    };
  },
  /** Whether a proof with a circuit needs no network. */
  async keysHere(circuit: MarginName, keys: string): Promise<boolean> {
    setKeySource({ base: keys });
    return isCached(circuit);
  },
  /** Fetches a circuit's keys, which the browser keeps. */
  async fetchKeys(circuit: MarginName, keys: string): Promise<void> {
    setKeySource({ base: keys, onProgress: (received, total) => post({ received, total }) });
    await loadArtifacts(circuit);
  },
  async prove({ marketName, keys, market: bytes, account, set, coverage, circuit, context }: ProveRequest) {
    setKeySource({ base: keys, onProgress: (received, total) => post({ received, total }) });
    post({ stage: "checking the market" });
    if (market === undefined || !same(market.bytes, bytes)) market = { bytes, read: readMarket(bytes, marketName) };
    const request = {
      account,
      market: await market.read,
      set,
      coverage: Coverage.parse(coverage, "coverage"),
      circuit,
      ...(context === undefined ? {} : { context }),
    };
    return (await prover).prove(request, (stage) => post({ stage }));
  },
};

export type ProveApi = typeof api;
const post: (progress: ProofProgress) => void = serveApi(api);
