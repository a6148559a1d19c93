import { createHash } from "node:crypto";
import { poseidon3 } from "poseidon-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { type AttestationRequest, type Attester, openAttester } from "../../prover/attest/attester.ts";
import { bucketsOf } from "../../prover/attest/buckets.ts";
import type { Claims } from "../../prover/attest/claims.ts";
import { attestationContext, canonicalText } from "../../prover/attest/context.ts";
import { AttestationFile } from "../../prover/attest/file.ts";
import { attestSignals } from "../../prover/attest/signals.ts";
import { verifyAttestation } from "../../prover/attest/verify.ts";
import { gateContext } from "../../prover/chain/context.ts";
import { buildRowTree } from "../../prover/market/tree.ts";
import type { Market, SetName } from "../../prover/market/types.ts";
import { attestInputs } from "../../prover/prove/attestInputs.ts";
import { openBackend } from "../../prover/prove/backends.ts";
import { openCircuits } from "../../prover/prove/circuits.ts";
import { offchainContext, ProofFile } from "../../prover/prove/proofFile.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { verifyProof } from "../../prover/prove/verify.ts";
import { Cash, Coverage } from "../../prover/units/units.ts";
import { malleate } from "../contracts/forgery.ts";
import { listedAccount, listedMarket } from "./market.ts";

const usd = (text: string): Cash => Cash.parse(text, "usd");
const NOW = Math.floor(Date.now() / 1000);
const COVERAGE = Coverage.parse("1.5", "coverage");
const claims = {
  equityAtLeast: usd("50000"),
  coverageAtLeast: { set: "maintenance", coverage: COVERAGE },
  netDelta: [{ bucket: "BTC", low: usd("-1000"), high: usd("60000") }],
  nothingIn: ["ETH"],
} as const;

let attester: Attester;
let prover: Prover;
let market: Market;
let account: AccountState;
let request: AttestationRequest;
let file: AttestationFile;
beforeAll(async () => {
  attester = await openAttester();
  prover = await openProver();
  market = await listedMarket();
  account = listedAccount(5n);
  request = {
    account,
    market,
    claims,
    audience: "Ada Audit",
    purpose: "credit line",
    expires: NOW + 3600,
    nonce: "n-1",
  };
  file = (await attester.attest(request)).attestation;
});
afterAll(async () => {
  await attester[Symbol.asyncDispose]();
  await prover[Symbol.asyncDispose]();
});

const only = (some: Partial<Claims>) => ({ claims: { netDelta: [], nothingIn: [], ...some } });
const attest = async (change: Partial<AttestationRequest>) =>
  (await attester.attest({ ...request, ...change })).attestation;
const refusalOf = async (given: unknown, expected: object = {}): Promise<string> => {
  const verdict = await verifyAttestation(given, { market, ...expected });
  return verdict.valid ? "valid" : verdict.reason;
};

