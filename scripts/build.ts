import { parseArgs } from "node:util";
import { TacitError } from "../prover/units/errors.ts";
import { buildCircuits } from "./circuits.ts";

const USAGE = `npm run build -- [--only margin_4,margin_16] [--check]

Compiles the circuits, makes their development keys and everything generated from them; what is up to date stays.
  --only    some circuits
  --check   change nothing, fail if a generated file in the repository is out of date
  --quiet   say nothing when everything is up to date
`;

// An interrupted build stops its compilers and leaves nothing behind: both happen on exit.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.once(signal, () => process.exit(code));
}

try {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      check: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) process.stdout.write(USAGE);
  else await build(values.only?.split(","), values.check === true, values.quiet === true);
} catch (error) {
  if (!(error instanceof TacitError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint === undefined ? "" : `${error.hint}\n`}`);
  process.exitCode = 1;
}

async function build(only: string[] | undefined, check: boolean, quiet: boolean): Promise<void> {
  const start = performance.now();
  const result = await buildCircuits({ ...(only === undefined ? {} : { only }), check });
  if (quiet && result.built === 0 && result.changed.length === 0) return;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const made = result.built === 0 ? "up to date" : `${result.built} built`;
  process.stderr.write(`${result.circuits} circuits, ${made}, ${seconds} s\n`);
  for (const path of result.changed) process.stderr.write(`${check ? "out of date" : "generated"}: ${path}\n`);
  if (check && result.changed.length > 0) {
    throw new TacitError("OUT_OF_DATE", `${result.changed.length} generated files are out of date`, {
      hint: "Run `npm run build` and commit what it writes.",
    });
  }
}
