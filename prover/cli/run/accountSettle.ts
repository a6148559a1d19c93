import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import { prepareSettlement } from "../../vault/acts.ts";
import { acting, carryOut } from "../acting.ts";
import type { Run } from "../command.ts";
import { loadEpoch } from "../load.ts";

export const run: Run = async (args, io) => {
  const { settlements } = await loadEpoch(args.text("epoch"));
  const wanted = args.text("instrument");
  return acting(args, io, async ({ venue, store, hands, standing, kept }) => {
    const { account } = standing;
    const id = kept.state.positions.find(
      (held) => String(held.id) === wanted || account.names.get(held.id) === wanted,
    )?.id;
    if (id === undefined || id === 0) {
      throw new TacitError("NOT_HELD", `the account does not hold ${quote(wanted)}`, {
        hint: "`tacit account show` lists what it holds; an instrument goes by its name or its id.",
      });
    }
    io.stage("proving");
    const act = await prepareSettlement(hands, kept, { id, settlements });
    return carryOut(io, { venue, store, account }, act, `settle ${account.names.get(id) ?? `instrument ${id}`}`);
  });
};
