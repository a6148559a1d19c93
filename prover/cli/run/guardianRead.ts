import { writeState } from "../../account/stateFile.ts";
import { maintenanceOf } from "../../guardian/breach.ts";
import type { ReadState } from "../../guardian/read.ts";
import type { Market } from "../../market/types.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { writeSecret } from "../desk.ts";
import { checkOutput } from "../files.ts";
import { readEverything, stateView } from "../guardian.ts";
import { openVenue, readId } from "../keeping.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const [given, marketPath, asked] = [args.optional("out"), args.optional("market"), readId(args)];
  if (given !== undefined && asked === undefined) {
    throw new TacitError("USAGE", "--out is for one account's state and takes --account-id");
  }
  const inputs = [args.text("key"), ...(marketPath === undefined ? [] : [marketPath])];
  const out = given === undefined ? undefined : await checkOutput(given, inputs);
  const market = marketPath === undefined ? undefined : (await loadMarket(marketPath, io)).market;
  const names = new Map(market?.instruments.map(({ id, name }): [number, string] => [id, name]));
  await using venue = await openVenue(args, io, false);
  const all = args.has("all");
  const { read, skipped } = await readEverything(args, io, venue, { all });
  const accounts = [];
  for (const one of read) {
    const { status, commitment } = await venue.gate.account(one.event.id);
    const current = commitment === one.event.commitment;
    accounts.push({
      account: String(one.event.id),
      commitment: String(one.event.commitment),
      current,
      status,
      block: one.event.block,
      key: one.event.key,
      healthy: market === undefined ? null : healthOf(one, market),
      ...stateView(one.state, names),
    });
  }
  if (out !== undefined) {
    // The newest comes first.
    const [newest] = read;
    if (newest === undefined) {
      throw new TacitError("NOTHING_DISCLOSED", "the keys read no state of that account", {
        hint: "It may have another guardian, or be on another chain.",
      });
    }
    await writeSecret(out, `${JSON.stringify(await writeState(newest.state, names), null, 2)}\n`);
  }
  const passed = skipped.map(({ event, reason }) => ({ account: String(event.id), block: event.block, reason }));
  const text = [
    ...accounts.map(({ account, current, status, healthy, cash, positions, block }) =>
      [
        `account ${account}: ${current ? "as it stands" : "as it stood"} since block ${block}, ${status}${healthy === null ? "" : healthy ? ", covers maintenance" : ", DOES NOT COVER MAINTENANCE"}`,
        ...columns([["cash", cash], ...positions.map(({ instrument, quantity }) => [instrument, quantity])]),
      ].join("\n"),
    ),
    `${accounts.length} ${all ? "states" : "accounts"} read, ${passed.length} disclosures passed over`,
    ...columns(passed.slice(0, 20).map(({ account, block, reason }) => [account, `block ${block}`, reason])),
    ...(given === undefined
      ? []
      : [`written: ${given}. It is the account: its owner recovers from it, and whoever reads it knows all.`]),
    "",
  ].join("\n");
  return { code: 0, json: { out: given ?? null, accounts, skipped: passed }, text };
};

/** Null where the market lists not all of it. */
function healthOf({ state }: ReadState, market: Market): boolean | null {
  try {
    return maintenanceOf(state, market).healthy;
  } catch (error) {
    if (error instanceof TacitError && error.code === "UNKNOWN_INSTRUMENT") return null;
    throw error;
  }
}
