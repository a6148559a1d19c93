import { COMMON, type Command, type Option } from "./command.ts";
import { columns } from "./text.ts";

/** The help of the whole program. */
export function programHelp(commands: readonly Command[]): string {
  return [
    "tacit: prove that a hidden portfolio is safely margined, and show nothing else.",
    "",
    "  tacit <command> [flags]",
    "",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "`tacit <command> --help` shows a command's flags. Files are described in docs/FILES.md, commands in docs/CLI.md.",
    "",
    "Exit codes: 0 healthy and valid, 3 valid but unhealthy, 1 a proof or market that does not hold, 2 bad input,",
    "70 an error of the program.",
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const { name, summary, options, details = [] } = command;
  const required = options.filter((option) => option.required === true).map(spell);
  const usage = ["tacit", name, ...required, options.length > required.length ? "[flags]" : "", "[--json]"];
  return [
    `tacit ${name}: ${summary}`,
    "",
    `  ${usage.filter((part) => part !== "").join(" ")}`,
    "",
    ...columns([...options, ...COMMON].map((option) => [spell(option), option.what])),
    ...details.flatMap((paragraph) => ["", paragraph]),
    "",
  ].join("\n");
}

const spell = ({ name, value, many }: Option): string =>
  `--${name}${value === undefined ? "" : ` ${value}`}${many === true ? " ..." : ""}`;
