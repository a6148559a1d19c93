import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { siteConfig } from "../../prover/web/site/config.ts";
import { keyFiles } from "../../prover/web/site/plugin.ts";
import { type Site, serveFolder } from "./serve.ts";

/** The page as it ships, with the keys of this machine, served under its policy. */
export async function serveSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-site-"));
  await build({ ...siteConfig({ out: folder, keys: false }), logLevel: "error" });
  const keys = new Map<string, Uint8Array>();
  for (const [name, path] of keyFiles()) keys.set(`/keys/${name}`, await readFile(path));
  const site = await serveFolder(folder, keys);
  return {
    ...site,
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
