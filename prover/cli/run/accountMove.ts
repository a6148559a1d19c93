import { TacitError } from "../../units/errors.ts";
import { prepareMove } from "../../vault/acts.ts";
import { acting, carryOut } from "../acting.ts";
import type { Run } from "../command.ts";
import { readSize } from "./accountOpen.ts";

export const run: Run = async (args, io) => {
  const given = args.optional("size");
  const size = given === undefined ? undefined : readSize(given);
  const [from, to] = readSlots(args.list("slots"));
  return acting(args, io, async ({ venue, store, hands, standing, kept }) => {
    io.stage("proving");
    const act = await prepareMove(hands, kept, { from, to, ...(size === undefined ? {} : { size }) });
    const parts = [
      ...(from === to ? [] : [`exchange slots ${from} and ${to}`]),
      ...(size === undefined ? [] : [`take size ${size}`]),
    ];
    const what = parts.length === 0 ? "renew the salt" : parts.join(", ");
    return carryOut(io, { venue, store, account: standing.account }, act, what);
  });
};

/** @throws TacitError `USAGE` */
function readSlots(slots: readonly string[]): readonly [number, number] {
  if (slots.length === 0) return [0, 0];
  const [from, to] = slots.map((slot) => (/^([12]?\d|3[01])$/.test(slot) ? Number(slot) : undefined));
  if (slots.length === 2 && from !== undefined && to !== undefined) return [from, to];
  throw new TacitError("USAGE", "--slots takes two slots", {
    hint: "Such as --slots 0 3; they are counted from 0 to 31.",
  });
}
