import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type Contract, encodeBytes32String, Interface, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { GATE } from "../../prover/chain/abi.ts";
import type { GateProof } from "../../prover/chain/calldata.ts";
import { gateContext, type Place } from "../../prover/chain/context.ts";
import { BOOK, epochTypedData } from "../../prover/chain/epochs.ts";
import type { GateTerms } from "../../prover/chain/gate.ts";
import { quorumOf, sign } from "../../prover/chain/signers.ts";
import { compiled, deploy } from "../contracts/chain.ts";
import { ASSETS, type SoakMarket } from "./market.ts";
import type { Act, Claimed, Shown } from "./model.ts";

/** IM leases as the shipped profile answers for them; an epoch an hour, which may be half an hour late. */
export const TERMS: GateTerms = {
  maxEpochAge: 5400,
  leaseMaintenance: 7200,
  leaseInitial: 14_400,
  grace: 3600,
  band: 15_000_000,
  coverageMaintenance: 10_000,
  coverageInitial: 10_000,
  challengeWindow: 1500,
  challengeCooldown: 21_600,
  challengeBond: 10n ** 16n,
};
export const MAX_SPACING = 5400;
const BOOK_TERMS = [2, 60, MAX_SPACING, 1800, 5_000_000, 172_800];
const SETS = { maintenance: 0, initial: 1 } as const;
const STATUSES = ["none", "current", "soft", "hard"] as const;
const IN_PERSON = { relayer: ZeroAddress, deadline: 0, signature: "0x" };
const GAS = "0x1000000"; // far above any call of the soak, and below what a block of the test chain takes

/** What became of a transaction. */
export interface Sent {
  /** The name of the error; null when it went through. */
  readonly error: string | null;
  readonly gas: bigint;
  readonly logs: readonly { readonly topics: readonly string[]; readonly data: string }[];
}

/** Makes the proof of a claim, or of its opposite when that is what is true. */
export type Prove = (claim: Claimed, context: bigint) => Promise<GateProof>;

/**
 * Oracle with three feeds an asset, book of two publishers, gate.
 * @param prove with it the gate has the real verifiers; without it ideal ones, that are told what is true
 */
