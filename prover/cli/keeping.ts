import { homedir } from "node:os";
import { join } from "node:path";
import { type Signer, VoidSigner, ZeroAddress } from "ethers";
import type { Gate } from "../chain/gate.ts";
import { connectVault, type Vault } from "../chain/vault.ts";
import { readAddress } from "../epoch/file.ts";
import { type KeptAccount, listKept } from "../keep/account.ts";
import { createStore, isStore, openStore, type Store } from "../keep/store.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import type { Args } from "./command.ts";
import { explainSystem } from "./files.ts";
import type { Io } from "./io.ts";
import { readPassword } from "./password.ts";
import { type Chain, openChain, openSigner } from "./rpc.ts";

/** A chain with a vault on it, seen by who signs; by nobody where the command only reads. */
export interface Venue extends AsyncDisposable {
  readonly chain: Chain;
  readonly signer: Signer;
  readonly vault: Vault;
  readonly gate: Gate;
}

/** @param signs whether the command sends anything. @throws TacitError `USAGE`, `NO_VAULT`, and those of `openChain` and `openSigner` */
export async function openVenue(args: Args, io: Io, signs: boolean): Promise<Venue> {
  const chain = await openChain(args, io);
  try {
    const given = args.optional("vault") ?? chain.contracts.Vault;
    if (given === undefined) {
      throw new TacitError("USAGE", "--vault 0x... is missing", { hint: "`tacit deploy` printed its address." });
    }
    const address = readAddress(given, "--vault", "the vault");
    const signer = signs ? await openSigner(args, io, chain) : new VoidSigner(ZeroAddress, chain.provider);
    if ((await chain.provider.getCode(address)) === "0x") {
      throw new TacitError("NO_VAULT", `there is no contract at ${address} on chain ${chain.chainId}`, {
        hint: "The deployment's addresses are in the file that it left.",
      });
    }
    const vault = await connectVault(address, signer);
    return {
      chain,
      signer,
      vault,
      gate: await vault.gate(),
      [Symbol.asyncDispose]: () => chain[Symbol.asyncDispose](),
    };
  } catch (error) {
    await chain[Symbol.asyncDispose]();
    throw error;
  }
}

/** `--store`, `TACIT_STORE`, or a folder of the user's own. */
export function storeFolder(args: Args): string {
  const given = args.optional("store") ?? process.env.TACIT_STORE;
  if (given !== undefined) return given;
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (XDG_DATA_HOME) return join(XDG_DATA_HOME, "tacit");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tacit", "store");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "tacit");
  return join(homedir(), ".local", "share", "tacit");
}

/**
 * Opens the store.
 * @param make whether one that is not there is made
 * @throws TacitError `USAGE`, and those of `createStore` and `openStore`
 */
export async function openKeeping(args: Args, io: Io, make = false): Promise<Store> {
  const folder = storeFolder(args);
  const fresh = make && !(await isStore(folder));
  const password = await readPassword(io, "TACIT_STORE_PASSWORD", fresh ? "the new store" : "the store", fresh);
  io.stage("opening the store");
  return explainSystem(folder, async () => {
    if (fresh) await createStore(folder, password);
    const store = await openStore(folder, password);
    io.settle();
    if (fresh)
      io.note(`A store was made in ${folder}. Keep a copy of it, and the password: both open every account in it.`);
    return store;
  });
}

/**
 * The accounts of the store: that of `--account-id`, or all.
 * @param vault where they must live, if the command works on a chain
 * @throws TacitError `UNKNOWN_ACCOUNT` when there is none
 */
export async function keptOnes(args: Args, store: Store, vault?: Vault): Promise<readonly KeptAccount[]> {
  const asked = readId(args);
  const found = (await listKept(store)).filter(
    ({ id, place }) =>
      (asked === undefined || id === asked) &&
      (vault === undefined || (place.chainId === vault.chainId && place.vault === vault.vault)),
  );
  if (found.length > 0) return found;
  const where = vault === undefined ? "" : ` at the vault ${vault.vault}`;
  const what = asked === undefined ? "no account" : "no such account";
  throw new TacitError("UNKNOWN_ACCOUNT", `the store has ${what}${where}`, {
    hint: "`tacit account open` opens one, `tacit account recover` finds one that is on chain.",
  });
}

/** The one account that a command is about. @throws TacitError `UNKNOWN_ACCOUNT`, `USAGE` when there are several */
export async function chooseAccount(args: Args, store: Store, vault?: Vault): Promise<KeptAccount> {
  const [first, ...others] = await keptOnes(args, store, vault);
  if (first !== undefined && others.length === 0) return first;
  const ids = [first, ...others].map((one) => String(one?.id)).join(", ");
  throw new TacitError("USAGE", `the store has ${others.length + 1} accounts there: --account-id ID says which`, {
    hint: ids,
  });
}

/** `--account-id`, decimal or hexadecimal. @throws TacitError `USAGE` */
export function readId(args: Args): bigint | undefined {
  const text = args.optional("account-id");
  if (text === undefined) return undefined;
  if (/^(0x[0-9a-fA-F]{1,62}|\d{1,75})$/.test(text)) return BigInt(text);
  throw new TacitError("USAGE", `--account-id: ${quote(text)} is not an account id`, {
    hint: "Decimal or 0x hexadecimal, 248 bits.",
  });
}
