import { FetchRequest, JsonRpcProvider, Network, type Signer, Wallet } from "ethers";
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
    const provider = new JsonRpcProvider(request, network, { staticNetwork: network, batchMaxCount: 1 });
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
export async function openSigner(args: Args, io: Io, rpc: Rpc | undefined): Promise<Signer> {
  const [path, from] = [args.optional("keystore"), args.optional("from")];
  if ((path === undefined) === (from === undefined)) {
    throw new TacitError("USAGE", "give one of --keystore and --from", {
      hint: "--keystore is an encrypted key file; --from is an account that the node itself keeps.",
    });
  }
  if (from !== undefined) {
    if (rpc === undefined) throw new TacitError("USAGE", "--from needs --rpc: the node signs");
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
