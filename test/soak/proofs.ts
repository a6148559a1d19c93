import { type GateProof, toGateProof } from "../../prover/chain/calldata.ts";
import { BASE_FIELD } from "../../prover/kernel/binary.ts";
import type { Prover } from "../../prover/prove/prover.ts";
import type { Portfolio } from "../../prover/risk/types.ts";
import { Coverage, type Price } from "../../prover/units/units.ts";
import type { Prove } from "./chain.ts";
import { ASSETS, type SoakMarket } from "./market.ts";

/** What proofs are made of: the market of an epoch, and the book behind an account's commitment. */
export interface Known {
  market(epoch: number): SoakMarket | undefined;
  book(id: bigint, commitment: bigint): (Portfolio & { readonly salt: bigint }) | undefined;
}

const negated = ([x, y]: GateProof["a"]): GateProof["a"] => [x, String(BASE_FIELD - BigInt(y))];

/** Groth16 proofs of a soak's claims. One that is claimed twice is made once, as whoever copies calldata has it. */
export function realProofs(prover: Prover, known: Known) {
  const made = new Map<string, GateProof>();
  let [count, milliseconds] = [0, 0];

  const prove: Prove = async (claim, context) => {
    const [soaked, book] = [known.market(claim.epoch), known.book(claim.id, claim.commitment)];
    if (soaked === undefined || book === undefined) throw new Error("a claim of an epoch or a book that never was");
    const { sets, inputs, index } = soaked;
    const market = {
      ...inputs,
      profile: "portfolio",
      index: Object.fromEntries(ASSETS.map((name, i) => [name, index[i] as Price])),
      sets,
      hash: 0n,
    };
    const start = performance.now();
    const { proof } = await prover.prove({
      account: { ...book, accountId: claim.id },
      market,
      set: claim.set,
      coverage: Coverage.of(BigInt(claim.coverage), "coverage"),
      circuit: `margin_${claim.size as 4 | 8}`,
      context,
    });
    milliseconds += performance.now() - start;
    count += 1;
    const sent = toGateProof(proof.proof);
    // A prover cannot choose what is true: whoever claims the opposite of what the call asks for has to damage a proof.
    return claim.healthy === (claim.action !== "flag") ? sent : { ...sent, a: negated(sent.a) };
  };

  return {
    async prove(claim: Parameters<Prove>[0], context: bigint): Promise<GateProof> {
      const key = [context, claim.commitment, claim.epoch, claim.set, claim.coverage, claim.size, claim.healthy].join();
      const proof = made.get(key) ?? (await prove(claim, context));
      made.set(key, proof);
      return proof;
    },
    made: () => count,
    seconds: () => milliseconds / 1000,
  };
}
