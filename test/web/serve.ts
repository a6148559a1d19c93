import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { POLICY } from "../../prover/web/site/policy.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export interface Site extends AsyncDisposable {
  readonly origin: string;
  /** What the browser reported against the policy, as it sent it. */
  readonly violations: readonly string[];
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
}

/**
 * Serves a folder under the policy, with no header beside it that isolates the page.
 * @param files further content by path, such as "/keys/margin_4.zkey"
 */
export async function serveFolder(folder: string, files: ReadonlyMap<string, Uint8Array> = new Map()): Promise<Site> {
  const violations: string[] = [];
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    if (request.method === "POST" && path === "/violation") {
      let body = "";
      for await (const chunk of request) body += chunk;
      violations.push(body);
      response.writeHead(204).end();
      return;
    }
    requests.push(path);
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const content = files.get(name) ?? (await readFile(join(folder, normalize(name))).catch(() => undefined));
    response.setHeader("content-security-policy", `${POLICY}; report-uri /violation`);
    response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
    if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-length": content.length }).end(content);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    violations,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
