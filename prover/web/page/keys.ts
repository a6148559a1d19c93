import { CIRCUITS, type MarginName } from "../../generated/circuits.ts";
import type { ProofProgress, ProveApi } from "../work/prove.ts";
import type { Remote } from "../work/rpc.ts";
import { h } from "./dom.ts";
import { showProblem, tell } from "./notices.ts";

/** Keys lie beside the page. */
export const keysFolder = (): string => new URL("keys/", location.href).href;

export interface KeysView {
  readonly element: HTMLElement;
  /** After another circuit was chosen, or a proof was made. */
  update(): Promise<void>;
  take(progress: ProofProgress): void;
}

/** Whether the keys are in this browser, and a way to fetch them ahead, for proving without a network. */
export function openKeys(worker: () => Remote<ProveApi>, circuit: () => MarginName): KeysView {
  const state = h("span");
  const fetchNow = h("button", { type: "button", onclick: () => void run() }, "Fetch them now");
  fetchNow.hidden = true;
  const mega = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const size = (name: MarginName): string => mega(CIRCUITS[name].wasm.bytes + CIRCUITS[name].compactKey.bytes);

  async function update(): Promise<void> {
    const name = circuit();
    try {
      const here = await worker().call("keysHere", name, keysFolder());
      if (name !== circuit()) return;
      fetchNow.hidden = here;
      state.textContent = here
        ? "The keys are in this browser: proving needs no network."
        : `The keys, ${size(name)} MB, come with the first proof and are kept. `;
    } catch {
      // Cancelled with its worker: the next change asks again.
    }
  }

  async function run(): Promise<void> {
    fetchNow.disabled = true;
    try {
      await worker().call("fetchKeys", circuit(), keysFolder());
      tell("The keys are here.", true);
    } catch (error) {
      showProblem(error);
    }
    fetchNow.disabled = false;
    await update();
  }

  return {
    element: h("p", { class: "quiet", id: "keys" }, state, fetchNow),
    update,
    take(progress) {
      if ("received" in progress && fetchNow.disabled) {
        state.textContent = `Fetching the keys: ${mega(progress.received)} of ${mega(progress.total)} MB. `;
      }
    },
  };
}
