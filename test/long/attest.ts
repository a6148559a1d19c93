import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { accountSchema } from "../../prover/account/file.ts";
import { AttestationFile } from "../../prover/attest/file.ts";
import { type Command, parseFlags } from "../../prover/cli/command.ts";
import { COMMANDS } from "../../prover/cli/commands.ts";
import { run as runAttest } from "../../prover/cli/run/attest.ts";
import { run as runVerify } from "../../prover/cli/run/verify.ts";
import { buildMarket } from "../../prover/market/build.ts";
import { writeListings } from "../../prover/market/listings.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { book, type Ended, json, put, tacit, temporary } from "../cli/tacit.ts";
import { DAY_ONE, editRows, HISTORIES } from "../market/samples.ts";

const folder = temporary();
const at = (name: string) => join(folder, name);
const said: Ended[] = [];
/** Runs the command line and keeps what it said, which must never hold a secret. */
const run = async (...args: string[]): Promise<Ended> => {
  const ended = await tacit(args);
  said.push(ended);
  return ended;
};

const QUIET = { note() {}, stage() {}, settle() {}, color: false, noteColor: false };
const command = (name: string) => COMMANDS.find((one) => one.name === name) as Command;
/** In this process: the way to the exit code is the same, and starting one for each would take long. */
const attestHere = async (...flags: string[]) =>
  runAttest(parseFlags(command("attest"), ["--market", market, "--account", at("a.json"), ...flags]), QUIET);
const verifyHere = async (path: string, ...flags: string[]) =>
  runVerify(parseFlags(command("verify"), ["--proof", path, "--market", market, ...flags]), QUIET);

/** What bad input, exit code 2, is told. */
const refusalOf = (outcome: Promise<unknown>): Promise<string> =>
  outcome.then(
    () => "done",
    (error: unknown) => {
      if (!(error instanceof TacitError)) throw error;
      return `${error.message} ${error.hint}`;
    },
  );

let market = "";
let commitment = "";
let file: AttestationFile;
let made: Ended;
const TO = ["--audience", "Ada Audit", "--purpose", "credit line", "--nonce", "7f3a"];

const attest = (...flags: string[]) =>
  run("attest", "--market", market, "--account", at("a.json"), "--expires", "1h", ...flags);
const verify = (path: string, ...flags: string[]) => run("verify", "--proof", path, "--market", market, ...flags);

beforeAll(async () => {
  const chain = {
    name: "both.csv",
    bytes: editRows(DAY_ONE, (rows) => rows.filter((row) => /(BTC|ETH)-27MAR26/.test(row))),
  };
  const profile = loadProfile("portfolio");
  const { fileBytes, listings } = await buildMarket({ chain, histories: HISTORIES, profile, listings: [] });
  put(folder, "listings.json", writeListings(listings));
  market = put(folder, "market.json", fileBytes);
  const portfolio = put(folder, "book.json", book("25000"));
  const flags = ["--market", market, "--portfolio", portfolio, "--out", at("a.json"), "--json"];
  commitment = String(json(await run("account", "new", ...flags)).commitment);
  made = await attest(
    ...["--equity-at-least", "20000", "--coverage-at-least", "1.25", "--net-delta", "BTC:-500000:500000"],
    ...["--nothing-in", "ETH", ...TO, "--out", at("attestation.json"), "--json"],
  );
  file = AttestationFile.parse(JSON.parse(readFileSync(at("attestation.json"), "utf8")));
});