describe("an attestation", () => {
  it("verifies, and says what was proven with which circuits", async () => {
    const commitment = await commit(account);
    const known = { commitment, audience: "Ada Audit", purpose: "credit line", nonce: "n-1", at: file.expires - 1 };
    const verdict = await verifyAttestation(file, { market, ...known });
    expect(verdict).toMatchObject({ valid: true, claims, circuits: ["attest", "margin_4"] });
    expect(verdict.valid && verdict.statements.map(({ words }) => words)).toEqual([
      "equity is at least 50000 USD",
      "equity covers 1.5x the maintenance requirement",
      "the net delta of BTC is between -1000 and 60000 USD",
      "nothing is held in ETH",
    ]);
  });

  it("survives its file", async () => {
    expect(await refusalOf(JSON.parse(JSON.stringify(file)))).toBe("valid");
  });

  it.each<[what: string, change: () => Partial<AttestationRequest>, circuits: string[]]>([
    ["equity alone", () => only({ equityAtLeast: usd("74900") }), ["attest"]],
    [
      "an equity that is a debt",
      () => ({ account: listedAccount(5n, "-120000"), ...only({ equityAtLeast: usd("-70100") }) }),
      ["attest"],
    ],
    [
      "a net delta at both its ends",
      () => only({ netDelta: [{ bucket: "BTC", low: usd("49900"), high: usd("49900") }] }),
      ["attest"],
    ],
    ["absence alone", () => only({ nothingIn: ["ETH"] }), ["attest"]],
    [
      "coverage alone, of the initial set",
      () => only({ coverageAtLeast: { set: "initial", coverage: COVERAGE } }),
      ["margin_4"],
    ],
    [
      "coverage by a larger circuit, which says less of the size",
      () => ({ circuit: "margin_32" }),
      ["attest", "margin_32"],
    ],
    [
      "the emptiest account",
      () => ({
        account: { ...account, cash: usd("0"), positions: [] },
        ...only({ equityAtLeast: usd("0"), nothingIn: ["BTC", "ETH"] }),
      }),
      ["attest"],
    ],
  ])("is made of %s", async (_, change, circuits) => {
    const { nonce: _none, ...rest } = request;
    const { attestation } = await attester.attest({ ...rest, ...change() });
    expect(Object.hasOwn(attestation, "nonce")).toBe(false);
    expect(await verifyAttestation(attestation, { market })).toMatchObject({ valid: true, circuits });
  });

  it("is not made of what is not true, and the refusal does not tell what is", async () => {
    const cases: [Partial<Claims>, words: string][] = [
      [{ equityAtLeast: usd("74900.000000000001") }, "equity is at least 74900.000000000001 USD"],
      [
        { netDelta: [{ bucket: "BTC", low: usd("0"), high: usd("49899.999999999999") }] },
        "the net delta of BTC is between 0 and 49899.999999999999 USD",
      ],
      [{ nothingIn: ["BTC", "ETH"] }, "nothing is held in BTC"],
      [
        { coverageAtLeast: { set: "initial", coverage: Coverage.parse("50", "c") } },
        "equity covers 50x the initial requirement",
      ],
    ];
    for (const [some, words] of cases) {
      await expect(attester.attest({ ...request, ...only(some) })).rejects.toMatchObject({
        code: "NOT_TRUE",
        message: `it is not true that ${words}`,
      });
    }
  });

  it.each<[what: string, change: () => Partial<AttestationRequest>, code: string]>([
    ["without a claim", () => ({ claims: { netDelta: [], nothingIn: [] } }), "NO_CLAIM"],
    ["of a bucket there is not", () => ({ claims: { netDelta: [], nothingIn: ["SOL"] } }), "UNKNOWN_UNDERLYING"],
    [
      "of an unlisted instrument",
      () => ({ account: { ...account, positions: account.positions.map((one) => ({ ...one, id: 300 })) } }),
      "UNKNOWN_INSTRUMENT",
    ],
    ["that has expired", () => ({ expires: NOW - 1 }), "EXPIRED"],
    ["for nobody", () => ({ audience: "" }), "BAD_TEXT"],
    ["with a purpose that commands a terminal", () => ({ purpose: "\u001b[2J" }), "BAD_TEXT"],
    ["with an audience that reads backwards", () => ({ audience: "\u202etidua" }), "BAD_TEXT"],
  ])("is not made %s", async (_, change, code) => {
    await expect(attester.attest({ ...request, ...change() })).rejects.toMatchObject({ code });
  });

  it("stops at the next stage when it is told to", async () => {
    await expect(attester.attest({ ...request, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

/** Every field of a value altered, alone: another text, another number, one missing. */
function altered(value: unknown, path: string): [path: string, changed: unknown][] {
  if (typeof value === "string") {
    const longer = /^\d+$/.test(value) ? (BigInt(value) + 1n).toString() : `${value}x`;
    return [
      [path, longer],
      ...(/^-?\d+$/.test(value)
        ? [[`${path} negated`, value.startsWith("-") ? value.slice(1) : `-${value}`] as [string, unknown]]
        : []),
    ];
  }
  if (typeof value === "number") return [[path, value + 1]];
  if (Array.isArray(value)) {
    const inside = value.flatMap((one, i) =>
      altered(one, `${path}[${i}]`).map(([at, changed]): [string, unknown] => [at, value.with(i, changed)]),
    );
    return [
      ...inside,
      [`${path} without its last`, value.slice(0, -1)],
      [`${path} with its last twice`, [...value, value.at(-1)]],
    ];
  }
  return Object.entries(value as object).flatMap(([name, one]) => {
    const inside = altered(one, path === "" ? name : `${path}.${name}`).map(([at, changed]): [string, unknown] => [
      at,
      { ...(value as object), [name]: changed },
    ]);
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    return [...inside, [`no ${path}.${name}`, rest] as [string, unknown]];
  });
}

describe("a verifier of attestations", () => {
  it("refuses a file in which any one field is another, or missing", async () => {
    const changes = altered(file, "");
    expect(changes.length).toBeGreaterThan(100);
    const accepted: string[] = [];
    for (const [at, changed] of changes) if ((await refusalOf(changed)) === "valid") accepted.push(at);
    expect(accepted).toEqual([]);
  });

  it("refuses numbers that mean the same in other digits", async () => {
    for (const equityAtLeast of ["50000.0", "050000", "5e4", "50000 "]) {
      expect(await refusalOf({ ...file, claims: { ...file.claims, equityAtLeast } })).toContain("equityAtLeast");
    }
  });

  it.each<[what: string, expected: object, reason: RegExp]>([
    ["another account", { commitment: 3n }, /another account/],
    ["another audience", { audience: "Bob Audit" }, /another audience/],
    ["an audience's name alone", { audience: "Ada" }, /another audience/],
    ["another purpose", { purpose: "credit" }, /another purpose/],
    ["another nonce", { nonce: "n-2" }, /another nonce/],
    ["the moment it expires", { at: NOW + 3600 }, /expired at/],
    ["later", { at: NOW + 1e6 }, /expired at/],
  ])("compares what it knows: %s", async (_, expected, reason) => {
    expect(await refusalOf(file, expected)).toMatch(reason);
  });

  it("refuses one without a nonce where it gave one", async () => {
    const { nonce: _, ...rest } = request;
    const { attestation } = await attester.attest(rest);
    expect(await refusalOf(attestation, { nonce: "n-1" })).toMatch(/another nonce/);
  });

  it("refuses another market file, and another market that claims to be it", async () => {
    const later = await listedMarket(undefined, { hash: 2n, timestamp: market.timestamp + 1 });
    expect(await refusalOf(file, { market: later })).toMatch(/another market file/);
    expect(await refusalOf(file, { market: { ...later, hash: market.hash } })).toMatch(/pairing/);
    const renamed = await listedMarket(undefined, { buckets: ["ETH", "BTC"] });
    expect(await refusalOf(file, { market: renamed })).toMatch(/pairing/);
  });

  it("refuses what was proven of another account, alone and beside a proof of this one", async () => {
    const other = await attest({ account: { ...account, salt: 78n } });
    expect(await refusalOf({ ...file, proofs: other.proofs })).toMatch(/pairing/);
    expect(await refusalOf({ ...file, proofs: { ...file.proofs, coverage: other.proofs.coverage } })).toMatch(
      /margin_4/,
    );
    expect(await refusalOf({ ...file, proofs: { ...file.proofs, attest: other.proofs.attest } })).toMatch(/attest/);
  });

  it("refuses proofs of the same account for another audience, purpose, expiry, nonce or scope", async () => {
    for (const change of [
      { audience: "Bob Audit" },
      { purpose: "tax" },
      { expires: NOW + 7200 },
      { nonce: "n-2" },
      { claims: { ...claims, equityAtLeast: usd("49999") } },
      { claims: { ...claims, nothingIn: [] } },
    ]) {
      const other = await attest(change);
      expect(await refusalOf({ ...file, proofs: other.proofs })).toMatch(/pairing/);
      expect(await refusalOf({ ...other, proofs: file.proofs })).toMatch(/pairing/);
    }
  });

  it("refuses a true attestation of X as one of X and one unit", async () => {
    const exact = await attest({ claims: { equityAtLeast: usd("74900"), netDelta: [], nothingIn: [] } });
    expect(await refusalOf(exact)).toBe("valid");
    expect(await refusalOf({ ...exact, claims: { ...exact.claims, equityAtLeast: "74900.000000000001" } })).toMatch(
      /pairing/,
    );
  });

  it("refuses a proof of less under words that say more, each of a circuit that was told the truth", async () => {
    const said = { ...file, commitment: (await commit(account)).toString() };
    const lies: [what: string, proven: Partial<Claims>, words: AttestationFile["claims"]][] = [
      ["equity", {}, { equityAtLeast: "74900.000000000001", netDelta: [], nothingIn: [] }],
      ["a lower equity", { equityAtLeast: usd("74900") }, { equityAtLeast: "80000", netDelta: [], nothingIn: [] }],
      [
        "a higher low end",
        { netDelta: [{ bucket: "BTC", low: usd("49900"), high: usd("70000") }] },
        { netDelta: [{ bucket: "BTC", low: "60000", high: "70000" }], nothingIn: [] },
      ],
      [
        "a lower high end",
        { netDelta: [{ bucket: "BTC", low: usd("-5"), high: usd("49900") }] },
        { netDelta: [{ bucket: "BTC", low: "-5", high: "5" }], nothingIn: [] },
      ],
      [
        "net delta of another bucket",
        { netDelta: [{ bucket: "ETH", low: usd("-5"), high: usd("5") }] },
        { netDelta: [{ bucket: "BTC", low: "-5", high: "5" }], nothingIn: [] },
      ],
      ["absence", {}, { netDelta: [], nothingIn: ["BTC"] }],
      ["absence of another", { nothingIn: ["ETH"] }, { netDelta: [], nothingIn: ["BTC"] }],
    ];
    const circuits = openCircuits(() => openBackend());
    try {
      const circuit = await circuits.open("attest");
      const { maintenance: set } = market.sets;
      const opened = { account, set, tree: await buildRowTree(set), setId: 1n, timestamp: market.timestamp };
      const prove = async (proven: Partial<Claims>, lie: AttestationFile) => {
        const about = {
          commitment: BigInt(lie.commitment),
          requirementRoot: set.requirementRoot,
          context: await attestationContext(market.hash, lie),
        };
        const signals = attestSignals({ netDelta: [], nothingIn: [], ...proven }, bucketsOf(market), about);
        const { proof } = await circuit.prove(await circuit.calculate(attestInputs({ ...opened, signals })));
        return AttestationFile.parse({ ...lie, proofs: { attest: { setup: circuit.setup, proof } } });
      };
      for (const [what, proven, words] of lies) {
        expect(await refusalOf(await prove(proven, { ...said, claims: words })), what).toMatch(/pairing/);
      }
      // The same way, with words that say what was proven.
      const claims = { equityAtLeast: "74900", netDelta: [], nothingIn: [] };
      expect(await refusalOf(await prove({ equityAtLeast: usd("74900") }, { ...said, claims }))).toBe("valid");
    } finally {
      await circuits.close();
    }
  });

  it("refuses as coverage a proof that is unhealthy, of less, or of the other set", async () => {
    const { coverageAtLeast } = file.claims;
    const prove = async (cash: string, set: SetName, coverage: string) => {
      const holder = listedAccount(5n, cash);
      const commitment = (await commit(holder)).toString();
      const said = { ...file, commitment, claims: { coverageAtLeast, netDelta: [], nothingIn: [] } };
      const context = await attestationContext(market.hash, said);
      const request = { account: holder, market, set, context, circuit: "margin_4" } as const;
      const { proof } = await prover.prove({ ...request, coverage: Coverage.parse(coverage, "coverage") });
      const { circuit, setup } = proof;
      const refusal = await refusalOf({ ...said, proofs: { coverage: { circuit, setup, proof: proof.proof } } });
      return { healthy: proof.publicSignals.healthy, refusal };
    };
    const pairing = expect.stringMatching(/pairing/);
    expect(await prove("-49000", "maintenance", "1.5")).toEqual({ healthy: "0", refusal: pairing });
    expect(await prove("25000", "maintenance", "1.4999")).toEqual({ healthy: "1", refusal: pairing });
    expect(await prove("25000", "initial", "1.5")).toEqual({ healthy: "1", refusal: pairing });
    expect(await prove("25000", "maintenance", "1.5")).toEqual({ healthy: "1", refusal: "valid" });
  });

  it("refuses a gate's proof, and a plain one, as an attestation; and an attestation's as either", async () => {
    const place = { chainId: 31_337n, gate: `0x${"11".repeat(20)}` };
    const atGate = gateContext(place, account.accountId, "prove", `0x${"22".repeat(20)}`, 0n);
    const plain = { account, market, set: "maintenance", coverage: COVERAGE, circuit: "margin_4" } as const;
    for (const context of [atGate, await offchainContext(market.hash)]) {
      const { proof } = await prover.prove({ ...plain, context });
      expect(await verifyProof(proof, { market, context })).toEqual({ valid: true, healthy: true });
      const coverage = { circuit: proof.circuit, setup: proof.setup, proof: proof.proof };
      expect(await refusalOf({ ...file, proofs: { ...file.proofs, coverage } })).toMatch(/margin_4/);
      expect(await refusalOf(proof)).toMatch(/not an attestation/);
      const { coverage: own } = file.proofs;
      const offered = ProofFile.parse({ ...proof, proof: own?.proof });
      expect(await verifyProof(offered, { market, context })).toMatchObject({ valid: false });
    }
    expect(await verifyProof(file, { market })).toMatchObject({ valid: false });
  });

  it("refuses proofs of the one circuit for the other, and proofs that its claims do not ask for", async () => {
    const { attest: own, coverage } = file.proofs;
    if (own === undefined || coverage === undefined) throw new Error("both were claimed");
    expect(await refusalOf({ ...file, proofs: { attest: { ...own, proof: coverage.proof }, coverage } })).toMatch(
      /pairing/,
    );
    expect(await refusalOf({ ...file, proofs: { attest: own, coverage: { ...coverage, proof: own.proof } } })).toMatch(
      /pairing/,
    );
    expect(
      await refusalOf({ ...file, proofs: { attest: own, coverage: { ...coverage, circuit: "margin_8" } } }),
    ).toMatch(/pairing/);
    expect(
      await refusalOf({ ...file, proofs: { attest: own, coverage: { ...coverage, circuit: "margin_5" } } }),
    ).toMatch(/no circuit/);
    expect(await refusalOf({ ...file, proofs: { attest: own } })).toMatch(/not those of its claims/);
    expect(await refusalOf({ ...file, proofs: { coverage } })).toMatch(/not those of its claims/);
    const { coverageAtLeast: _, ...rest } = file.claims;
    expect(await refusalOf({ ...file, claims: rest })).toMatch(/not those of its claims/);
  });

  it("takes a proof whose points were moved without its meaning, which are no identity", async () => {
    const { coverage } = file.proofs;
    if (coverage === undefined) throw new Error("coverage was claimed");
    const moved = { ...coverage, proof: malleate(coverage.proof) };
    expect(moved.proof).not.toEqual(coverage.proof);
    expect(await refusalOf({ ...file, proofs: { ...file.proofs, coverage: moved } })).toBe("valid");
  });
});

describe("an attestation's context", () => {
  it("differs with every word, and from every other context", async () => {
    const words: Partial<AttestationFile>[] = [
      {},
      { audience: "Ada" },
      { purpose: "Ada Audit", audience: "credit line" },
      { expires: file.expires + 1 },
      { nonce: "n-2" },
      { commitment: "1" },
      { claims: { ...file.claims, nothingIn: [] } },
      { claims: { ...file.claims, nothingIn: ["BTC", "ETH"] } },
      { claims: { ...file.claims, netDelta: [] } },
      { claims: { ...file.claims, equityAtLeast: "50001" } },
    ];
    const { nonce: _, ...without } = file;
    const all = [...words.map((change) => ({ ...file, ...change })), without, { ...file, nonce: "null" }];
    const contexts = await Promise.all(all.map((said) => attestationContext(market.hash, said)));
    const others = [await attestationContext(market.hash + 1n, file), await offchainContext(market.hash)];
    expect(new Set([...contexts, ...others]).size).toBe(all.length + 2);
  });

  it("is that of a text in which no word can pass for another", () => {
    const said = { ...file, audience: 'a","b', purpose: "c" };
    expect(JSON.parse(canonicalText(said))).toEqual([
      1,
      file.commitment,
      ["50000", ["maintenance", "1.5"], [["BTC", "-1000", "60000"]], ["ETH"]],
      'a","b',
      "c",
      file.expires,
      "n-1",
    ]);
  });

  it("is what the page says, by other implementations of both hashes", async () => {
    const text = `[1,"${file.commitment}",["50000",["maintenance","1.5"],[["BTC","-1000","60000"]],["ETH"]],"Ada Audit","credit line",${file.expires},"n-1"]`;
    const digest = BigInt(`0x${createHash("sha256").update(text, "utf8").digest("hex")}`) >> 8n;
    const tag = BigInt(`0x${Buffer.from("tacit/attestation").toString("hex")}`);
    expect(await attestationContext(market.hash, file)).toBe(poseidon3([tag, market.hash, digest]));
  });

  it("is no number that a contract could build, whose contexts have 248 bits", async () => {
    const contexts = await Promise.all(
      Array.from({ length: 64 }, (_, i) => attestationContext(market.hash, { ...file, expires: i + 1 })),
    );
    expect(contexts.filter((context) => context >> 248n !== 0n).length).toBeGreaterThan(48);
  });
});
