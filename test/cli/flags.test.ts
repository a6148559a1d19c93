import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../prover/cli/commands.ts";
import { json, put, ROOT, tacit, temporary } from "./tacit.ts";

const folder = temporary();

describe("the command line", () => {
  it("lists every command in its help", async () => {
    const { code, stdout, stderr } = await tacit(["--help"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name} `);
  });

  it("explains every command with all its flags", async () => {
    const helps = await Promise.all(COMMANDS.map(({ name }) => tacit([...name.split(" "), "--help"])));
    for (const [i, { name, options }] of COMMANDS.entries()) {
      expect(helps[i]).toMatchObject({ code: 0, stderr: "" });
      for (const flag of ["json", "help", ...options.map((option) => option.name)]) {
        expect(helps[i]?.stdout, name).toContain(`  --${flag}`);
      }
    }
  });

  it("explains a group of commands", async () => {
    const { code, stdout } = await tacit(["market", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/tacit market build[\s\S]*tacit market verify[\s\S]*tacit market show/);
  });

  it("says its version", async () => {
    expect(await tacit(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    expect(json(await tacit(["--version", "--json"]))).toEqual({ version: "0.1.0" });
  });

  it.each<[what: string, args: string[], message: string]>([
    ["an unknown command", ["margni"], "Did you mean `tacit margin`?"],
    ["an unknown command of a group", ["market", "biuld"], "Did you mean `tacit market build`"],
    ["a group alone", ["account"], "needs one more word"],
    ["a flag before the command", ["--json", "info"], "stands before the command"],
    ["an unknown flag", ["info", "--jsn"], "Did you mean --json?"],
    ["a short flag", ["info", "-x"], 'has no flag "-x"'],
    ["a value for a switch", ["info", "--json=yes"], "--json takes no value"],
    ["a flag without its value", ["margin", "--market"], "--market needs a value: --market market.json"],
    ["an empty value", ["margin", "--market="], "--market needs a value"],
    ["a flag as a value", ["margin", "--portfolio", "--json"], "--portfolio needs a value"],
    ["a negative value", ["margin", "--coverage", "-1"], "write --coverage=-1"],
    ["a flag given twice", ["margin", "--rows", "a", "--rows", "b"], "--rows is given twice"],
    ["a word too many", ["info", "please"], '"please" is not expected here'],
    ["a word after another flag", ["market", "build", "--out", "a", "b"], '"b" is not expected here'],
    ["a required flag left out", ["prove", "--market", "m"], "--account account.json is missing"],
    ["a bare --", ["info", "--", "x"], '"--" has no meaning here'],
    ["neither market nor rows", ["margin", "--portfolio", "b"], "--market or --rows is missing"],
    ["market and rows", ["margin", "--rows", "r", "--market", "m", "--portfolio", "b"], "exclude each other"],
    ["neither portfolio nor account", ["margin", "--rows", "r"], "--portfolio or --account is missing"],
    ["an unknown set", ["margin", "--market", "m", "--portfolio", "b", "--set", "both"], "no requirement set"],
    ["five decimals", ["margin", "--market", "m", "--portfolio", "b", "--coverage", "1.00001"], "decimal places"],
    ["a negative coverage", ["margin", "--market", "m", "--portfolio", "b", "--coverage=-1"], "outside the range"],
    ["a huge coverage", ["margin", "--market", "m", "--portfolio", "b", "--coverage", "105"], "outside the range"],
    ["an unknown circuit", ["prove", "--market", "m", "--account", "a", "--out", "o", "--circuit", "x"], "no circuit"],
    [
      "a history of nothing",
      ["market", "build", "--deribit", "package.json", "--out", "/tmp/x", "--history", "a.csv"],
      "BTC=candles.csv",
    ],
    [
      "no such profile",
      ["market", "build", "--deribit", "package.json", "--out", "/tmp/x", "--profile", "spam"],
      "there is no profile",
    ],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await tacit(args);
    expect(code).toBe(2);
    expect(args.includes("--json") ? stdout : stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("reports errors as one JSON document, a wrong flag included", async () => {
    const ended = await tacit(["margin", "--json", "--folio", "x"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe("");
    expect(json(ended)).toEqual({
      error: { code: "USAGE", message: '`tacit margin` has no flag "--folio"', hint: expect.any(String) },
    });
  });

  it("shows no colour where nobody looks", async () => {
    expect((await tacit(["info"], { FORCE_COLOR: "" })).stdout).not.toContain("\u001b");
  });

  it("says nothing when its reader has seen enough", async () => {
    const child = spawn(
      "bash",
      [
        "-c",
        `"$0" "$1" --help | head -c 1 >/dev/null; exit "\${PIPESTATUS[0]}"`,
        process.execPath,
        join(ROOT, "prover/cli/main.ts"),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([code, said]).toEqual([0, ""]);
  });

  const onLinux = process.platform === "linux";
  it.runIf(onLinux)("says when standard output cannot be written", async () => {
    const child = spawn("bash", [
      "-c",
      `"$0" "$1" info > /dev/full`,
      process.execPath,
      join(ROOT, "prover/cli/main.ts"),
    ]);
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(2);
    expect(said).toContain("standard output: ENOSPC");
  });

  it("shows circuits and keys", async () => {
    const info = json(await tacit(["info", "--json"]));
    expect(info.backend).toEqual({
      name: expect.stringMatching(/^(native|wasm)$/),
      path: expect.any(String),
      threads: expect.any(Number),
      why: expect.stringContaining("the fastest that is here"),
    });
    expect(info.circuits).toContainEqual({
      name: "margin_16",
      positions: 16,
      constraints: expect.any(Number),
      setup: "development",
      keyBytes: expect.any(Number),
      built: expect.any(Boolean),
    });
  });
});

describe("files that cannot be read", () => {
  const rows = put(folder, "rows.json", { version: 1, buckets: [], instruments: [] });
  mkdirSync(join(folder, "folder"));
  const deep = put(folder, "deep.json", `${"[".repeat(100_000)}`);

  it.each<[what: string, path: string, message: RegExp]>([
    ["a missing one", join(folder, "none.json"), /none\.json: there is no such file/],
    ["a folder", join(folder, "folder"), /folder: this is a folder/],
    ["an empty one", put(folder, "empty.json", ""), /empty\.json is empty/],
    ["a binary one", put(folder, "binary.json", new Uint8Array([0xff, 0xfe, 0, 1])), /is not UTF-8 text/],
    ["a file as a folder", join(rows, "book.json"), /a part of the path is not a folder/],
    ["an endless one", "/dev/zero", /larger than any book file/],
    ["a deep one", deep, /nested more than/],
    ["a list", put(folder, "list.json", "[]"), /must be an object/],
    ["half a file", put(folder, "half.json", '{"cash": "1", '), /line 1, column 15/],
    ["numbers", put(folder, "numbers.json", { cash: 1, positions: [] }), /write "1" in quotes/],
  ])("are refused: %s", async (_, path, message) => {
    const { code, stdout, stderr } = await tacit(["margin", "--rows", rows, "--portfolio", path]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("leave nothing behind", () => {
    chmodSync(folder, 0o700);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
