import type { Size } from "../../account/file.ts";
import { TacitError } from "../../units/errors.ts";
import type { PreparedAccount } from "../work/prove.ts";
import { h } from "./dom.ts";
import { showProblem } from "./notices.ts";
import type { Session } from "./wallet.ts";

/** For whom a proof is. */
export interface TargetView {
  readonly element: HTMLElement;
  isGate(): boolean;
  /** Opens the chosen wallet at the gate's address. @throws TacitError as `openSession` */
  session(): Promise<Session>;
}

/** The wallet's code comes when somebody wants a wallet. */
const wallets = () => import("./wallet.ts");

/** Asks for whom the proof is: for no contract, or for a gate through a wallet. */
export function openTarget(changed: () => void): TargetView {
  let gate = false;
  const wallet = h("select", { id: "wallet" });
  const address = h("input", {
    id: "gate",
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "0x…",
  });
  const none = h("p", { class: "warning" }, "No wallet announces itself in this browser.");
  const details = h(
    "div",
    {},
    none,
    h("p", {}, h("label", { for: "wallet" }, "Wallet "), wallet),
    h("p", {}, h("label", { for: "gate" }, "The gate’s address "), address),
    h(
      "p",
      { class: "quiet" },
      "Your wallet opens an account at the gate with the commitment, then submits the proof: two transactions, or one when the account is open. ",
      "Positions are in neither.",
    ),
  );
  details.hidden = true;
  none.hidden = true;

  async function list(): Promise<void> {
    try {
      const found = await (await wallets()).listWallets();
      wallet.replaceChildren(...found.map(({ uuid, name }) => h("option", { value: uuid }, name)));
      none.hidden = found.length > 0;
    } catch (error) {
      showProblem(error);
    }
  }

  const choice = (value: string, strong: string, words: string, checked: boolean) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        name: "target",
        value,
        ...(checked ? { checked: true } : {}),
        onchange: () => {
          gate = value === "gate";
          details.hidden = !gate;
          if (gate) void list();
          changed();
        },
      }),
      h("span", {}, h("strong", {}, strong), words),
    );

  return {
    element: h(
      "fieldset",
      {},
      h("legend", {}, "For whom"),
      choice("anybody", "Anybody", ": a file and a link, for no contract", true),
      choice(
        "gate",
        "A gate on a chain",
        ": submitted by your wallet, which then counts the account as margined",
        false,
      ),
      details,
    ),
    isGate: () => gate,
    async session() {
      if (wallet.value === "") throw new TacitError("NO_WALLET", "there is no wallet to submit the proof with");
      return (await wallets()).openSession(wallet.value, address.value.trim());
    },
  };
}

/**
 * Sees to it that the gate has this very commitment, opening an account or replacing its commitment where it has not.
 * @param prepare makes an account under the id that the gate gives it
 * @param keep is called before the gate learns of a commitment: what is lost then cannot be proven
 * @param progress what the wallet will be asked for
 */
export async function settleAccount(
  session: Session,
  kept: PreparedAccount | undefined,
  prepare: (id: bigint) => Promise<PreparedAccount>,
  keep: (account: PreparedAccount) => void,
  progress: (words: string) => void,
): Promise<PreparedAccount> {
  if (kept !== undefined && (await session.owns(kept.state.accountId))) {
    if ((await session.commitmentOf(kept.state.accountId)) === kept.commitment) return kept;
    progress("Waiting for the wallet: replacing the account’s commitment…");
    await session.update(kept.state.accountId, kept.commitment, kept.size as Size);
    return kept;
  }
  const account = await prepare(await session.nextAccountId());
  keep(account);
  progress("Waiting for the wallet: opening the account…");
  await session.open(account.commitment, account.size as Size);
  return account;
}
