import { FIELD, loadPoseidon, textTag, toField } from "../hash/poseidon.ts";
import type { Portfolio } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Cash, Quantity } from "../units/units.ts";

/** Every commitment has this many lanes, whatever the size of the circuit that opens it. */
export const LANES = 32;

/** Everything a commitment binds. Secret: whoever knows it knows the account. */
export interface AccountState extends Portfolio {
  /** 248 bits: on chain the gate's account id. */
  readonly accountId: bigint;
  /** Uniform in 2^248 where it is ours; a transition takes any field element, and whoever has to read it must, too. */
  readonly salt: bigint;
}

/** What every state's hash begins with. */
export const COMMITMENT_TAG = textTag("tacit/account");
const SECRET_BITS = 248n;

/** A fresh 248-bit secret from the system's CSPRNG: a salt, or the id of an account that lives on no chain. */
export const randomSecret = (): bigint =>
  crypto.getRandomValues(new Uint8Array(31)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** The hash inputs of a state, as `docs/SPEC.md` fixes them. @throws TacitError `BAD_STATE` */
export function encodeState(state: AccountState): bigint[] {
  if (state.positions.length > LANES) {
    throw new TacitError("BAD_STATE", `the account has ${state.positions.length} positions, at most ${LANES} fit`, {
      hint: "Split the portfolio over several accounts.",
    });
  }
  // The values themselves are secret and must not reach an error text.
  if (state.accountId < 0n || state.accountId >> SECRET_BITS !== 0n)
    throw new TacitError("BAD_STATE", "accountId is not a 248-bit number");
  if (state.salt < 0n || state.salt >= FIELD) throw new TacitError("BAD_STATE", "salt is not a field element");
  // Wider values would share a commitment with others. They are secret as well.
  const fits = (value: bigint, bits: bigint) => -(1n << bits) <= value && value < 1n << bits;
  if (!fits(state.cash, 100n)) throw new TacitError("BAD_STATE", "cash is not below 2^100 in magnitude");
  state.positions.forEach(({ id, quantity }, i) => {
    if (!Number.isInteger(id) || id < 0 || id >= 2 ** 32)
      throw new TacitError("BAD_STATE", `positions[${i}].id has not 32 bits`);
    if (!fits(quantity, 47n))
      throw new TacitError("BAD_STATE", `positions[${i}].quantity is not below 2^47 in magnitude`);
  });
  const lanes = state.positions.map(({ id, quantity }) => BigInt(id) | (BigInt.asUintN(48, quantity) << 32n));
  const words = Array.from({ length: 11 }, (_, k) =>
    [0, 1, 2].reduce((word, j) => word | ((lanes[3 * k + j] ?? 0n) << BigInt(80 * j)), 0n),
  );
  return [COMMITMENT_TAG, state.accountId, toField(state.cash), ...words, state.salt];
}

/** Reads a state back from its hash inputs. @throws TacitError `BAD_STATE` when they are not what `encodeState` makes */
export function decodeState(inputs: readonly bigint[]): AccountState {
  const [tag, accountId = 0n, cash = 0n, ...rest] = inputs;
  const salt = rest.at(-1) ?? 0n;
  const lanes = rest.slice(0, -1).flatMap((word) => [0n, 80n, 160n].map((at) => BigInt.asUintN(80, word >> at)));
  const used = lanes.findLastIndex((lane) => lane !== 0n) + 1;
  const state: AccountState = {
    accountId,
    cash: (cash > FIELD / 2n ? cash - FIELD : cash) as Cash,
    positions: lanes.slice(0, used).map((lane) => ({
      id: Number(BigInt.asUintN(32, lane)),
      quantity: BigInt.asIntN(48, lane >> 32n) as Quantity,
    })),
    salt,
  };
  if (tag !== COMMITMENT_TAG || encodeState(state).join() !== inputs.join()) {
    throw new TacitError("BAD_STATE", "these are not the hash inputs of a state");
  }
  return state;
}

/** The public commitment to a hidden account. */
export async function commit(state: AccountState): Promise<bigint> {
  const hash = await loadPoseidon();
  return hash(encodeState(state));
}
