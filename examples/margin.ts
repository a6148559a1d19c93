// What a portfolio must post, and what each of its positions does to that. Needs a market file, and proves nothing.
// node examples/margin.ts market.json book.json
import { readFile } from "node:fs/promises";
import { parseBook } from "tacit/account/book";
import { explainInMarket } from "tacit/explain/inMarket";
import { parseMarketFile } from "tacit/market/file";
import { openMarket } from "tacit/market/read";
import { Coverage } from "tacit/units/units";

const [marketPath = "market.json", bookPath = "book.json"] = process.argv.slice(2);
const bytes = await readFile(marketPath);
const raw = parseMarketFile(bytes, marketPath);
const market = await openMarket(raw, bytes, marketPath);
const portfolio = parseBook(await readFile(bookPath, "utf8"), bookPath, market.instruments);

const margin = explainInMarket({ market, raw }, "maintenance", portfolio, Coverage.parse("1", "coverage"));
console.log(`required ${margin.required} of an equity of ${margin.equity} USD, isolated ${margin.isolated}`);
for (const { instrument, quantity, marginal } of margin.positions) console.log(instrument, quantity, marginal);
