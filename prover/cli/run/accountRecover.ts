import { readStateFile } from "../../account/stateFile.ts";
import { readAddress } from "../../epoch/file.ts";
import { type KeptAccount, readKept, writeKept } from "../../keep/account.ts";
import { accountsOf, keptFromState, stateFromChain } from "../../keep/recover.ts";
import { settleKept } from "../../keep/standing.ts";
import type { Store } from "../../keep/store.ts";
import { TacitError } from "../../units/errors.ts";
import { showStanding, withNames } from "../acting.ts";
import type { Args, Run } from "../command.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import { openKeeping, openVenue, readId, type Venue } from "../keeping.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const path = args.optional("state");
  const exported = path === undefined ? undefined : await readStateFile(await readText(path, "account"), path);
  const marketPath = args.optional("market");
  const market = marketPath === undefined ? undefined : (await loadMarket(marketPath, io)).market;
  await using venue = await openVenue(args, io, false);
  // A guardian's file needs no old key: the store may be a new one.
  await using store = await openKeeping(args, io, exported !== undefined);
  const found: KeptAccount[] = [];
  if (exported !== undefined) {
    found.push(await keptFromState(venue.vault, venue.gate, exported, { names: new Map(), since: 0, from: "a file" }));
  } else {
    for (const id of await wantedIds(args, venue)) found.push(await fromChain(io, venue, store, id));
  }
  const shown = [];
  for (const one of found) {
    const kept = withNames(await merged(store, one), market);
    await writeKept(store, kept);
    shown.push(await showStanding(await settleKept(store, kept, venue.vault, venue.gate), venue));
  }
  return {
    code: 0,
    json: { recovered: shown.map(({ json }) => json) },
    text: shown.map(({ text }) => `recovered\n${text}`).join("\n"),
  };
};

/** The account asked for, or all of the owner's. */
async function wantedIds(args: Args, { vault, gate }: Venue): Promise<readonly bigint[]> {
  const id = readId(args);
  if (id !== undefined) return [id];
  const owner = args.optional("owner");
  if (owner === undefined) {
    throw new TacitError("USAGE", "give one of --state, --account-id and --owner", {
      hint: "--owner 0x... recovers all accounts of an owner; --state is a file that the guardian made.",
    });
  }
  const ids = await accountsOf(gate, readAddress(owner, "--owner", "the owner"));
  if (ids.length > 0) return ids;
  throw new TacitError("UNKNOWN_ACCOUNT", `${owner} owns no account at the vault ${vault.vault}`);
}

async function fromChain(io: Io, { vault, gate }: Venue, store: Store, id: bigint): Promise<KeptAccount> {
  if ((await gate.account(id)).status === "none")
    throw new TacitError("UNKNOWN_ACCOUNT", `the gate has no account ${id}`);
  io.stage("reading the chain");
  const { state } = await stateFromChain(vault, gate, id, store.key);
  return keptFromState(vault, gate, state, { names: new Map(), since: 0, from: "the chain" });
}

/** What the store knew besides stays: a state that is still to be mined, and names. */
async function merged(store: Store, found: KeptAccount): Promise<KeptAccount> {
  const before = await readKept(store, found.place, found.id);
  if (before === undefined) return found;
  const { names, since } = before;
  const others = before.states.filter(({ commitment }) => commitment !== found.standing);
  return { ...found, names: new Map([...found.names, ...names]), since, states: [...others, ...found.states] };
}
