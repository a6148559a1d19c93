import type { Account } from "../account/file.ts";
import { Cash, Quantity } from "../units/units.ts";
import { columns } from "./text.ts";

/** An account without its secrets: what may be shown to its owner. */
export interface AccountView {
  readonly commitment: string;
  readonly size: number;
  readonly cash: string;
  readonly positions: readonly { readonly id: number; readonly instrument: string; readonly quantity: string }[];
}

export function accountView({ state, size, names, commitment }: Account): AccountView {
  return {
    commitment: commitment.toString(),
    size,
    cash: Cash.format(state.cash),
    positions: state.positions
      .filter(({ id }) => id !== 0)
      .map(({ id, quantity }) => ({
        id,
        instrument: names.get(id) ?? `instrument ${id}`,
        quantity: Quantity.format(quantity),
      })),
  };
}

export function renderAccount({ commitment, size, cash, positions }: AccountView): string {
  return [
    `commitment ${commitment}`,
    `size       ${size} positions, ${positions.length} used`,
    `cash       ${cash} USD`,
    ...columns(positions.map(({ instrument, quantity }) => [instrument, quantity])),
  ].join("\n");
}
