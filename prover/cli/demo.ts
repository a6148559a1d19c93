import { parseArgs } from "node:util";
import { openNarrator, silent } from "../demo/narrator.ts";
import { tellStory } from "../demo/story.ts";
import { TacitError } from "../units/errors.ts";

const USAGE = `npm start -- [--json] [--out folder]

Two days of a real options market, three hidden accounts, and a contract that accepts or flags them.
  --json    one JSON document instead of text (npm itself prints two lines: npm --silent start -- --json)
  --out     folder for the market files (default tacit-demo)

Exit code 0 when everything happened as told, 1 when anything did not, 2 for a flag that does not exist.
`;

try {
  const { json, out, help } = readFlags();
  if (help) process.stdout.write(USAGE);
  else {
    const story = await tellStory(json ? silent : openNarrator(process.stdout), out);
    if (json) process.stdout.write(`${JSON.stringify(story, null, 2)}\n`);
  }
} catch (error) {
  if (!(error instanceof TacitError)) throw error;
  const hint = error.hint === undefined ? "" : `  ${error.hint}\n`;
  process.stderr.write(`\n${error.code}: ${error.message}\n${hint}`);
  process.exitCode = error.code === "USAGE" ? 2 : 1;
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: "boolean", default: false },
        out: { type: "string", default: "tacit-demo" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new TacitError("USAGE", cause instanceof Error ? cause.message : String(cause), { hint: USAGE, cause });
  }
}
