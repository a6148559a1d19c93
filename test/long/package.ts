import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { HISTORIES, SMALL_CHAIN } from "../market/samples.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tacit-package-"));
const npm = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, encoding: "utf8", env: withProjectsNode() });

/** npm under the Node that the project runs under, wherever it is called from. */
function withProjectsNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env.PATH ?? ""}` };
}

const BOOK = {
  cash: "25000",
  positions: [
    { instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" },
    { instrument: "BTC-PERPETUAL", quantity: "-0.5", entryPrice: "73000" },
  ],
};

/** The same program in Node and for a browser: margins only. */
const MARGIN = `
import { parseBook } from "tacit/account/book";
import { evaluate } from "tacit/risk/requirement";
import { setsOf, inputsOf } from "tacit/market/decompose";
import { parseMarketFile } from "tacit/market/file";
import { Coverage, formatExact } from "tacit/units/units";

export function required(bytes, book) {
  const file = parseMarketFile(bytes, "market");
  const portfolio = parseBook(book, "book", inputsOf(file).instruments);
  return formatExact(evaluate(setsOf(file, "market").initial, portfolio, Coverage.parse("1", "coverage")).required);
}
globalThis.required = required;
`;

const PROVE = `
import { readMarket } from "tacit/market/read";
import { setKeySource } from "tacit/prove/artifacts-web";
import { openProver } from "tacit/prove/prover";
setKeySource({ base: "keys/" });
globalThis.open = { readMarket, openProver };
`;

const bundled = (dist: string): readonly { readonly name: string; readonly bytes: number; readonly text: string }[] =>
  readdirSync(join(dist, "assets")).map((name) => {
    const path = join(dist, "assets", name);
    return { name, bytes: statSync(path).size, text: readFileSync(path, "latin1") };
  });

async function bundle(name: string, code: string): Promise<ReturnType<typeof bundled>> {
  const app = join(folder, "app");
  writeFileSync(join(app, `${name}.html`), `<script type="module" src="./${name}.js"></script>`);
  writeFileSync(join(app, `${name}.js`), code);
  const outDir = join(folder, name);
  await build({
    root: app,
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    // What loads modules ahead needs a document, and the bundle is run without one.
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      modulePreload: false,
      rollupOptions: { input: join(app, `${name}.html`) },
    },
  });
  return bundled(outDir);
}

describe("the package, packed and installed", () => {
  let market: Uint8Array;
  beforeAll(async () => {
    const request = {
      chain: SMALL_CHAIN,
      histories: { BTC: HISTORIES.BTC },
      profile: loadProfile("portfolio"),
      listings: [],
    };
    market = (await buildMarket(request)).fileBytes;
    execFileSync(process.execPath, [join(ROOT, "scripts", "package", "build.ts")], { cwd: ROOT, stdio: "ignore" });
    const [{ filename }] = JSON.parse(npm(folder, "pack", join(ROOT, "dist", "package"), "--json")) as [
      { filename: string },
    ];
    const app = join(folder, "app");
    execFileSync("mkdir", [app]);
    writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
    npm(app, "install", "--ignore-scripts", join(folder, filename));
    writeFileSync(join(folder, "market.json"), market);
    writeFileSync(join(folder, "book.json"), JSON.stringify(BOOK));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inNode = (code: string): string => {
    const path = join(folder, "app", "script.mjs");
    writeFileSync(path, code);
    const paths = [join(folder, "market.json"), join(folder, "book.json")];
    return execFileSync(process.execPath, [path, ...paths], { encoding: "utf8" }).trim();
  };
  const READ = `import { readFileSync } from "node:fs"; const [bytes, book] = [readFileSync(process.argv[2]), readFileSync(process.argv[3], "utf8")];`;

  test("computes a margin in a bare script of Node, and the same in a bundle of Vite that holds no prover", async () => {
    const own = inNode(`${MARGIN}${READ} console.log(required(bytes, book));`);
    expect(own).toMatch(/^\d+\.\d+$/);
    const files = await bundle("margin", MARGIN);
    expect(files.map(({ name }) => name.replace(/-.*(\.\w+)$/, "$1"))).toEqual(["margin.js"]);
    const [only] = files;
    expect(only?.bytes).toBeLessThan(200_000);
    for (const word of ["poseidon", "groth16", "kernel", "snarkjs", "ffjavascript"]) {
      expect(only?.text.toLowerCase().includes(word), word).toBe(false);
    }
    await import(pathToFileURL(join(folder, "margin", "assets", only?.name ?? "")).href);
    const { required } = globalThis as unknown as { required(bytes: Uint8Array, book: string): string };
    expect(required(market, JSON.stringify(BOOK))).toBe(own);
  });

  test("proves and verifies in a bare script of Node, which ends by itself", () => {
    const verdict = inNode(`${READ}
      import { parseBook } from "tacit/account/book";
      import { randomSecret } from "tacit/account/state";
      import { readMarket } from "tacit/market/read";
      import { openProver } from "tacit/prove/prover";
      import { Coverage } from "tacit/units/units";
      const market = await readMarket(bytes, "market");
      const portfolio = parseBook(book, "book", market.instruments);
      const account = { ...portfolio, accountId: randomSecret(), salt: randomSecret() };
      const prover = await openProver();
      const { proof } = await prover.prove({ account, market, set: "maintenance", coverage: Coverage.parse("1", "c") });
      console.log(JSON.stringify(await prover.verify(proof, { market })));
      await prover[Symbol.asyncDispose]();`);
    expect(JSON.parse(verdict)).toEqual({ valid: true, healthy: true });
  });

  test("brings its workers and its kernel into a bundle that proves", async () => {
    const names = (await bundle("prove", PROVE)).map(({ name }) => name);
    expect(names.some((name) => name.startsWith("thread-web"))).toBe(true);
    expect(names.some((name) => /^kernel.*\.wasm$/.test(name))).toBe(true);
    expect(names.some((name) => name.startsWith("thread-node"))).toBe(false);
  });

  test("brings a reference with every function that it exports, in the words of the sources", () => {
    const reference = readFileSync(join(folder, "app", "node_modules", "tacit", "API.md"), "utf8");
    for (const own of [
      "evaluate",
      "parseBook",
      "importBook",
      "openProver",
      "verifyProof",
      "connectGate",
      "stressGrid",
    ]) {
      expect(reference).toContain(`### ${own}\n`);
    }
    expect(reference).toContain("A proof file as a short text, for the fragment of a link");
    expect(reference).toContain("* **throws** TacitError");
  });

  test("has types that a strict program compiles against", () => {
    const app = join(folder, "app");
    writeFileSync(
      join(app, "typed.ts"),
      `import { evaluate } from "tacit/risk/requirement";
       import { Coverage, type Price } from "tacit/units/units";
       const wrong: Price = 1n as never;
       // @ts-expect-error a price is no coverage
       evaluate({} as never, {} as never, wrong);
       evaluate({} as never, {} as never, Coverage.parse("1", "coverage"));`,
    );
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--skipLibCheck"];
    expect(() =>
      execFileSync(process.execPath, [tsc, ...flags, "typed.ts"], { cwd: app, stdio: "pipe" }),
    ).not.toThrow();
  });
});
