import { SIZES, type Size } from "../../account/file.ts";
import type { KeptAccount } from "../../keep/account.ts";
import { readKept } from "../../keep/account.ts";
import { openProver } from "../../prove/prover.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import { prepareOpen } from "../../vault/acts.ts";
import { carryOut, haveKeys } from "../acting.ts";
import { readBackend } from "../backend.ts";
import type { Run } from "../command.ts";
import { openKeeping, openVenue } from "../keeping.ts";

export const run: Run = async (args, io) => {
  const guardian = readGuardian(args.text("guardian"));
  const size = readSize(args.optional("size") ?? "16");
  const options = readBackend(args);
  await using venue = await openVenue(args, io, true);
  await using store = await openKeeping(args, io, true);
  const { vault, gate, signer, chain } = venue;
  const since = await chain.provider.getBlockNumber();
  await haveKeys(io, "transition", "disclose");
  await using prover = await openProver(options);
  io.stage("proving");
  const act = await prepareOpen({ prover, vault, copyKey: store.key }, { guardian, size });
  const place = { chainId: vault.chainId, vault: vault.vault, gate: gate.gate };
  // An earlier attempt may still come to stand: its state stays.
  const earlier = await readKept(store, place, act.id);
  const fresh: KeptAccount = {
    place,
    owner: await signer.getAddress(),
    id: act.id,
    guardian,
    names: new Map(),
    since,
    states: [],
    standing: null,
  };
  return await carryOut(io, { venue, store, account: earlier ?? fresh }, act, "open");
};

function readGuardian(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new TacitError("USAGE", `--guardian: ${quote(text)} is not a guardian's number`, {
    hint: "The registry counts guardians from 1.",
  });
}

/** @throws TacitError `USAGE` */
export function readSize(text: string): Size {
  const size = SIZES.find((size) => String(size) === text);
  if (size !== undefined) return size;
  throw new TacitError("USAGE", `--size: ${quote(text)} is not a size`, { hint: `Sizes are ${SIZES.join(", ")}.` });
}
