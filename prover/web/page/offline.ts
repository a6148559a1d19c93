/**
 * Keeps the page for the next time without a network. Where that cannot be, as in a private window of some browsers or
 * on a development server, which has no such script, the page is just fetched again.
 */
export function keepOffline(): void {
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("./offline.js").catch(() => {});
}
