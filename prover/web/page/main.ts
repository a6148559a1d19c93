import "../work/strict.ts";
import type { Book } from "../../account/book.ts";
import type { Totals } from "../../import/read.ts";
import { type KnownRoots, readKnown } from "../../prove/known.ts";
import { TacitError } from "../../units/errors.ts";
import type { MarginApi } from "../work/margin.ts";
import { openRemote } from "../work/rpc.ts";
import { byId, fill, h } from "./dom.ts";
import { type GivenFile, onFiles, schemaOf } from "./drop.ts";
import { showGraphs } from "./graph.ts";
import { showGrid } from "./grid.ts";
import { askTotals, showImport } from "./imports.ts";
import { clearProblem, showProblem, tell } from "./notices.ts";
import { keepOffline } from "./offline.ts";
import { openPositions } from "./positions.ts";
import { openProve } from "./prove.ts";
import { emptyState, isChanged } from "./state.ts";
import { showSummary } from "./summary.ts";
import { moment } from "./words.ts";

const SAMPLES = [
  ["hedged-options", "hedged options"],
  ["cash-and-carry", "cash and carry"],
  ["leveraged-directional", "a leveraged bet"],
] as const;

const state = emptyState();
const margin = openRemote<MarginApi>(new Worker(new URL("../work/margin.ts", import.meta.url), { type: "module" }), {
  onSilence: (seconds) =>
    tell(
      `The figures have been computing for ${seconds} seconds; they may have got stuck. Loading the page again helps.`,
    ),
});

const positions = openPositions(
  byId("positions"),
  () => state.market?.info.instruments ?? [],
  (book, rows) => void guard(() => setBook(book, rows)),
  () => state.base !== undefined && void guard(() => setBook(state.base as Book, true)),
);
const prove = openProve(byId("prove"), state);

/** Runs something the user asked for; what fails is shown. */
async function guard(work: () => Promise<void>): Promise<void> {
  clearProblem();
  try {
    await work();
  } catch (error) {
    tell("");
    showProblem(error);
  }
}

async function openMarket(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  tell("Opening the market…");
  const info = await margin.call("open", bytes, name);
  state.market = { name, bytes, info };
  const prices = Object.entries(info.index).map(([asset, price]) => `${asset} ${price}`);
  const about = `${info.venue}, ${moment(info.timestamp)}: ${info.instruments.length} instruments, ${prices.join(", ")} USD, methodology “${info.profile}”.`;
  byId("market-about").textContent = about;
  tell("");
  if (state.book !== undefined) await setBook(state.book, true);
}

async function setBook(book: Book, rows: boolean): Promise<void> {
  // Its rows are drawn first: a mistyped quantity stays where it can be mended.
  state.book = book;
  if (rows) positions.draw(book);
  tell("Computing…");
  const report = await margin.call("report", book, "1");
  // A later change is already on its way.
  if (state.book !== book) return;
  const changed = isChanged(state);
  state.report = report;
  if (!changed) state.baseReport = report;
  positions.update(report, changed);
  showSummary(byId("summary"), report, changed ? state.baseReport : undefined);
  showGrid(byId("stress"), report);
  showGraphs(byId("graph"), report);
  prove.update();
  const { maintenance } = report.sets;
  tell(
    `Computed: maintenance is ${maintenance.healthy ? "" : "not "}covered${changed ? ", with your changes" : ""}.`,
    true,
  );
}

async function take(files: readonly GivenFile[], totals?: Totals): Promise<void> {
  const [market] = files.filter(({ text }) => schemaOf(text) === "market");
  if (market !== undefined) await openMarket(market.name, market.bytes);
  const others = files.filter((file) => file !== market);
  if (others.length === 0) return;
  // A file may be quicker than the market that the page opens by itself.
  await opening;
  const shown = state.market;
  if (shown === undefined) throw new TacitError("NO_MARKET", "no market is open yet", { hint: "Give a market file." });
  const [account] = others.filter(({ text }) => schemaOf(text) === "account");
  if (account !== undefined) {
    const read = await prove.readAccount(account.text, account.name, shown.info);
    state.account = read.account;
    return start(read.book, "account");
  }
  const request = {
    files: others.map(({ name, text }) => ({ name, text })),
    ...(totals === undefined ? {} : { totals }),
  };
  try {
    const imported = await margin.call("read", request);
    showImport(byId("import"), imported);
    state.account = undefined;
    await start(imported.book, "book");
  } catch (error) {
    if (!(error instanceof TacitError) || error.code !== "NEEDS_TOTALS") throw error;
    askTotals(byId("import"), (answer) => void guard(() => take(others, answer)));
  }
}

async function start(book: Book, from: "book" | "account"): Promise<void> {
  if (from === "account") byId("import").hidden = true;
  state.base = book;
  state.baseReport = undefined;
  await setBook(book, true);
  byId("summary").scrollIntoView({ block: "start" });
}

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(path);
  if (!response.ok) throw new TacitError("NO_FILE", `${path} cannot be fetched: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function showMarkets(known: readonly KnownRoots[]): void {
  const choice = h(
    "select",
    {
      id: "market-choice",
      onchange: () => void guard(async () => openMarket(choice.value, await fetchBytes(`markets/${choice.value}`))),
    },
    ...known.map(({ file, venue, timestamp }) => h("option", { value: file }, `${venue}, ${moment(timestamp)}`)),
  );
  fill(
    byId("market"),
    h("label", { for: "market-choice" }, "Market "),
    choice,
    h("span", { class: "quiet", id: "market-about" }),
  );
  fill(
    byId("samples"),
    "No file at hand? Try ",
    ...SAMPLES.flatMap(([file, name], i) => [
      i > 0 && ", ",
      h(
        "button",
        {
          type: "button",
          class: "plain",
          onclick: () =>
            void guard(async () => {
              const bytes = await fetchBytes(`books/${file}.json`);
              await take([{ name: `${file}.json`, bytes, text: new TextDecoder().decode(bytes) }]);
            }),
        },
        name,
      ),
    ]),
    ".",
  );
}

onFiles((files) => void guard(() => take(files)), showProblem);
const opening = guard(async () => {
  const known = readKnown(JSON.parse(new TextDecoder().decode(await fetchBytes("markets/known.json"))));
  showMarkets(known);
  const [first] = known;
  if (first !== undefined) await openMarket(first.file, await fetchBytes(`markets/${first.file}`));
});
keepOffline();
