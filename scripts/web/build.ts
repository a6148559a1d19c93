// Builds the static page: node scripts/web/build.ts [--out dist/web] [--without-keys]
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { siteConfig } from "../../prover/web/site/config.ts";

const { values } = parseArgs({
  options: { out: { type: "string", default: "dist/web" }, "without-keys": { type: "boolean", default: false } },
});
await build({ ...siteConfig({ out: resolve(values.out), keys: !values["without-keys"] }), logLevel: "warn" });
console.log(`The page is in ${values.out}: any static web server can serve it, over https or from localhost.`);
