import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

/** What a node is asked, one call a request. */
export interface Call {
  readonly method: string;
  readonly params: readonly { readonly to?: string }[];
}

/** A node's twin that may be told to do something before a call reaches the node, or after it, before the answer. */
export interface Between {
  readonly url: string;
  /** Calls made so far. */
  readonly calls: Call[];
  before: (call: Call) => void | Promise<void>;
  after: (call: Call) => void | Promise<void>;
  /** Whether the answer of a call that the node has done gets lost. */
  loses: (call: Call) => boolean;
}

/** Stands before a node, so that a process can be killed at an exact point of what it says to it. */
export async function openProxy(node: string): Promise<Between> {
  const proxy = { url: "", calls: [] as Call[], before: () => {}, after: () => {}, loses: () => false } as {
    -readonly [K in keyof Between]: Between[K];
  };
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const call = JSON.parse(body) as Call;
    proxy.calls.push(call);
    await proxy.before(call);
    if (request.socket.destroyed) return;
    const answer = await fetch(node, { method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await answer.text();
    await proxy.after(call);
    if (proxy.loses(call)) return void request.socket.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(() => void server.close());
  return proxy;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
