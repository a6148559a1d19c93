import { getAddress } from "ethers";
import { z } from "zod";
import { SIZES, type Size } from "../account/file.ts";
import type { GateProof } from "../chain/calldata.ts";
import type { Consent } from "../chain/consent.ts";
import type { VaultDisclosure, VaultPlace } from "../chain/vault.ts";
import { FIELD } from "../hash/poseidon.ts";
import { SET_NAMES, type SetName } from "../market/types.ts";
import { pair } from "../prove/proofFile.ts";
import { parseJson } from "../units/json.ts";
import { fields, hexAccount } from "./place.ts";

/** One account's side of one fill, as the chain will see it. */
export interface Leg {
  readonly ticket: bigint;
  /** Unix seconds, the ticket's. */
  readonly expiry: number;
  readonly side1: bigint;
  readonly side2: bigint;
  readonly reduce: boolean;
  /** 1e-12 USD that a reduction may give up at the epoch's mark; 0 for a fill. */
  readonly feeBound: bigint;
  /** After this leg. */
  readonly commitment: bigint;
  /** Of `transition`. */
  readonly proof: GateProof;
  readonly consent: Consent;
}

/**
 * All that one account adds to a trade: its legs in order, each on the state that the one before left, and what it shows once
 * they are done. Public: nothing is in it that the chain will not see.
 */
export interface Legs extends VaultPlace {
  readonly account: bigint;
  readonly size: Size;
  /** What they start from: what the account held when they were made. */
  readonly before: bigint;
  /** The account's transitions when they were made. */
  readonly nonce: number;
  readonly epoch: number;
  readonly legs: readonly Leg[];
  /** What the account shows in the end: initial, or maintenance where all its legs reduce. */
  readonly set: SetName;
  /** Healthy proof of the last commitment under that set. */
  readonly health: GateProof;
  readonly disclosure: VaultDisclosure;
}

const element = fields.element.refine((text) => BigInt(text) < FIELD, "must be a field element");
const bytes = z.string().regex(/^0x([0-9a-f]{2})*$/, "must be bytes in hexadecimal");
const point = pair.readonly();
const proof = z.strictObject({ a: point, b: z.tuple([point, point]).readonly(), c: point });

/** The JSON file of one account's legs, version 1. */
export const legsSchema = z.strictObject({
  $schema: z.literal("urn:tacit:legs"),
  version: z.literal(1),
  chainId: fields.chainId,
  vault: fields.address,
  account: fields.account,
  size: z.literal([...SIZES]),
  before: element,
  nonce: z.int().min(0),
  epoch: z.int().min(1),
  legs: z
    .array(
      z.strictObject({
        ticket: element,
        expiry: fields.time,
        side1: fields.account,
        side2: fields.account,
        reduce: z.boolean(),
        /** In 1e-12 USD. */
        feeBound: z.string().regex(/^(0|[1-9]\d{0,30})$/, "must be a whole number of 1e-12 USD"),
        commitment: element,
        proof,
        consent: z.strictObject({
          relayer: fields.address,
          deadline: z.int().min(0),
          signature: bytes,
        }),
      }),
    )
    .min(1)
    .max(64),
  set: z.enum(SET_NAMES as [SetName, ...SetName[]]),
  health: proof,
  disclosure: z.strictObject({
    key: z.int().min(1),
    ephemeral: z.tuple([element, element]),
    cipher: z.array(element).length(14),
    copy: bytes.max(2 + 2 * 544, "must have at most 544 bytes"),
    proof,
  }),
});

/** Reads an account's legs: somebody else's file, of which nothing is believed before `checkTrade`. @throws TacitError `BAD_JSON`, `BAD_FIELD` */
export function readLegs(text: string, file: string): Legs {
  const raw = parseJson(text, file, legsSchema);
  return {
    chainId: BigInt(raw.chainId),
    vault: getAddress(raw.vault),
    account: BigInt(raw.account),
    size: raw.size,
    before: BigInt(raw.before),
    nonce: raw.nonce,
    epoch: raw.epoch,
    legs: raw.legs.map((leg) => ({
      ticket: BigInt(leg.ticket),
      expiry: leg.expiry,
      side1: BigInt(leg.side1),
      side2: BigInt(leg.side2),
      reduce: leg.reduce,
      feeBound: BigInt(leg.feeBound),
      commitment: BigInt(leg.commitment),
      proof: leg.proof,
      consent: leg.consent,
    })),
    set: raw.set,
    health: raw.health,
    disclosure: {
      key: raw.disclosure.key,
      ephemeral: [BigInt(raw.disclosure.ephemeral[0]), BigInt(raw.disclosure.ephemeral[1])],
      cipher: raw.disclosure.cipher.map(BigInt),
      copy: raw.disclosure.copy,
      proof: raw.disclosure.proof,
    },
  };
}

/** The text of a file of legs. */
export function formatLegs(all: Legs): string {
  const { disclosure } = all;
  const file: z.infer<typeof legsSchema> = {
    $schema: "urn:tacit:legs",
    version: 1,
    chainId: String(all.chainId),
    vault: all.vault,
    account: hexAccount(all.account),
    size: all.size,
    before: String(all.before),
    nonce: all.nonce,
    epoch: all.epoch,
    legs: all.legs.map((leg) => ({
      ...leg,
      ticket: String(leg.ticket),
      side1: hexAccount(leg.side1),
      side2: hexAccount(leg.side2),
      feeBound: String(leg.feeBound),
      commitment: String(leg.commitment),
    })),
    set: all.set,
    health: all.health,
    disclosure: {
      ...disclosure,
      ephemeral: [String(disclosure.ephemeral[0]), String(disclosure.ephemeral[1])],
      cipher: disclosure.cipher.map(String),
    },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
