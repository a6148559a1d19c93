import { z } from "zod";
import type { Position } from "../risk/types.ts";
import { formatDecimal, parseDecimal } from "../units/decimal.ts";
import { TacitError } from "../units/errors.ts";
import { parseSecretDecimal, parseSecretJson } from "../units/secret.ts";
import { Cash, Quantity } from "../units/units.ts";
import { type AccountState, commit, LANES } from "./state.ts";

/**
 * The JSON file of a state, version 1: all that a commitment can open to. An account file holds what its owner can come to
 * hold by our own tools; a state may have empty lanes between others, a salt of any field element, and a quantity or cash one
 * below the units' ranges.
 */
export const stateSchema = z.strictObject({
  $schema: z.literal("urn:tacit:state"),
  version: z.literal(1),
  accountId: z.string().regex(/^0x[0-9a-f]{62}$/, "must be 0x and 62 hexadecimal digits"),
  salt: z.string().regex(/^0x[0-9a-f]{64}$/, "must be 0x and 64 hexadecimal digits"),
  /** USD, at most 12 places. */
  cash: z.string(),
  /** In order, up to the last that is used; null is an empty one. */
  lanes: z
    .array(
      z
        .strictObject({
          id: z
            .int()
            .min(0)
            .max(2 ** 32 - 1),
          quantity: z.string(),
          instrument: z.string().optional(),
        })
        .nullable(),
    )
    .max(LANES),
  /** Of everything above but the names: decimal. */
  commitment: z.string().regex(/^(0|[1-9]\d{0,76})$/, "must be a field element in decimal"),
});

export type StateFile = z.infer<typeof stateSchema>;

const RESTORE = "It was changed by hand or damaged: restore a copy, or have the state read from the chain again.";

/** Without the range check of `unit`, whose ranges a state exceeds by one; `encodeState` has its own. */
const exactly = (unit: { readonly places: number }) => ({
  places: unit.places,
  parse: (text: string, where: string) => parseDecimal(text, unit.places, where),
});

const isEmpty = ({ id, quantity }: Position): boolean => id === 0 && quantity === 0n;

/** A state as JSON, secrets included. @param names of instruments, by id; what has none is left without */
export async function writeState(
  state: AccountState,
  names: ReadonlyMap<number, string> = new Map(),
): Promise<StateFile> {
  const hex = (value: bigint, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
  return {
    $schema: "urn:tacit:state",
    version: 1,
    accountId: hex(state.accountId, 62),
    salt: hex(state.salt, 64),
    cash: formatDecimal(state.cash, Cash.places),
    lanes: state.positions.map((position) => {
      if (isEmpty(position)) return null;
      const instrument = names.get(position.id);
      const quantity = formatDecimal(position.quantity, Quantity.places);
      return { id: position.id, ...(instrument === undefined ? {} : { instrument }), quantity };
    }),
    commitment: String(await commit(state)),
  };
}

/**
 * The state in such JSON, whose commitment must be the one that it says.
 * @param file how errors name it; they show no secret
 * @throws TacitError `BAD_DECIMAL`, `BAD_STATE`
 */
export async function readState(raw: StateFile, file: string): Promise<AccountState> {
  const positions = raw.lanes.map((lane, i): Position => {
    if (lane === null) return { id: 0, quantity: 0n as Quantity };
    const quantity = parseSecretDecimal(exactly(Quantity), lane.quantity, `${file}: lanes[${i}].quantity`);
    return { id: lane.id, quantity: quantity as Quantity };
  });
  const state: AccountState = {
    accountId: BigInt(raw.accountId),
    salt: BigInt(raw.salt),
    cash: parseSecretDecimal(exactly(Cash), raw.cash, `${file}: cash`) as Cash,
    positions,
  };
  if (String(await commit(state)) === raw.commitment) return state;
  throw new TacitError("BAD_STATE", `${file}: the commitment is not that of what it holds`, { hint: RESTORE });
}

/** As `readState`, of a file's text. @throws TacitError `BAD_JSON`, `BAD_FIELD` too */
export const readStateFile = async (text: string, file: string): Promise<AccountState> =>
  readState(parseSecretJson(text, file, stateSchema, RESTORE), file);
