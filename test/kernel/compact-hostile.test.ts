import fc from "fast-check";
import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BASE_FIELD, SCALAR_FIELD, word } from "../../prover/kernel/binary.ts";
import { checkKinds, countPoints, ENDS, HEADER_BYTES, readHeader } from "../../prover/kernel/compact/format.ts";
import { readTerms, termsOf, zigzag } from "../../prover/kernel/compact/terms.ts";
import type { Backend } from "../../prover/prove/backend.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { compactKey } from "../../prover/setup/compact.ts";
import { expandKey } from "../../prover/setup/expand.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { BUILDS, compileBuild, randomNumbers } from "./kernels.ts";
import { type Sample, sampleKey } from "./sample.ts";

const random = randomNumbers(0x4528e23b9c7d1f65n);
const below = (bound: number): number => Number(random(BigInt(bound)));

let sample: Sample;
let compact: Uint8Array<ArrayBuffer>;
let module: WebAssembly.Module;
let backend: Backend;
/** Where the parts of the sample's compact key begin. */
let at: Record<"kinds" | "pages" | "h" | "dictionary" | "rows", number>;
beforeAll(async () => {
  sample = await sampleKey();
  compact = compactKey(sample.zkey);
  module = await compileBuild(BUILDS[1]);
  backend = await openWasmBackend({ threads: 2 });
  const header = readHeader(compact, compact.length);
  const kinds = HEADER_BYTES + ENDS.bytes + 64 * (header.publicSignals + 1) + header.contributionBytes;
  const pages = kinds + header.wires;
  const h = pages + countPoints(compact.subarray(kinds, pages)).bytes;
  const dictionary = h + 32 * 2 ** header.log;
  at = { kinds, pages, h, dictionary, rows: dictionary + 32 * header.coefficients };
  expect(at.rows + header.rowBytes).toBe(compact.length);
});
afterAll(async () => {
  await backend.close();
  await (await buildBn128()).terminate();
});

const changed = (change: (copy: Uint8Array, view: DataView) => void, length = compact.length): Uint8Array => {
  const copy = new Uint8Array(length);
  copy.set(compact.subarray(0, Math.min(length, compact.length)));
  change(copy, new DataView(copy.buffer));
  return copy;
};

/** Loads and proves: "valid", "invalid" or the error's code. Anything but a TacitError fails the test. */
async function outcome(key: Uint8Array): Promise<string> {
  try {
    const loaded = await backend.load(key);
    try {
      const { proof, publicSignals } = await loaded.prove(sample.witness);
      return (await groth16.verify(sample.verificationKey, publicSignals, proof)) ? "valid" : "invalid";
    } finally {
      await loaded.forget();
    }
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return error.code;
  }
}

/** Expands in this thread: "expanded" or the error's code. */
function expanded(key: Uint8Array): string {
  try {
    expandKey(module, key);
    return "expanded";
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return error.code;
  }
}

