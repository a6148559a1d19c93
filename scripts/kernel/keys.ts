import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { CIRCUITS, type CircuitName } from "../../prover/generated/circuits.ts";
import { packPoint } from "../../prover/kernel/compact/format.ts";
import { type Kernel, openKernel } from "../../prover/kernel/instance.ts";
import { type ProvingKey, readKey, TERM_BYTES } from "../../prover/kernel/key.ts";
import { readBuild } from "../../prover/kernel/threads-node.ts";
import { loadArtifacts, loadCompactKey } from "../../prover/prove/artifacts.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { median } from "../median.ts";

/**
 * What each step of a compact key saves, and what it costs to load: the tables of docs/KEYS.md.
 *   --only NAMES  circuits, separated by commas
 *   --runs N      loads of each form, of which the median counts (default 3)
 *   --json        one JSON document
 *   --write       put the tables into docs/KEYS.md
 */
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    runs: { type: "string", default: "3" },
    json: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const runs = Number(values.runs);
const SHOWN: CircuitName = "margin_16";

/** Points of a sum that are not infinity, one after the other. */
function present(points: Uint8Array, bytes: number): Uint8Array[] {
  return Array.from({ length: points.length / bytes }, (_, i) => points.subarray(i * bytes, (i + 1) * bytes)).filter(
    (point) => point.some((byte) => byte !== 0),
  );
}

/** Bytes of a key with one step after the other, the last of which is the file. */
function steps(zkey: Uint8Array, compact: Uint8Array): { step: string; bytes: number }[] {
  const key = readKey(zkey);
  const sums = [present(key.a, 64), present(key.b1, 64), present(key.c, 64), present(key.h, 64)];
  const g1 = sums.reduce((count, points) => count + points.length, 0);
  const g2 = present(key.b2, 128).length;
  const shared = sharedPoints(key);
  const { coefficients, wires, distinct } = plainTerms(key);
  const before =
    zkey.length - key.terms.length - [key.a, key.b1, key.b2, key.c, key.h].reduce((n, p) => n + p.length, 0);
  const rest = before + key.wires;
  const plain = rest + 64 * g1 + 128 * g2;
  const packed = rest + 32 * g1 + 64 * g2;
  const terms = coefficients + wires;
  return [
    { step: "as snarkjs has it", bytes: zkey.length },
    { step: "points at infinity left out", bytes: plain + key.terms.length },
    { step: "points as x and a bit", bytes: packed + key.terms.length },
    { step: "B1's points that are A's, or opposite, not repeated", bytes: packed - 32 * shared + key.terms.length },
    {
      step: "coefficients from a dictionary, wires as steps, varints",
      bytes: packed - 32 * shared + terms + 32 * distinct,
    },
    { step: "the dictionary up to sign: the .ckey", bytes: compact.length },
    { step: "beside it: the .zkey through gzip", bytes: gzipSync(zkey).length },
    { step: "beside it: the .ckey through gzip", bytes: gzipSync(compact).length },
    { step: "beside it: the .ckey through brotli, quality 5", bytes: brotliCompressSync(compact, BROTLI).length },
    { step: "beside it: the .ckey with its points unpacked", bytes: compact.length + 32 * (g1 - shared) + 64 * g2 },
  ];
}
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function sharedPoints({ a, b1, wires }: ProvingKey): number {
  let shared = 0;
  for (let wire = 0; wire < wires; wire++) {
    const [x, y] = [a.subarray(wire * 64, wire * 64 + 32), b1.subarray(wire * 64, wire * 64 + 32)];
    if (Buffer.compare(x, y) === 0 && y.some((byte) => byte !== 0)) shared++;
  }
  return shared;
}

/** Bytes of the terms as varints: a coefficient's number in order of frequency, and the step from the wire before. */
function plainTerms({ terms }: ProvingKey): { coefficients: number; wires: number; distinct: number } {
  const bytes = Buffer.from(terms);
  const counts = new Map<string, number>();
  let [wires, row, wire] = [0, -1, 0];
  const size = (value: number): number => (value < 128 ? 1 : 1 + size(Math.floor(value / 128)));
  for (let at = 0; at < bytes.length; at += TERM_BYTES) {
    const text = bytes.toString("latin1", at + 12, at + TERM_BYTES);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    const [matrix, r, w] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
    const part = 2 * r + matrix;
    // A part begins anew, and says how many terms it has.
    if (part !== row) [row, wire, wires] = [part, 0, wires + 1];
    wires += size(2 * Math.abs(w - wire));
    wire = w;
  }
  const frequent = [...counts.values()].sort((a, b) => b - a);
  const coefficients = frequent.reduce((sum, count, rank) => sum + count * size(rank), 0);
  return { coefficients, wires, distinct: counts.size };
}

