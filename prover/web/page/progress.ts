import type { ProofProgress } from "../work/prove.ts";
import { h } from "./dom.ts";

const STAGES = [
  ["checking the market", "Checking the market’s roots"],
  ["loading keys", "Loading the keys"],
  ["building the tree", "Building the market’s tree"],
  ["computing the witness", "Computing the witness"],
  ["proving", "Proving"],
  ["verifying", "Verifying the proof"],
] as const;

export interface ProgressView {
  readonly element: HTMLElement;
  take(progress: ProofProgress): void;
  /** Marks the last stage as done. */
  finish(): void;
  /** Where it stands, in words. */
  now(): string;
}

/** The stages of a proof as a list: done, under way with its seconds, to come. */
export function openProgress(): ProgressView {
  const rows = STAGES.map(([stage, name]) => {
    const detail = h("span", { class: "quiet" });
    return { stage, name, detail, item: h("li", {}, name, " ", detail), since: 0 };
  });
  let at = -1;
  const close = (): void => {
    const row = rows[at];
    if (row === undefined) return;
    row.item.className = "done";
    row.item.removeAttribute("aria-current");
    row.detail.textContent = `${((performance.now() - row.since) / 1000).toFixed(1)} s`;
  };
  return {
    element: h("ol", { class: "stages" }, ...rows.map(({ item }) => item)),
    take(progress) {
      if ("stage" in progress) {
        close();
        at = rows.findIndex(({ stage }) => stage === progress.stage);
        const row = rows[at];
        if (row === undefined) return;
        row.since = performance.now();
        row.item.className = "under-way";
        row.item.setAttribute("aria-current", "step");
        return;
      }
      const row = rows.find(({ stage }) => stage === "loading keys");
      const mega = (bytes: number) => (bytes / 1e6).toFixed(0);
      if (row !== undefined) row.detail.textContent = `${mega(progress.received)} of ${mega(progress.total)} MB`;
    },
    finish: close,
    now: () => rows[at]?.name ?? "Starting",
  };
}