describe("tacit attest", () => {
  it("writes an attestation and says what is proven, to whom, and what its keys are worth", () => {
    expect(made.code).toBe(0);
    expect(json(made)).toMatchObject({
      holds: true,
      commitment,
      claims: [
        { claim: "equityAtLeast", words: "equity is at least 20000 USD", holds: true },
        { claim: "coverageAtLeast", words: "equity covers 1.25x the maintenance requirement", holds: true },
        { claim: "netDelta", words: "the net delta of BTC is between -500000 and 500000 USD", holds: true },
        { claim: "nothingIn", words: "nothing is held in ETH", holds: true },
      ],
      audience: "Ada Audit",
      purpose: "credit line",
      nonce: "7f3a",
      circuits: ["attest", "margin_4"],
      warnings: [expect.stringContaining("attest has a development key"), expect.stringContaining("margin_4 has")],
    });
    // Not a figure of the account beyond its claims.
    expect(made.stdout).not.toContain("actual");
    expect(made.stderr).toMatch(/^proving: \d+\.\d s$/m);
  });

  it("holds none of the account but its commitment", () => {
    const text = readFileSync(at("attestation.json"), "utf8");
    const account = accountSchema.parse(JSON.parse(readFileSync(at("a.json"), "utf8")));
    expect(text).toContain(commitment);
    for (const secret of [account.salt, account.accountId, BigInt(account.salt).toString(), account.cash]) {
      expect(text).not.toContain(secret);
    }
    for (const { instrument } of account.positions.filter(({ instrument }) => instrument !== "BTC")) {
      expect(text).not.toContain(instrument);
    }
  });

  it("explains what is not true, and proves nothing", async () => {
    const flags = ["--equity-at-least", "1000000", "--nothing-in", "BTC", "ETH", ...TO, "--out", at("untrue.json")];
    const ended = await attest(...flags);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/NOT true: equity is at least 1000000 USD; it is \d+(\.\d+)? USD/);
    expect(ended.stdout).toContain("NOT true: nothing is held in BTC; there is a position");
    expect(ended.stdout).toContain("  true: nothing is held in ETH");
    expect(ended.stderr).not.toContain("proving");
    expect(existsSync(at("untrue.json"))).toBe(false);
    const asked = await attestHere("--expires", "1h", ...flags);
    expect(asked.code).toBe(3);
    expect(asked.json).toMatchObject({
      out: null,
      holds: false,
      claims: [{ holds: false }, { holds: false }, { holds: true }],
    });
  });

  it("shows no coverage where it does not, whatever the rest", async () => {
    const flags = ["--coverage-at-least", "50", "--set", "initial", "--expires", "1h", ...TO];
    const ended = await attestHere(...flags, "--out", at("untrue.json"));
    expect(ended.code).toBe(3);
    expect(ended.text).toMatch(/NOT true: equity covers 50x the initial requirement; it covers \d\.\d+x/);
    expect(existsSync(at("untrue.json"))).toBe(false);
  });

  it("takes debts, a time and no nonce, and says a size by choice only", async () => {
    const flags = ["--equity-at-least=-5.5", "--coverage-at-least", "1", "--circuit", "margin_32"];
    const to = ["--audience", "Ada", "--purpose", "p", "--out", at("debt.json"), "--json"];
    const ended = await run(
      ...[
        "attest",
        "--market",
        market,
        "--account",
        at("a.json"),
        "--expires",
        "2100-01-01T00:00:00Z",
        ...flags,
        ...to,
      ],
    );
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({ expires: 4_102_444_800, nonce: null, circuits: ["attest", "margin_32"] });
    const checked = await verify(at("debt.json"));
    expect(checked.code).toBe(0);
    expect(checked.stdout).toContain("equity is at least -5.5 USD");
  });

  it.each<[what: string, flags: string[], message: string]>([
    ["no claim", [], "nothing is claimed"],
    ["an underlying there is not", ["--nothing-in", "BTD"], "Did you mean BTC?"],
    ["a bucket there is not", ["--nothing-in", "bucket/SOL"], "no bucket"],
    ["a band that is none", ["--net-delta", "BTC:5"], "is not of the form BTC:-1000:5000"],
    ["a band without inside", ["--net-delta", "BTC:5:4"], "cannot be at least 5 and at most 4"],
    ["a band of words", ["--net-delta", "BTC:a:b"], "is not a decimal number"],
    ["two bands of one underlying", ["--net-delta", "BTC:0:5", "BTC:1:5"], "claimed twice"],
    ["an amount beyond all", ["--equity-at-least", `1${"0".repeat(20)}`], "outside the range"],
    ["a set without coverage", ["--equity-at-least", "1", "--set", "initial"], "of --coverage-at-least"],
    ["an unknown set", ["--coverage-at-least", "1", "--set", "mm"], "no requirement set"],
    ["a circuit too small", ["--coverage-at-least", "1", "--circuit", "margin_1"], "no circuit"],
  ])("refuses %s", async (_, flags, message) => {
    const flagged = ["--expires", "1h", ...flags, ...TO, "--out", at("no.json")];
    expect(await refusalOf(attestHere(...flagged))).toContain(message);
    expect(existsSync(at("no.json"))).toBe(false);
  });

  it.each<[what: string, flags: string[], message: string]>([
    ["a past expiry", ["--expires", "2026-01-01", "--audience", "a", "--purpose", "p"], "is past"],
    ["an expiry that is no moment", ["--expires", "soon", "--audience", "a", "--purpose", "p"], "is not a moment"],
    ["no expiry", ["--audience", "a", "--purpose", "p"], "--expires WHEN is missing"],
    ["no audience", ["--expires", "1h", "--purpose", "p"], "--audience TEXT is missing"],
    ["no purpose", ["--expires", "1h", "--audience", "a"], "--purpose TEXT is missing"],
    ["a blank audience", ["--expires", "1h", "--audience", " ", "--purpose", "p"], "1 to 200 printable characters"],
  ])("refuses %s", async (_, flags, message) => {
    expect(await refusalOf(attestHere("--equity-at-least", "1", "--out", at("no.json"), ...flags))).toContain(message);
  });

  it("writes over no account", async () => {
    const before = readFileSync(at("a.json"), "utf8");
    const flags = ["--equity-at-least", "1", "--expires", "1h", ...TO, "--out", at("a.json")];
    expect(await refusalOf(attestHere(...flags))).toContain("read by this very command");
    expect(readFileSync(at("a.json"), "utf8")).toBe(before);
  });
});

