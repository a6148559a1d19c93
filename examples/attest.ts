// Proves to one auditor that a book has some equity and little delta, and verifies it as the auditor would.
// node examples/attest.ts market.json book.json
import { readFile } from "node:fs/promises";
import { parseBook } from "tacit/account/book";
import { commit, randomSecret } from "tacit/account/state";
import { openAttester } from "tacit/attest/attester";
import { verifyAttestation } from "tacit/attest/verify";
import { readMarket } from "tacit/market/read";
import { Cash } from "tacit/units/units";

const [marketPath = "market.json", bookPath = "book.json"] = process.argv.slice(2);
const market = await readMarket(await readFile(marketPath), marketPath);
const portfolio = parseBook(await readFile(bookPath, "utf8"), bookPath, market.instruments);
// Keep both secrets: without them nobody can prove this account again.
const account = { ...portfolio, accountId: randomSecret(), salt: randomSecret() };
const usd = (text: string): Cash => Cash.parse(text, "claim");
const netDelta = [{ bucket: "BTC", low: usd("-200000"), high: usd("200000") }];
const claims = { equityAtLeast: usd("10000"), netDelta, nothingIn: [] };
const asked = { audience: "Ada Audit", purpose: "credit line", nonce: "7f3a" };

await using attester = await openAttester();
const expires = Math.floor(Date.now() / 1000) + 86_400;
const { attestation } = await attester.attest({ account, market, claims, ...asked, expires });

// The auditor knows the account's commitment from its gate, and asked for the rest.
const verdict = await verifyAttestation(attestation, { market, commitment: await commit(account), ...asked });
if (!verdict.valid) throw new Error(verdict.reason);
for (const { words } of verdict.statements) console.log(words);
