import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildBn128 } from "ffjavascript";
import { groth16, zKey } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCALAR_FIELD, word } from "../../prover/kernel/binary.ts";
import { proofPoints, publicSignalsOf, snarkjsProof } from "../../prover/kernel/proof.ts";
import { openMultiplier } from "../../prover/setup/pool.ts";
import { sampleKey } from "../../scripts/kernel/sample.ts";
import { FUZZERS, withSanitized } from "../../scripts/kernel/sanitize.ts";
import { type Case, caseFile, caseOf, seedsOf } from "../../scripts/kernel/sanitized-case.ts";
import { randomNumbers, reference, words } from "../kernel/kernels.ts";
import { NATIVE, nativeSummer, PATHS } from "../kernel/native.ts";
import { canRun, findProgram } from "../services.ts";

const run = promisify(execFile);
const random = randomNumbers(0x6a09e667f3bcc909n);
const below = (bound: number): number => Number(random(BigInt(bound)));
afterAll(async () => (await buildBn128()).terminate());

/** Multiples of the generators by known numbers: their sums of multiples are one multiple each. Those of G2 recur. */
const logs = Array.from({ length: 1 << 17 }, () => random(SCALAR_FIELD));
const DISTINCT = { g1: logs.length, g2: 1 << 15 };
const points: Record<string, Uint8Array> = {};
beforeAll(async () => {
  await using multiplier = await openMultiplier();
  for (const name of ["g1", "g2"] as const) {
    points[name] = await multiplier.multiply(name, words(logs.slice(0, DISTINCT[name])));
  }
});

describe.each(PATHS)("a long sum of multiples by the native %s path", (path) => {
  const summer = nativeSummer(2, path);
  it.each([1 << 15, 1 << 17].flatMap((size) => (["g1", "g2"] as const).map((name) => [size, name] as const)))(
    "is the generator's multiple that it has to be, for %i points of %s",
    async (size, name) => {
      const curve = await reference();
      const group = name === "g1" ? curve.G1 : curve.G2;
      const scalars = Array.from({ length: size }, (_, i) => (i % 8 === 7 ? BigInt(i % 3) : random(SCALAR_FIELD)));
      const recurring = Array<Uint8Array>(size / Math.min(size, DISTINCT[name])).fill(points[name] as Uint8Array);
      const chosen = Buffer.concat(recurring).subarray(0, size * (name === "g1" ? 64 : 128));
      const multiple = scalars.reduce((sum, s, i) => sum + s * (logs[i % DISTINCT[name]] as bigint), 0n) % SCALAR_FIELD;
      const expected = group.toObject(group.toAffine(group.timesScalar(group.g, multiple)));
      const got = await summer(name, chosen, words(scalars));
      expect(got).toEqual(expected.flat().slice(0, got.length));
    },
  );
});

/** A copy of a case with some of its bytes changed. */
function changed(
  original: Case,
  change: (parts: Uint8Array[], witness: Uint8Array) => Partial<Case> | undefined,
): Case {
  const parts = original.parts.map((part) => new Uint8Array(part));
  const witness = new Uint8Array(original.witness);
  return { ...original, parts, witness, ...change(parts, witness) };
}

