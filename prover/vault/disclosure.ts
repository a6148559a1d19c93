import { hexlify } from "ethers";
import type { AccountState } from "../account/state.ts";
import { disclosureChallenge } from "../chain/context.ts";
import type { ViewingKey } from "../chain/guardians.ts";
import type { VaultDisclosure } from "../chain/vault.ts";
import { POINT_SECRET_BITS } from "../hash/babyjub.ts";
import type { Circuits } from "../prove/circuits.ts";
import { disclosureInputs } from "../prove/disclosureInputs.ts";
import { type CopyKey, sealCopy } from "./copy.ts";
import { proveStatement } from "./prove.ts";

/**
 * A state encrypted to its guardian and proven to be that state, with its owner's copy beside it. The secret that encrypts
 * is drawn here, used once and forgotten.
 * @throws TacitError `BAD_POINT`, `BAD_STATE`, and those of `proveStatement`
 */
export async function proveDisclosure(
  circuits: Circuits,
  request: {
    readonly state: AccountState;
    readonly guardian: Pick<ViewingKey, "number" | "point">;
    readonly copyKey: CopyKey;
  },
): Promise<VaultDisclosure> {
  const { state, guardian, copyKey } = request;
  const statement = { state, guardian: guardian.point, secret: drawSecret(), challenge: disclosureChallenge };
  const { inputs, disclosure } = await disclosureInputs(statement);
  const proof = await proveStatement(circuits, "disclose", inputs);
  const { commitment, ephemeral, cipher } = disclosure;
  return { key: guardian.number, ephemeral, cipher, copy: hexlify(await sealCopy(copyKey, state, commitment)), proof };
}

/** 251 bits from the system's CSPRNG. */
const drawSecret = (): bigint =>
  BigInt(hexlify(crypto.getRandomValues(new Uint8Array(32)))) & ((1n << POINT_SECRET_BITS) - 1n);
