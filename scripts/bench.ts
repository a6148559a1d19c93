import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { CIRCUITS, type CircuitName } from "../prover/generated/circuits.ts";
import type { ProofCost } from "../prover/prove/prover.ts";
import { measureGas } from "./gas.ts";

/**
 * `npm run bench`: rows, non-zeros, key size, time, memory and gas, as the README shows them.
 *   --json         one JSON document instead of tables
 *   --only NAMES   circuits, or `gas`, separated by commas
 *   --runs N       warm proofs a circuit (default 5)
 *   --write        put the tables into the README
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string" },
    runs: { type: "string", default: "5" },
    write: { type: "boolean" },
  },
});
const only = values.only?.split(",");
const wanted = (name: string): boolean =>
  only === undefined || only.includes(name) || (only.includes("prover") && name !== "gas");

export interface CircuitFigures {
  readonly circuit: CircuitName;
  readonly rows: number;
  readonly nonZeros: number;
  readonly keyMB: number;
  /** From an empty process: key, tree, witness, proof, check. */
  readonly coldSeconds: number;
  /** Medians of the warm proofs. */
  readonly witnessSeconds: number;
  readonly proveSeconds: number;
  /** Against the smallest circuit in the same run: machines differ, ratios less. */
  readonly ratio: number;
  readonly peakMB: number;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const total = ({ seconds }: ProofCost): number => Object.values(seconds).reduce((sum, part) => sum + part, 0);

async function measure(circuit: CircuitName): Promise<Omit<CircuitFigures, "ratio">> {
  const script = fileURLToPath(new URL("measure.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, circuit, values.runs], {
    maxBuffer: 1 << 24,
  });
  const [cold, ...warm]: ProofCost[] = JSON.parse(stdout);
  if (cold === undefined) throw new Error(`${circuit} measured nothing`);
  const { constraints, nonZeros, zkey } = CIRCUITS[circuit];
  return {
    circuit,
    rows: constraints,
    nonZeros: nonZeros.total,
    keyMB: zkey.bytes / 1e6,
    coldSeconds: total(cold),
    witnessSeconds: median(warm.map(({ seconds }) => seconds["computing the witness"])),
    proveSeconds: median(warm.map(({ seconds }) => seconds.proving)),
    peakMB: Math.max(...[cold, ...warm].map(({ peakMemory }) => peakMemory)) / 1e6,
  };
}

const measured: Omit<CircuitFigures, "ratio">[] = [];
for (const circuit of (Object.keys(CIRCUITS) as CircuitName[]).filter(wanted)) {
  process.stderr.write(`measuring ${circuit} ...\n`);
  measured.push(await measure(circuit));
}
const base = measured[0]?.proveSeconds ?? Number.NaN;
const circuits: CircuitFigures[] = measured.map((figures) => ({ ...figures, ratio: figures.proveSeconds / base }));
const gas = wanted("gas") ? await measureGas() : [];

const number = (value: number): string => value.toLocaleString("en-US");
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, i) => (i === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
const circuitTable = table(
  ["circuit", "rows", "non-zeros", "key MB", "cold s", "witness s", "prove s", "ratio", "peak MB"],
  circuits.map((f) => [
    `\`${f.circuit}\``,
    number(f.rows),
    number(f.nonZeros),
    f.keyMB.toFixed(1),
    f.coldSeconds.toFixed(1),
    f.witnessSeconds.toFixed(2),
    f.proveSeconds.toFixed(1),
    f.ratio.toFixed(2),
    f.peakMB.toFixed(0),
  ]),
);
const gasTable = table(
  ["transaction", "gas", "plain transfers"],
  gas.map(({ transaction, gas, ratio }) => [transaction, number(gas), ratio.toFixed(1)]),
);

if (values.json) console.log(JSON.stringify({ circuits, gas }, null, 2));
else
  console.log([circuits.length > 0 ? circuitTable : "", gas.length > 0 ? gasTable : ""].filter(Boolean).join("\n\n"));

if (values.write) {
  const path = new URL("../README.md", import.meta.url);
  const readme = await readFile(path, "utf8");
  const block = `<!-- bench -->\n${circuitTable}\n\n${gasTable}\n<!-- /bench -->`;
  const written = readme.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, () => block);
  if (!written.includes(block)) throw new Error("README.md has no <!-- bench --> block");
  await writeFile(path, written);
}
