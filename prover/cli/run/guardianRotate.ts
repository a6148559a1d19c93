import { formatKeys, type KeptKey, makeKey, openKeys } from "../../guardian/keyFile.ts";
import type { Point } from "../../hash/babyjub.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { writeSecret } from "../desk.ts";
import { formatPoint, GUARDIAN_PASSWORD, loadKeys } from "../guardian.ts";
import { openVenue } from "../keeping.ts";
import { readPassword } from "../password.ts";

export const run: Run = async (args, io) => {
  const [path, text] = [args.text("key"), args.text("guardian")];
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new TacitError("USAGE", "--guardian is no guardian's number");
  const number = Number(text);
  const keys = await loadKeys(path);
  await using venue = await openVenue(args, io, true);
  const guardians = await venue.vault.guardians();
  const { key } = await guardians.guardian(number);
  const { point } = await guardians.key(key);
  const at = keys.findIndex((one) => same(one.point, point));
  if (at === -1) {
    throw new TacitError("NOT_THIS_GUARDIAN", `${path} has not the key in force of guardian ${number}`, {
      hint: "Give the guardian's own file: the next key is added to it.",
    });
  }
  // One that was added and never registered, because the process ended between, is taken first.
  let next: KeptKey | undefined = keys[at + 1];
  if (next === undefined) {
    const password = await readPassword(io, GUARDIAN_PASSWORD, "the guardian's keys");
    io.stage("opening the keys");
    await openKeys(keys.slice(-1), password, path);
    io.stage("making the key");
    next = await makeKey(password);
    // Before anything is encrypted to it.
    await writeSecret(path, formatKeys([...keys, next]));
  }
  io.stage("rotating");
  const done = await guardians.rotate(number, next.point);
  io.settle();
  return {
    code: 0,
    json: {
      guardian: number,
      key: done.key,
      point: formatPoint(next.point),
      transaction: done.hash,
      gas: Number(done.gas),
    },
    text: `rotated: guardian ${number} reads with key ${done.key} now, which is in ${path} beside the ones before (transaction ${done.hash})\n`,
  };
};

const same = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];