export async function openSoakChain(start: number, prove?: Prove) {
  const { ethers, provider } = await network.create({ override: { initialDate: new Date(start * 1000) } });
  const signers = (await ethers.getSigners()) as HardhatEthersSigner[];
  const [admin] = signers;
  if (admin === undefined) throw new Error("no signers");
  const { chainId } = await ethers.provider.getNetwork();
  let time = (await ethers.provider.getBlock("latest"))?.timestamp ?? start;

  const feeds: Contract[][] = [];
  const assets: unknown[] = [];
  for (const name of ASSETS) {
    const own: Contract[] = [];
    const sources: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      const feed = await deploy(admin, "ChainlinkMock", 6);
      own.push(feed);
      sources.push([(await deploy(admin, "ChainlinkSource", feed.target)).target, 172_800, 10_000_000, 50_000_000]);
    }
    feeds.push(own);
    assets.push([encodeBytes32String(name), 2, sources]);
  }
  const oracle = await deploy(admin, "IndexOracle", assets, [ZeroAddress, 0]);
  const publishers = signers.slice(1, 4).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const members = publishers.map(({ address }) => address);
  const book = await deploy(admin, "EpochBook", oracle.target, ZeroAddress, BOOK_TERMS, 2, members);
  const truths = await deploy(admin, "Truths");
  const verifiers: unknown[] = [];
  for (const size of [4, 8, 16, 32]) {
    const ideal = () => deploy(admin, "TruthVerifier", truths.target, size);
    verifiers.push((prove === undefined ? await ideal() : await deploy(admin, `Margin${size}Verifier`)).target);
  }
  const gate = await deploy(admin, "MarginGate", book.target, TERMS, verifiers, ZeroAddress);
  const glance = await deploy(admin, "Glance");
  const place: Place = { chainId, gate: gate.target as string };
  const bookPlace = { chainId, book: book.target as string };
  const errors = [GATE, BOOK, new Interface(((await compiled("EpochBook")).abi as never[]) ?? [])];
  const gasOf = new Map<string, { count: number; gas: bigint }>();
  time = (await ethers.provider.getBlock("latest"))?.timestamp ?? time;

  const nameOf = (data: string): string => {
    for (const each of errors) {
      const found = each.getError(data.slice(0, 10));
      if (found !== null) return found.name;
    }
    return `an unknown error ${data.slice(0, 10)}`;
  };
  /** Mines one transaction in a block of its own, `seconds` after the last. */
  async function send(
    from: string,
    to: string,
    data: string,
    value: bigint,
    seconds: number,
    label: string,
  ): Promise<Sent> {
    time += seconds;
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
    const params = [{ from, to, data, gas: GAS, value: `0x${value.toString(16)}` }];
    try {
      const hash = await provider.request({ method: "eth_sendTransaction", params });
      const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as {
        gasUsed: string;
        logs: Sent["logs"];
      };
      const gas = BigInt(receipt.gasUsed);
      const sum = gasOf.get(label) ?? { count: 0, gas: 0n };
      gasOf.set(label, { count: sum.count + 1, gas: sum.gas + gas });
      return { error: null, gas, logs: receipt.logs };
    } catch (failure) {
      const data = revertData(failure);
      if (data === undefined) throw failure;
      return { error: nameOf(data), gas: 0n, logs: [] };
    }
  }

  const rootOf = new Map<string, bigint>();
  const key = (epoch: number, set: keyof typeof SETS) => `${epoch} ${set}`;
  /** A "proof": its five signals and its size, spelled. */
  const spelled = (p: Claimed) => ({
    a: [p.healthy ? 1n : 0n, p.commitment],
    b: [
      [rootOf.get(key(p.epoch, p.set)) ?? 1n, BigInt(p.coverage)],
      [contextOf(p), BigInt(p.size)],
    ],
    c: [0n, 0n],
  });
  const proofOf = async (p: Claimed) => (prove === undefined ? spelled(p) : prove(p, contextOf(p)));
  const contextOf = (p: Claimed): bigint => gateContext(place, p.id, p.action, p.caller, BigInt(p.nonce));
  const argumentsOf = async (act: Act): Promise<unknown[]> => {
    switch (act.name) {
      case "open":
        return [act.commitment, act.size];
      case "update":
        return [act.id, act.commitment, act.size, IN_PERSON];
      case "prove":
        return [act.id, act.epoch, SETS[act.set], await proofOf(act.proof)];
      case "proveMany": {
        const claims: unknown[] = [];
        for (const p of act.claims) {
          claims.push({ id: p.id, commitment: p.commitment, context: contextOf(p), proof: await proofOf(p) });
        }
        return [act.epoch, SETS[act.set], act.size, claims];
      }
      case "flag":
        return [act.id, act.epoch, act.commitment, act.size, await proofOf(act.proof)];
      case "flagSilent":
        return [act.id, act.outside];
      case "recordExit":
        return [act.epoch, act.outside];
      case "cure":
        return [act.id, act.epoch, await proofOf(act.proof), IN_PERSON];
      case "pledge":
        return [act.id, act.beneficiary, act.coverage, IN_PERSON];
      case "retract":
        return [act.id, act.beneficiary, IN_PERSON];
      case "accept":
        return [act.id, act.least];
      case "collect":
        return [];
      default:
        return [act.id];
    }
  };

  return {
    signers,
    place,
    gasOf,
    now: () => time,
    async go(seconds: number) {
      time = seconds;
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
      await provider.request({ method: "evm_mine", params: [] });
    },
    /** All feeds say these prices; each takes a second. */
    async quote(prices: readonly bigint[]) {
      for (const [i, price] of prices.entries()) {
        for (const feed of feeds[i] ?? []) {
          const data = feed.interface.encodeFunctionData("answer", [price, time]);
          const { error } = await send(admin.address, feed.target as string, data, 0n, 1, "quote");
          if (error !== null) throw new Error(`a feed refused its answer: ${error}`);
        }
      }
    },
    /** One feed of an asset says this price. */
    async feed(asset: number, which: number, price: bigint) {
      const feed = feeds[asset]?.[which];
      if (feed === undefined) throw new Error(`no feed ${which} of asset ${asset}`);
      const data = feed.interface.encodeFunctionData("answer", [price, time]);
      const { error } = await send(admin.address, feed.target as string, data, 0n, 1, "quote");
      if (error !== null) throw new Error(`a feed refused its answer: ${error}`);
    },
    /** Publishes with two of three signatures. @returns the time of publication, and the refusal by name if there was one */
    async publish(timestamp: number, { sets, index }: SoakMarket): Promise<{ at: number; error: string | null }> {
      const epoch = {
        timestamp,
        index,
        requirementRoots: [sets.maintenance.requirementRoot, sets.initial.requirementRoot],
        settlementRoot: 1n,
        dataHash: `0x${"11".repeat(32)}`,
        dataURI: "",
      };
      const typed = epochTypedData(bookPlace, epoch);
      const signatures = await Promise.all(publishers.slice(0, 2).map((each) => sign(each, typed)));
      const data = BOOK.encodeFunctionData("publish", [epoch, quorumOf(signatures, 2)]);
      const { error } = await send(admin.address, bookPlace.book, data, 0n, 1, "publish");
      return { at: time, error };
    },
    learn(number: number, { sets }: SoakMarket) {
      rootOf.set(key(number, "maintenance"), sets.maintenance.requirementRoot);
      rootOf.set(key(number, "initial"), sets.initial.requirementRoot);
    },
    /** Tells the ideal verifiers what is true under a root; the real ones need not be told. */
    async tell(root: bigint, told: readonly (readonly [commitment: bigint, reach: bigint])[]) {
      if (prove !== undefined) return;
      for (let i = 0; i < told.length; i += 250) {
        const part = told.slice(i, i + 250);
        const data = truths.interface.encodeFunctionData("tell", [root, part.map(([c]) => c), part.map(([, r]) => r)]);
        const { error } = await send(admin.address, truths.target as string, data, 0n, 1, "tell");
        if (error !== null) throw new Error(`the truths were not taken: ${error}`);
      }
    },
    act: async (act: Act, from: string, seconds: number): Promise<Sent> =>
      send(
        from,
        place.gate,
        GATE.encodeFunctionData(act.name, await argumentsOf(act)),
        act.name === "challenge" ? act.bond : 0n,
        seconds,
        act.name,
      ),
    /** The reasons in a batch's `Skipped` events, by claim in order of the ids. */
    skipped: (logs: Sent["logs"]): { id: bigint; reason: string }[] =>
      logs
        .map((log) => GATE.parseLog({ topics: [...log.topics], data: log.data }))
        .filter((event) => event?.name === "Skipped")
        .map((event) => ({ id: event?.args.id, reason: nameOf(`${event?.args.reason}`) })),
    async look(ids: readonly bigint[]): Promise<{ at: number; seen: Shown[] }> {
      const [at, seen] = await glance.getFunction("look").staticCall(gate.target, ids, { gasLimit: 0x1000000 });
      return {
        at: Number(at),
        seen: seen.map(
          ({ account, status, lease }: { account: Record<string, unknown>; status: bigint; lease: bigint }) => {
            const number = (name: string) => Number(account[name]);
            return {
              status: STATUSES[Number(status)] ?? "none",
              lease: Number(lease),
              commitment: account.commitment as bigint,
              nonce: number("nonce"),
              provenEpoch: number("provenEpoch"),
              coverage: number("coverage"),
              pledged: number("pledged"),
              size: number("size"),
              fresh: account.fresh as boolean,
              flagged: account.flagged as boolean,
              challenged: account.challenged as boolean,
              owner: account.owner as string,
              consents: number("consents"),
              flagEpoch: number("flagEpoch"),
            };
          },
        ),
      };
    },
    owed: async (to: string): Promise<bigint> => gate.getFunction("owedTo")(to),
  };
}

export type SoakChain = Awaited<ReturnType<typeof openSoakChain>>;

/** The revert data of a failed call, wherever the provider put it. */
function revertData(failure: unknown): string | undefined {
  let at: unknown = failure;
  for (let i = 0; i < 5 && typeof at === "object" && at !== null; i += 1) {
    const { data, cause } = at as { data?: unknown; cause?: unknown };
    if (typeof data === "string") return data;
    if (typeof data === "object" && data !== null && "data" in data && typeof data.data === "string") return data.data;
    at = cause;
  }
  return undefined;
}
