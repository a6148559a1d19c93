import type { EIP1193Provider, RequestArguments } from "@nomicfoundation/ignition-core";
import type { Signer, TransactionRequest } from "ethers";

/** What a node answered instead of a result; Ignition reads `code` and `data`. */
class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor({ code, message, data }: { code: number; message: string; data?: unknown }) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** A node behind a URL, as Ignition speaks to one. */
export function httpProvider(url: string): EIP1193Provider {
  let id = 0;
  return {
    async request({ method, params = [] }: RequestArguments) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { result, error } = await response.json();
      if (error !== undefined) throw new RpcError(error);
      return result;
    },
  };
}

/** The same with transactions signed here: for a chain whose node keeps no keys. */
export function signingProvider(provider: EIP1193Provider, signer: Signer): EIP1193Provider {
  return {
    async request(call: RequestArguments) {
      if (call.method !== "eth_sendTransaction") return provider.request(call);
      const [transaction] = call.params as [TransactionRequest & { gas?: string }];
      const { gas, nonce, ...rest } = transaction;
      const sent = await signer.sendTransaction({
        ...rest,
        ...(gas === undefined ? {} : { gasLimit: gas }),
        ...(nonce === undefined || nonce === null ? {} : { nonce: Number(nonce) }),
      });
      return sent.hash;
    },
  };
}
