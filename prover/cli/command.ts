import { parseArgs } from "node:util";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { similar } from "../units/similar.ts";
import type { Io } from "./io.ts";

/** One flag of a command. */
export interface Option {
  readonly name: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly what: string;
  readonly required?: boolean;
  /** May be given several times, and takes several values at once. */
  readonly many?: boolean;
}

/** What a command ends with. */
export interface Outcome {
  /** 0 healthy and valid, 3 valid but unhealthy, 1 what was to be verified does not hold. */
  readonly code: 0 | 1 | 3;
  /** What `--json` prints. */
  readonly json: unknown;
  /** What is printed otherwise. */
  readonly text: string;
}

export type Run = (args: Args, io: Io) => Promise<Outcome>;

/** A command as the help shows it; its code is loaded when it runs. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Paragraphs below the options. */
  readonly details?: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
}

/** The values given to a command; asking for a flag that it does not have is a mistake in the program. */
export interface Args {
  /** A flag with a value that must be there. */
  text(name: string): string;
  optional(name: string): string | undefined;
  list(name: string): readonly string[];
  has(name: string): boolean;
}

/** Flags that every command has. */
export const COMMON: readonly Option[] = [
  { name: "json", what: "print one JSON document instead of text" },
  { name: "help", what: "show this help" },
];

const usage = (command: Command, message: string, hint?: string) =>
  new TacitError("USAGE", message, { hint: hint ?? `See \`tacit ${command.name} --help\`.` });

/**
 * Reads a command's flags strictly: nothing unknown, nothing twice, nothing without its value.
 * @throws TacitError `USAGE`
 */
export function parseFlags(command: Command, argv: readonly string[]): Args {
  const options = [...command.options, ...COMMON];
  const byName = new Map(options.map((option) => [option.name, option]));
  const values = new Map<string, string[]>();
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      options.map(({ name, value }) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          ...(name === "help" && { short: "h" }),
        },
      ]),
    ),
    // The tokens are judged below, with errors that say more than those of the library.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  // `--history A=a.csv B=b.csv`: values that follow a flag that takes several.
  let collecting: string | undefined;
  for (const token of tokens) {
    if (token.kind === "option-terminator") throw usage(command, '"--" has no meaning here');
    if (token.kind === "positional") {
      if (collecting === undefined) throw usage(command, `${quote(token.value)} is not expected here`);
      values.get(collecting)?.push(token.value);
      continue;
    }
    const option = byName.get(token.name);
    if (option === undefined) {
      const near = similar(token.name, [...byName.keys()])[0];
      const hint = near === undefined ? undefined : `Did you mean --${near}?`;
      throw usage(command, `\`tacit ${command.name}\` has no flag ${quote(token.rawName)}`, hint);
    }
    const flag = `--${option.name}`;
    const given = values.get(option.name);
    if (given !== undefined && option.many !== true) throw usage(command, `${flag} is given twice`);
    collecting = option.many === true ? option.name : undefined;
    if (option.value === undefined) {
      if (token.value !== undefined) throw usage(command, `${flag} takes no value`);
      values.set(option.name, []);
      continue;
    }
    const { value } = token;
    if (value === undefined || value === "" || (token.inlineValue !== true && value.startsWith("-"))) {
      const hint = value ? `If ${quote(value)} is the value, write ${flag}=${value}` : undefined;
      throw usage(command, `${flag} needs a value: ${flag} ${option.value}`, hint);
    }
    values.set(option.name, [...(given ?? []), value]);
  }
  if (!values.has("help")) {
    for (const { name, value, required } of command.options) {
      if (required === true && !values.has(name)) throw usage(command, `--${name} ${value} is missing`);
    }
  }
  const valuesOf = (name: string): string[] | undefined => {
    if (!byName.has(name)) throw new Error(`tacit ${command.name} declares no flag ${name}`);
    return values.get(name);
  };
  return {
    has: (name) => valuesOf(name) !== undefined,
    list: (name) => valuesOf(name) ?? [],
    optional: (name) => valuesOf(name)?.[0],
    text(name) {
      const value = valuesOf(name)?.[0];
      if (value === undefined) throw usage(command, `--${name} is missing`);
      return value;
    },
  };
}
