import { parseBook } from "../../account/book.ts";
import { makeAccount, SIZES, type Size } from "../../account/file.ts";
import { saveAccountFile } from "../../account/save.ts";
import { randomSecret } from "../../account/state.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import type { Run } from "../command.ts";
import { checkAccountOutput, explainSystem, readText } from "../files.ts";
import { loadMarket } from "../load.ts";
import { accountView, renderAccount } from "../view.ts";

export const run: Run = async (args, io) => {
  const given = args.text("out");
  const [book, marketPath] = [args.text("portfolio"), args.text("market")];
  const force = args.has("force");
  const out = await checkAccountOutput(given, [book, marketPath], force);
  const stated = args.optional("account-id");
  const accountId = stated === undefined ? randomSecret() : readAccountId(stated);
  const size = args.optional("size");
  const wanted = size === undefined ? undefined : readSize(size);

  const { market } = await loadMarket(marketPath, io);
  const portfolio = parseBook(await readText(book, "book"), book, market.instruments);
  const listed = new Map(market.instruments.map(({ id, name }) => [id, name]));
  const account = await makeAccount(
    { ...portfolio, accountId, salt: randomSecret() },
    wanted ?? leastSize(portfolio.positions.length),
    new Map(portfolio.positions.map(({ id }) => [id, listed.get(id) ?? ""])),
  );
  await explainSystem(given, () => saveAccountFile(out, account, force));
  const view = accountView(account);
  return {
    code: 0,
    json: { out: given, ...view },
    text: `${renderAccount(view)}\n\nwritten: ${given}. Keep it secret, and keep a copy: nobody can make it again.\n`,
  };
};

const leastSize = (positions: number): Size => {
  const size = SIZES.find((size) => size >= positions);
  if (size !== undefined) return size;
  throw new TacitError("TOO_MANY_POSITIONS", `the book has ${positions} positions, an account holds ${SIZES.at(-1)}`, {
    hint: "Split the portfolio over several accounts.",
  });
};

function readSize(text: string): Size {
  const size = SIZES.find((size) => String(size) === text);
  if (size !== undefined) return size;
  throw new TacitError("USAGE", `--size: ${quote(text)} is not a size`, { hint: `Sizes are ${SIZES.join(", ")}.` });
}

/** The errors do not repeat the id. */
function readAccountId(text: string): bigint {
  const id = /^(0x[0-9a-fA-F]{1,64}|\d{1,77})$/.test(text) ? BigInt(text) : undefined;
  if (id !== undefined && id >> 248n === 0n) return id;
  throw new TacitError("USAGE", "--account-id is not a number of at most 248 bits", {
    hint: "Give the gate's id, decimal or 0x hexadecimal.",
  });
}
