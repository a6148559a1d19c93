import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { accountSchema } from "../../prover/account/file.ts";
import { type Command, parseFlags } from "../../prover/cli/command.ts";
import { COMMANDS } from "../../prover/cli/commands.ts";
import { run as verifyProof } from "../../prover/cli/run/verify.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { ProofFile } from "../../prover/prove/proofFile.ts";
import { book, type Ended, json, put, putMarket, tacit, temporary } from "./tacit.ts";

const folder = temporary();
const at = (name: string) => join(folder, name);
const said: Ended[] = [];
/** Runs the command line and keeps what it said, which must never hold a secret. */
const run = async (...args: string[]): Promise<Ended> => {
  const ended = await tacit(args);
  said.push(ended);
  return ended;
};

let market = "";
let commitment = "";
let proof: ProofFile;
let proved: Ended;

beforeAll(async () => {
  market = await putMarket(folder);
  const portfolio = put(folder, "book.json", book("25000"));
  const made = await run(
    "account",
    "new",
    "--market",
    market,
    "--portfolio",
    portfolio,
    "--out",
    at("a.json"),
    "--json",
  );
  commitment = String(json(made).commitment);
  const flags = ["--set", "maintenance", "--coverage", "1.0", "--out", at("proof.json"), "--json"];
  proved = await run("prove", "--market", market, "--account", at("a.json"), ...flags);
  proof = ProofFile.parse(JSON.parse(readFileSync(at("proof.json"), "utf8")));
});

describe("tacit prove", () => {
  it("writes a proof and says what is proven, what it cost and what its key is worth", () => {
    expect(proved.code).toBe(0);
    expect(json(proved)).toMatchObject({
      healthy: true,
      set: "maintenance",
      coverage: "1",
      commitment,
      circuit: "margin_4",
      setup: "development",
      cost: { seconds: expect.any(Number), peakMemory: expect.any(Number) },
      explanation: null,
    });
    for (const stage of ["loading keys", "computing the witness", "proving", "verifying"]) {
      expect(proved.stderr).toMatch(new RegExp(`^${stage}: \\d+\\.\\d s$`, "m"));
    }
    expect(proved.stderr).toContain("anybody can forge proofs");
    expect(proof.publicSignals.commitment).toBe(commitment);
  });

  it("explains an account that is not covered, and proves it uncovered", async () => {
    const flags = ["--coverage", "9.9", "--circuit", "margin_8", "--out", at("unhealthy.json")];
    const { code, stdout, stderr } = await run("prove", "--market", market, "--account", at("a.json"), ...flags);
    expect(code).toBe(3);
    expect(stderr).toContain("NOT COVERED at 9.9x");
    expect(stderr.indexOf("NOT COVERED")).toBeLessThan(stderr.indexOf("proving"));
    expect(stdout).toContain("does NOT cover 9.9x its maintenance requirement");
    expect(await run("verify", "--proof", at("unhealthy.json"), "--market", market)).toMatchObject({ code: 3 });
  });

  it.each<[what: string, args: () => string[], message: string]>([
    ["to overwrite the account", () => ["--account", at("a.json"), "--out", at("a.json")], "read by this very command"],
    ["to overwrite another account", () => ["--account", at("a.json"), "--out", at("b.json")], "holds an account"],
    ["to overwrite the market", () => ["--account", at("a.json"), "--out", market], "read by this very command"],
    ["a folder as the output", () => ["--account", at("a.json"), "--out", folder], "is a folder"],
    ["a device as the output", () => ["--account", at("a.json"), "--out", "/dev/null"], "is not a plain file"],
    ["a missing folder", () => ["--account", at("a.json"), "--out", at("none/p.json")], "no such file or folder"],
    ["a book as the account", () => ["--account", at("book.json"), "--out", at("p.json")], "book.json"],
    ["an unknown set", () => ["--account", at("a.json"), "--out", at("p.json"), "--set", "mm"], "no requirement set"],
  ])("refuses %s", async (_, args, message) => {
    put(folder, "b.json", readFileSync(at("a.json"), "utf8"));
    const before = [readFileSync(at("a.json"), "utf8"), readFileSync(market, "utf8")];
    const { code, stdout, stderr } = await run("prove", "--market", market, ...args());
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, ""]);
    expect([readFileSync(at("a.json"), "utf8"), readFileSync(market, "utf8")]).toEqual(before);
  });

  it("refuses an account that does not fit the circuit", async () => {
    const positions = [0, 1, 2, 3, 4].map((i) => ({
      instrument: `BTC-27MAR26-${60000 + 5000 * i}-P`,
      quantity: "0.1",
    }));
    const portfolio = put(folder, "five.json", { cash: "25000", positions });
    const made = await run(
      "account",
      "new",
      "--market",
      market,
      "--portfolio",
      portfolio,
      "--out",
      at("five-a.json"),
      "--json",
    );
    expect(json(made)).toMatchObject({ size: 8 });
    const flags = ["--account", at("five-a.json"), "--out", at("p.json"), "--circuit", "margin_4"];
    const { code, stderr } = await run("prove", "--market", market, ...flags);
    expect(stderr).toContain("5 positions do not fit margin_4");
    expect(code).toBe(2);
  });
});

