import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { ProofFile } from "../../prover/prove/proofFile.ts";
import { decodeProof, encodeProof } from "../../prover/prove/proofLink.ts";

const BASE = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const below = (bound: bigint) => fc.bigInt({ min: 0n, max: bound - 1n }).map(String);
const coordinate = below(BASE);
const pair = fc.tuple(coordinate, coordinate);

const proof = fc
  .record({
    circuit: fc.constantFrom("margin_4", "margin_8", "margin_16", "margin_32"),
    setup: fc.constantFrom("development", "ceremony"),
    set: fc.constantFrom("maintenance", "initial"),
    publicSignals: fc.record({
      healthy: fc.constantFrom("0", "1"),
      commitment: below(FIELD),
      requirementRoot: below(FIELD),
      coverage: below(2n ** 20n),
      context: below(FIELD),
    }),
    proof: fc.record({
      pi_a: fc.tuple(coordinate, coordinate, fc.constant("1")),
      pi_b: fc.tuple(pair, pair, fc.constant(["1", "0"])),
      pi_c: fc.tuple(coordinate, coordinate, fc.constant("1")),
      protocol: fc.constant("groth16"),
      curve: fc.constant("bn128"),
    }),
  })
  .map((file) => ProofFile.parse({ version: 1, ...file }));

describe("a proof in a link", () => {
  test("comes out as it went in, and is short enough for a code that a camera reads", () => {
    fc.assert(
      fc.property(proof, (file) => {
        const text = encodeProof(file);
        expect(text).toMatch(/^[\w-]{478}$/);
        expect(decodeProof(text)).toEqual(file);
      }),
    );
  });

  test("is another proof, or none, when any character is another", () => {
    fc.assert(
      fc.property(proof, fc.nat(477), fc.constantFrom(..."Az09-_"), (file, at, character) => {
        const text = encodeProof(file);
        if (text[at] === character) return;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        let read: unknown;
        try {
          read = decodeProof(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: "BAD_PROOF" });
          return;
        }
        // The last character of base64 has bits that carry nothing.
        if (at < 477) expect(read).not.toEqual(file);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["cut off", "AQQB"],
    ["no base64", "%%%%"],
    ["of another version", "AgQB".padEnd(478, "A")],
    ["endless", "A".repeat(100_000)],
  ])("is refused when it is %s", (_, text) => {
    expect(() => decodeProof(text)).toThrow(expect.objectContaining({ code: "BAD_PROOF" }));
  });

  test("is refused when a number is one that no proof has", () => {
    fc.assert(
      fc.property(proof, (file) => {
        const bytes = Buffer.from(encodeProof(file), "base64url");
        bytes.fill(0xff, 6, 38);
        expect(() => decodeProof(bytes.toString("base64url"))).toThrow(expect.objectContaining({ code: "BAD_PROOF" }));
      }),
    );
  });
});
