// Builds the static page, keys and all: npm run web:build [-- --out FOLDER] [-- --without-keys]
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { siteConfig } from "../../prover/web/site/config.ts";

const { values } = parseArgs({
  options: { out: { type: "string", default: "dist/web" }, "without-keys": { type: "boolean", default: false } },
});
console.error("Building the page ...");
await build({ ...siteConfig({ out: resolve(values.out), keys: !values["without-keys"] }), logLevel: "error" });
console.log(`The page is in ${values.out}. Any static server will do, over https or from this machine.`);