const VERIFY = COMMANDS.find(({ name }) => name === "verify") as Command;
const QUIET = { note() {}, stage() {}, settle() {}, color: false, noteColor: false };

describe("tacit verify", () => {
  const verify = (file: string, ...flags: string[]) => run("verify", "--proof", file, "--market", market, ...flags);

  it("says what is proven and what it was compared with", async () => {
    const { code, stdout, stderr } = await verify(at("proof.json"), "--commitment", commitment);
    expect(code).toBe(0);
    expect(stdout).toContain(`the account with commitment ${commitment} covers 1x its maintenance requirement`);
    expect(stdout).toContain("compared with what you gave: market, commitment");
    expect(stdout).toContain("compared with nothing: set, coverage\n");
    expect(stdout).toContain(
      "not compared: the market's rows with the inputs they are built from (`tacit market verify`",
    );
    expect(stderr).toContain("anybody can forge proofs");
  });

  it("takes everything at once, the commitment in hexadecimal, and answers in JSON", async () => {
    const hex = `0x${BigInt(commitment).toString(16)}`;
    const flags = ["--commitment", hex, "--coverage", "1", "--set", "maintenance", "--json"];
    const ended = await verify(at("proof.json"), ...flags);
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({
      valid: true,
      healthy: true,
      commitment,
      coverage: "1",
      set: "maintenance",
      compared: { market: true, set: true, coverage: true, commitment: true, rows: false },
    });
  });

  it.each<[what: string, flags: string[], reason: string]>([
    ["another commitment", ["--commitment", "5"], "another account"],
    ["another coverage", ["--coverage", "1.5"], "another coverage"],
    ["another set", ["--set", "initial"], "about the maintenance set"],
  ])("finds a proof of %s invalid", async (_, flags, reason) => {
    const ended = await verify(at("proof.json"), ...flags, "--json");
    expect(ended.code).toBe(1);
    expect(json(ended)).toEqual({ valid: false, reason: expect.stringContaining(reason) });
  });

  const signals = (change: object) => ({ ...proof, publicSignals: { ...proof.publicSignals, ...change } });
  const points = (change: object) => ({ ...proof, proof: { ...proof.proof, ...change } });
  it.each<[what: string, change: () => object]>([
    ["a flipped verdict", () => signals({ healthy: "0" })],
    ["a verdict that is no bit", () => signals({ healthy: "2" })],
    ["another coverage", () => signals({ coverage: "20000" })],
    ["another commitment", () => signals({ commitment: "1" })],
    ["another root", () => signals({ requirementRoot: "1" })],
    ["another context", () => signals({ context: "1" })],
    ["a signal raised by the field's order", () => signals({ commitment: (BigInt(commitment) + FIELD).toString() })],
    ["a negative signal", () => signals({ coverage: "-1" })],
    ["a point that is not on the curve", () => points({ pi_a: ["1", "1", "1"] })],
    ["another point", () => points({ pi_a: ["1", "2", "1"] })],
    ["a coordinate out of range", () => points({ pi_a: ["9".repeat(77), "2", "1"] })],
    [
      "a second point that is not on the curve",
      () =>
        points({
          pi_b: [
            ["1", "2"],
            ["3", "4"],
            ["1", "0"],
          ],
        }),
    ],
    ["another circuit", () => ({ ...proof, circuit: "margin_8" })],
    ["a circuit there is not", () => ({ ...proof, circuit: "margin_5" })],
    ["another set", () => ({ ...proof, set: "initial" })],
  ])("finds a proof with %s invalid", async (_, change) => {
    // In this process: the way to the exit code is the same as above, and starting one for each would take long.
    const flags = ["--proof", put(folder, "changed.json", change()), "--market", market];
    const { code, json } = await verifyProof(parseFlags(VERIFY, flags), QUIET);
    expect(json).toEqual({ valid: false, reason: expect.any(String) });
    expect(code).toBe(1);
  });

  it.each<[what: string, file: () => unknown]>([
    ["an empty object", () => ({})],
    ["a proof without points", () => ({ ...proof, proof: undefined })],
    ["a number for a signal", () => signals({ coverage: 10000 })],
    ["an unknown field", () => ({ ...proof, note: "x" })],
    ["an account", () => readFileSync(at("a.json"), "utf8")],
  ])("refuses %s as no proof", async (_, file) => {
    const { code, stdout, stderr } = await verify(put(folder, "no-proof.json", file()));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("no-proof.json");
  });

  it("warns of a proof that covers less than the requirement", async () => {
    const flags = ["--account", at("a.json"), "--coverage", "0", "--out", at("zero.json")];
    const made = await run("prove", "--market", market, ...flags, "--json");
    expect(made.code).toBe(0);
    const little = "about 0x the requirement, less than all of it";
    for (const ended of [
      made,
      await verify(at("zero.json"), "--json"),
      await verify(at("zero.json"), "--coverage", "0", "--json"),
    ]) {
      expect(ended.stderr).toContain(`warning: the proof is ${little}`);
      expect(json(ended).warnings).toContainEqual(expect.stringContaining(little));
    }
    expect((await verify(at("zero.json"), "--coverage", "1")).code).toBe(1);
  });

  it("refuses a commitment that is no field element", async () => {
    expect(await verify(at("proof.json"), "--commitment", FIELD.toString())).toMatchObject({ code: 2 });
  });

  it("finds a proof invalid that was made for another market file", async () => {
    const text = readFileSync(market, "utf8");
    const other = put(folder, "other.json", `${text}\n`);
    const ended = await run("verify", "--proof", at("proof.json"), "--market", other);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain("another purpose or another market file");
  });
});

