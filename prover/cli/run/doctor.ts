import { access, constants, mkdir } from "node:fs/promises";
import { randomSecret } from "../../account/state.ts";
import { CIRCUITS } from "../../generated/circuits.ts";
import { publishSet } from "../../market/publish.ts";
import type { Market } from "../../market/types.ts";
import { loadArtifacts } from "../../prove/artifacts.ts";
import type { BackendOptions } from "../../prove/backend.ts";
import { chooseBackend } from "../../prove/backends.ts";
import { openProver } from "../../prove/prover.ts";
import { cacheFolder } from "../../prove/store.ts";
import { parseRowsFile } from "../../risk/rowsFile.ts";
import { TacitError } from "../../units/errors.ts";
import { Cash, Coverage, Quantity } from "../../units/units.ts";
import { readBackend } from "../backend.ts";
import type { Run } from "../command.ts";
import { explainSystem } from "../files.ts";
import { CIRCUIT_NAMES, keysPresent } from "../keys.ts";
import { columns } from "../text.ts";
import { readPackage } from "../version.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string | null;
}

export const run: Run = async (args, io) => {
  const options = readBackend(args);
  const checks: Check[] = [];
  const check = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    io.stage(name);
    const done = await work().then(
      (detail): Check => ({ name, ok: true, detail, fix: null }),
      (error: unknown): Check => {
        if (!(error instanceof TacitError)) throw error;
        return { name, ok: false, detail: error.message, fix: error.hint ?? null };
      },
    );
    checks.push(done);
    return done.ok;
  };

  await check("node", checkNode);
  await check("packages", checkPackages);
  await check("cache", async () => {
    const folder = cacheFolder();
    await explainSystem(folder, async () => {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    });
    return folder;
  });
  let provable = false;
  for (const name of CIRCUIT_NAMES) {
    const whole = await check(name, async () => {
      if (!(await keysPresent(name))) {
        throw new TacitError("MISSING_ARTIFACT", "its keys are not built", {
          hint: `npm run build -- --only ${name} (\`tacit prove\` also does it when it needs them)`,
        });
      }
      await loadArtifacts(name);
      return `program and keys are those of the manifest, ${CIRCUITS[name].setup} setup`;
    });
    if (name === TRIAL) provable = whole;
  }
  if (provable) await check("proof", () => proveSomething(options));
  io.settle();

  const ok = checks.every((done) => done.ok);
  const lines = checks.map((done) => [done.ok ? "ok" : "FAIL", done.name, done.detail]);
  const fixes = checks.flatMap(({ name, fix }) => (fix === null ? [] : [`  ${name}: ${fix}`]));
  return {
    code: ok ? 0 : 1,
    json: { ok, checks },
    text: `${[...columns(lines), ...(fixes.length > 0 ? ["to fix:", ...fixes] : [])].join("\n")}\n`,
  };
};

async function checkNode(): Promise<string> {
  const { node } = process.versions;
  if (Number(node.split(".")[0]) >= 24) return node;
  throw new TacitError("OLD_NODE", `this is Node ${node}, 24 is needed`, {
    hint: "Run `npx tacit` or `npm run tacit --`, which bring their own.",
  });
}

async function checkPackages(): Promise<string> {
  const { dependencies = {}, devDependencies = {} } = readPackage() ?? {};
  const wanted = Object.entries({ ...dependencies, ...devDependencies });
  const wrong = wanted.flatMap(([name, version]) => {
    const found = readPackage(name)?.version;
    if (found === undefined) return [`${name} is not installed`];
    return /^\d/.test(version) && found !== version ? [`${name} is ${found}, not ${version}`] : [];
  });
  if (wrong.length === 0) return `all ${wanted.length} as package.json names them`;
  throw new TacitError("WRONG_PACKAGES", wrong.join("; "), { hint: "Run `npm start`, or `npm ci` under Node 24." });
}

/** The smallest circuit makes the trial proof. */
const TRIAL = "margin_4";

/** Proves an account of one position in a market of one instrument. */
async function proveSomething(options: BackendOptions): Promise<string> {
  const { set } = parseRowsFile(JSON.stringify(TRIAL_ROWS), "trial");
  const timestamp = 1_700_000_000;
  const market: Market = {
    venue: "trial",
    timestamp,
    profile: "trial",
    index: {},
    instruments: [],
    sets: {
      maintenance: await publishSet("maintenance", set, timestamp),
      initial: await publishSet("initial", set, timestamp),
    },
    hash: 1n,
  };
  const account = {
    accountId: randomSecret(),
    salt: randomSecret(),
    cash: Cash.parse("10", "cash"),
    positions: [{ id: 256, quantity: Quantity.parse("1", "quantity") }],
  };
  const start = performance.now();
  await using prover = await openProver(options);
  const coverage = Coverage.parse("1", "coverage");
  const { proof } = await prover.prove({ account, market, set: "maintenance", coverage, circuit: TRIAL });
  if (proof.publicSignals.healthy !== "1")
    throw new TacitError("WRONG_PROOF", "a covered account was proven uncovered");
  const { name } = await chooseBackend(options);
  return `${TRIAL} made and verified a proof with ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`;
}

const TRIAL_ROWS = {
  version: 1,
  scenarios: [{ name: "down", weight: "1" }],
  buckets: [{ name: "A", a: "0.1" }],
  instruments: [{ id: 256, name: "A", bucket: "A", mark: "100", delta: "100", values: ["-20"] }],
};
