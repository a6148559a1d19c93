// A venue's positions and balances as a book, with what could not be imported.
// node examples/import.ts market.json positions.json balances.json
import { readFile } from "node:fs/promises";
import { importBook } from "tacit/import/read";
import { readMarket } from "tacit/market/read";

const [marketPath = "market.json", ...paths] = process.argv.slice(2);
const { instruments } = await readMarket(await readFile(marketPath), marketPath);
const files = await Promise.all(paths.map(async (name) => ({ name, text: await readFile(name, "utf8") })));

const { book, refused, notes } = importBook({ files, listed: instruments, totals: "equity" });
for (const { where, what, reason } of refused) console.error(`not imported: ${where}, ${what}: ${reason}`);
for (const note of notes) console.error(`note: ${note}`);
console.log(JSON.stringify(book, null, 2));
