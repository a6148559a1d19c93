import { parseMarketFile } from "../../market/file.ts";
import { verifyMarket } from "../../market/verify.ts";
import type { Run } from "../command.ts";
import { readBytes } from "../files.ts";
import { readHistories } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const path = args.text("market");
  const bytes = await readBytes(path, "market");
  // What is no market file at all is refused as bad input; one that does not hold is an answer.
  parseMarketFile(bytes, path);
  const [chain, listings] = [args.optional("deribit"), args.optional("listings")];
  const histories = await readHistories(args.list("history"));
  const given = {
    ...(chain === undefined ? {} : { chain: { name: chain, bytes: await readBytes(chain, "csv") } }),
    ...(Object.keys(histories).length === 0 ? {} : { histories }),
    ...(listings === undefined ? {} : { listings: { name: listings, bytes: await readBytes(listings, "listings") } }),
  };
  io.stage("rebuilding the market");
  const { ok, steps } = await verifyMarket(bytes, path, given);
  io.settle();
  const notCompared = [
    ...(listings === undefined ? ["the list of ids (--listings)"] : []),
    ...(chain === undefined ? ["the files it was imported from (--deribit, --history)"] : []),
  ];
  const lines = columns(steps.map(({ name, ok, detail }) => [ok ? "ok" : "FAIL", name, detail]));
  return {
    code: ok ? 0 : 1,
    json: { ok, steps, notCompared },
    text: [
      ...lines,
      ...(ok && notCompared.length > 0 ? [`  not compared: ${notCompared.join("; ")}`] : []),
      ok ? `${path} holds` : `${path} does not hold`,
      "",
    ].join("\n"),
  };
};
