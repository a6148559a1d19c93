import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { bookSchema } from "../prover/account/book.ts";
import { accountSchema } from "../prover/account/file.ts";
import { stateSchema } from "../prover/account/stateFile.ts";
import { parametersSchema } from "../prover/deploy/parameters.ts";
import { ticketSchema } from "../prover/desk/agreement.ts";
import { legsSchema } from "../prover/desk/legs.ts";
import { offerSchema } from "../prover/desk/offer.ts";
import { epochSchema } from "../prover/epoch/file.ts";
import { guardianSchema } from "../prover/guardian/keyFile.ts";
import { chainSchema } from "../prover/local/file.ts";
import { marketSchema } from "../prover/market/file.ts";
import { listingsSchema } from "../prover/market/listings.ts";
import { profileSchema } from "../prover/market/profile/schema.ts";
import { ProofFile } from "../prover/prove/proofFile.ts";
import { writeAtomically } from "../prover/prove/store.ts";
import { rowsFileSchema } from "../prover/risk/rowsFile.ts";

/** `node scripts/schemas.ts [--check]`: writes the JSON schemas of all files, from those that the readers use. */
const FILES = {
  account: ["An account, secret: its owner's opening of a commitment.", accountSchema],
  book: ["A trader's book: cash and positions.", bookSchema],
  chain: ["A chain kept in a folder: when it began, and what stands on it.", chainSchema],
  epoch: ["An epoch: what publishers sign of a market, and the settlements behind its root.", epochSchema],
  guardian: ["A guardian's viewing keys, encrypted under its password.", guardianSchema],
  legs: ["One account's legs of a trade: only what the chain will see.", legsSchema],
  listings: ["Every instrument ever listed, with the id it keeps for ever.", listingsSchema],
  market: ["A published market: rows and parameters of both requirement sets, with their roots.", marketSchema],
  offer: ["An offer to trade, secret, as its maker hands it over.", offerSchema],
  parameters: ["Parameters of a deployment: assets, sources, publishers, terms.", parametersSchema],
  profile: ["A margin methodology, every number with its source.", profileSchema],
  proof: ["A margin proof; everything in it is public.", ProofFile],
  rows: ["Explicit rows: a requirement set that somebody else made.", rowsFileSchema],
  state: ["A state, secret: all that a commitment can open to, as a guardian reads it.", stateSchema],
  ticket: ["A ticket, secret: what two accounts agreed to trade.", ticketSchema],
} as const;

const FOLDER = join(import.meta.dirname, "..", "docs", "schemas");

/** The text of every schema file, by its name. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(FILES).map(([name, [description, schema]]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
      const file = { $schema, $id: `urn:tacit:${name}`, title: `tacit ${name} file`, description, ...rest };
      return [`${name}.json`, `${JSON.stringify(file, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean" } } });
  for (const [name, text] of schemaFiles()) {
    const path = join(FOLDER, name);
    if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
    process.stdout.write(`${values.check === true ? "out of date" : "written"}: docs/schemas/${name}\n`);
    if (values.check === true) process.exitCode = 1;
    else await writeAtomically(path, text);
  }
}
