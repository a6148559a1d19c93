import { CIRCUITS, type MarginName } from "../../generated/circuits.ts";
import type { SetName } from "../../market/types.ts";
import { h, words } from "./dom.ts";
import type { ShownMarket } from "./state.ts";
import { moment, SET_WORDS } from "./words.ts";

export interface Statement {
  readonly set: SetName;
  readonly coverage: string;
  readonly circuit: MarginName;
  readonly healthy: boolean;
  /** Absent while the account has none yet. */
  readonly commitment: string | undefined;
  readonly gate: boolean;
}

/** Exactly what a proof shows, and what it does not, before it is made. */
export function publicTable(statement: Statement, market: ShownMarket): HTMLElement {
  const { set, coverage, circuit, healthy, commitment, gate } = statement;
  const { info } = market;
  return h(
    "div",
    { class: "public" },
    h("h3", {}, "What becomes public"),
    words(
      "Everything in the proof",
      ["Signal", "What it says"],
      [
        [
          "healthy",
          `${healthy ? "yes" : "NO"}: equity ${healthy ? "covers" : "does not cover"} ${coverage}× the ${SET_WORDS[set].name.toLowerCase()} requirement`,
        ],
        ["coverage", `${coverage}×`],
        [
          "requirement root",
          `the ${SET_WORDS[set].name.toLowerCase()} set of ${info.venue}, ${moment(info.timestamp)}, methodology “${info.profile}”`,
        ],
        [
          "commitment",
          commitment === undefined
            ? "a number that hides this account behind a fresh random salt; the same account keeps it, so its proofs can be told to be of one account"
            : commitment,
        ],
        [
          "context",
          gate
            ? "the gate, its chain, your account and your address there"
            : "that it is for this market file, and for no contract",
        ],
        ["circuit", `${circuit}: the account holds at most ${CIRCUITS[circuit].positions} positions`],
      ],
    ),
    h("h3", {}, "What stays in this browser"),
    h(
      "p",
      {},
      "Positions and their number, cash, entry prices, equity, the requirement and by how much it is covered.",
    ),
    CIRCUITS[circuit].setup === "development" &&
      h(
        "p",
        { class: "warning" },
        h("strong", {}, "Development key. "),
        "Its secrets are published: anybody can forge proofs with it, so this one convinces nobody but you.",
      ),
  );
}