describe("a compact key from a stranger", () => {
  it("proves when it is whole, and still does after every refusal of this file", async () => {
    expect(await outcome(compact)).toBe("valid");
    expect(await outcome(compact.subarray(1))).toBe("BAD_KEY");
    expect(await outcome(compact)).toBe("valid");
  });

  it("is refused cut off anywhere, or with a byte too many", async () => {
    for (let i = 0; i < 60; i++) expect(await outcome(compact.subarray(0, below(compact.length)))).toBe("BAD_KEY");
    expect(await outcome(changed(() => {}, compact.length + 1))).toBe("BAD_KEY");
    for (let length = 0; length < compact.length; length += 7) {
      expect(expanded(compact.subarray(0, length))).toBe("BAD_KEY");
    }
  });

  it("is refused cut off though its header names the bytes that are left", async () => {
    for (let i = 0; i < 60; i++) {
      const length = HEADER_BYTES + below(compact.length - HEADER_BYTES);
      const cut = changed((_, view) => view.setBigUint64(8, BigInt(length), true), length);
      expect(await outcome(cut)).toBe("BAD_KEY");
      expect(expanded(cut)).toBe("BAD_KEY");
    }
  });

  const MAX = 0xffff_ffff;
  it.each([
    ["another version", 4, 2],
    ["no wires", 16, 0],
    ["more wires than bytes", 16, MAX],
    ["one wire more", 16, undefined],
    ["more public signals than wires", 20, MAX],
    ["one public signal more", 20, undefined],
    ["a domain beyond the field's roots of unity", 24, 28],
    ["a domain larger than the file", 24, 27],
    ["one more doubling of its domain", 24, undefined],
    ["more coefficients than bytes", 28, MAX],
    ["one coefficient more", 28, undefined],
    ["a dictionary larger than the file", 32, MAX],
    ["one dictionary entry more", 32, undefined],
    ["larger rows than the file", 36, MAX],
    ["one byte of rows more", 36, undefined],
    ["more contributions than the file", 40, MAX],
    ["one byte of contributions more", 40, undefined],
  ])("is refused with %s, before anything is reserved for it", async (_, offset, value) => {
    const key = changed((__, view) => view.setUint32(offset, value ?? view.getUint32(offset, true) + 1, true));
    const before = process.memoryUsage().rss;
    expect(await outcome(key)).toBe("BAD_KEY");
    expect(expanded(key)).toBe("BAD_KEY");
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it.each([
    ["a section twice", () => HEADER_BYTES - 1, Uint8Array.of(1)],
    ["a point of A beyond the prime", () => at.pages, word(BASE_FIELD)],
    ["a point of H beyond the prime", () => at.h, word(BASE_FIELD)],
    ["a coefficient outside the field", () => at.dictionary, word(SCALAR_FIELD)],
    ["an alpha off the curve", () => HEADER_BYTES, Uint8Array.of(1, 2, 3)],
    ["a delta off the twist", () => HEADER_BYTES + ENDS.delta2, Uint8Array.of(1, 2, 3)],
    ["a number of 36 bits in its rows", () => at.rows, new Uint8Array(6).fill(255)],
    ["more rows than its domain", () => at.rows, Uint8Array.of(255, 255, 255, 255, 15)],
  ])("is refused with %s", async (_, offset, bytes) => {
    expect(await outcome(changed((copy) => copy.set(bytes, offset())))).toBe("BAD_KEY");
  });

  it.each([
    ["a kind that is none", 3, 16],
    ["a point of C for a public wire", 0, 8],
    ["a B1 like an A that is not there", 4, 4],
    ["a B1 opposite to an A that is not there", 4, 6],
  ])("is refused with %s", async (_, wire, kind) => {
    const key = changed((copy) => {
      copy[at.kinds + wire] = kind;
    });
    await expect(backend.load(key)).rejects.toMatchObject({ code: "BAD_KEY", message: /of no kind: number \d/ });
  });

  it("gives for any flipped bit a refusal or a proof that does not verify, unless no proof takes the bit", async () => {
    const seen = new Map<string, number>();
    for (let i = 0; i < 250; i++) {
      // A third of them where sizes are, and another where rows are.
      const byte = [below(compact.length), below(HEADER_BYTES), at.rows + below(compact.length - at.rows)][
        i % 3
      ] as number;
      const result = await outcome(
        changed((copy) => {
          copy[byte] = (copy[byte] ?? 0) ^ (1 << below(8));
        }),
      );
      expect(["BAD_KEY", "BAD_WITNESS", "invalid", "valid"]).toContain(result);
      seen.set(result, (seen.get(result) ?? 0) + 1);
    }
    expect(seen.get("BAD_KEY")).toBeGreaterThan(100);
    // ic, contributions, and points and rows that this witness multiplies by zero.
    expect(seen.get("valid") ?? 0).toBeLessThan(50);
  });

  it("is refused or read, and nothing else, in thousands of mutations of every kind", () => {
    const counts = { BAD_KEY: 0, read: 0 };
    for (let i = 0; i < 20_000; i++) {
      const copy = changed(() => {});
      for (let many = 1 + below(4); many > 0; many--) mutate(copy);
      try {
        const header = readHeader(copy, copy.length);
        checkKinds(copy.subarray(at.kinds, at.kinds + header.wires), header);
        readTerms(copy.subarray(copy.length - header.rowBytes), {
          rows: 2 ** header.log,
          wires: header.wires,
          coefficients: 2 * (header.coefficients + 1),
          terms: header.terms,
        });
        counts.read++;
      } catch (error) {
        if (!(error instanceof TacitError)) throw error;
        expect(error.code).toBe("BAD_KEY");
        counts.BAD_KEY++;
      }
    }
    expect(counts.BAD_KEY).toBeGreaterThan(2000);
    expect(counts.read).toBeGreaterThan(2000);
  }, 300_000);

  it("is refused or expanded, and nothing else, in hundreds of them", () => {
    const counts = { BAD_KEY: 0, expanded: 0 };
    for (let i = 0; i < 600; i++) {
      const copy = changed(() => {});
      for (let many = 1 + below(4); many > 0; many--) mutate(copy);
      const result = expanded(copy);
      expect(["BAD_KEY", "expanded"]).toContain(result);
      counts[result as keyof typeof counts]++;
    }
    expect(counts.BAD_KEY).toBeGreaterThan(100);
    expect(counts.expanded).toBeGreaterThan(20);
  }, 300_000);

  /** One change: a bit, a byte of an extreme, a run copied from elsewhere, a run of one value; anywhere or in the rows. */
  function mutate(copy: Uint8Array): void {
    const from = [0, at.kinds, at.rows][below(3)] as number;
    const to = [compact.length, at.pages, HEADER_BYTES][below(3)] as number;
    const place = Math.min(from, to) + below(Math.max(1, Math.abs(to - from)));
    const length = Math.min(1 + below(40), copy.length - place);
    const kind = below(4);
    if (kind === 0) copy[place] = (copy[place] ?? 0) ^ (1 << below(8));
    else if (kind === 1) copy[place] = [0, 1, 127, 128, 255][below(5)] as number;
    else if (kind === 2) copy.copyWithin(place, below(copy.length - length));
    else copy.fill([0, 127, 128, 255][below(4)] as number, place, place + length);
  }
});

describe("the rows of a compact key", () => {
  const BOUNDS = { rows: 4, wires: 5, coefficients: 6 };

  it("are read as they were meant, or refused, whatever the bytes", () => {
    const step = fc.integer({ min: -3, max: 4 }).map(zigzag);
    const part = fc.array(fc.tuple(fc.nat(6), step), { maxLength: 2 });
    const likely = fc.array(fc.tuple(part, part), { maxLength: 5 }).map((rows) => {
      const parts = rows.flat().map((terms) => [terms.length, ...terms.flat()]);
      return Uint8Array.from([rows.length, ...parts.flat()]);
    });
    const bytes = fc.oneof(likely, fc.uint8Array({ maxLength: 80 }));
    let read = 0;
    fc.assert(
      fc.property(bytes, fc.nat(6), (bytes, count) => {
        let terms: ReturnType<typeof readTerms>;
        try {
          terms = readTerms(bytes, { ...BOUNDS, terms: count });
        } catch (error) {
          return error instanceof TacitError && error.code === "BAD_KEY";
        }
        read++;
        expect(terms.parts).toBeLessThanOrEqual(2 * BOUNDS.rows);
        const all = Array.from({ length: terms.parts }, (_, part) => [...termsOf(terms, part)]).flat();
        expect(all).toHaveLength(2 * count);
        for (let i = 0; i < all.length; i += 2) {
          expect(all[i]).toBeLessThan(BOUNDS.wires);
          expect(all[i + 1]).toBeLessThan(BOUNDS.coefficients);
        }
        return true;
      }),
      { numRuns: 20_000, seed: 11 },
    );
    expect(read).toBeGreaterThan(50);
  });

  /** One row: A has coefficients 5 and 0 on wires 4 and 1, B one on wire 3. */
  const ROW = [1, 2, 5, zigzag(4), 0, zigzag(-3), 1, 2, zigzag(-1)];

  it("take steps back and forth between wires, and from one part's first to the next's", () => {
    const terms = readTerms(Uint8Array.from(ROW), { ...BOUNDS, terms: 3 });
    expect([0, 1, 2].map((part) => [...termsOf(terms, part)])).toEqual([[4, 5, 1, 0], [3, 2], []]);
  });

  it.each([
    ["a wire that is none", ROW, { wires: 4, terms: 3 }, "outside its matrices"],
    ["a wire before the first", [1, 1, 0, zigzag(-1), 0], { terms: 1 }, "outside its matrices"],
    ["a coefficient that is none", ROW, { coefficients: 5, terms: 3 }, "not in its dictionary"],
    ["a row beyond the domain", ROW, { rows: 0, terms: 3 }, "its domain 0"],
    ["a term more than named", ROW, { terms: 2 }, "more coefficients than the 2"],
    ["a term fewer than named", ROW, { terms: 4 }, "has 3 coefficients, not the 4"],
    ["a byte more", [...ROW, 0], { terms: 3 }, "goes on after its rows"],
    ["a byte fewer", ROW.slice(0, -1), { terms: 3 }, "ends inside its rows"],
    ["a number of more than 32 bits", [255, 255, 255, 255, 31], { terms: 0 }, "beyond 32 bits"],
    ["a number that does not end", new Array<number>(40).fill(128), { terms: 0 }, "beyond 32 bits"],
  ])("are refused with %s", (_, bytes, bounds, reason) => {
    expect(() => readTerms(Uint8Array.from(bytes), { ...BOUNDS, ...bounds })).toThrow(reason);
  });

  it("reserve nothing for terms that so few bytes cannot say", () => {
    const bounds = { ...BOUNDS, terms: 2 ** 31 };
    expect(() => readTerms(Uint8Array.from(ROW), bounds)).toThrow("more than its rows can say");
  });
});
