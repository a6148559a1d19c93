import type { BackendOptions } from "../prove/backend.ts";
import { BACKEND_NAMES } from "../prove/backend.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import type { Args, Option } from "./command.ts";

/** The flags of every command that makes proofs. */
export const BACKEND_FLAGS: readonly Option[] = [
  { name: "backend", value: BACKEND_NAMES.join("|"), what: "what computes the proof (default: the fastest there is)" },
  { name: "threads", value: "N", what: "how many threads compute it (default: one a processor, at most 16)" },
];

/** @throws TacitError `USAGE` */
export function readBackend(args: Pick<Args, "optional">): BackendOptions {
  const [name, count] = [args.optional("backend"), args.optional("threads")];
  const backend = BACKEND_NAMES.find((known) => known === name);
  if (name !== undefined && backend === undefined) {
    throw new TacitError("USAGE", `--backend: there is no backend ${quote(name)}`, {
      hint: `There are ${BACKEND_NAMES.join(", ")}.`,
    });
  }
  if (count !== undefined && !/^[1-9]\d?$/.test(count)) {
    throw new TacitError("USAGE", `--threads: ${quote(count)} is not a number of threads`, { hint: "Write 1 to 64." });
  }
  return {
    ...(backend === undefined ? {} : { backend }),
    ...(count === undefined ? {} : { threads: Number(count) }),
  };
}
