import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildBn128 } from "ffjavascript";
import { groth16, zKey } from "snarkjs";
import { afterAll, describe, expect, it } from "vitest";
import { SCALAR_FIELD, word } from "../../prover/kernel/binary.ts";
import { proofPoints, publicSignalsOf, snarkjsProof } from "../../prover/kernel/proof.ts";
import { sampleKey } from "../../scripts/kernel/sample.ts";
import { FUZZERS, withSanitized } from "../../scripts/kernel/sanitize.ts";
import { type Case, caseFile, caseOf } from "../../scripts/kernel/sanitized-case.ts";
import { randomNumbers } from "../kernel/kernels.ts";
import { NATIVE, nativeSummer, PATHS } from "../kernel/native.ts";
import { itSumsAsTheReference, usePoints } from "../kernel/sums.ts";
import { canRun, findProgram } from "../services.ts";

const run = promisify(execFile);
const random = randomNumbers(0x6a09e667f3bcc909n);
const below = (bound: number): number => Number(random(BigInt(bound)));
afterAll(async () => (await buildBn128()).terminate());

const point = usePoints(1 << 17);
describe.each(PATHS)("a long sum of multiples by the native %s path", (path) => {
  itSumsAsTheReference(nativeSummer(2, path), point, [1 << 15, 1 << 17]);
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
    for (let i = 0; i < 4; i++) {
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
    it("answers every damaged key and witness alike on all paths and 1 to 4 threads, and fuzzers find nothing", async () => {
      const { zkey, witness } = await sampleKey();
      const original = caseOf(zkey, witness);
      const cases = hostile(original);
      await withSanitized(async ({ folder, driver, fuzzers }) => {
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
        const words = Uint32Array.from(whole.split(" ").slice(1), (hex) => Number.parseInt(hex, 16));
        const vkey = await zKey.exportVerificationKey({ type: "mem", data: zkey });
        const signals = publicSignalsOf(original.witness, original.publicSignals).map(String);
        const proof = snarkjsProof(proofPoints(new Uint8Array(words.buffer)));
        expect(await groth16.verify(vkey, signals, proof)).toBe(true);

        for (const name of FUZZERS) {
          await run(fuzzers[name], ["-max_total_time=15", "-timeout=120", "-rss_limit_mb=4096"], { cwd: folder });
        }
      });
    });
  },
);
