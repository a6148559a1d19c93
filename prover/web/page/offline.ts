/** Vite's words for a page that its development server serves. */
const DEVELOPMENT = (import.meta as { env?: { DEV?: boolean } }).env?.DEV === true;

/** Keeps the page for the next time without a network. A browser that does not, such as one in a private window, just fetches it again. */
export function keepOffline(): void {
  // A development server has no such script.
  if (DEVELOPMENT || !("serviceWorker" in navigator)) return;
  void navigator.serviceWorker.register("./offline.js").catch(() => {});
}
