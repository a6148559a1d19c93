import type { Book } from "../../account/book.ts";
import { usd } from "../../explain/money.ts";
import type { MarketInfo, Report } from "../work/report.ts";
import { download, fill, h } from "./dom.ts";

type Entry = Book["positions"][number];

/** The table of positions, which is also where changes are tried. */
export interface PositionsView {
  /** Draws the rows anew, when there are others. */
  draw(book: Book): void;
  /** Fills in what the rows come to. */
  update(report: Report, changed: boolean): void;
}

/** @param change is called with the book as edited; it throws nothing, what is wrong with the book shows elsewhere */
export function openPositions(
  container: HTMLElement,
  listed: () => MarketInfo["instruments"],
  change: (book: Book, rows: boolean) => void,
  reset: () => void,
): PositionsView {
  let book: Book = { version: 1, cash: "0", positions: [] };
  let cells: { readonly value: HTMLElement; readonly worst: HTMLElement; readonly adds: HTMLElement }[] = [];
  const undo = h("button", { type: "button", onclick: reset }, "Undo the changes");
  const save = h(
    "button",
    { type: "button", onclick: () => download("book.json", `${JSON.stringify(book, null, 2)}\n`) },
    "Save this book",
  );

  const edit = (i: number, entry: Entry | undefined): void => {
    const positions = book.positions.flatMap((old, at) => (at === i ? (entry === undefined ? [] : [entry]) : [old]));
    book = { ...book, positions };
    change(book, entry === undefined);
  };

  const row = (entry: Entry, i: number) => {
    const own = { value: h("td"), worst: h("td"), adds: h("td") };
    cells.push(own);
    const field = (label: string, value: string, onValue: (text: string) => Entry) =>
      h("input", {
        type: "text",
        inputmode: "decimal",
        value,
        "aria-label": `${label} of ${entry.instrument}`,
        onchange: (event) => {
          const text = (event.target as HTMLInputElement).value.trim();
          const now = book.positions[i];
          if (now !== undefined) edit(i, onValue(text));
        },
      });
    const quantity = field("Quantity", entry.quantity, (text) => ({ ...(book.positions[i] ?? entry), quantity: text }));
    const price =
      entry.entryPrice === undefined
        ? "paid"
        : field("Entry price", entry.entryPrice, (text) => ({ ...(book.positions[i] ?? entry), entryPrice: text }));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, entry.instrument),
      h("td", {}, quantity),
      h("td", {}, price),
      own.value,
      own.worst,
      own.adds,
      h(
        "td",
        {},
        h(
          "button",
          {
            type: "button",
            class: "plain",
            "aria-label": `Remove ${entry.instrument}`,
            onclick: () => edit(i, undefined),
          },
          "Remove",
        ),
      ),
    );
  };

  return {
    draw(drawn) {
      book = drawn;
      cells = [];
      const head = ["Instrument", "Quantity", "Entry price", "Value", "P&L in worst", "Adds to required", ""];
      fill(
        container,
        h("h2", { id: "positions-title" }, "Positions, and what if"),
        h(
          "p",
          {},
          "Change a quantity, remove a position or add one: the figures follow. ",
          "“Adds to required” is what the maintenance requirement would lose without the position; a hedge has a negative one.",
        ),
        cashRow(),
        h(
          "div",
          { class: "scroll", tabindex: "0", role: "group", "aria-label": "Positions" },
          h(
            "table",
            { class: "positions" },
            h("caption", { class: "visually-hidden" }, "Positions with what each adds to the requirement"),
            h(
              "thead",
              {},
              h("tr", {}, ...head.map((name) => (name === "" ? h("td") : h("th", { scope: "col" }, name)))),
            ),
            h("tbody", {}, ...book.positions.map(row)),
          ),
        ),
        adder(),
        h("p", { class: "actions" }, undo, save),
      );
    },
    update({ sets }, changed) {
      undo.disabled = !changed;
      for (const [i, { value, worst, adds }] of cells.entries()) {
        const found = sets.maintenance.positions[i];
        value.textContent = found === undefined ? "" : usd(found.value);
        worst.textContent = found?.worstPnl == null ? "–" : usd(found.worstPnl);
        adds.textContent = found === undefined ? "" : usd(found.marginal);
        adds.className = found?.marginal.startsWith("-") ? "gain" : "";
      }
    },
  };

  function cashRow(): HTMLElement {
    const input = h("input", {
      id: "cash",
      type: "text",
      inputmode: "decimal",
      value: book.cash,
      onchange: () => {
        book = { ...book, cash: input.value.trim() };
        change(book, false);
      },
    });
    return h("p", { class: "cash" }, h("label", { for: "cash" }, "Cash, USD "), input);
  }

  function adder(): HTMLElement {
    const list = h("datalist", { id: "instruments" }, ...listed().map(({ name }) => h("option", { value: name })));
    const name = h("input", {
      id: "add-name",
      type: "text",
      list: "instruments",
      autocomplete: "off",
      placeholder: "BTC-27MAR26-60000-P",
    });
    const quantity = h("input", { id: "add-quantity", type: "text", inputmode: "decimal", placeholder: "-1.5" });
    const add = (): void => {
      const wanted = name.value
        .trim()
        .toUpperCase()
        .replace(/(\d)D(\d)/, "$1d$2");
      const found = listed().find((instrument) => instrument.name === wanted);
      const priced = found?.kind === "perp" || found?.kind === "future";
      const entry = {
        instrument: found?.name ?? name.value.trim(),
        quantity: quantity.value.trim(),
        ...(priced && found !== undefined ? { entryPrice: found.mark } : {}),
      };
      book = { ...book, positions: [...book.positions, entry] };
      change(book, true);
    };
    return h(
      "fieldset",
      { class: "adder" },
      h("legend", {}, "Add a position"),
      h("label", { for: "add-name" }, "Instrument"),
      name,
      list,
      h("label", { for: "add-quantity" }, "Quantity"),
      quantity,
      h("button", { type: "button", id: "add", onclick: add }, "Add at the mark"),
    );
  }
}
