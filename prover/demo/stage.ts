import { type AccountState, commit } from "../account/state.ts";
import type { Action } from "../chain/context.ts";
import type { Done, Gate, GateAccount } from "../chain/gate.ts";
import type { SetName } from "../market/types.ts";
import type { ProofFile } from "../prove/proofFile.ts";
import type { Prover } from "../prove/prover.ts";
import { sha256 } from "../prove/store.ts";
import { byTrader, COVERAGE, type Requirements, TRADERS, type TraderName } from "./accounts.ts";
import type { Chain } from "./chain.ts";
import { type Claims, claim, refused } from "./claims.ts";
import type { Day } from "./days.ts";
import { type ForgedRequest, forgeProof } from "./forge.ts";
import type { Narrator } from "./narrator.ts";
import { type AccountRecord, type DayRecord, type ProofRecord, rounded } from "./record.ts";
import { gas, seconds } from "./text.ts";

/** A proof about a trader's account, not yet sent to the gate. */
export interface Made {
  readonly proof: ProofFile;
  readonly record: ProofRecord;
  /** Notes what the gate's acceptance cost. */
  accepted(done: Done): Done;
}

export interface Wish {
  readonly account: TraderName;
  readonly day: Day;
  readonly set: SetName;
  readonly action: Action;
  /** Who will submit it. */
  readonly by: Gate;
  readonly forge?: boolean;
}

/** What the story does on chain; each deed is told, checked and recorded. */
export interface Stage {
  readonly days: readonly DayRecord[];
  readonly proofs: readonly ProofRecord[];
  /** Makes the market's roots the gate's latest epoch. */
  publish(day: Day, requirements: Requirements): Promise<number>;
  open(account: TraderName): Promise<AccountRecord>;
  make(wish: Wish): Promise<Made>;
  /** Submits a healthy proof that must be accepted. */
  accept(made: Made, epoch: number): Promise<void>;
  /** Tries what the gate must refuse with this error, and without any effect. */
  refuse(attempt: string, error: string, call: () => Promise<unknown>): Promise<void>;
  /** An account as the chain knows it. */
  view(account: TraderName): Promise<GateAccount>;
}

export function openStage(given: {
  readonly say: Narrator;
  readonly claims: Claims;
  readonly chain: Chain;
  readonly prover: Prover;
  readonly states: Readonly<Record<TraderName, AccountState>>;
}): Stage {
  const { say, claims, chain, prover, states } = given;
  const { gate } = chain;
  const days: DayRecord[] = [];
  const proofs: ProofRecord[] = [];
  const view = (account: TraderName): Promise<GateAccount> => gate.publisher.account(states[account].accountId);

  return {
    days,
    proofs,
    view,
    async publish({ market, fileBytes, summary, date, source, seconds: built }, requirements) {
      const dataHash = `0x${sha256(fileBytes)}`;
      const done = await gate.publisher.publishEpoch({
        timestamp: market.timestamp,
        maintenanceRoot: market.sets.maintenance.requirementRoot,
        initialRoot: market.sets.initial.requirementRoot,
        dataHash,
        dataURI: `${date}.json`,
      });
      const { epoch } = done;
      say.event(`Epoch ${epoch} published: two roots and the hash of the market file`, gas(done.gas));
      const publishGas = String(done.gas);
      days.push({ ...summary, date, source, dataHash, seconds: rounded(built), epoch, publishGas, requirements });
      return epoch;
    },
    async open(account) {
      const { title, book, size } = TRADERS[account];
      const { positions } = states[account];
      const commitment = await commit(states[account]);
      const done = await gate[account].open(commitment, size);
      say.event(`${title}: opened with a commitment`, gas(done.gas));
      return {
        title,
        book,
        positions: positions.length,
        size,
        accountId: String(done.accountId),
        commitment: String(commitment),
        openGas: String(done.gas),
      };
    },
    async make({ account, day, set, action, by, forge = false }) {
      const { title, size } = TRADERS[account];
      const request: ForgedRequest = {
        account: states[account],
        market: day.market,
        set,
        coverage: COVERAGE,
        context: await by.context(states[account].accountId, action),
        circuit: `margin_${size}`,
      };
      const start = performance.now();
      const proof = await say.work(`${title}: ${forge ? "forging" : "proving"} with ${request.circuit}`, async () =>
        forge ? forgeProof(request) : (await prover.prove(request)).proof,
      );
      const record: ProofRecord = {
        account,
        date: day.date,
        set,
        action,
        circuit: request.circuit,
        healthy: proof.publicSignals.healthy === "1",
        forged: forge,
        seconds: rounded((performance.now() - start) / 1000),
        gas: null,
      };
      const at = proofs.push(record) - 1;
      const accepted = (done: Done): Done => {
        proofs[at] = { ...record, gas: String(done.gas) };
        return done;
      };
      return { proof, record, accepted };
    },
    async accept({ proof, record, accepted }, epoch) {
      const { account, set } = record;
      const done = accepted(await gate[account].prove(states[account].accountId, epoch, proof));
      say.event(`${TRADERS[account].title}: ${set} ${madeIn(record)}, ${say.paint("good", "accepted")}`, gas(done.gas));
      claim(
        claims,
        `${account} is current after its proof at epoch ${epoch}`,
        (await view(account)).status === "current",
      );
    },
    async refuse(attempt, error, call) {
      const before = await byTrader(view);
      await refused(claims, attempt, error, call);
      say.event(attempt, say.paint("bad", `refused: ${error}`));
      claim(claims, `the refusal changes nothing: ${attempt}`, same(before, await byTrader(view)));
    },
  };
}

/** How a proof was made, in words. */
export const madeIn = (record: ProofRecord): string => `proven with ${record.circuit} in ${seconds(record.seconds)}`;

const same = (a: unknown, b: unknown): boolean => encode(a) === encode(b);
const encode = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
