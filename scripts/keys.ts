import { buildBn128 } from "ffjavascript";
import { zKey } from "snarkjs";
import { putStored, readStored, type Stored } from "../prover/prove/store.ts";
import { compactKey } from "../prover/setup/compact.ts";
import { makeKey } from "../prover/setup/key.ts";
import type { Multiplier } from "../prover/setup/pool.ts";
import { DEVELOPMENT_SEED, developmentSecrets } from "../prover/setup/secrets.ts";
import { cached } from "./records.ts";

/** Raise it when `makeKey` makes other bytes. */
const RECORD = 1;
/** Raise it when `compactKey` does. */
const COMPACT = 2;

export interface Keys {
  zkey: Stored;
  /** snarkjs' JSON, as text: its hash is in the manifest. */
  verificationKey: string;
}

/** A circuit's proving key in its compact form, made or found in the cache. */
export async function compactForm(zkey: Stored, onStart?: () => void): Promise<Stored> {
  const inputs = { COMPACT, zkey: zkey.sha256 };
  const isWhole = async (compact: Stored): Promise<boolean> => (await readStored(compact, "ckey")) !== null;
  return cached("compact", inputs, isWhole, async () => {
    onStart?.();
    const file = await readStored(zkey, "zkey");
    if (file === null) throw new Error(`the cache lost ${zkey.sha256}.zkey while it was in use`);
    return putStored(compactKey(file), "ckey");
  });
}

/** The development keys of a circuit, made or found in the cache. */
export async function developmentKeys(
  r1cs: Stored,
  multiplier: () => Promise<Multiplier>,
  onStart?: () => void,
): Promise<Keys> {
  const inputs = { RECORD, seed: DEVELOPMENT_SEED, r1cs: r1cs.sha256 };
  const isWhole = async (keys: Keys): Promise<boolean> => (await readStored(keys.zkey, "zkey")) !== null;
  return cached("keys", inputs, isWhole, async () => {
    onStart?.();
    const file = await readStored(r1cs, "r1cs");
    if (file === null) throw new Error(`the cache lost ${r1cs.sha256}.r1cs while it was in use`);
    const zkeyFile = await makeKey(file, developmentSecrets(file), await multiplier());
    const verificationKey = await zKey.exportVerificationKey({ type: "mem", data: zkeyFile });
    // snarkjs leaves the threads of its curve running.
    await (await buildBn128()).terminate();
    return {
      zkey: await putStored(zkeyFile, "zkey"),
      verificationKey: `${JSON.stringify(verificationKey, null, 1)}\n`,
    };
  });
}
