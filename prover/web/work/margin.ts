import "./strict.ts";
import type { Book } from "../../account/book.ts";
import type { OpenMarket } from "../../explain/inMarket.ts";
import { type ImportRequest, importBook } from "../../import/read.ts";
import { TacitError } from "../../units/errors.ts";
import { describeMarket, openMarketFile, reportOn } from "./report.ts";
import { serveApi } from "./rpc.ts";

let open: OpenMarket | undefined;

const opened = (): OpenMarket => {
  if (open === undefined) throw new TacitError("NO_MARKET", "no market is open");
  return open;
};

const api = {
  open(bytes: Uint8Array, name: string) {
    const market = openMarketFile(bytes, name);
    open = market;
    return describeMarket(market);
  },
  read: (request: Omit<ImportRequest, "listed">) => importBook({ ...request, listed: opened().market.instruments }),
  report: (book: Book, coverage: string) => reportOn(opened(), book, coverage),
};

export type MarginApi = typeof api;
serveApi(api);
