// Serves the page from this machine: npm run web [-- --port 4173] [-- --dev]
// As it ships, under its policy; with --dev from its sources, which follow every change.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, createServer, preview } from "vite";
import { siteConfig } from "../../prover/web/site/config.ts";
import { POLICY } from "../../prover/web/site/policy.ts";

const { values } = parseArgs({
  options: { port: { type: "string", default: "4173" }, dev: { type: "boolean", default: false } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port} is no port: take a number up to 65535.`);
  process.exit(2);
}
const config = siteConfig({ out: resolve("dist/web"), keys: false });
if (values.dev) {
  const server = await createServer({ ...config, server: { port } });
  await server.listen();
  server.printUrls();
} else {
  console.error("Building the page ...");
  await build({ ...config, logLevel: "error" });
  const server = await preview({ ...config, preview: { port, headers: { "content-security-policy": POLICY } } });
  server.printUrls();
}
