import { BrowserProvider, isAddress } from "ethers";
import { connectGate, type Gate, type Size } from "../../chain/gate.ts";
import { findEpoch } from "../../chain/search.ts";
import type { SetName } from "../../market/types.ts";
import type { ProofFile } from "../../prove/proofFile.ts";
import { TacitError } from "../../units/errors.ts";

/** A wallet as it announces itself (EIP-6963). */
export interface WalletInfo {
  readonly uuid: string;
  readonly name: string;
}

/** The wallets in this browser. */
export async function listWallets(): Promise<readonly WalletInfo[]> {
  let found: readonly WalletInfo[] = [];
  await BrowserProvider.discover({
    filter: (wallets) => {
      found = wallets.map(({ uuid, name }) => ({ uuid, name }));
      return null;
    },
  });
  return found;
}

/** A gate through a wallet, as far as a trader uses it here. */
export interface Session {
  readonly gate: Gate;
  /** The id that the next account of this wallet will have. */
  nextAccountId(): Promise<bigint>;
  /** Whether the gate knows an account, and as whose. */
  owns(id: bigint): Promise<boolean>;
  open(commitment: bigint, size: Size): Promise<void>;
  /** Puts another commitment in an account's place. */
  update(id: bigint, commitment: bigint, size: Size): Promise<void>;
  commitmentOf(id: bigint): Promise<bigint>;
  contextOf(id: bigint): Promise<bigint>;
  findEpoch(set: SetName, root: bigint): Promise<number>;
  /** @returns the transaction's hash and the end of the lease in unix seconds */
  prove(id: bigint, epoch: number, proof: ProofFile): Promise<{ readonly hash: string; readonly leaseUntil: number }>;
}

/** Asks the wallet for an account of its user's. @throws TacitError `NO_WALLET`, `BAD_ADDRESS`, `REFUSED_BY_USER` */
export async function openSession(uuid: string, address: string): Promise<Session> {
  if (!isAddress(address)) throw new TacitError("BAD_ADDRESS", "the gate’s address is not an address");
  const wallet = await BrowserProvider.discover({
    filter: (found) => found.find((info) => info.uuid === uuid) ?? null,
  });
  if (wallet === null) {
    throw new TacitError("NO_WALLET", "the wallet is gone", { hint: "Open or unlock it, then choose it again." });
  }
  const signer = await asked(() => wallet.getSigner());
  if ((await wallet.getCode(address)) === "0x") {
    throw new TacitError("BAD_ADDRESS", "there is no contract at this address on the wallet’s chain", {
      hint: "Choose the gate’s chain in the wallet.",
    });
  }
  const gate = await connectGate(address, signer);
  const owner = await signer.getAddress();
  return {
    gate,
    nextAccountId: () => gate.nextAccountId(),
    owns: async (id) => (await gate.account(id)).owner === owner,
    commitmentOf: async (id) => (await gate.account(id)).commitment,
    open: async (commitment, size) => void (await asked(() => gate.open(commitment, size))),
    update: async (id, commitment, size) => void (await asked(() => gate.update(id, commitment, size))),
    contextOf: (id) => gate.context(id, "prove"),
    findEpoch: async (set, root) => findEpoch(await gate.book(), signer, set, root),
    async prove(id, epoch, proof) {
      const { hash } = await asked(() => gate.prove(id, epoch, proof));
      return { hash, leaseUntil: (await gate.account(id)).leaseUntil };
    },
  };
}

/** What the user declines is no fault of the program's. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ACTION_REJECTED") {
      throw new TacitError("REFUSED_BY_USER", "it was declined in the wallet");
    }
    throw error;
  }
}