describe("tacit verify, of an attestation", () => {
  it("says exactly what was proven, by which market, for whom and until when, and what it compared", async () => {
    const { code, stdout, stderr } = await verify(
      at("attestation.json"),
      "--commitment",
      commitment,
      "--audience",
      "Ada Audit",
    );
    expect(code).toBe(0);
    expect(stdout).toContain(
      `valid: it is proven of the account with commitment ${commitment}, by the market of 2026-02-04T21:33:08Z (Deribit, profile portfolio) that
  equity is at least 20000 USD
  equity covers 1.25x the maintenance requirement
  the net delta of BTC is between -500000 and 500000 USD
  nothing is held in ETH
for "Ada Audit", purpose "credit line", nonce "7f3a"
until ${new Date(file.expires * 1000).toISOString().slice(0, 19)}Z; it is taken to be `,
    );
    expect(stdout).toContain("compared with what you gave: market, commitment, audience\n");
    expect(stdout).toContain("compared with nothing: purpose, nonce\n");
    expect(stderr).toContain("attest has a development key, with which anybody can forge proofs");
  });

  it("takes everything at once and answers in JSON", async () => {
    const flags = ["--commitment", commitment, ...TO, "--at", "30m", "--json"];
    const ended = await verify(at("attestation.json"), ...flags);
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({
      valid: true,
      commitment,
      statements: { length: 4 },
      claims: file.claims,
      market: { venue: "Deribit", time: "2026-02-04T21:33:08Z", profile: "portfolio", hash: file.market },
      audience: "Ada Audit",
      purpose: "credit line",
      nonce: "7f3a",
      expires: file.expires,
      circuits: ["attest", "margin_4"],
      compared: { market: true, commitment: true, audience: true, purpose: true, nonce: true, rows: false },
    });
  });

  it.each<[what: string, flags: string[], reason: string]>([
    ["another account", ["--commitment", "5"], "another account"],
    ["another audience", ["--audience", "Bob"], "another audience"],
    ["another purpose", ["--purpose", "tax"], "another purpose"],
    ["another nonce", ["--nonce", "7f3b"], "another nonce"],
    ["a time after its expiry", ["--at", "2h"], "it expired at"],
  ])("finds it invalid for %s", async (_, flags, reason) => {
    const { code, json } = await verifyHere(at("attestation.json"), ...flags);
    expect(code).toBe(1);
    expect(json).toEqual({ valid: false, reason: expect.stringContaining(reason) });
  });

  it.each<[what: string, change: (file: AttestationFile) => object, reason: string]>([
    ["a higher floor", (f) => ({ ...f, claims: { ...f.claims, equityAtLeast: "20001" } }), "pairing"],
    ["a longer life", (f) => ({ ...f, expires: f.expires + 1 }), "pairing"],
    ["another commitment", (f) => ({ ...f, commitment: "1" }), "pairing"],
    ["a commitment that is no field element", (f) => ({ ...f, commitment: "9".repeat(77) }), "commitment must be"],
    [
      "another market",
      (f) => ({ ...f, market: f.market.replace(/.$/, (end) => (end === "0" ? "1" : "0")) }),
      "another market file",
    ],
    ["a claim without its proof", (f) => ({ ...f, proofs: { attest: f.proofs.attest } }), "not those of its claims"],
  ])("finds one with %s invalid", async (_, change, reason) => {
    const { code, json } = await verifyHere(put(folder, "changed.json", change(file)));
    expect(code).toBe(1);
    expect(json).toEqual({ valid: false, reason: expect.stringContaining(reason) });
  });

  it.each<[what: string, change: (file: AttestationFile) => object, message: string]>([
    ["an unknown field", (f) => ({ ...f, note: "x" }), 'unknown field "note"'],
    ["a missing one", ({ audience: _, ...f }) => f, "audience is missing"],
    ["another version", (f) => ({ ...f, version: 2 }), "version"],
    [
      "amounts as numbers",
      (f) => ({ ...f, claims: { ...f.claims, equityAtLeast: 20000 } }),
      "equityAtLeast must be a string",
    ],
  ])("refuses a file with %s as none", async (_, change, message) => {
    expect(await refusalOf(verifyHere(put(folder, "changed.json", change(file))))).toContain(message);
  });

  it("refuses the flags of a margin proof, which it does not have", async () => {
    for (const flags of [
      ["--coverage", "1.25"],
      ["--set", "maintenance"],
    ]) {
      expect(await refusalOf(verifyHere(at("attestation.json"), ...flags))).toContain("is for margin proofs");
    }
  });

  it("finds a margin proof invalid where an attestation is asked for", async () => {
    const proving = ["prove", "--market", market, "--account", at("a.json"), "--out", at("proof.json")];
    expect((await run(...proving)).code).toBe(0);
    expect((await verify(at("proof.json"))).code).toBe(0);
    for (const flags of [
      ["--audience", "Ada Audit"],
      ["--purpose", "p"],
      ["--nonce", "n"],
      ["--at", "1h"],
    ]) {
      const ended = await verifyHere(at("proof.json"), ...flags);
      expect(ended).toMatchObject({ code: 1, text: expect.stringContaining("it is no attestation") });
    }
  });
});

describe("secrets", () => {
  it("were never shown by any of these commands", () => {
    const { salt, accountId } = accountSchema.parse(JSON.parse(readFileSync(at("a.json"), "utf8")));
    const forms = [salt, accountId].flatMap((secret) => [secret.slice(2, 30), BigInt(secret).toString().slice(0, 30)]);
    const all = said.map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(all.length).toBeGreaterThan(5_000);
    for (const form of forms) expect(all.toLowerCase()).not.toContain(form);
  });
});
