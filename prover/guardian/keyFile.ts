import { computeAddress, decryptKeystoreJson, encryptKeystoreJson, toBeHex } from "ethers";
import { z } from "zod";
import { POINT_SECRET_BITS, type Point, publicPoint } from "../hash/babyjub.ts";
import { FIELD } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";

/** A viewing key as its guardian keeps it: the point in the clear, its secret encrypted. */
export interface KeptKey {
  readonly point: Point;
  /** An Ethereum keystore (scrypt, AES-128-CTR) of the secret as its 32 bytes. */
  readonly keystore: string;
}

/** A viewing key that can read. */
export interface OpenKey {
  readonly point: Point;
  readonly secret: bigint;
}

const coordinate = z
  .string()
  .regex(/^(0|[1-9]\d{0,76})$/, "must be a coordinate in decimal")
  .refine((text) => BigInt(text) < FIELD, "must be a field element");

/** The JSON file of a guardian's viewing keys, version 1, the one in force last. None is ever taken out: old texts need old keys. */
export const guardianSchema = z.strictObject({
  $schema: z.literal("urn:tacit:guardian"),
  version: z.literal(1),
  keys: z
    .array(z.strictObject({ x: coordinate, y: coordinate, keystore: z.looseObject({ version: z.literal(3) }) }))
    .min(1),
});

/** Reads a guardian's file; nothing is decrypted yet. @throws TacitError `BAD_JSON`, `BAD_FIELD` */
export function readKeys(text: string, file: string): KeptKey[] {
  return parseJson(text, file, guardianSchema).keys.map(({ x, y, keystore }) => ({
    point: [BigInt(x), BigInt(y)],
    keystore: JSON.stringify(keystore),
  }));
}

/** The text of a guardian's file. */
export function formatKeys(keys: readonly KeptKey[]): string {
  const file = {
    $schema: "urn:tacit:guardian",
    version: 1,
    keys: keys.map(({ point: [x, y], keystore }) => ({ x: String(x), y: String(y), keystore: JSON.parse(keystore) })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** 251 random bits, never 0, which would be the identity's. */
function randomPointSecret(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const secret = BigInt.asUintN(
    Number(POINT_SECRET_BITS),
    bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
  );
  return secret === 0n ? randomPointSecret() : secret;
}

/**
 * Makes a viewing key.
 * @param work scrypt's N: what a guess at the password costs
 */
export async function makeKey(password: string, work = 131_072): Promise<KeptKey> {
  const secret = randomPointSecret();
  const privateKey = toBeHex(secret, 32);
  const account = { address: computeAddress(privateKey), privateKey };
  return {
    point: await publicPoint(secret),
    keystore: await encryptKeystoreJson(account, password, { scrypt: { N: work } }),
  };
}

/**
 * Opens keys with their password.
 * @throws TacitError `BAD_PASSWORD` when one does not open; `BAD_GUARDIAN_KEY` when what opens is not the point's secret
 */
export async function openKeys(keys: readonly KeptKey[], password: string, file: string): Promise<OpenKey[]> {
  const opened: OpenKey[] = [];
  for (const [i, { point, keystore }] of keys.entries()) {
    const account = await decryptKeystoreJson(keystore, password).catch(() => undefined);
    if (account === undefined) {
      throw new TacitError("BAD_PASSWORD", `${file}: key ${i + 1} does not open with this password`, {
        hint: "All keys of the file are kept under one password.",
      });
    }
    const secret = BigInt(account.privateKey);
    const belongs = secret >> POINT_SECRET_BITS === 0n && String(await publicPoint(secret)) === String(point);
    if (!belongs) {
      throw new TacitError("BAD_GUARDIAN_KEY", `${file}: what key ${i + 1} keeps is not the secret of its point`, {
        hint: "The file was changed: restore a copy.",
      });
    }
    opened.push({ point, secret });
  }
  return opened;
}
