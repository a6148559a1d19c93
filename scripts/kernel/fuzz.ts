import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { buildBn128 } from "ffjavascript";
import { sampleKey } from "./sample.ts";
import { FUZZERS, withSanitized } from "./sanitize.ts";
import { caseOf, seedsOf } from "./sanitized-case.ts";

/**
 * `npm run fuzz`: runs the native engine's fuzzers (libFuzzer) under AddressSanitizer and UBSan. The first thing found ends
 * it with exit code 1, and leaves its input in the working folder.
 *   --seconds N    for each (default 20)
 *   --only NAMES   of load, sum, prove, separated by commas
 *   --json         one JSON document
 */
const { values } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, only: { type: "string" }, json: { type: "boolean" } },
});
const names = FUZZERS.filter((name) => values.only === undefined || values.only.split(",").includes(name));

if (!values.json) console.error(`Building the fuzzers, then ${names.length} times ${values.seconds} s ...`);
const { zkey, witness } = await sampleKey();
// The curve's threads, which the sample's verification key was made with, would keep the process alive.
await (await buildBn128()).terminate();
const original = caseOf(zkey, witness);

const results = await withSanitized(async ({ folder, fuzzers }) => {
  const figures: { fuzzer: string; seconds: number; runs: number; edges: number; corpus: number; found: boolean }[] =
    [];
  for (const name of names) {
    const corpus = join(folder, `corpus-${name}`);
    await mkdir(corpus);
    for (const [i, seed] of seedsOf(name, original).entries()) await writeFile(join(corpus, `seed-${i}`), seed);
    const limits = [`-max_total_time=${values.seconds}`, "-timeout=60", "-rss_limit_mb=4096"];
    const child = spawn(fuzzers[name], [corpus, ...limits, "-max_len=20000", "-print_final_stats=1"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let runs = 0;
    let edges = 0;
    const kept: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      // Its progress: "#123 pulse cov: 45 ft: 67 corp: 8/90b ..."
      const progress = /^#(\d+)\s+\S+\s+cov: (\d+)/.exec(line);
      if (progress === null) kept.push(line);
      else [runs, edges] = [Number(progress[1]), Number(progress[2])];
      if (progress !== null && !values.json && process.stderr.isTTY) {
        process.stderr.write(`\r${name}: ${runs} runs, ${edges} edges `);
      }
    }
    const code = await new Promise<number | null>((resolve) => {
      if (child.exitCode !== null) resolve(child.exitCode);
      else child.once("close", resolve);
    });
    const stat = (key: string): number =>
      Number(
        kept
          .find((line) => line.includes(key))
          ?.split(/\s+/)
          .at(-1) ?? 0,
      );
    const found = code !== 0;
    if (found) console.error(kept.join("\n"));
    const total = stat("number_of_executed_units") || runs;
    figures.push({
      fuzzer: name,
      seconds: Number(values.seconds),
      runs: total,
      edges,
      corpus: stat("new_units_added"),
      found,
    });
    if (found) break;
  }
  return figures;
});
if (values.json) console.log(JSON.stringify({ results }));
else console.table(results);
if (results.some(({ found }) => found)) process.exitCode = 1;
