import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { buildDay, type Day } from "../prover/demo/days.ts";
import { CIRCUITS, type CircuitName, MARGIN_NAMES } from "../prover/generated/circuits.ts";
import { BACKEND_NAMES } from "../prover/prove/backend.ts";
import type { ProofCost } from "../prover/prove/prover.ts";
import { measureActs } from "./acts.ts";
import type { Comparison } from "./compare.ts";
import { measureGas } from "./gas.ts";
import { median } from "./median.ts";
import { measureParts } from "./parts.ts";

/**
 * `npm run bench`: rows, non-zeros, key size, time, memory and gas, as the README shows them, every backend's time and its
 * phases, as docs/KERNEL.md does, and what the ways to build a part of the circuit cost, as docs/CIRCUITS.md does. The
 * program that the variable RAPIDSNARK names is timed beside the backends.
 *   --json         one JSON document instead of tables
 *   --only NAMES   circuits, or `prover` for all of them, `market`, `gas`, `acts`, `parts`, separated by commas
 *   --runs N       warm proofs a circuit and backend (default 7)
 *   --threads N    of the prover (default 2)
 *   --write        put the tables into the documents
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string" },
    runs: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    write: { type: "boolean" },
  },
});
const only = values.only?.split(",");
const wanted = (name: string): boolean =>
  only === undefined || only.includes(name) || (only.includes("prover") && Object.hasOwn(CIRCUITS, name));

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
  /** Against the smallest margin circuit in the same run: machines differ, ratios less. */
  readonly ratio: number;
  /** The fastest backend's warm proof against snarkjs', side by side; then each backend's, null where it is not there. */
  readonly ratioToSnarkjs: number;
  readonly wasmRatio: number | null;
  readonly nativeRatio: number | null;
  readonly peakMB: number;
  readonly comparison: Comparison;
}

const run = async (script: string, args: readonly string[]): Promise<string> => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return (await promisify(execFile)(process.execPath, [path, ...args], { maxBuffer: 1 << 24 })).stdout;
};
const isAccount = (circuit: CircuitName): boolean => circuit === "transition" || circuit === "disclose";
const total = ({ seconds }: ProofCost): number => Object.values(seconds).reduce((sum, part) => sum + part, 0);

async function measure(circuit: CircuitName): Promise<Omit<CircuitFigures, "ratio">> {
  const args = [circuit, values.runs, values.threads];
  const [cold, ...warm]: ProofCost[] = JSON.parse(
    await run(isAccount(circuit) ? "measure-account.ts" : "measure.ts", args),
  );
  const comparison: Comparison = JSON.parse(await run("compare.ts", args));
  const { native, wasm } = comparison.backends;
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
    ratioToSnarkjs: Math.min(...[native, wasm].map((figures) => figures?.ratioToSnarkjs ?? 1)),
    wasmRatio: wasm?.ratioToSnarkjs ?? null,
    nativeRatio: native?.ratioToSnarkjs ?? null,
    peakMB: Math.max(...[cold, ...warm].map(({ peakMemory }) => peakMemory)) / 1e6,
    comparison,
  };
}

/** The chain of 2026-02-04, from its CSV to a market file with both trees: the first build of the process, then a median. */
async function measureMarket(): Promise<{ instruments: number; coldSeconds: number; warmSeconds: number }> {
  const days: Day[] = [];
  for (let run = 0; run < 4; run++) days.push(await buildDay("2026-02-04", []));
  const [cold, ...warm] = days.map(({ seconds }) => seconds);
  const instruments = days[0]?.market.instruments.length ?? 0;
  return { instruments, coldSeconds: cold ?? Number.NaN, warmSeconds: median(warm) };
}

const measured: Omit<CircuitFigures, "ratio">[] = [];
for (const circuit of [...MARGIN_NAMES, "transition", "disclose", "attest"] as const) {
  if (!wanted(circuit)) continue;
  process.stderr.write(`measuring ${circuit} ...\n`);
  measured.push(await measure(circuit));
}
const base =
  measured.find(({ circuit }) => circuit === "margin_4")?.proveSeconds ?? measured[0]?.proveSeconds ?? Number.NaN;
const circuits: CircuitFigures[] = measured.map((figures) => ({ ...figures, ratio: figures.proveSeconds / base }));
const market = wanted("market") ? await measureMarket() : undefined;
const acts = wanted("acts") ? await measureActs(Number(values.runs)) : [];
const gas = wanted("gas") ? await measureGas() : [];
const parts = wanted("parts") ? await measureParts() : [];

