import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Story } from "../../prover/demo/record.ts";
import { parseEpochFile } from "../../prover/epoch/file.ts";
import { readMarket } from "../../prover/market/read.ts";

const run = promisify(execFile);
const DEMO = fileURLToPath(new URL("../../prover/cli/demo.ts", import.meta.url));

let folder: string;
let stdout: string;
let stderr: string;
let story: Story;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacit-story-"));
  // Resolves only when the process ends by itself with exit code 0.
  ({ stdout, stderr } = await run(process.execPath, [DEMO, "--json", "--out", folder], { maxBuffer: 1e8 }));
  story = JSON.parse(stdout);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the story of two days", () => {
  it("is one JSON document for machines", () => {
    expect(story).toMatchObject({ version: 1, ok: true, setup: "development" });
  });

  it("is plain text for whoever reads along, no wider than 100 columns, and made of what was recorded", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    // The folder's name is the test's.
    const lines = stderr.replaceAll(folder, "tacit-demo").split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    for (const { gas } of story.proofs) {
      if (gas !== null) expect(stderr).toContain(`${Number(gas).toLocaleString("en-US")} gas`);
    }
    for (const { attempt, error } of story.refusals) {
      expect(lines.some((line) => line.includes(attempt) && line.includes(`refused: ${error}`))).toBe(true);
    }
    expect(stderr).toContain("anybody can forge");
  });

  it("tells when the first proof was made, counted from the start", () => {
    const times = story.proofs.map(({ finished }) => finished);
    expect(times[0]).toBeGreaterThan(story.proofs[0]?.seconds ?? Number.NaN);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(stderr).toContain(`First proof ${times[0]?.toFixed(1)} s after the start`);
  });

  it("is about the shipped chains, whole", () => {
    expect(story.days.map(({ time, kinds }) => ({ time, options: kinds.option }))).toEqual([
      { time: "2026-02-04T21:33:08Z", options: 1688 },
      { time: "2026-02-05T21:29:37Z", options: 1840 },
    ]);
  });

  it("nets the hedged book and the carry, and has next to nothing to net in the directional one", () => {
    const [first] = story.days;
    for (const set of ["maintenance", "initial"] as const) {
      const required = (name: "hedged" | "directional" | "carry") => first?.requirements[name][set];
      expect(Number(required("hedged")?.required)).toBeLessThan(Number(required("hedged")?.isolated) / 2);
      expect(Number(required("carry")?.required)).toBeLessThan(Number(required("carry")?.isolated) / 2);
      expect(Number(required("directional")?.required)).toBeGreaterThan(
        0.95 * Number(required("directional")?.isolated),
      );
    }
    const { required, isolated } = first?.requirements.directional.maintenance ?? {};
    expect(required).toBe(isolated);
  });

  it("has the directional account alone uncovered on the second day, with equity left", () => {
    const [first, second] = story.days;
    const healthy = (day = first) =>
      Object.values(day?.requirements ?? {}).map(({ maintenance }) => maintenance.healthy);
    expect(healthy(first)).toEqual([true, true, true]);
    expect(healthy(second)).toEqual([true, false, true]);
    expect(Number(second?.requirements.directional.maintenance.equity)).toBeGreaterThan(0);
  });

  it("proves what the model says, and the gate takes exactly the true and fresh ones", () => {
    const told = story.proofs.map(({ account, date, set, action, circuit, healthy, forged, gas }) =>
      [date.slice(-2), account, set, action, circuit, healthy, forged ? "forged" : "made", gas !== null].join(" "),
    );
    expect(told).toEqual([
      "04 hedged initial prove margin_16 true made true",
      "04 directional initial prove margin_4 true made true",
      "04 carry initial prove margin_4 true made true",
      "05 hedged maintenance prove margin_16 true made true",
      "05 directional maintenance prove margin_4 false made false",
      "05 directional maintenance flag margin_4 false made true",
      "05 carry initial cure margin_4 true made true",
      "05 directional initial cure margin_4 true forged false",
    ]);
    for (const { gas, action } of story.proofs) {
      // A flag and a cure also read the oracle.
      if (gas !== null) expect(Number(gas)).toBeLessThan(action === "prove" ? 300_000 : 450_000);
    }
  });

  it("ends with the directional account hard, and the others current", () => {
    expect(story.statuses).toEqual({ hedged: "current", directional: "hard", carry: "current" });
  });

  it("has the oracle, the quorum and the leases do what it says of them", () => {
    expect(story.claims).toEqual(
      expect.arrayContaining([
        "the oracle's index is the market's",
        "the index of BTC is what it was while one source says half of it",
        "every lease has run out overnight",
        "no epoch came all day, so nobody is hard for its silence",
        "the epoch of 2026-02-05 rebuilds from its market file, field by field",
        "the book is not overdue when the grace ends: carry could have proven itself",
        "carry reads hard once its grace is over, by nobody's call",
        "carry is hard on chain for its silence",
        "carry is current again after its cure",
      ]),
    );
    for (const { signers } of story.days) expect(new Set(signers).size).toBe(2);
  });

  it("has the contracts refuse every forgery, replay and haste by name", () => {
    expect(story.refusals.map(({ attempt, error }) => `${attempt.split(/[:,]/)[0]}: ${error}`)).toEqual([
      "An epoch that one publisher of three signed: WrongSignatureCount",
      "One that a quorum signed: IndexOffOracle",
      "Hedged options: ProofRejected",
      "Its own proof: ProofRejected",
      "The accepted proof of Hedged options: ProofRejected",
      "Cash and carry: NotSilentYet",
      "Forged: ProofRejected",
      "Replayed: ProofRejected",
      "Outdated: EpochTooOld",
    ]);
  });

  it("leaves market files and epochs that are those it published", async () => {
    const of = (end: string) => story.files.filter((file) => /\d\.(epoch\.)?json$/.test(file) && file.endsWith(end));
    const epochs = await Promise.all(
      of(".epoch.json").map(async (file) => parseEpochFile(await readFile(file, "utf8"), file)),
    );
    const files = of(".json").filter((file) => !file.endsWith(".epoch.json"));
    const markets = await Promise.all(files.map(async (file) => readMarket(await readFile(file), file)));
    expect(markets).toHaveLength(2);
    expect(markets.map(({ hash }) => hash)).toEqual(story.days.map(({ dataHash }) => BigInt(dataHash)));
    expect(epochs.map(({ epoch }) => epoch.requirementRoots)).toEqual(
      markets.map(({ sets }) => [sets.maintenance.requirementRoot, sets.initial.requirementRoot]),
    );
    expect(epochs.map(({ signatures }) => signatures.length)).toEqual([3, 3]);
  });
});

it("refuses a flag that it does not know with exit code 2", async () => {
  await expect(run(process.execPath, [DEMO, "--jason"])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--jason"),
  });
});
