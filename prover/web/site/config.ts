import { fileURLToPath } from "node:url";
import type { InlineConfig } from "vite";
import { siteAssets } from "./plugin.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * How Vite serves and builds the page.
 * @param options.out the folder of a build
 * @param options.keys whether a build has the keys beside it
 */
export const siteConfig = (options: { readonly out: string; readonly keys: boolean }): InlineConfig => ({
  root: at(".."),
  configFile: false,
  // Any folder of any server will do.
  base: "./",
  publicDir: false,
  // A name that is not there is not the first page.
  appType: "mpa",
  plugins: [siteAssets(options)],
  worker: { format: "es" },
  resolve: {
    // Its entry brings another ethers and a native package; the page needs one hash.
    alias: [{ find: /^circomlibjs$/, replacement: at("../../../node_modules/circomlibjs/src/poseidon_wasm.js") }],
  },
  build: {
    outDir: options.out,
    emptyOutDir: true,
    target: "es2022",
    // Scripts that tell a browser to fetch ahead would be inline.
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      input: { index: at("../index.html"), verify: at("../verify.html") },
      output: {
        // What comes first in the source runs first, shared pieces or not.
        strictExecutionOrder: true,
        entryFileNames: "assets/[name]-[hash].js",
      },
    },
  },
});
