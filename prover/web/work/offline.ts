// The service worker: keeps the page's own files, so that it works without a network after the first visit. Keys are
// not its business: the prover keeps them by their hashes.

interface Waits {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetches extends Waits {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface ServiceScope {
  addEventListener(name: "install" | "activate", listener: (event: Waits) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetches) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
}

const scope = globalThis as unknown as ServiceScope;

// Both are filled in by the build.
const VERSION = "tacit-shell-version";
const FILES = "tacit-shell-files";
const PREFIX = "tacit-shell-";
const NAME = `${PREFIX}${VERSION}`;

scope.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(NAME);
    await cache.addAll((JSON.parse(FILES) as string[]).map((path) => new Request(path, { cache: "reload" })));
    await scope.skipWaiting();
  };
  event.waitUntil(fill());
});

scope.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(clean());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.location.origin || url.pathname.includes("/keys/")) return;
  const answer = async () => {
    const cache = await caches.open(NAME);
    return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
  };
  event.respondWith(answer());
});