const number = (value: number): string => value.toLocaleString("en-US");
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const rule = header.map((_, i) => (/^[\d.,]+$/.test(rows[0]?.[i] ?? "") ? "--:" : "---"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};
const circuitTable = table(
  ["circuit", "rows", "non-zeros", "key MB", "cold s", "witness s", "prove s", "ratio", "of snarkjs'", "peak MB"],
  circuits.map((f) => [
    `\`${f.circuit}\``,
    number(f.rows),
    number(f.nonZeros),
    f.keyMB.toFixed(1),
    f.coldSeconds.toFixed(1),
    f.witnessSeconds.toFixed(2),
    f.proveSeconds.toFixed(2),
    f.ratio.toFixed(2),
    f.ratioToSnarkjs.toFixed(3),
    f.peakMB.toFixed(0),
  ]),
);
const backendTable = table(
  ["circuit", "backend", "code path", "threads", "load s", "prove s", "of snarkjs'", "of its time, ms"],
  circuits.flatMap(({ circuit, comparison: { backends, rapidsnark } }) => [
    ...BACKEND_NAMES.flatMap((name) => {
      const f = backends[name];
      if (f === null) return [];
      const { total: _, ...parts } = f.phasesMs;
      const phases = Object.entries(parts).map(([phase, ms]) => `${phase} ${ms.toFixed(0)}`);
      const seconds = [f.loadMs, f.proveMs].map((ms) => (ms / 1000).toFixed(2));
      return [
        [`\`${circuit}\``, name, f.path, String(f.threads), ...seconds, f.ratioToSnarkjs.toFixed(3), phases.join(", ")],
      ];
    }),
    ...(rapidsnark === null
      ? []
      : [
          [
            ...[`\`${circuit}\``, "rapidsnark", "a process each time, key from disk", "its own", ""],
            ...[(rapidsnark.processMs / 1000).toFixed(2), rapidsnark.ratioToSnarkjs.toFixed(3), ""],
          ],
        ]),
  ]),
);
const gasTable = table(
  ["transaction", "gas", "plain transfers"],
  gas.map(({ transaction, gas, ratio }) => [transaction, number(gas), ratio.toFixed(1)]),
);

const actTable = table(
  ["act", "proofs", "whole s", "made s", "native, of snarkjs'", "WebAssembly, of snarkjs'", "gas"],
  acts.map(({ act, proofs, seconds, makingSeconds, ratios, gas }) => [
    act === "fill" ? "fill, both sides" : act,
    String(proofs),
    seconds.toFixed(2),
    act === "fill" ? "" : makingSeconds.toFixed(2),
    ratios.native?.toFixed(3) ?? "",
    ratios.wasm?.toFixed(3) ?? "",
    number(gas),
  ]),
);
const partTable = table(
  ["part", "how", "rows", "terms of A and B", "key kB"],
  parts.map(({ part, what, rows, terms, keyBytes }) => [
    part,
    what,
    number(rows),
    number(terms),
    number(Math.round(keyBytes / 1000)),
  ]),
);
const marketTable = table(
  ["market", "instruments", "first build s", "next builds s"],
  market === undefined
    ? []
    : [["2026-02-04", number(market.instruments), market.coldSeconds.toFixed(1), market.warmSeconds.toFixed(1)]],
);
const tables = [
  { name: "market", document: "README.md", text: market === undefined ? "" : marketTable },
  { name: "circuits", document: "README.md", text: circuits.length > 0 ? circuitTable : "" },
  { name: "backends", document: "docs/KERNEL.md", text: circuits.length > 0 ? backendTable : "" },
  { name: "gas", document: "README.md", text: gas.length > 0 ? gasTable : "" },
  { name: "acts", document: "README.md", text: acts.length > 0 ? actTable : "" },
  { name: "parts", document: "docs/CIRCUITS.md", text: parts.length > 0 ? partTable : "" },
].filter(({ text }) => text !== "");

if (values.json) console.log(JSON.stringify({ circuits, market, acts, gas, parts }, null, 2));
else console.log(tables.map(({ text }) => text).join("\n\n"));

for (const { name, document, text } of values.write ? tables : []) {
  const path = new URL(`../${document}`, import.meta.url);
  const [begin, end] = [`<!-- bench: ${name} -->`, "<!-- /bench -->"];
  const before = await readFile(path, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end, before.indexOf(begin))];
  if (from < 0 || to < 0) throw new Error(`${document} has no block ${begin}`);
  await writeFile(path, `${before.slice(0, from)}${begin}\n${text}\n${before.slice(to)}`);
}
