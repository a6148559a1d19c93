import { type BaseContract, Contract, ContractFactory, type ContractTransactionReceipt, type Signer } from "ethers";
import type { SetName } from "../market/types.ts";
import type { ProofFile } from "../prove/proofFile.ts";
import { TacitError } from "../units/errors.ts";
import { GATE } from "./abi.ts";
import { toGateProof } from "./calldata.ts";
import { type Action, accountId, gateContext, type Place } from "./context.ts";
import { refusal, skipReason } from "./refusal.ts";

/** Positions the circuits hold. */
export const SIZES = [4, 8, 16, 32] as const;
export type Size = (typeof SIZES)[number];

/** What a gate demands and grants, for good. Times in seconds, coverage in basis points of the requirement. */
export interface GateTerms {
  readonly maxEpochAge: number;
  readonly leaseMaintenance: number;
  readonly leaseInitial: number;
  readonly coverageMaintenance: number;
  readonly coverageInitial: number;
}

/** One published market state. Roots are field elements, the hash 32 bytes in hex. */
export interface GateEpoch {
  readonly timestamp: number;
  readonly maintenanceRoot: bigint;
  readonly initialRoot: bigint;
  readonly dataHash: string;
}

/** `none`: not open; `lapsed`: open without a lease in force. */
export const STATUSES = ["none", "current", "lapsed", "flagged"] as const;
export type GateStatus = (typeof STATUSES)[number];

export interface GateAccount {
  readonly owner: string;
  readonly status: GateStatus;
  readonly commitment: bigint;
  readonly size: Size;
  /** Proofs accepted so far. */
  readonly nonce: bigint;
  /** Unix seconds; 0 without a lease. */
  readonly leaseUntil: number;
}

/** A mined transaction and what it cost. */
export interface Done {
  readonly hash: string;
  readonly gas: bigint;
}

/** A mined batch: the accounts it passed over, and why. All others were proven. */
export interface BatchDone extends Done {
  readonly skipped: readonly { readonly id: bigint; readonly reason: TacitError }[];
}

/** A gate seen by one signer. Every method throws a TacitError that says what the gate refused, and why. */
export interface Gate extends Place {
  readonly contract: BaseContract;
  /** The same gate seen by another signer. */
  as(signer: Signer): Promise<Gate>;
  publishEpoch(epoch: GateEpoch & { readonly dataURI: string }): Promise<Done & { readonly epoch: number }>;
  /** The id of the signer's next account: what its commitment must contain. */
  nextAccountId(): Promise<bigint>;
  open(commitment: bigint, size: Size): Promise<Done & { readonly accountId: bigint }>;
  update(id: bigint, commitment: bigint, size: Size): Promise<Done>;
  /** The context of a proof that this signer submits next. */
  context(id: bigint, action: Action): Promise<bigint>;
  /** Submits a healthy proof made for `context(id, "prove")`, against the epoch it was made for. */
  prove(id: bigint, epoch: number, proof: ProofFile): Promise<Done>;
  /**
   * Submits healthy proofs of many accounts, made for `context(id, "prove")`, all of one circuit and set. One that the
   * gate refuses stops no other; verify them before, because one that does not verify makes the call about four times as dear.
   * @throws TacitError `MIXED_BATCH` for proofs of several circuits or sets
   */
  proveMany(epoch: number, proofs: readonly { readonly id: bigint; readonly proof: ProofFile }[]): Promise<BatchDone>;
  /** Submits a breach proof made for `context(id, "flag")`; its commitment may be one replaced since the epoch. */
  flag(id: bigint, epoch: number, proof: ProofFile): Promise<Done>;
  /** Submits a healthy proof under the initial set made for `context(id, "cure")`. */
  cure(id: bigint, epoch: number, proof: ProofFile): Promise<Done>;
  account(id: bigint): Promise<GateAccount>;
  latestEpoch(): Promise<number>;
  epoch(epoch: number): Promise<GateEpoch>;
}

const SET_NUMBERS: Readonly<Record<SetName, number>> = { maintenance: 0, initial: 1 };

/**
 * Deploys the four verifiers and a gate that trusts them; `publisher` may publish epochs from then on.
 * @param bytecode compiled contracts, as `artifacts/` has them
 */
export async function deployGate(
  signer: Signer,
  bytecode: { readonly gate: string; readonly verifiers: Readonly<Record<Size, string>> },
  terms: GateTerms,
  publisher: string,
): Promise<Gate> {
  const verifiers: string[] = [];
  for (const size of SIZES) verifiers.push(await deploy(signer, new ContractFactory([], bytecode.verifiers[size])));
  return connectGate(
    await deploy(signer, new ContractFactory(GATE, bytecode.gate), publisher, terms, verifiers),
    signer,
  );
}

async function deploy(signer: Signer, factory: ContractFactory, ...args: unknown[]): Promise<string> {
  const contract = await spoken(async () => (await factory.connect(signer).deploy(...args)).waitForDeployment());
  return contract.getAddress();
}