/** Microseconds a point, in one thread of each build. */
async function pointCosts(key: ProvingKey): Promise<{ build: string; g1: number; g2: number; read: number }[]> {
  const count = 1000;
  const g1 = present(key.c, 64).slice(0, count);
  const g2 = present(key.b2, 128).slice(0, count);
  const time = (kernel: Kernel, call: "g1_read" | "g1_unpack" | "g2_unpack", points: readonly Uint8Array[]): number => {
    const mark = kernel.mark();
    const out = kernel.take(points.length * kernel.size.g2);
    const words = kernel.put(Buffer.concat(points));
    const times = Array.from({ length: runs }, () => {
      const start = performance.now();
      if (kernel[call](out, words, points.length) !== 0) throw new Error(`${call} refuses the key's own points`);
      return performance.now() - start;
    });
    kernel.release(mark);
    return (1000 * median(times)) / points.length;
  };
  return Promise.all(
    ["kernel-fma.wasm", "kernel.wasm"].map(async (build) => {
      const kernel = openKernel(await WebAssembly.compile(await readBuild(build)));
      return {
        build,
        read: time(kernel, "g1_read", g1),
        g1: time(kernel, "g1_unpack", g1.map(packPoint)),
        g2: time(kernel, "g2_unpack", g2.map(packPoint)),
      };
    }),
  );
}

/** From a file on disk to a key in two threads: seconds that pass, and seconds of processors, which a busy machine changes less. */
async function loads(circuit: CircuitName, folder: string) {
  const forms = { zkey: (await loadArtifacts(circuit)).zkey, ckey: await loadCompactKey(circuit) };
  const seconds: Record<string, number> = {};
  for (const [form, file] of Object.entries(forms)) {
    const path = join(folder, `${circuit}.${form}`);
    await writeFile(path, file);
    const backend = await openWasmBackend({ threads: 2 });
    const [wall, busy]: [number[], number[]] = [[], []];
    // The first one also waits for the engine to compile.
    for (let run = -1; run < runs; run++) {
      const before = process.cpuUsage();
      const start = performance.now();
      const key = await backend.load(await readFile(path));
      const { user, system } = process.cpuUsage(before);
      if (run >= 0) {
        wall.push((performance.now() - start) / 1000);
        busy.push((user + system) / 1e6);
      }
      await key.forget();
    }
    await backend.close();
    seconds[form] = median(wall);
    seconds[`${form} processors`] = median(busy);
  }
  return { circuit, zkeyBytes: forms.zkey.length, ckeyBytes: forms.ckey.length, seconds };
}

const shown = { zkey: (await loadArtifacts(SHOWN)).zkey, compact: await loadCompactKey(SHOWN) };
const sizes = steps(shown.zkey, shown.compact);
const costs = await pointCosts(readKey(shown.zkey));
const folder = await mkdtemp(join(tmpdir(), "tacit-keys-"));
const loaded = [];
try {
  const only = values.only?.split(",");
  for (const circuit of (Object.keys(CIRCUITS) as CircuitName[]).filter((name) => only?.includes(name) ?? true)) {
    process.stderr.write(`loading ${circuit} ...\n`);
    loaded.push(await loads(circuit, folder));
  }
} finally {
  await rm(folder, { recursive: true });
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, i) => (i === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
const mb = (bytes: number): string => (bytes / 1e6).toFixed(2);
const tables = {
  sizes: table(
    [`\`${SHOWN}\``, "MB"],
    sizes.map(({ step, bytes }) => [step, mb(bytes)]),
  ),
  points: table(
    ["build, microseconds a point", "G1 as in a .zkey", "G1 packed", "G2 packed"],
    costs.map(({ build, read, g1, g2 }) => [`\`${build}\``, read.toFixed(2), g1.toFixed(1), g2.toFixed(1)]),
  ),
  loads: table(
    ["circuit", ".zkey MB", ".ckey MB", ".zkey s", "of processors", ".ckey s", "of processors"],
    loaded.map(({ circuit, zkeyBytes, ckeyBytes, seconds }) => [
      `\`${circuit}\``,
      mb(zkeyBytes),
      mb(ckeyBytes),
      ...["zkey", "zkey processors", "ckey", "ckey processors"].map((name) => (seconds[name] ?? Number.NaN).toFixed(2)),
    ]),
  ),
};
if (values.json) console.log(JSON.stringify({ sizes, costs, loads: loaded }, null, 2));
else console.log(Object.values(tables).join("\n\n"));

if (values.write) {
  const path = new URL("../../docs/KEYS.md", import.meta.url);
  let text = await readFile(path, "utf8");
  for (const [name, content] of Object.entries(tables)) {
    const [begin, end] = [`<!-- keys: ${name} -->`, "<!-- /keys -->"];
    const [from, to] = [text.indexOf(begin), text.indexOf(end, text.indexOf(begin))];
    if (from < 0 || to < 0) throw new Error(`docs/KEYS.md has no block ${begin}`);
    text = `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
  }
  await writeFile(path, text);
}
