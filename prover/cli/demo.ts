import { parseArgs } from "node:util";
import { openNarrator } from "../demo/narrator.ts";
import { tellStory } from "../demo/story.ts";
import { TacitError } from "../units/errors.ts";

const USAGE = `npm start -- [--json] [--out folder]

Two days of a real options market, three hidden accounts, and a contract that accepts or flags them.
  --json    one JSON document, the text going to standard error (npm adds lines of its own: npm --silent start -- --json)
  --out     folder for the market files (default tacit-demo)

Exit code 0 when everything happened as told, 1 when anything did not, 2 for a flag that does not exist.
`;

const json = process.argv.includes("--json");
const print = (document: unknown) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

// `npm start | head`: nobody is left to tell the story to, and what was not told did not happen.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(1);
  });
}

try {
  const { out, help } = readFlags();
  if (help) process.stdout.write(USAGE);
  else {
    const story = await tellStory(openNarrator(json ? process.stderr : process.stdout), out);
    if (json) print(story);
  }
} catch (error) {
  if (!(error instanceof TacitError)) throw error;
  const { code, message, hint } = error;
  process.stderr.write(`\n${code}: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  if (json) print({ version: 1, ok: false, error: { code, message } });
  process.exitCode = code === "USAGE" ? 2 : 1;
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
