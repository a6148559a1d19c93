import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DEFENCES as ATTEST } from "../test/attest/defences.ts";
import { DEFENCES as CIRCUITS } from "../test/circuits/defences.ts";
import { deleteConstraints, SURVIVORS } from "../test/circuits/deletion.ts";
import { DEFENCES as CONTRACTS } from "../test/contracts/defences.ts";
import type { Defence } from "../test/defence.ts";
import { DEFENCES as DESK } from "../test/desk/defences.ts";
import { DEFENCES as EPOCHS } from "../test/epoch/defences.ts";
import { DEFENCES as KEEPING } from "../test/keep/defences.ts";
import { DEFENCES as KERNEL } from "../test/kernel/defences.ts";
import { DEFENCES as MARKET } from "../test/market/defences.ts";
import { DEFENCES as ORACLE } from "../test/oracle/defences.ts";
import { DEFENCES as PROVER } from "../test/prove/defences.ts";
import { DEFENCES as REGISTRY } from "../test/registry/defences.ts";
import { DEFENCES as VAULT } from "../test/vault/defences.ts";

/**
 * `npm run test:defences`: takes each committed defence away in a copy of the project and asserts that the test named
 * beside it then fails, and that it passes with the defence in place. A defence whose removal no test notices protects
 * nothing. Then deletes the circuits' constraints one by one and names those whose deletion lets no lie pass.
 */
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const exec = promisify(execFile);
/** Tests that need the contracts compiled. */
const NEED_CONTRACTS = /^test\/(contracts|desk)\//;
const CONTRACTS_CONFIG = "vitest.contracts.config.ts";

/** A copy that a test may break: sources copied, packages linked, but circomlib, which circom reads only below its folder. */
async function copyProject(): Promise<string> {
  await mkdir(join(ROOT, "cache"), { recursive: true });
  const copy = await mkdtemp(join(ROOT, "cache", "defences-"));
  const { stdout } = await exec("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, maxBuffer: 1 << 26 });
  for (const file of stdout.trim().split("\n")) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await cp(join(ROOT, file), join(copy, file));
  }
  await mkdir(join(copy, "node_modules"));
  for (const entry of await readdir(join(ROOT, "node_modules"))) {
    const [from, to] = [join(ROOT, "node_modules", entry), join(copy, "node_modules", entry)];
    if (entry === "circomlib") await cp(from, to, { recursive: true });
    else await symlink(from, to);
  }
  // Circuits are compiled by the tests that need them; building keys for a broken one would only take time.
  const config =
    'include: ["test/**/*.test.ts", "test/long/*.ts"], pool: "forks", testTimeout: 300_000, hookTimeout: 300_000';
  await writeFile(join(copy, "vitest.config.ts"), `export default { test: { ${config} } };\n`);
  const contracts = `export default { test: { ${config}, globalSetup: ["contracts-setup.ts"] } };\n`;
  await writeFile(join(copy, CONTRACTS_CONFIG), contracts);
  const build = 'await hre.tasks.getTask("build").run({ quiet: true });';
  const setup = `import hre from "hardhat";\nexport async function setup() {\n  ${build}\n}\n`;
  await writeFile(join(copy, "contracts-setup.ts"), setup);
  return copy;
}

type Outcome = "passes" | "fails" | "did not run";

/** Runs one named test in the copy. */
async function runTest(copy: string, { testFile, test }: Defence): Promise<Outcome> {
  const solidity = testFile.endsWith(".t.sol");
  const config = NEED_CONTRACTS.test(testFile) ? CONTRACTS_CONFIG : "vitest.config.ts";
  const args = solidity
    ? ["node_modules/hardhat/dist/src/cli.js", "test", "solidity", testFile, "--grep", test]
    : [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--config",
        config,
        testFile,
        "-t",
        asPattern(test),
        "--reporter=json",
        "--outputFile=report.json",
      ];
  const { stdout, failed } = await exec(process.execPath, args, {
    cwd: copy,
    maxBuffer: 1 << 26,
    timeout: 600_000,
  }).then(
    ({ stdout }) => ({ stdout, failed: false }),
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? "", failed: true }),
  );
  if (solidity) return failed ? "fails" : /\b[1-9]\d* passing/.test(stdout) ? "passes" : "did not run";
  const path = join(copy, "report.json");
  const written = await readFile(path, "utf8").catch(() => undefined);
  if (written === undefined) return "did not run";
  await rm(path);
  const report = JSON.parse(written) as { numPassedTests: number; numFailedTests: number };
  if (report.numFailedTests > 0) return "fails";
  return !failed && report.numPassedTests > 0 ? "passes" : "did not run";
}

const asPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Undefined when the defence holds: its test passes with it and fails without it. */
async function problemWith(copy: string, defence: Defence, verified: Set<string>): Promise<string | undefined> {
  const path = join(copy, defence.file);
  const source = await readFile(path, "utf8");
  const places = source.split(defence.find).length - 1;
  if (places !== 1) return `its text stands ${places} times in ${defence.file}`;
  const named = `${defence.testFile}: ${defence.test}`;
  if (!verified.has(named)) {
    const before = await runTest(copy, defence);
    if (before !== "passes") return `its test ${before} with the defence in place`;
    verified.add(named);
  }
  await writeFile(
    path,
    source.replace(defence.find, () => defence.replace),
  );
  try {
    const outcome = await runTest(copy, defence);
    return outcome === "fails" ? undefined : `its test ${outcome} without it`;
  } finally {
    await writeFile(path, source);
  }
}

/** A change to a contract means compiling most of them again: these take hours, all others minutes. */
const SLOW = [...CONTRACTS, ...ORACLE, ...VAULT];
const given = process.argv[2];
const everything = given === "--all";
const only = everything ? undefined : given;
const all = [
  ...CIRCUITS,
  ...KEEPING,
  ...KERNEL,
  ...PROVER,
  ...ATTEST,
  ...MARKET,
  ...EPOCHS,
  ...REGISTRY,
  ...DESK,
  ...(given === undefined ? [] : SLOW),
].filter(({ file, testFile, test }) => only === undefined || `${file} ${testFile} ${test}`.includes(only));
const problems: string[] = [];
let next = 0;
let done = 0;
const worker = async () => {
  const copy = await copyProject();
  const verified = new Set<string>();
  try {
    for (let i = next++; i < all.length; i = next++) {
      const defence = all[i];
      if (defence === undefined) break;
      const problem = await problemWith(copy, defence, verified);
      const name = `${defence.file}: ${defence.find.trim().replace(/\s+/g, " ")} -> ${defence.test}`;
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
      console.log(
        `${++done}/${all.length} ${problem === undefined ? "noticed" : "NOT NOTICED"}  ${name}${problem === undefined ? "" : `: ${problem}`}`,
      );
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));

console.log(`\nconstraint deletion on small instances:`);
const { killed, uncompilable, survivors } = await deleteConstraints((line) => {
  if (!line.startsWith("a lie passes")) console.log(line);
}, only);
const unexplained = survivors.filter((name) => SURVIVORS[name] === undefined);
console.log(
  `${killed} deletions let a lie pass, ${uncompilable} no longer compile, ${survivors.length} survive (${unexplained.length} unexplained)`,
);

for (const problem of problems) console.log(`NOT NOTICED ${problem}`);
if (given === undefined) console.log(`not run: ${SLOW.length} of contracts, oracle and vault, which \`-- --all\` adds`);
console.log(`\n${all.length - problems.length} of ${all.length}`);
process.exitCode = problems.length + unexplained.length > 0 ? 1 : 0;
