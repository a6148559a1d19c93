import { FetchRequest, type JsonRpcApiProvider, JsonRpcProvider, Network, type Signer, Wallet } from "ethers";
import type { LocalChain } from "../local/chain.ts";
import { TacitError } from "../units/errors.ts";
import type { Args } from "./command.ts";
import { readText } from "./files.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 30_000;

/** A connection to a chain; disposing of it lets the process end. */
export interface Rpc extends Disposable {
  readonly provider: JsonRpcProvider;
  readonly chainId: bigint;
}

/** A chain that a command works on: a node's, or one kept in a folder. */
export interface Chain extends AsyncDisposable {
  readonly provider: JsonRpcApiProvider;
  readonly chainId: bigint;
  /** What stands on it by the names of its deployment's parts, where the folder says so. */
  readonly contracts: Readonly<Record<string, string>>;
  /** The chain in a folder. */
  readonly local?: LocalChain;
}

/**
 * Opens the chain of `--chain`, else connects to that of `--rpc` or `TACIT_RPC`.
 * @throws TacitError `USAGE`, `NO_CHAIN`, `LOCKED`, `BAD_JOURNAL`
 */
export async function openChain(args: Args, io: Io): Promise<Chain> {
  const folder = args.optional("chain");
  if (folder === undefined) {
    const rpc = await openRpc(rpcUrl(args));
    return { ...rpc, contracts: {}, [Symbol.asyncDispose]: async () => rpc[Symbol.dispose]() };
  }
  if (args.optional("rpc") !== undefined) throw new TacitError("USAGE", "give one of --rpc and --chain");
  io.stage("opening the chain");
  // Hardhat takes a second to load.
  const [local, { providerOf }] = await Promise.all([import("../local/chain.ts"), import("../local/venue.ts")]);
  const chain = await local.openChain(folder);
  io.settle();
  const provider = providerOf(chain);
  return {
    provider,
    chainId: 31_337n,
    contracts: chain.contracts,
    local: chain,
    async [Symbol.asyncDispose]() {
      provider.destroy();
      await chain[Symbol.asyncDispose]();
    },
  };
}

/** `--rpc`, or `TACIT_RPC`: a URL may hold an access key, which belongs in no command line. */
export const rpcUrl = (args: Args): string | undefined => args.optional("rpc") ?? process.env.TACIT_RPC;

/**
 * Connects to a chain. Errors name the host only.
 * @throws TacitError `USAGE`, `NO_CHAIN`
 */
export async function openRpc(url: string | undefined): Promise<Rpc> {
  if (url === undefined) {
    throw new TacitError("USAGE", "--rpc is missing", { hint: "Give a URL, or set TACIT_RPC." });
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") {
    throw new TacitError("USAGE", "--rpc is not an http or https URL", { hint: "Such as http://127.0.0.1:8545." });
  }
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MS;
  try {
    const { result } = await ask(request);
    const network = Network.from(BigInt(result));
    const provider = new JsonRpcProvider(request, network, {
      staticNetwork: network,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    return { provider, chainId: network.chainId, [Symbol.dispose]: () => provider.destroy() };
  } catch (cause) {
    throw new TacitError("NO_CHAIN", `no chain answers at ${parsed.host}`, {
      hint: "Is the node running, and is the URL right?",
      cause,
    });
  }
}

/** Asked without a provider, which would try for ever. */
async function ask(request: FetchRequest): Promise<{ readonly result: string }> {
  const once = request.clone();
  once.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  const response = await once.send();
  response.assertOk();
  return response.bodyJson;
}

/**
 * Who signs: a key in an encrypted file (its password in `TACIT_PASSWORD`), or an account that the node keeps. No key and no
 * password is ever a flag.
 * @throws TacitError `USAGE`, `BAD_KEY`
 */
export async function openSigner(args: Args, io: Io, rpc: Pick<Chain, "provider"> | undefined): Promise<Signer> {
  const [path, from] = [args.optional("keystore"), args.optional("from")];
  if ((path === undefined) === (from === undefined)) {
    throw new TacitError("USAGE", "give one of --keystore and --from", {
      hint: "--keystore is an encrypted key file; --from is an account that the node itself keeps.",
    });
  }
  if (from !== undefined) {
    if (rpc === undefined) throw new TacitError("USAGE", "--from needs --rpc or --chain: the node signs");
    return rpc.provider.getSigner(from).catch((cause) => {
      throw new TacitError("BAD_KEY", `the node keeps no account ${from}`, { cause });
    });
  }
  const text = await readText(path ?? "", "keystore");
  const password = process.env.TACIT_PASSWORD;
  if (password === undefined) throw new TacitError("USAGE", "TACIT_PASSWORD is not set: it opens the keystore");
  io.stage("opening the keystore");
  const wallet = await Wallet.fromEncryptedJson(text, password).catch(() => undefined);
  io.settle();
  if (wallet === undefined) throw new TacitError("BAD_KEY", `${path} does not open with TACIT_PASSWORD`);
  return rpc === undefined ? wallet : wallet.connect(rpc.provider);
}
