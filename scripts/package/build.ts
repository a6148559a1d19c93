// Compiles the library to JavaScript with its types: npm run build:package. What it writes is what `npm pack` takes.
import { spawnSync } from "node:child_process";
import { copyFile, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { writeReference } from "./reference.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const OUT = join(ROOT, "dist", "package");

/** Folders whose files can be imported, each by its own path: nothing is gathered, so nothing comes along unasked. */
const FOLDERS = [
  "account",
  "attest",
  "chain",
  "desk",
  "explain",
  "generated",
  "guardian",
  "hash",
  "import",
  "keep",
  "market",
  "pricing",
  "prove",
  "risk",
  "units",
  "vault",
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

await rm(OUT, { recursive: true, force: true });
compile();
await fixPaths();
// The compiler writes JSON anew, and a key's hash is that of its file.
for await (const file of glob("{kernel/*.wasm,generated/*.json,market/profiles/*.json}", {
  cwd: join(ROOT, "prover"),
})) {
  await copy(join("prover", file), file);
}
await copy("LICENSE", "LICENSE");
await copy("scripts/package/README.md", "README.md");
await bundleHash();
await writeManifest();
await writeFile(join(OUT, "API.md"), await writeReference(OUT, "tacit", FOLDERS));
console.log("The package is in dist/package: pack it with `npm pack ./dist/package`.");

function compile(): void {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const config = join(ROOT, "scripts", "package", "tsconfig.json");
  const { status } = spawnSync(process.execPath, [tsc, "-p", config], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** What the compiler leaves alone: workers named by URL, and the hash whose package is not for browsers. */
async function fixPaths(): Promise<void> {
  for await (const file of glob("**/*.js", { cwd: OUT })) {
    const path = join(OUT, file);
    const text = await readFile(path, "utf8");
    const fixed = text
      .replace(/new URL\("((?:\.\/)?[\w-]+)\.ts", import\.meta\.url\)/g, 'new URL("$1.js", import.meta.url)')
      .replace('from "circomlibjs"', 'from "#poseidon"');
    if (fixed !== text) await writeFile(path, fixed);
  }
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(join(OUT, to)), { recursive: true });
  await copyFile(join(ROOT, from), join(OUT, to));
}

/** circomlibjs' entry brings another ethers and a native package: browsers get its one file that hashes. */
async function bundleHash(): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    build: {
      outDir: join(OUT, "hash"),
      emptyOutDir: false,
      target: "es2022",
      lib: {
        entry: join(ROOT, "node_modules/circomlibjs/src/poseidon_wasm.js"),
        formats: ["es"],
        fileName: () => "poseidon-web.js",
      },
      rollupOptions: { external: ["ffjavascript"] },
    },
  });
}

async function writeManifest(): Promise<void> {
  const own = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Manifest;
  const { name, version, description, license } = own;
  const compiled = (path: string): string => path.replace(/^\.\/prover\//, "./").replace(/\.ts$/, ".js");
  const imports = Object.fromEntries(
    Object.entries(own.imports).map(([from, conditions]) => [
      from,
      Object.fromEntries(Object.entries(conditions).map(([condition, path]) => [condition, compiled(path)])),
    ]),
  );
  const manifest = {
    name,
    version,
    description,
    license,
    type: "module",
    // Its workers alone do something by being loaded.
    sideEffects: ["./kernel/thread-*.js", "./setup/worker.js"],
    engines: { node: ">=22.12" },
    exports: Object.fromEntries(
      FOLDERS.map((folder) => [`./${folder}/*`, { types: `./${folder}/*.d.ts`, default: `./${folder}/*.js` }]),
    ),
    imports: { ...imports, "#poseidon": { browser: "./hash/poseidon-web.js", default: "circomlibjs" } },
    dependencies: Object.fromEntries(
      Object.entries(own.dependencies).filter(([dependency]) => !dependency.startsWith("@openzeppelin/")),
    ),
  };
  await writeFile(join(OUT, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
