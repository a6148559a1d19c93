import { parseArgs } from "node:util";
import { BACKEND_NAMES } from "../prover/prove/backend.ts";
import { openProver } from "../prover/prove/prover.ts";
import { reconcile, runDay, summary } from "../test/day/day.ts";
import { renderSearches, searchDay } from "../test/leaks/leaks.ts";
import { CARELESS } from "../test/leaks/planted.ts";

/**
 * `npm run leaks`: plays a day of trading with real proofs, and searches everything that the chain then holds for sizes,
 * instruments and prices, each search beside leaks that are planted for it (docs/PRIVACY.md). Exit code 1 for a leak, or for a
 * search that misses what was planted.
 *   --long    twenty accounts, 300 fills, four epochs of the whole chains; without it six accounts and 20 fills
 *   --seed N  another day
 *   --backend NAME  that proves: native, wasm or snarkjs; the fastest that is there without it
 *   --json    one JSON document
 */
const { values } = parseArgs({
  options: {
    long: { type: "boolean" },
    backend: { type: "string" },
    seed: { type: "string", default: "20260205" },
    json: { type: "boolean" },
  },
});
const size =
  values.long === true
    ? { accounts: 20, fills: 300, moments: [0, 1, 2, 3], small: false }
    : { accounts: 6, fills: 20, moments: [0, 2], small: true };

const backend = BACKEND_NAMES.find((name) => name === values.backend);
if (values.backend !== undefined && backend === undefined) throw new Error(`there is no backend ${values.backend}`);
await using prover = await openProver(backend === undefined ? {} : { backend });
const report = (line: string) => process.stderr.write(`${line}\n`);
const day = await runDay({ seed: Number(values.seed), ...size, spare: CARELESS, prover, report });
await reconcile(day);
const searches = await searchDay(day, prover);
if (values.json === true) {
  console.log(JSON.stringify({ seed: Number(values.seed), fills: day.fills, searches }, null, 2));
} else {
  console.log(`${summary(day)}\n\n${renderSearches(searches)}`);
}
if (searches.some(({ missed, leaks }) => missed.length > 0 || leaks.length > 0)) process.exitCode = 1;
