import { styleText } from "node:util";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { similar } from "../units/similar.ts";
import { type Command, type Outcome, parseFlags } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, programHelp } from "./help.ts";
import { type Io, openIo } from "./io.ts";
import { printable } from "./text.ts";
import { VERSION } from "./version.ts";

const BAD_INPUT = 2;
const INTERNAL = 70;

/** Refusals that no input explains. */
const OWN_FAULTS = new Set(["PROOF_REFUSED"]);

const argv = process.argv.slice(2);
// Read before the flags are, so that even a wrong flag is reported as asked.
const asJson = argv.includes("--json");
const io = openIo(process.stdout, process.stderr);

// `tacit ... | head`: whoever reads has seen enough.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.exitCode = error.code === "ENOSPC" ? BAD_INPUT : INTERNAL;
    if (stream === process.stdout) process.stderr.write(`tacit: error: standard output: ${error.message}\n`);
  });
}
process.on("uncaughtException", (error) => {
  process.exitCode = report(error);
  process.exit();
});

process.exitCode = await tacit(argv, io).catch(report);

async function tacit(words: readonly string[], io: Io): Promise<number> {
  const [first, second] = words;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const asked = first === "help" ? COMMANDS.find(({ name }) => name === words.slice(1).join(" ")) : undefined;
    if (first === "help" && words.length > 1 && asked === undefined) throw unknownCommand(words.slice(1));
    return print({ code: 0, ...help(asked) });
  }
  if (first === "--version" || first === "-v") {
    return print({ code: 0, json: { version: VERSION }, text: `${VERSION}\n` });
  }
  const command =
    COMMANDS.find(({ name }) => name === first) ?? COMMANDS.find(({ name }) => name === `${first} ${second}`);
  if (command === undefined) {
    const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
    if (group.length > 0 && (second === "--help" || second === "-h")) {
      const text = group.map(commandHelp).join("\n");
      return print({ code: 0, json: { help: text }, text });
    }
    throw unknownCommand(words);
  }
  const args = parseFlags(command, words.slice(command.name.split(" ").length));
  if (args.has("help")) return print({ code: 0, ...help(command) });
  const { run } = await command.load();
  const outcome = await run(args, io);
  io.settle();
  return print(outcome);
}

function help(command: Command | undefined): Omit<Outcome, "code"> {
  const text = command === undefined ? programHelp(COMMANDS) : commandHelp(command);
  return { json: { help: text }, text };
}

function unknownCommand(words: readonly string[]): TacitError {
  const [first = "", second] = words;
  if (first.startsWith("-")) {
    return new TacitError("USAGE", `${quote(first)} stands before the command`, { hint: "Flags follow the command." });
  }
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  const named = second !== undefined && !second.startsWith("-");
  const asked = group.length > 0 && named ? `${first} ${second}` : first;
  const near = similar(
    asked,
    COMMANDS.map(({ name }) => name),
  );
  const known = near.length > 0 ? near : group;
  return new TacitError(
    "USAGE",
    group.length > 0 && !named ? `\`tacit ${first}\` needs one more word` : `there is no command ${quote(asked)}`,
    {
      hint:
        known.length > 0
          ? `Did you mean ${known.map((name) => `\`tacit ${name}\``).join(" or ")}?`
          : "`tacit --help` lists the commands.",
    },
  );
}

function print({ code, json, text }: Outcome): number {
  process.stdout.write(printable(asJson ? `${JSON.stringify(json, null, 2)}\n` : text));
  return code;
}

/** Prints an error and gives its exit code. */
function report(error: unknown): number {
  io.settle();
  const known = error instanceof TacitError;
  const message = error instanceof Error ? error.message : String(error);
  const code = known ? error.code : "INTERNAL";
  const hint = known ? error.hint : "This is a mistake in tacit; TACIT_DEBUG=1 shows where.";
  if (asJson) {
    print({ code: 1, json: { error: { code, message, hint: hint ?? null } }, text: "" });
  } else {
    const label = io.noteColor ? styleText("red", "error", { validateStream: false }) : "error";
    const shown = known ? message : `unexpected: ${message.split("\n")[0]?.slice(0, 300)}`;
    process.stderr.write(printable(`tacit: ${label}: ${shown}\n${hint === undefined ? "" : `  ${hint}\n`}`));
  }
  if (process.env.TACIT_DEBUG === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known && !OWN_FAULTS.has(error.code) ? BAD_INPUT : INTERNAL;
}
