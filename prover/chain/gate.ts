import {
  type BaseContract,
  Contract,
  ContractFactory,
  type ContractTransactionReceipt,
  type Provider,
  type Signer,
  ZeroAddress,
} from "ethers";
import type { SetName } from "../market/types.ts";
import type { ProofFile } from "../prove/proofFile.ts";
import { TacitError } from "../units/errors.ts";
import { GATE } from "./abi.ts";
import { toGateProof } from "./calldata.ts";
import { type Consent, IN_PERSON } from "./consent.ts";
import { type Action, accountId, gateContext, type Place } from "./context.ts";
import { BOOK } from "./epochs.ts";
import { refusal, skipReason } from "./refusal.ts";
import { providerOf } from "./signers.ts";

/** Positions the circuits hold. */
export const SIZES = [4, 8, 16, 32] as const;
export type Size = (typeof SIZES)[number];

/** What a gate demands and grants, for good. Times in seconds, coverage in basis points of the requirement. */
export interface GateTerms {
  readonly maxEpochAge: number;
  readonly leaseMaintenance: number;
  readonly leaseInitial: number;
  readonly grace: number;
  /** By how much an index price may move before an epoch's band is left, in 1e-9. */
  readonly band: number;
  readonly coverageMaintenance: number;
  readonly coverageInitial: number;
  readonly challengeWindow: number;
  readonly challengeCooldown: number;
  /** Wei, the least. */
  readonly challengeBond: bigint;
}

/** `none`: not open; `soft`: open without a lease in force; `hard`: in breach, or silent beyond the grace. */
export const STATUSES = ["none", "current", "soft", "hard"] as const;
export type GateStatus = (typeof STATUSES)[number];

export interface GateAccount {
  readonly owner: string;
  readonly status: GateStatus;
  readonly commitment: bigint;
  readonly size: Size;
  /** Proofs accepted so far. */
  readonly nonce: bigint;
  /** Unix seconds, the last of the lease; 0 when there never was one. Band exits and a missed challenge are counted. */
  readonly leaseUntil: number;
  /** The epoch of the last accepted proof; 0 when the present commitment has none. */
  readonly provenEpoch: number;
  /** Of the initial requirement in that proof, in basis points; 0 when it was of the maintenance set. */
  readonly coverage: number;
  /** The largest coverage pledged to anybody; 0 without a covenant. */
  readonly pledged: number;
  readonly flagged: boolean;
  /** A challenge is open, or was missed and no proof that could have answered it accepted since. */
  readonly challenged: boolean;
  /** Acts of the owner so far: part of what the owner signs next. */
  readonly consents: number;
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
  readonly provider: Provider;
  readonly contract: BaseContract;
  /** The same gate seen by another signer. */
  as(signer: Signer): Promise<Gate>;
  /** The address of the epoch book that this gate's proofs refer to. */
  book(): Promise<string>;
  terms(): Promise<GateTerms>;
  /** The id of the signer's next account: what its commitment must contain. */
  nextAccountId(): Promise<bigint>;
  open(commitment: bigint, size: Size): Promise<Done & { readonly accountId: bigint }>;
  /** Without a consent the signer must be the owner; so with `cure`, `pledge` and `retract`. */
  update(id: bigint, commitment: bigint, size: Size, consent?: Consent): Promise<Done>;
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
  /** Submits a breach proof made for `context(id, "flag")`; its commitment may be one given up since the epoch. */
  flag(id: bigint, epoch: number, proof: ProofFile): Promise<Done>;
  /** Flags a silent account. Finds by itself the epoch that ended a longer lease early, if there is one. */
  flagSilent(id: bigint): Promise<Done>;
  /** Records that the epoch `outside` lies outside the band of an earlier one. */
  recordExit(epoch: number, outside: number): Promise<Done>;
  /** Submits a healthy proof under the initial set made for `context(id, "cure")`. */
  cure(id: bigint, epoch: number, proof: ProofFile, consent?: Consent): Promise<Done>;
  /** Asks an account to prove itself. @param bond wei; the least that the gate takes when left out */
  challenge(id: bigint, bond?: bigint): Promise<Done>;
  settleChallenge(id: bigint): Promise<Done>;
  /** Wei that the gate owes the signer. */
  owed(): Promise<bigint>;
  collect(): Promise<Done>;
  /** @param coverage of the initial requirement, in basis points */
  pledge(id: bigint, beneficiary: string, coverage: number, consent?: Consent): Promise<Done>;
  retract(id: bigint, beneficiary: string, consent?: Consent): Promise<Done>;
  account(id: bigint): Promise<GateAccount>;
  /** Whether the epoch is young enough and its band holds the prices of now. */
  isLatest(epoch: number): Promise<boolean>;
}

const SET_NUMBERS: Readonly<Record<SetName, number>> = { maintenance: 0, initial: 1 };

/**
 * Deploys the four verifiers and a gate on an epoch book that trusts them.
 * @param bytecode compiled contracts, as `artifacts/` has them
 * @param book address of the epoch book
 * @param vault where commitments come from; without one owners replace them themselves
 */
