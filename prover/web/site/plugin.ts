import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readFile, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Connect, type Plugin, transformWithOxc } from "vite";
import { CIRCUITS } from "../../generated/circuits.ts";
import { storedPath } from "../../prove/store.ts";
import { type SiteFile, siteFiles } from "./markets.ts";
import { POLICY } from "./policy.ts";

const TYPES: Readonly<Record<string, string>> = { ".json": "application/json", ".wasm": "application/wasm" };

const OFFLINE = fileURLToPath(new URL("../work/offline.ts", import.meta.url));

/** Where a circuit's files are on this machine, by the name the page asks for. */
export const keyFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.values(CIRCUITS).flatMap(({ wasm, compactKey }) => [
      [`${wasm.sha256}.wasm`, storedPath(wasm.sha256, "wasm")],
      [`${compactKey.sha256}.ckey`, storedPath(compactKey.sha256, "ckey")],
    ]),
  );

/**
 * What the page needs beside its code: markets, books and keys, in a development server and in a build; in a build also
 * its policy, and the list of files that it keeps for working offline.
 * @param options.keys false leaves the keys out of a build, some 80 MB
 */
export function siteAssets(options: { readonly keys: boolean }): Plugin {
  let files: Promise<SiteFile[]> | undefined;
  const site = (): Promise<SiteFile[]> => {
    files ??= siteFiles();
    return files;
  };
  let out = "";
  return {
    name: "tacit-site",
    // After Vite has put its pages into the bundle.
    enforce: "post",
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    configureServer: ({ middlewares }) => void middlewares.use(serve(site)),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(serve(async () => [])),
    transformIndexHtml: {
      order: "post",
      handler: (html, { server }) =>
        // A development server injects scripts of its own, which the policy would refuse.
        server === undefined
          ? html.replace("<head>", `<head>\n    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />`)
          : html,
    },
    async generateBundle(_, bundle) {
      for (const { path, bytes } of await site()) this.emitFile({ type: "asset", fileName: path, source: bytes });
      // A cache takes no name twice.
      const shell = [...new Set(["./", ...Object.keys(bundle), ...(await site()).map(({ path }) => path)])].filter(
        (path) => !path.endsWith(".map"),
      );
      const version = createHash("sha256").update(JSON.stringify(shell));
      for (const item of Object.values(bundle)) version.update(item.type === "chunk" ? item.code : item.source);
      // Its own file at the site's root, without imports: all browsers take such a service worker. The browser takes up a
      // new one when its script has changed, so the list and the version stand in the script.
      const { code } = await transformWithOxc(await readFile(OFFLINE, "utf8"), OFFLINE);
      this.emitFile({
        type: "asset",
        fileName: "offline.js",
        source: code
          .replace('"tacit-shell-version"', JSON.stringify(version.digest("hex").slice(0, 16)))
          .replace('"tacit-shell-files"', JSON.stringify(JSON.stringify(shell))),
      });
    },
    async closeBundle() {
      if (!options.keys || out === "") return;
      await mkdir(join(out, "keys"), { recursive: true });
      for (const [name, path] of keyFiles()) await copyFile(path, join(out, "keys", name));
    },
  };
}

function serve(site: () => Promise<SiteFile[]>): Connect.NextHandleFunction {
  return async (request, response, next) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(1);
    const key = keyFiles().get(path.replace(/^keys\//, ""));
    const file = (await site()).find((one) => one.path === path);
    if (file !== undefined) {
      response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
      response.end(file.bytes);
      return;
    }
    const there = key === undefined ? undefined : await stat(key).catch(() => undefined);
    if (key === undefined || there === undefined) return next();
    response.setHeader("content-type", TYPES[extname(key)] ?? "application/octet-stream");
    response.setHeader("content-length", there.size);
    createReadStream(key).pipe(response);
  };
}
