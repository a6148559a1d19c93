// The entry behind `npm start` and `npm test`. It needs nothing but Node 18 and npm: it installs what is missing under the
// project's own Node, builds circuits and keys, and runs the rest there. Plain JavaScript without dependencies.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "node_modules", ".bin");
const STAMP = join(ROOT, "node_modules", ".tacit-lock");
const WINDOWS = process.platform === "win32";

const BIOME = "node_modules/@biomejs/biome/bin/biome";
const VITEST = "node_modules/vitest/vitest.mjs";
const BUILD = ["scripts/build.ts", "--quiet"];

/** What each command runs, one after the other; its own arguments go to the last. */
const COMMANDS = {
  start: [[...BUILD, "--only", "margin_4,margin_16"], ["prover/cli/demo.ts"]],
  test: [[VITEST, "run"]],
  long: [[VITEST, "run", "--config", "vitest.long.config.ts"]],
  build: [["scripts/build.ts"]],
  native: [["scripts/kernel/build-native.ts"]],
  fuzz: [["scripts/kernel/fuzz.ts"]],
  tacit: [["prover/cli/main.ts"]],
  deploy: [["prover/cli/main.ts", "deploy"]],
  bench: [BUILD, ["scripts/bench.ts"]],
  leaks: [BUILD, ["scripts/leaks.ts"]],
  defences: [BUILD, ["scripts/defences.ts"]],
  web: [BUILD, ["scripts/web/serve.ts"]],
  "web:build": [BUILD, ["scripts/web/build.ts"]],
  "build:package": [["scripts/package/build.ts"]],
  lint: [[BIOME, "check", "."]],
  format: [[BIOME, "check", "--write", "."]],
  typecheck: [["node_modules/typescript/bin/tsc", "-p", "."]],
};

/** When all this began, for whoever tells how long it took. */
const { TACIT_STARTED = String(Date.now()) } = process.env;

/** Runs a program in the repository with our Node first on the path; signals reach it, its exit code becomes ours. */
function run(program, args) {
  // Hundreds of modules are stripped of their types at every start: once is enough.
  const { NODE_COMPILE_CACHE = join(ROOT, "cache", "node") } = process.env;
  const env = {
    ...process.env,
    TACIT_STARTED,
    NODE_COMPILE_CACHE,
    PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}`,
  };
  const child = spawn(program, args, { env, stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  const ignore = () => {};
  // A terminal sends Ctrl-C to the child as well; a second one would cut its clean-up short.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, signal === "SIGINT" && process.stdin.isTTY ? ignore : forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of signals) process.off(name, forward).off(name, ignore);
      resolve(signal === null ? code : 128 + ({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1, SIGKILL: 9 }[signal] ?? 0));
    });
  });
}

async function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock) return;
  console.error("Installing the dependencies ...");
  // npm runs through Node itself, so that no shell and no .cmd file is needed.
  const cli = process.env.npm_execpath;
  const [program, ...prefix] = cli?.endsWith("js") ? [process.execPath, cli] : ["npm"];
  const npm = [...prefix, "--prefix", ROOT, "--no-audit", "--no-fund"];
  // Under an older Node npm silently skips native packages that want a newer one, and they fail much later.
  const [major, minor] = process.versions.node.split(".").map(Number);
  const recent = major > 22 || (major === 22 && minor >= 12);
  const through = prefix.length > 0 ? ["node", ...npm] : [program, ...npm];
  // The binary's own package: `node` itself would fetch it in an install script, which newer npm does not run.
  const { platform, arch } = process;
  const binary = `${platform === "darwin" && arch === "arm64" ? "node-bin" : "node"}-${WINDOWS ? "win" : platform}-${arch}`;
  const code = recent
    ? await run(program, [...npm, "ci"])
    : await run(program, [...npm, "exec", "--yes", `--package=${binary}@24`, "--", ...through, "ci"]);
  if (code !== 0) fail(code, "npm could not install the dependencies; its message is above.");
  writeFileSync(STAMP, lock);
}

function fail(code, message) {
  console.error(message);
  process.exit(code || 1);
}

const [command = "", ...rest] = process.argv.slice(2);
const steps = COMMANDS[command];
if (steps === undefined) fail(2, `Usage: node scripts/bootstrap.mjs ${Object.keys(COMMANDS).join("|")}`);
await install();
const node = join(ROOT, "node_modules", "node", "bin", WINDOWS ? "node.exe" : "node");
if (!existsSync(node)) fail(1, `The project's own Node is not at ${node}: delete node_modules and try again.`);
for (const [i, [script, ...args]] of steps.entries()) {
  const last = i === steps.length - 1;
  const code = await run(node, [join(ROOT, script), ...args, ...(last ? rest : [])]);
  if (code !== 0 || last) process.exitCode = code;
  if (code !== 0) break;
}
