import { readBook } from "../../chain/book.ts";
import { maintenanceOf, proveBreach } from "../../guardian/breach.ts";
import { circuitFor, openProver } from "../../prove/prover.ts";
import { TacitError } from "../../units/errors.ts";
import { formatExact } from "../../units/units.ts";
import { epochOfMarket } from "../../vault/health.ts";
import { haveKeys } from "../acting.ts";
import { readBackend } from "../backend.ts";
import type { Run } from "../command.ts";
import { readEverything } from "../guardian.ts";
import { openVenue, readId } from "../keeping.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const [id, marketPath] = [readId(args), args.text("market")];
  if (id === undefined) throw new TacitError("USAGE", "--account-id is missing");
  const options = readBackend(args);
  const { market } = await loadMarket(marketPath, io);
  await using venue = await openVenue(args, io, true);
  const { gate } = venue;
  const epoch = await epochOfMarket(gate, market);
  const { latest } = await readBook(venue.chain.provider, await gate.book());
  if (epoch !== latest) {
    throw new TacitError("NOT_NEWEST", `the market is that of epoch ${epoch}, and the newest is ${latest}`, {
      hint: "An account is judged at the prices of now: take the market file of the newest epoch.",
    });
  }
  const { read } = await readEverything(args, io, venue);
  const [found] = read;
  if (found === undefined) {
    throw new TacitError("NOTHING_DISCLOSED", "the keys read no state of that account", {
      hint: "It may have another guardian, or be on another chain.",
    });
  }
  const { commitment, flagged } = await gate.account(id);
  if (commitment !== found.event.commitment) {
    throw new TacitError("STALE_STATE", "the account stands at another commitment than the newest that the keys read", {
      hint: "Ask a node that is up to date.",
    });
  }
  const requirement = maintenanceOf(found.state, market);
  const base = { account: String(id), epoch, commitment: String(commitment), healthy: requirement.healthy };
  const sums = { equity: formatExact(requirement.equity), required: formatExact(requirement.required) };
  if (requirement.healthy) {
    return {
      code: 0,
      json: { ...base, ...sums, flagged, transaction: null },
      text: `account ${id} covers its maintenance requirement at epoch ${epoch}: there is nothing to prove\n`,
    };
  }
  if (flagged) {
    return {
      code: 3,
      json: { ...base, ...sums, flagged, transaction: null },
      text: `account ${id} does not cover its maintenance requirement at epoch ${epoch}, and is flagged already\n`,
    };
  }
  await haveKeys(io, circuitFor(found.state.positions.length));
  await using prover = await openProver(options);
  const breach = await proveBreach(prover, gate, { state: found.state, market }, io.stage);
  io.stage("flagging");
  const done = await breach.send();
  io.settle();
  return {
    code: 3,
    json: { ...base, ...sums, flagged: true, transaction: done.hash, gas: Number(done.gas) },
    text: `flagged: account ${id} does not cover its maintenance requirement at epoch ${breach.epoch} (transaction ${done.hash})\n`,
  };
};
