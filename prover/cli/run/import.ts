import type { Imported } from "../../import/assemble.ts";
import { FORMATS, importBook, TOTALS } from "../../import/read.ts";
import { COLUMN_NAMES, type Mapping } from "../../import/table.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import type { Run } from "../command.ts";
import { checkOutput, readText, writeOutput } from "../files.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const paths = args.list("from");
  const marketPath = args.text("market");
  const format = oneOf("format", args.optional("format"), FORMATS);
  const totals = oneOf("totals", args.optional("totals"), TOTALS);
  const mapping = readMapping(args.list("column"));
  const out = await checkOutput(args.text("out"), [marketPath, ...paths]);
  const { market } = await loadMarket(marketPath, io);
  const files = await Promise.all(paths.map(async (name) => ({ name, text: await readText(name, "dump") })));
  const imported = importBook({
    files,
    listed: market.instruments,
    mapping,
    ...(format === undefined ? {} : { format }),
    ...(totals === undefined ? {} : { totals }),
  });
  const { book, refused, notes } = imported;
  if (refused.length > 0 && !args.has("partial")) {
    throw new TacitError("NOT_IMPORTED", listRefusals(imported), {
      hint: "Give --partial to write a book without them: its margin is then not that of the whole portfolio.",
    });
  }
  await writeOutput(out, `${JSON.stringify(book, null, 2)}\n`);
  return {
    code: 0,
    json: { out, book, refused, notes },
    text: [
      `wrote ${out}: cash ${book.cash} USD and ${book.positions.length} positions`,
      ...columns(book.positions.map((entry) => [entry.instrument, entry.quantity, entry.entryPrice ?? ""])),
      ...notes.map((note) => `note: ${note}`),
      ...(refused.length === 0 ? [] : [listRefusals(imported)]),
      "",
    ].join("\n"),
  };
};

const listRefusals = ({ refused }: Imported): string =>
  [
    `${refused.length === 1 ? "1 entry is" : `${refused.length} entries are`} not imported:`,
    ...refused.map(({ where, what, reason }) => `  ${where}, ${quote(what)}: ${reason}`),
  ].join("\n");

function oneOf<T extends string>(flag: string, text: string | undefined, known: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = known.find((value) => value === text);
  if (found !== undefined) return found;
  throw new TacitError("USAGE", `--${flag}: there is no ${quote(text)}`, { hint: `There are ${known.join(", ")}.` });
}

function readMapping(flags: readonly string[]): Mapping {
  const mapping: Record<string, string> = {};
  for (const flag of flags) {
    const at = flag.indexOf("=");
    const column = oneOf("column", flag.slice(0, Math.max(at, 0)), COLUMN_NAMES);
    if (column === undefined || at === flag.length - 1) {
      throw new TacitError("USAGE", `--column: ${quote(flag)} is not of the form quantity=Size`);
    }
    if (Object.hasOwn(mapping, column)) throw new TacitError("USAGE", `--column: ${column} is given twice`);
    mapping[column] = flag.slice(at + 1);
  }
  return mapping;
}
