import type { Imported } from "../../import/assemble.ts";
import { fill, h, words } from "./dom.ts";

/** What was not imported, before anything else, and what was rounded or assumed. */
export function showImport(container: HTMLElement, { refused, notes }: Imported): void {
  if (refused.length === 0 && notes.length === 0) {
    container.hidden = true;
    return;
  }
  fill(
    container,
    refused.length > 0 &&
      h(
        "div",
        { class: "problem" },
        h(
          "p",
          {},
          h("strong", {}, `${refused.length === 1 ? "One entry is" : `${refused.length} entries are`} not imported. `),
          "The figures below are of the rest: that is not the margin of the whole portfolio.",
        ),
        words(
          "Not imported",
          ["What", "Why", "Where"],
          refused.map(({ what, reason, where }) => [what, reason, where]),
        ),
      ),
    notes.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${notes.length === 1 ? "One note" : `${notes.length} notes`} on what was rounded or assumed`),
        h("ul", {}, ...notes.map((note) => h("li", {}, note))),
      ),
  );
}

/** Asks what ccxt's totals are, which only the user can know. */
export function askTotals(container: HTMLElement, answer: (totals: "wallet" | "equity") => void): void {
  fill(
    container,
    h(
      "div",
      { class: "question" },
      h("p", {}, h("strong", {}, "Does the venue’s total balance include the profits of open positions?")),
      h("p", {}, "ccxt passes on what each venue calls a total, and the file does not say which it is."),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", onclick: () => answer("equity") }, "Yes, it is the equity"),
        h("button", { type: "button", onclick: () => answer("wallet") }, "No, it is the wallet alone"),
      ),
    ),
  );
}
