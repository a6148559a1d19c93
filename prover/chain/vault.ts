import { AbiCoder, type BaseContract, Contract, keccak256, type Provider, type Signer, toBeHex } from "ethers";
import type { Point } from "../hash/babyjub.ts";
import type { SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { GateProof } from "./calldata.ts";
import { type Consent, IN_PERSON } from "./consent.ts";
import { connectGate, type Done, type Gate, type Size } from "./gate.ts";
import { connectGuardians, type Guardians } from "./guardians.ts";
import { logsBackwards } from "./logs.ts";
import { providerOf } from "./signers.ts";
import { TOKEN, VAULT } from "./vaultAbi.ts";
import { spokenVault } from "./vaultRefusal.ts";

/** The vault on its chain. */
export interface VaultPlace {
  readonly chainId: bigint;
  readonly vault: string;
}

/** A token that the vault takes. */
export interface Collateral {
  readonly token: string;
  /** 0 for the settlement coin, which moves cash; else a spot id. */
  readonly asset: number;
  /** Base units of the token per 1e-6 of the asset. */
  readonly unit: bigint;
}

/** Fixed at deployment. Fees in 1e-12 USD at the epoch's mark, the window in seconds. */
export interface VaultTerms {
  readonly feeBound: bigint;
  readonly feeBudget: bigint;
  readonly feeWindow: number;
}

/** What the vault keeps of an account; owner, commitment, size and status are the gate's. */
export interface VaultAccount {
  /** 0: the vault knows no such account. */
  readonly guardian: number;
  /** Transitions so far: part of the context of the next, and of what the owner signs. */
  readonly nonce: number;
  /** Sum of its reductions' bounds in the present window, in 1e-12 USD. */
  readonly spent: bigint;
}

/** A change of one account, as the vault takes it. Without a consent the sender is the owner. */
export interface Step {
  readonly id: bigint;
  readonly commitment: bigint;
  readonly proof: GateProof;
  readonly consent?: Consent;
}

/** A state for its guardian, and its owner's copy, as the vault takes them. */
export interface VaultDisclosure {
  /** Number of the guardian's key. */
  readonly key: number;
  readonly ephemeral: Point;
  readonly cipher: readonly bigint[];
  /** Hexadecimal, at most 544 bytes. */
  readonly copy: string;
  readonly proof: GateProof;
}

/** One side of a fill. */
export interface Leg {
  /** Index among the parties. */
  readonly party: number;
  readonly reduce: boolean;
  /** 1e-12 USD; 0 for a fill. */
  readonly feeBound: bigint;
  readonly commitment: bigint;
  readonly proof: GateProof;
  readonly consent?: Consent;
}

/** Leg 0 takes the ticket's side 1. */
export interface Fill {
  readonly ticket: bigint;
  /** Unix seconds, the last at which it may be filled. */
  readonly expiry: number;
  readonly legs: readonly [Leg, Leg];
}

/** An account that trades, in the state that it ends in. */
export interface Party {
  readonly id: bigint;
  readonly set: SetName;
  readonly health: GateProof;
  readonly disclosure: VaultDisclosure;
}

/** A state as it was disclosed on chain. */
export interface DisclosedEvent {
  readonly id: bigint;
  readonly commitment: bigint;
  readonly key: number;
  readonly ephemeral: Point;
  readonly cipher: readonly bigint[];
  /** Hexadecimal. */
  readonly copy: string;
  readonly block: number;
  readonly transaction: string;
}

/** What happened to an account. */
export interface VaultEvent {
  readonly name: "AccountOpened" | "Transitioned" | "Deposited" | "Withdrawn" | "Cancelled";
  /** By the names of the event's parameters. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly block: number;
  readonly transaction: string;
}

/** Blocks to search; from 0 to the newest without them. */
export interface BlockRange {
  readonly from?: number;
  readonly to?: number;
}

/** A transaction that a node took. */
export interface Sent {
  readonly hash: string;
  readonly from: string;
  /** Of the sender: another transaction with it replaces this one. */
  readonly nonce: number;
}

/** Told of a transaction once a node has taken it, before it is mined. */
export interface Sending {
  readonly sent?: (transaction: Sent) => void | Promise<void>;
}

/** A vault seen by one signer. Every method throws a TacitError that says what was refused, and why. */
export interface Vault extends VaultPlace {
  readonly provider: Provider;
  readonly contract: BaseContract;
  /** The same vault seen by another signer. */
  as(signer: Signer): Promise<Vault>;
  /** The address of the signer that sees it. */
  sender(): Promise<string>;
  /** Its gate, seen by the same signer. */
  gate(): Promise<Gate>;
  guardians(): Promise<Guardians>;
  terms(): Promise<VaultTerms>;
  collaterals(): Promise<readonly Collateral[]>;
  /** The token of an asset. @throws TacitError `UNKNOWN_ASSET` */
  collateral(asset: number): Promise<Collateral>;
  /** Deposits less withdrawals, in base units of the asset's token. */
  held(asset: number): Promise<bigint>;
  filled(ticket: bigint): Promise<boolean>;
  cancelled(id: bigint, ticket: bigint): Promise<boolean>;
  account(id: bigint): Promise<VaultAccount>;
  /** The public signal `context` of a transition. @param nonce the account's transitions before it; those made so far without it */
  context(id: bigint, nonce?: number): Promise<bigint>;
  /** Opens the signer's next account; the commitment must contain `gate.nextAccountId()`. */
  open(
    guardian: number,
    size: Size,
    step: Pick<Step, "commitment" | "proof">,
    disclosure: VaultDisclosure,
    sending?: Sending,
  ): Promise<Done & { readonly accountId: bigint }>;
  /** Approves the vault for the amount if it may not take as much yet, then deposits. @param amount 1e-6 of the asset */
  deposit(asset: number, amount: bigint, step: Step, disclosure: VaultDisclosure, sending?: Sending): Promise<Done>;
  /** @param health of the state after, under the initial set, for the context `gate.contextOf(id, Prove, vault)` */
  withdraw(
    payment: {
      readonly asset: number;
      readonly amount: bigint;
      readonly to: string;
      readonly epoch: number;
      readonly health: GateProof;
    },
    step: Step,
    disclosure: VaultDisclosure,
    sending?: Sending,
  ): Promise<Done>;
  settle(step: Step, disclosure: VaultDisclosure, sending?: Sending): Promise<Done>;
  move(size: Size, step: Step, disclosure: VaultDisclosure, sending?: Sending): Promise<Done>;
  /** All fills or none. Parties stand by set, then size, then id. */
  trade(epoch: number, fills: readonly Fill[], parties: readonly Party[], sending?: Sending): Promise<Done>;
  cancel(id: bigint, ticket: bigint, sending?: Sending): Promise<Done>;
  /** Disclosures of an account, the newest first; of one commitment only, if given. */
  disclosures(id: bigint, commitment?: bigint, range?: BlockRange): AsyncGenerator<DisclosedEvent>;
  /** What happened to an account, the newest first. */
  history(id: bigint, range?: BlockRange): AsyncGenerator<VaultEvent>;
}

const SET_NUMBERS: Readonly<Record<SetName, number>> = { maintenance: 0, initial: 1 };

const hash248 = (types: string[], values: unknown[]): bigint =>
  BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n;

/** The public signal `context` of a transition, as the vault computes it. @param nonce the account's transitions before it */
export const transitionContext = ({ chainId, vault }: VaultPlace, id: bigint, nonce: number): bigint =>
  hash248(["uint256", "address", "uint256", "uint32"], [chainId, vault, id, nonce]);

/** The public signal `terms` of a ticket, as the vault computes it. @param expiry unix seconds */
export const ticketTerms = ({ chainId, vault }: VaultPlace, side1: bigint, side2: bigint, expiry: number): bigint =>
  hash248(["uint256", "address", "uint256", "uint256", "uint40"], [chainId, vault, side1, side2, expiry]);

/** A vault at a known address. @throws TacitError `NO_CHAIN` when the signer has no provider */
export async function connectVault(address: string, signer: Signer): Promise<Vault> {
  const provider = providerOf(signer);
  const { chainId } = await provider.getNetwork();
  const place = { chainId, vault: address };
  const contract = new Contract(address, VAULT, signer);
  const read = (name: string, ...args: unknown[]) => spokenVault(() => contract.getFunction(name).staticCall(...args));
  const send = (name: string, sending: Sending | undefined, ...args: unknown[]) =>
    spokenVault(async () => {
      const transaction = await contract.getFunction(name)(...args);
      const { hash, from, nonce } = transaction;
      await sending?.sent?.({ hash, from, nonce });
      const receipt = await transaction.wait();
      return { done: { hash: receipt.hash as string, gas: receipt.gasUsed as bigint }, receipt };
    });
  const act = async (name: string, sending: Sending | undefined, ...args: unknown[]): Promise<Done> =>
    (await send(name, sending, ...args)).done;
  const collaterals = async (): Promise<readonly Collateral[]> =>
    [...(await read("collaterals"))].map(({ token, asset, unit }) => ({ token, asset: Number(asset), unit }));
  const collateral = async (asset: number): Promise<Collateral> => {
    const listed = await collaterals();
    const found = listed.find((one) => one.asset === asset);
    if (found !== undefined) return found;
    throw new TacitError("UNKNOWN_ASSET", `the vault takes no token as asset ${asset}`, {
      hint: `It takes ${listed.map((one) => one.asset).join(", ")}, where 0 is cash.`,
    });
  };
  const account = async (id: bigint): Promise<VaultAccount> => {
    const { guardian, nonce, spent } = await read("accountOf", id);
    return { guardian: Number(guardian), nonce: Number(nonce), spent };
  };

  /** Lets the vault take the amount; a token may refuse to change an allowance that is not 0. */
  async function approve(token: string, amount: bigint): Promise<void> {
    const erc20 = new Contract(token, TOKEN, signer);
    const allowed = await erc20.getFunction("allowance").staticCall(await signer.getAddress(), address);
    if (allowed >= amount) return;
    if (allowed > 0n) await (await erc20.getFunction("approve")(address, 0n)).wait();
    await (await erc20.getFunction("approve")(address, amount)).wait();
  }

  async function* logs(topics: (string | string[] | null)[], range?: BlockRange) {
    for await (const log of logsBackwards(provider as NonNullable<typeof provider>, { address, topics }, range)) {
      const parsed = VAULT.parseLog(log);
      if (parsed !== null) yield { parsed, block: log.blockNumber, transaction: log.transactionHash };
    }
  }

  return {
    ...place,
    provider,
    sender: () => signer.getAddress(),
    contract,
    as: (other) => connectVault(address, other),
    gate: async () => connectGate(await read("gate"), signer),
    guardians: async () => connectGuardians(await read("guardians"), signer),
    async terms() {
      const { feeBound, feeBudget, feeWindow } = await read("terms");
      return { feeBound, feeBudget, feeWindow: Number(feeWindow) };
    },
    collaterals,
    collateral,
    held: (asset) => read("held", asset),
    filled: (ticket) => read("filled", ticket),
    cancelled: (id, ticket) => read("cancelled", id, ticket),
    account,
    context: async (id, nonce) => transitionContext(place, id, nonce ?? (await account(id)).nonce),
    async open(guardian, size, { commitment, proof }, disclosure, sending) {
      const { done, receipt } = await send("open", sending, guardian, size, commitment, proof, disclosure);
      const events = receipt.logs.map((log: Parameters<typeof VAULT.parseLog>[0]) => VAULT.parseLog(log));
      const opened = events.find((event: { name: string } | null) => event?.name === "AccountOpened");
      if (opened === undefined) throw new TacitError("NO_EVENT", `transaction ${done.hash} opened no account`);
      return { ...done, accountId: opened.args.id };
    },
    async deposit(asset, amount, step, disclosure, sending) {
      const { token, unit } = await collateral(asset);
      await spokenVault(() => approve(token, amount * unit));
      return act("deposit", sending, asset, amount, encodeStep(step), disclosure);
    },
    withdraw: ({ asset, amount, to, epoch, health }, step, disclosure, sending) =>
      act("withdraw", sending, asset, amount, to, epoch, health, encodeStep(step), disclosure),
    settle: (step, disclosure, sending) => act("settle", sending, encodeStep(step), disclosure),
    move: (size, step, disclosure, sending) => act("move", sending, size, encodeStep(step), disclosure),
    trade: (epoch, fills, parties, sending) =>
      act("trade", sending, epoch, fills.map(encodeFill), parties.map(encodeParty)),
    cancel: (id, ticket, sending) => act("cancel", sending, id, ticket),
    async *disclosures(id, commitment, range) {
      const wanted = commitment === undefined ? null : toBeHex(commitment, 32);
      for await (const { parsed, ...where } of logs([topic("Disclosed"), toBeHex(id, 32), wanted], range)) {
        const { args } = parsed;
        const [x, y] = args.ephemeral;
        yield {
          id,
          commitment: args.commitment,
          key: Number(args.key),
          ephemeral: [x, y],
          cipher: [...args.cipher],
          copy: args.copy,
          ...where,
        };
      }
    },
    async *history(id, range) {
      const names = ["AccountOpened", "Transitioned", "Deposited", "Withdrawn", "Cancelled"] as const;
      for await (const { parsed, ...where } of logs([names.map(topic), toBeHex(id, 32)], range)) {
        yield { name: parsed.name as VaultEvent["name"], args: parsed.args.toObject(), ...where };
      }
    },
  };
}

const topic = (event: string): string => VAULT.getEvent(event)?.topicHash ?? "";
const encodeStep = ({ id, commitment, proof, consent = IN_PERSON }: Step) => ({ id, commitment, proof, consent });
const encodeFill = (fill: Fill) => ({
  ...fill,
  legs: fill.legs.map((leg) => ({ ...leg, consent: leg.consent ?? IN_PERSON })),
});
const encodeParty = (party: Party) => ({ ...party, set: SET_NUMBERS[party.set] });