/** A gate at a known address. @throws TacitError `NO_CHAIN` when the signer has no provider */
export async function connectGate(address: string, signer: Signer): Promise<Gate> {
  if (signer.provider === null) {
    throw new TacitError("NO_CHAIN", "the signer is connected to no chain", { hint: "Connect it to a provider." });
  }
  const { chainId } = await signer.provider.getNetwork();
  const place = { chainId, gate: address };
  const contract = new Contract(address, GATE, signer);
  const read = (name: string, ...args: unknown[]) => spoken(() => contract.getFunction(name).staticCall(...args));
  const send = (name: string, ...args: unknown[]) =>
    spoken(async (): Promise<Done & { receipt: ContractTransactionReceipt }> => {
      const receipt = await (await contract.getFunction(name)(...args)).wait();
      return { hash: receipt.hash, gas: receipt.gasUsed, receipt };
    });
  const account = async (id: bigint): Promise<GateAccount> => {
    const [stored, status] = await Promise.all([read("accountOf", id), read("statusOf", id)]);
    return {
      owner: stored.owner,
      status: STATUSES[Number(status)] ?? "none",
      commitment: stored.commitment,
      size: Number(stored.size) as Size,
      nonce: stored.nonce,
      leaseUntil: Number(stored.leaseUntil),
    };
  };

  return {
    ...place,
    contract,
    as: (other) => connectGate(address, other),
    account,
    async publishEpoch({ timestamp, maintenanceRoot, initialRoot, dataHash, dataURI }) {
      const done = await send("publishEpoch", timestamp, maintenanceRoot, initialRoot, dataHash, dataURI);
      return { hash: done.hash, gas: done.gas, epoch: Number(emitted(done.receipt, "EpochPublished").epoch) };
    },
    async nextAccountId() {
      const owner = await signer.getAddress();
      return accountId(place, owner, await read("accountsOf", owner));
    },
    async open(commitment, size) {
      const done = await send("open", commitment, size);
      return { hash: done.hash, gas: done.gas, accountId: emitted(done.receipt, "Opened").id };
    },
    update: async (id, commitment, size) => cost(await send("update", id, commitment, size)),
    async context(id, action) {
      return gateContext(place, id, action, await signer.getAddress(), (await account(id)).nonce);
    },
    prove: async (id, epoch, { set, proof }) =>
      cost(await send("prove", id, epoch, SET_NUMBERS[set], toGateProof(proof))),
    async proveMany(epoch, proofs) {
      const kinds = new Set(proofs.map(({ proof }) => `${proof.circuit} under the ${proof.set} set`));
      if (kinds.size > 1) {
        throw new TacitError("MIXED_BATCH", `a batch is of one circuit and set, not of ${[...kinds].join(" and ")}`);
      }
      const { set = "maintenance", circuit = "margin_4" } = proofs[0]?.proof ?? {};
      const claims = proofs.map(({ id, proof: { publicSignals, proof } }) => {
        const { commitment, context } = publicSignals;
        return { id, commitment, context, proof: toGateProof(proof) };
      });
      const done = await send("proveMany", epoch, SET_NUMBERS[set], sizeOf(circuit), claims);
      const skipped = done.receipt.logs
        .map((log) => GATE.parseLog(log))
        .filter((event) => event?.name === "Skipped")
        .map((event) => ({ id: event?.args.id, reason: skipReason(event?.args.id, event?.args.reason) }));
      return { ...cost(done), skipped };
    },
    flag: async (id, epoch, { publicSignals, circuit, proof }) =>
      cost(await send("flag", id, epoch, publicSignals.commitment, sizeOf(circuit), toGateProof(proof))),
    cure: async (id, epoch, { proof }) => cost(await send("cure", id, epoch, toGateProof(proof))),
    latestEpoch: async () => Number(await read("latestEpoch")),
    async epoch(epoch) {
      const { timestamp, maintenanceRoot, initialRoot, dataHash } = await read("epochOf", epoch);
      return { timestamp: Number(timestamp), maintenanceRoot, initialRoot, dataHash };
    },
  };
}

/** `margin_16` to 16. */
const sizeOf = (circuit: string): number => Number(circuit.replace("margin_", ""));

const cost = ({ hash, gas }: Done): Done => ({ hash, gas });

/** The arguments of the one event of this name that a transaction of the gate's emits. */
function emitted(receipt: ContractTransactionReceipt, name: string) {
  const args = receipt.logs.map((log) => GATE.parseLog(log)).find((event) => event?.name === name)?.args;
  if (args === undefined) throw new TacitError("NO_EVENT", `transaction ${receipt.hash} emitted no ${name}`);
  return args;
}

/** Runs a call; what the gate refuses is thrown in words. */
async function spoken<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (failure) {
    throw refusal(failure);
  }
}
