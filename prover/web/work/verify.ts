import "./strict.ts";
import { readMarket } from "../../market/read.ts";
import { checkKnown, type KnownRoots } from "../../prove/known.ts";
import { verifyProof } from "../../prove/verify.ts";
import { serveApi } from "./rpc.ts";

const api = {
  /** Against a market's hash and roots, as somebody who is trusted publishes them. */
  known: (proof: unknown, roots: KnownRoots) => verifyProof(proof, { market: checkKnown(roots) }),
  /** Against a market file, whose roots are rebuilt. */
  async file(proof: unknown, bytes: Uint8Array, name: string) {
    return verifyProof(proof, { market: await readMarket(bytes, name) });
  },
};

export type VerifyApi = typeof api;
serveApi(api);
