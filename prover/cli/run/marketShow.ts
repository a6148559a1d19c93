import { renderInstrument, renderMarket, summariseInstrument, summariseMarket } from "../../market/show.ts";
import type { Run } from "../command.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const { market, raw } = await loadMarket(args.text("market"), io);
  const name = args.optional("instrument");
  if (name !== undefined) {
    const summary = summariseInstrument(market, name);
    return { code: 0, json: summary, text: `${renderInstrument(summary)}\n` };
  }
  const summary = summariseMarket(market, raw);
  return { code: 0, json: summary, text: `${renderMarket(summary)}\n` };
};