describe("tacit account", () => {
  it("shows commitment, size, cash and positions", async () => {
    const ended = await run("account", "show", "--account", at("a.json"), "--json");
    expect(ended.code).toBe(0);
    expect(json(ended)).toEqual({
      commitment,
      size: 4,
      // The short perp was entered at 73,000: selling half of one gave 36,500.
      cash: "61500",
      positions: [
        { id: expect.any(Number), instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" },
        { id: 1, instrument: "BTC", quantity: "0.75" },
        { id: 256, instrument: "BTC-PERPETUAL", quantity: "-0.5" },
      ],
    });
  });

  it("values the account in a market", async () => {
    const { code, stdout } = await run("account", "show", "--account", at("a.json"), "--market", market);
    expect(code).toBe(0);
    expect(stdout).toMatch(/maintenance requirement: covered[\s\S]*initial requirement: covered/);
  });

  it("agrees with the book about the margin", async () => {
    const flags = ["margin", "--market", market, "--json"];
    const [ofBook, ofAccount] = await Promise.all([
      run(...flags, "--portfolio", at("book.json")),
      run(...flags, "--account", at("a.json")),
    ]);
    expect(ofAccount.stdout).toBe(ofBook.stdout);
  });

  it("makes another commitment every time", async () => {
    const flags = ["--market", market, "--portfolio", at("book.json"), "--out", at("again.json"), "--json"];
    const made = await run("account", "new", ...flags);
    expect(json(made).commitment).not.toBe(commitment);
  });

  it("takes the id and size that a gate knows the account by", async () => {
    const id = 2n ** 248n - 1n;
    const flags = ["--account-id", id.toString(), "--size", "16", "--out", at("gate.json")];
    const ended = await run("account", "new", "--market", market, "--portfolio", at("book.json"), ...flags);
    expect(ended.code).toBe(0);
    const file = accountSchema.parse(JSON.parse(readFileSync(at("gate.json"), "utf8")));
    expect([BigInt(file.accountId), file.size]).toEqual([id, 16]);
  });

  it.each<[what: string, flags: string[], message: string]>([
    ["to replace an account without --force", ["--out", "a.json"], "exists"],
    [
      "a folder that is not there, naming it",
      ["--out", "none/x.json"],
      `${at("none")}: there is no such file or folder`,
    ],
    ["an id of 249 bits", ["--out", "new.json", "--account-id", (2n ** 248n).toString()], "at most 248 bits"],
    ["a size no circuit has", ["--out", "new.json", "--size", "5"], "is not a size"],
  ])("refuses %s", async (_, [flag = "", out = "", ...flags], message) => {
    const before = readFileSync(at("a.json"), "utf8");
    const wanted = ["--market", market, "--portfolio", at("book.json"), flag, at(out), ...flags];
    const { code, stderr } = await run("account", "new", ...wanted);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(readFileSync(at("a.json"), "utf8")).toBe(before);
  });

  it("warns when others can read the file", async () => {
    const open = put(folder, "open.json", readFileSync(at("a.json"), "utf8"));
    expect((await run("account", "show", "--account", open)).stderr).toContain("other users may read it");
  });
});

describe("secrets", () => {
  it("were never shown by any of these commands", () => {
    const { salt, accountId } = accountSchema.parse(JSON.parse(readFileSync(at("a.json"), "utf8")));
    const forms = [salt, accountId].flatMap((secret) => [secret.slice(2, 30), BigInt(secret).toString().slice(0, 30)]);
    const all = said.map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(all.length).toBeGreaterThan(10_000);
    for (const form of forms) expect(all.toLowerCase()).not.toContain(form);
  });
});
