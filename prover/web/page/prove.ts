import { type Book, parseBook } from "../../account/book.ts";
import type { Size } from "../../account/file.ts";
import { CIRCUITS, MARGIN_NAMES, type MarginName } from "../../generated/circuits.ts";
import type { SetName } from "../../market/types.ts";
import type { ProofFile } from "../../prove/proofFile.ts";
import { TacitError } from "../../units/errors.ts";
import { Coverage } from "../../units/units.ts";
import type { PreparedAccount, ProofProgress, ProveApi } from "../work/prove.ts";
import type { MarketInfo } from "../work/report.ts";
import { openRemote, type Remote } from "../work/rpc.ts";
import { download, fill, h } from "./dom.ts";
import { openTarget, settleAccount } from "./gate.ts";
import { keysFolder, openKeys } from "./keys.ts";
import { showProblem, tell } from "./notices.ts";
import { openProgress, type ProgressView } from "./progress.ts";
import { proofView } from "./proofView.ts";
import { publicTable } from "./public.ts";
import { isChanged, type State } from "./state.ts";
import type { Session } from "./wallet.ts";
import { moment, SET_WORDS } from "./words.ts";

const COVERAGES = [
  ["1", "exactly the requirement"],
  ["1.25", "a quarter more"],
  ["1.5", "half as much again"],
  ["2", "twice the requirement"],
] as const;

type Accepted = Awaited<ReturnType<Session["prove"]>>;

export interface ProveView {
  /** After the book, its report or the market changed. */
  update(): void;
  /** Opens an account file, in the worker that has the hash its commitment is checked with. */
  readAccount(text: string, name: string, market: MarketInfo): ReturnType<ProveApi["account"]>;
}

