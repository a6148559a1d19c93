import { readAddress } from "../../epoch/file.ts";
import { requireStrong } from "../../hash/babyjub.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { formatPoint, loadKeys, readPoint } from "../guardian.ts";
import { openVenue } from "../keeping.ts";

export const run: Run = async (args, io) => {
  const [path, text] = [args.optional("key"), args.optional("point")];
  if ((path === undefined) === (text === undefined)) {
    throw new TacitError("USAGE", "give one of --point and --key", { hint: "The public key is enough." });
  }
  const point = path === undefined ? readPoint(text ?? "") : (await loadKeys(path)).at(-1)?.point;
  if (point === undefined) throw new TacitError("USAGE", `${path} has no key`);
  await requireStrong(point);
  const stated = args.optional("keeper");
  const named = stated === undefined ? undefined : readAddress(stated, "--keeper", "the keeper");
  await using venue = await openVenue(args, io, true);
  const keeper = named ?? (await venue.signer.getAddress());
  io.stage("registering");
  const done = await (await venue.vault.guardians()).register(keeper, point);
  io.settle();
  return {
    code: 0,
    json: { guardian: done.guardian, keeper, point: formatPoint(point), transaction: done.hash, gas: Number(done.gas) },
    text: `registered: guardian ${done.guardian}, kept by ${keeper} (transaction ${done.hash})\n`,
  };
};