/** Damage of every kind, and the status that has to come of it where only one can. */
function hostile(original: Case): { name: string; status?: number; bytes: Uint8Array }[] {
  const cases: { name: string; status?: number; bytes: Uint8Array }[] = [];
  const add = (name: string, status: number | undefined, change: Parameters<typeof changed>[1]): void => {
    const bytes = caseFile(changed(original, change));
    cases.push(status === undefined ? { name, bytes } : { name, status, bytes });
  };
  add("whole", 0, () => ({}));
  for (const part of original.parts.keys()) {
    add(`short-${part}`, 6, (parts) => ({ parts: parts.with(part, parts[part]?.subarray(1) ?? new Uint8Array()) }));
    add(`empty-${part}`, part === 7 ? undefined : 6, (parts) => ({ parts: parts.with(part, new Uint8Array()) }));
    add(`ones-${part}`, part === 7 ? 2 : 1, (parts) => void parts[part]?.fill(255));
    add(`zeros-${part}`, undefined, (parts) => void parts[part]?.fill(0));
    for (let i = 0; i < 3; i++) {
      add(`bit-${part}-${i}`, undefined, (parts) => {
        const bytes = parts[part] as Uint8Array;
        const at = below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        return undefined;
      });
    }
  }
  for (const [name, change] of Object.entries({
    "no-wires": { wires: 0 },
    "all-wires": { wires: 2 ** 32 - 1 },
    signals: { publicSignals: 2 ** 32 - 1 },
    "log-27": { log: 27 },
    "log-255": { log: 255 },
  })) {
    add(name, 6, () => change);
  }
  add("witness-short", 6, (_, witness) => ({ witness: witness.subarray(32) }));
  add("witness-long", 6, (_, witness) => ({ witness: Buffer.concat([witness, witness]) }));
  add("witness-order", 4, (_, witness) => void witness.set(word(SCALAR_FIELD), 64));
  add("witness-ones", 4, (_, witness) => void witness.fill(255));
  for (const value of [0n, 1n, SCALAR_FIELD - 1n, (SCALAR_FIELD - 1n) / 2n]) {
    add(`witness-all-${value % 1000n}`, 0, (_, witness) => {
      for (let at = 0; at < witness.length; at += 32) witness.set(word(value), at);
      return undefined;
    });
  }
  return cases;
}

describe.runIf(NATIVE && canRun("native kernel under sanitizers", "clang", findProgram("clang") !== undefined))(
  "the native engine under AddressSanitizer and UBSan",
  () => {
    it("answers every damaged key and witness alike on all paths and 1, 2 and 4 threads, sums as it must, and fuzzers find nothing", async () => {
      const { zkey, witness } = await sampleKey();
      const original = caseOf(zkey, witness);
      const cases = hostile(original);
      await withSanitized(async ({ folder, driver, sums, fuzzers }) => {
        const inputs = join(folder, "cases");
        await mkdir(inputs);
        for (const { name, bytes } of cases) await writeFile(join(inputs, name), bytes);
        const { stdout } = await run(
          driver,
          cases.map(({ name }) => join(inputs, name)),
          { maxBuffer: 1 << 28 },
        );
        const said = new Map<string, Set<string>>();
        for (const line of stdout.trim().split("\n")) {
          const [path, _name, _threads, status, _at, ...words] = line.split(" ");
          const name = path?.split("/").at(-1) ?? "";
          said.set(name, (said.get(name) ?? new Set()).add([status, ...words].join(" ")));
        }
        for (const { name, status } of cases) {
          const answers = [...(said.get(name) ?? [])];
          expect(answers, name).toHaveLength(1);
          if (status !== undefined) expect(answers[0]?.split(" ")[0], name).toBe(String(status));
        }
        const [whole = ""] = said.get("whole") ?? [];
        const proven = Uint32Array.from(whole.split(" ").slice(1), (hex) => Number.parseInt(hex, 16));
        const vkey = await zKey.exportVerificationKey({ type: "mem", data: zkey });
        const signals = publicSignalsOf(original.witness, original.publicSignals).map(String);
        const proof = snarkjsProof(proofPoints(new Uint8Array(proven.buffer)));
        expect(await groth16.verify(vkey, signals, proof)).toBe(true);

        const compared = await run(sums, []);
        expect(compared.stdout).toMatch(/^\d+ compared\n$/);

        for (const name of FUZZERS) {
          const corpus = join(folder, `corpus-${name}`);
          await mkdir(corpus);
          for (const [i, seed] of seedsOf(name, original).entries()) await writeFile(join(corpus, `seed-${i}`), seed);
          const limits = ["-max_total_time=10", "-timeout=120", "-rss_limit_mb=4096", "-max_len=20000"];
          await run(fuzzers[name], [corpus, ...limits], { cwd: folder, maxBuffer: 1 << 26 });
        }
      });
    });
  },
);
