import { getAddress } from "ethers";
import { z } from "zod";
import type { VaultPlace } from "../chain/vault.ts";

/** Which account takes side 1: the smaller id, whoever buys, so that the sides say nothing. */
export const sidesOf = (one: bigint, other: bigint): readonly [side1: bigint, side2: bigint] =>
  one < other ? [one, other] : [other, one];

export const samePlace = (a: VaultPlace, b: VaultPlace): boolean =>
  a.chainId === b.chainId && a.vault.toLowerCase() === b.vault.toLowerCase();

/** Fields that the desk's files share. The messages name no value. */
export const fields = {
  chainId: z.string().regex(/^[1-9]\d{0,77}$/, "must be a chain id in decimal"),
  address: z.string().refine(isAddress, "must be an address with its checksum, or all in lower case"),
  account: z.string().regex(/^0x[0-9a-f]{62}$/, "must be an account id: 0x and 62 hexadecimal digits"),
  bits128: z.string().regex(/^0x[0-9a-f]{32}$/, "must be 0x and 32 hexadecimal digits"),
  element: z.string().regex(/^(0|[1-9]\d{0,76})$/, "must be a field element in decimal"),
  /** Unix seconds that fit 40 bits. */
  time: z
    .int()
    .min(1)
    .max(2 ** 40 - 1),
  instrument: z.strictObject({
    id: z
      .int()
      .min(1)
      .max(2 ** 32 - 1),
    name: z.string().regex(/^\P{C}{1,80}$/u, "must be 1 to 80 printable characters"),
  }),
} as const;

function isAddress(text: string): boolean {
  try {
    return getAddress(text).length === text.length;
  } catch {
    return false;
  }
}

/** An account id as files have it. */
export const hexAccount = (id: bigint): string => `0x${id.toString(16).padStart(62, "0")}`;

/** 128 bits as files have them. */
export const hex128 = (value: bigint): string => `0x${value.toString(16).padStart(32, "0")}`;

/** 128 bits from the system's CSPRNG. */
export const random128 = (): bigint =>
  crypto.getRandomValues(new Uint8Array(16)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
