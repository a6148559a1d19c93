// Proves that a book covers its requirement once and a half, and verifies the proof as a stranger would.
// node examples/prove.ts market.json book.json
import { readFile } from "node:fs/promises";
import { parseBook } from "tacit/account/book";
import { randomSecret } from "tacit/account/state";
import { readMarket } from "tacit/market/read";
import { openProver } from "tacit/prove/prover";
import { verifyProof } from "tacit/prove/verify";
import { Coverage } from "tacit/units/units";

const [marketPath = "market.json", bookPath = "book.json"] = process.argv.slice(2);
const market = await readMarket(await readFile(marketPath), marketPath);
const portfolio = parseBook(await readFile(bookPath, "utf8"), bookPath, market.instruments);
// Keep both secrets: without them nobody can prove this account again.
const account = { ...portfolio, accountId: randomSecret(), salt: randomSecret() };
const coverage = Coverage.parse("1.5", "coverage");

await using prover = await openProver();
const { proof } = await prover.prove({ account, market, set: "maintenance", coverage });
console.log(JSON.stringify(await verifyProof(proof, { market, coverage })));