export async function deployGate(
  signer: Signer,
  bytecode: { readonly gate: string; readonly verifiers: Readonly<Record<Size, string>> },
  book: string,
  terms: GateTerms,
  vault = ZeroAddress,
): Promise<Gate> {
  const verifiers: string[] = [];
  for (const size of SIZES) verifiers.push(await deploy(signer, new ContractFactory([], bytecode.verifiers[size])));
  const factory = new ContractFactory(GATE, bytecode.gate);
  return connectGate(await deploy(signer, factory, book, terms, verifiers, vault), signer);
}

async function deploy(signer: Signer, factory: ContractFactory, ...args: unknown[]): Promise<string> {
  const contract = await spoken(async () => (await factory.connect(signer).deploy(...args)).waitForDeployment());
  return contract.getAddress();
}

/** A gate at a known address. @throws TacitError `NO_CHAIN` when the signer has no provider */
export async function connectGate(address: string, signer: Signer): Promise<Gate> {
  const provider = providerOf(signer);
  const { chainId } = await provider.getNetwork();
  const place = { chainId, gate: address };
  const contract = new Contract(address, GATE, signer);
  const read = (name: string, ...args: unknown[]) => spoken(() => contract.getFunction(name).staticCall(...args));
  const send = (name: string, ...args: unknown[]) =>
    spoken(async (): Promise<Done & { receipt: ContractTransactionReceipt }> => {
      const receipt = await (await contract.getFunction(name)(...args)).wait();
      return { hash: receipt.hash, gas: receipt.gasUsed, receipt };
    });
  const act = async (name: string, ...args: unknown[]): Promise<Done> => cost(await send(name, ...args));
  const account = async (id: bigint): Promise<GateAccount> => {
    const [stored, status, leaseUntil] = await Promise.all([
      read("accountOf", id),
      read("statusOf", id),
      read("leaseOf", id),
    ]);
    return {
      owner: stored.owner,
      status: STATUSES[Number(status)] ?? "none",
      commitment: stored.commitment,
      size: Number(stored.size) as Size,
      nonce: stored.nonce,
      leaseUntil: Number(leaseUntil),
      provenEpoch: stored.fresh ? Number(stored.provenEpoch) : 0,
      coverage: Number(stored.coverage),
      pledged: Number(stored.pledged),
      flagged: stored.flagged,
      challenged: stored.challenged,
      consents: Number(stored.consents),
    };
  };
  const terms = async (): Promise<GateTerms> => {
    const { challengeBond, ...seconds } = (await read("terms")).toObject();
    const numbers = Object.entries(seconds).map(([name, value]) => [name, Number(value)]);
    return { ...Object.fromEntries(numbers), challengeBond } as GateTerms;
  };
  /** The first epoch outside the band of an account's longer lease; 0 if none is, or if no longer lease matters. */
  const exitOf = async (id: bigint): Promise<number> => {
    const { bandedEpoch, bandedUntil, leaseUntil } = await read("accountOf", id);
    if (bandedUntil <= leaseUntil) return 0;
    const book = new Contract(await read("book"), BOOK, signer);
    const { band } = await terms();
    return Number((await book.getFunction("firstOutside").staticCall(bandedEpoch, band, bandedUntil)).outside);
  };

  return {
    ...place,
    provider,
    contract,
    as: (other) => connectGate(address, other),
    account,
    isLatest: (epoch) => read("isLatest", epoch),
    book: () => read("book"),
    terms,
    async nextAccountId() {
      const owner = await signer.getAddress();
      return accountId(place, owner, await read("accountsOf", owner));
    },
    async open(commitment, size) {
      const done = await send("open", commitment, size);
      return { hash: done.hash, gas: done.gas, accountId: emitted(done.receipt, "Opened").id };
    },
    update: (id, commitment, size, consent = IN_PERSON) => act("update", id, commitment, size, consent),
    async context(id, action) {
      return gateContext(place, id, action, await signer.getAddress(), (await account(id)).nonce);
    },
    prove: (id, epoch, { set, proof }) => act("prove", id, epoch, SET_NUMBERS[set], toGateProof(proof)),
    async proveMany(epoch, proofs) {
      const kinds = new Set(proofs.map(({ proof }) => `${proof.circuit} under the ${proof.set} set`));
      if (kinds.size > 1) {
        throw new TacitError("MIXED_BATCH", `a batch is of one circuit and set, not of ${[...kinds].join(" and ")}`, {
          hint: "Group them with `batchesOf`.",
        });
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
    flag: (id, epoch, { publicSignals, circuit, proof }) =>
      act("flag", id, epoch, publicSignals.commitment, sizeOf(circuit), toGateProof(proof)),
    flagSilent: async (id) => act("flagSilent", id, await exitOf(id)),
    recordExit: (epoch, outside) => act("recordExit", epoch, outside),
    cure: (id, epoch, { proof }, consent = IN_PERSON) => act("cure", id, epoch, toGateProof(proof), consent),
    challenge: async (id, bond) => act("challenge", id, { value: bond ?? (await read("leastBond")) }),
    settleChallenge: (id) => act("settleChallenge", id),
    owed: async () => read("owedTo", await signer.getAddress()),
    collect: () => act("collect"),
    pledge: (id, beneficiary, coverage, consent = IN_PERSON) => act("pledge", id, beneficiary, coverage, consent),
    retract: (id, beneficiary, consent = IN_PERSON) => act("retract", id, beneficiary, consent),
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