/** Chooses what to prove, shows what becomes public, proves in a worker, and hands out the proof. */
export function openProve(container: HTMLElement, state: State): ProveView {
  let set: SetName = "maintenance";
  let coverage = "1";
  let circuit: MarginName = "margin_4";
  let remote: Remote<ProveApi> | undefined;
  let progress: ProgressView | undefined;

  const target = openTarget(() => show());
  const keys = openKeys(worker, () => circuit);
  const statement = h("div");
  const work = h("div", { class: "work" });
  const result = h("div", { class: "result" });
  const start = h("button", { type: "button", id: "start", class: "primary", onclick: () => void run() }, "Prove");
  const cancel = h("button", { type: "button", id: "cancel", onclick: stop }, "Cancel");
  const sizes = h("select", {
    id: "size",
    onchange: () => {
      circuit = sizes.value as MarginName;
      show();
    },
  });
  cancel.hidden = true;

  /** Kept between proofs: it holds the keys and has its threads running. */
  function worker(): Remote<ProveApi> {
    remote ??= openRemote<ProveApi>(new Worker(new URL("../work/prove.ts", import.meta.url), { type: "module" }), {
      onEvent: (event) => {
        keys.take(event as ProofProgress);
        if (progress === undefined) return;
        progress.take(event as ProofProgress);
        tell(`${progress.now()}…`);
      },
      onSilence: (seconds) =>
        showProblem(
          new TacitError(
            "WORKER_SILENT",
            `the prover has said nothing for ${seconds} seconds, at: ${progress?.now()}`,
            {
              hint: "It may be out of memory. Cancel it and try again, with other programs closed.",
            },
          ),
        ),
    });
    return remote;
  }

  function stop(): void {
    remote?.end();
    remote = undefined;
  }

  function covered(): boolean {
    const e = state.report?.sets[set];
    if (e === undefined || state.market === undefined) return false;
    // Exactly as the circuit compares, on the report's exact figures.
    const [equity, required] = [e.equity, e.required].map(exact);
    return (equity ?? 0n) * 10_000n >= Coverage.parse(coverage, "coverage") * (required ?? 0n);
  }

  function show(): void {
    const { market, book } = state;
    if (market === undefined || book === undefined) return;
    const healthy = covered();
    const kept = keptAccount(state);
    fill(
      statement,
      isChanged(state) &&
        h(
          "p",
          { class: "warning" },
          h("strong", {}, "These are not your positions. "),
          "The proof would be about the book with the changes that you tried.",
        ),
      !healthy &&
        h(
          "p",
          { class: "warning" },
          h("strong", {}, "Not covered. "),
          `Equity does not cover ${coverage}× this requirement: the proof would say so to everybody who sees it.`,
        ),
      publicTable(
        { set, coverage, circuit, healthy, commitment: kept?.commitment.toString(), gate: target.isGate() },
        market,
      ),
    );
    void keys.update();
    start.textContent = healthy ? "Prove it" : "Prove that it is not covered";
  }

  async function run(): Promise<void> {
    const { market, book } = state;
    if (market === undefined || book === undefined) return;
    progress = openProgress();
    result.replaceChildren();
    fill(work, progress.element, h("p", { class: "actions" }, cancel));
    [start.disabled, cancel.hidden] = [true, false];
    tell("Proving…");
    try {
      const remote = worker();
      const make = (id?: bigint) => prepare(remote, market.info.instruments, book, id);
      const session = target.isGate() ? await target.session() : undefined;
      // Looked for first: a proof against a market that the gate does not know would be for nothing.
      const epoch = await session?.findEpoch(set, BigInt(market.info.roots[set]));
      const kept = keptAccount(state);
      const account =
        session === undefined ? (kept ?? (await make())) : await settleAccount(session, kept, make, saveAccount, tell);
      state.account = account;
      const { accountId } = account.state;
      const context = await session?.contextOf(accountId);
      const request = { market: market.bytes, marketName: market.name, account: account.state, set, coverage };
      const { proof, cost } = await remote.call("prove", {
        ...request,
        // A gate knows an account by its size.
        circuit: session === undefined ? circuit : circuitOf(account.size),
        keys: keysFolder(),
        ...(context === undefined ? {} : { context }),
      });
      progress.finish();
      const seconds = Object.values(cost.seconds).reduce((sum, stage) => sum + stage, 0);
      let done = `Proven and verified in ${seconds.toFixed(1)} seconds.`;
      let accepted: Accepted | undefined;
      if (session !== undefined && epoch !== undefined) {
        tell("Waiting for the wallet: submitting the proof…");
        accepted = await session.prove(accountId, epoch, proof);
        done = `The gate accepted the proof. ${done}`;
      }
      tell(done, true);
      showResult(proof, account, accepted);
      show();
    } catch (error) {
      work.replaceChildren();
      const cancelled = error instanceof TacitError && error.code === "CANCELLED";
      tell(cancelled ? "Cancelled. Nothing was proven." : "", true);
      if (!cancelled) showProblem(error);
    } finally {
      [start.disabled, cancel.hidden] = [false, true];
      progress = undefined;
      void keys.update();
    }
  }

  async function prepare(
    remote: Remote<ProveApi>,
    instruments: readonly { readonly id: number; readonly name: string }[],
    book: Book,
    id: bigint | undefined,
  ): Promise<PreparedAccount> {
    const portfolio = parseBook(JSON.stringify(book), "the book", state.market?.info.instruments ?? []);
    const names = new Map(instruments.map(({ id, name }) => [id, name]));
    const size = CIRCUITS[circuit].positions as Size;
    return remote.call("prepare", portfolio, size, names, id);
  }

  function showResult(proof: ProofFile, account: PreparedAccount, accepted: Accepted | undefined): void {
    fill(
      result,
      h("h3", {}, "The proof"),
      h(
        "p",
        {},
        proof.publicSignals.healthy === "1"
          ? `It says that a hidden account covers ${coverage}× its ${SET_WORDS[set].name.toLowerCase()} requirement.`
          : `It says that a hidden account does NOT cover ${coverage}× its ${SET_WORDS[set].name.toLowerCase()} requirement.`,
      ),
      accepted !== undefined &&
        h(
          "p",
          { id: "accepted" },
          h("strong", {}, "Accepted by the gate"),
          ` in transaction ${accepted.hash}; the account is current until ${moment(accepted.leaseUntil)}.`,
        ),
      // Beyond its gate a proof made for one says nothing: its context is the gate's.
      accepted === undefined ? proofView(proof) : null,
      h("h3", {}, "The account file: keep it, and keep it secret"),
      h(
        "p",
        {},
        "It opens the commitment. Whoever has it sees the account; without it nobody can prove this account again. ",
        "It exists in this page only until you save it.",
      ),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", onclick: () => saveAccount(account) }, "Save the account file"),
      ),
    );
    result.scrollIntoView({ block: "start" });
  }

  function build(): void {
    const sets = (["maintenance", "initial"] as const).map((name) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "radio",
          name: "set",
          value: name,
          ...(name === set ? { checked: true } : {}),
          onchange: () => {
            set = name;
            show();
          },
        }),
        h("span", {}, h("strong", {}, SET_WORDS[name].name), `: ${SET_WORDS[name].means}`),
      ),
    );
    const other = h("input", {
      id: "coverage-other",
      type: "text",
      inputmode: "decimal",
      "aria-label": "Another coverage, in times",
      placeholder: "1.3333",
    });
    other.hidden = true;
    const choose = (text: string): void => {
      try {
        Coverage.parse(text, "coverage");
        coverage = text;
        show();
      } catch (error) {
        showProblem(error);
      }
    };
    other.addEventListener("change", () => choose(other.value.trim()));
    const multiple = h(
      "select",
      {
        id: "coverage",
        onchange: () => {
          other.hidden = multiple.value !== "other";
          if (multiple.value !== "other") choose(multiple.value);
        },
      },
      ...COVERAGES.map(([value, words]) => h("option", { value }, `${value}×: ${words}`)),
      h("option", { value: "other" }, "another…"),
    );
    fill(
      container,
      h("h2", { id: "prove-title" }, "Prove it"),
      h(
        "p",
        {},
        "A proof says whether equity covers the requirement, and nothing else. It is made in this browser, and it works without a network once the keys are here.",
      ),
      h("fieldset", {}, h("legend", {}, "Which requirement"), ...sets),
      h("p", {}, h("label", { for: "coverage" }, "How much of it equity must cover "), multiple, " ", other),
      h("p", {}, h("label", { for: "size" }, "Room for positions, which is public "), sizes),
      target.element,
      statement,
      keys.element,
      h("p", { class: "actions" }, start),
      work,
      result,
    );
  }

  build();
  container.hidden = true;
  return {
    readAccount: (text, name, { instruments }) => worker().call("account", text, name, instruments),
    update() {
      const { book, market } = state;
      if (book === undefined || market === undefined) return;
      container.hidden = false;
      const fitting = MARGIN_NAMES.filter((name) => CIRCUITS[name].positions >= book.positions.length);
      const own = keptAccount(state)?.size;
      sizes.replaceChildren(
        ...fitting.map((name) => h("option", { value: name }, `up to ${CIRCUITS[name].positions}`)),
      );
      const first = fitting.find((name) => CIRCUITS[name].positions === own) ?? fitting[0];
      start.disabled = first === undefined;
      if (first === undefined) {
        fill(
          statement,
          h("p", { class: "warning" }, "More positions than any proof holds: split them over several accounts."),
        );
        return;
      }
      if (!fitting.includes(circuit)) circuit = first;
      sizes.value = circuit;
      show();
    },
  };
}

const circuitOf = (size: number): MarginName =>
  MARGIN_NAMES.find((name) => CIRCUITS[name].positions === size) ?? "margin_32";

const saveAccount = ({ text }: PreparedAccount): void => download("account.json", text);

/** The account that is already there for this very book: its proofs share a commitment. */
function keptAccount({ account, book, market }: State): PreparedAccount | undefined {
  if (account === undefined || book === undefined || market === undefined) return undefined;
  try {
    const { cash, positions } = parseBook(JSON.stringify(book), "the book", market.info.instruments);
    const same =
      cash === account.state.cash &&
      positions.length === account.state.positions.length &&
      positions.every(({ id, quantity }, i) => {
        const kept = account.state.positions[i];
        return kept?.id === id && kept.quantity === quantity;
      });
    return same ? account : undefined;
  } catch {
    return undefined;
  }
}

/** An exact decimal string in units of 1e-30. */
function exact(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(30, "0"));
  return text.startsWith("-") ? -value : value;
}
