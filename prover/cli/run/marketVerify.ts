import { parseMarketFile } from "../../market/file.ts";
import { verifyMarket } from "../../market/verify.ts";
import type { Run } from "../command.ts";
import { readBytes } from "../files.ts";
import { readHistories, readProfile } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const path = args.text("market");
  const bytes = await readBytes(path, "market");
  // What is no market file at all is refused as bad input; one that does not hold is an answer.
  parseMarketFile(bytes, path);
  const [chain, listings] = [args.optional("deribit"), args.optional("listings")];
  const histories = await readHistories(args.list("history"));
  const profile = args.optional("profile");
  const given = {
    ...(profile === undefined ? {} : { profile: { name: profile, profile: await readProfile(profile) } }),
    ...(chain === undefined ? {} : { chain: { name: chain, bytes: await readBytes(chain, "csv") } }),
    ...(Object.keys(histories).length === 0 ? {} : { histories }),
    ...(listings === undefined ? {} : { listings: { name: listings, bytes: await readBytes(listings, "listings") } }),
  };
  io.stage("rebuilding the market");
  const { ok, steps, notCompared, warnings } = await verifyMarket(bytes, path, given);
  io.settle();
  for (const warning of warnings) io.note(`warning: ${warning}`);
  const lines = columns(steps.map(({ name, ok, detail }) => [ok ? "ok" : "FAIL", name, detail]));
  return {
    code: ok ? 0 : 1,
    json: { ok, steps, notCompared, warnings },
    text: [
      ...lines,
      ...(ok && notCompared.length > 0 ? [`  not compared: ${notCompared.join("; ")}`] : []),
      ok ? `${path} holds` : `${path} does not hold`,
      "",
    ].join("\n"),
  };
};
