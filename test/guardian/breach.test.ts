import { beforeAll, describe, expect, it } from "vitest";
import { commit, randomSecret } from "../../prover/account/state.ts";
import { readStateFile, writeState } from "../../prover/account/stateFile.ts";
import { transitionContext } from "../../prover/chain/vault.ts";
import { settleTrade } from "../../prover/desk/settle.ts";
import { maintenanceOf, proveBreach } from "../../prover/guardian/breach.ts";
import { disclosuresOf } from "../../prover/guardian/disclosed.ts";
import type { OpenKey } from "../../prover/guardian/keyFile.ts";
import { readDisclosed } from "../../prover/guardian/read.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import type { Quantity } from "../../prover/units/units.ts";
import { prepareDeposit, prepareWithdrawal } from "../../prover/vault/acts.ts";
import { consentToTransition } from "../../prover/vault/consent.ts";
import { proveDisclosure } from "../../prover/vault/disclosure.ts";
import { proveStatement } from "../../prover/vault/prove.ts";
import { openWorld, type Trader } from "../desk/world.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
let rich: Trader;
let poor: Trader;
/** Of a later key than `world.viewing`. */
let later: OpenKey;
const all = () => [rich, poor];

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error) => (error as TacitError).code,
  );
const read = async (keys: readonly OpenKey[], options = {}) =>
  readDisclosed(
    disclosuresOf(world.ethers.provider as never, world.address),
    keys,
    async (key) => (await world.guardians.key(key)).point,
    options,
  );

beforeAll(async () => {
  world = await openWorld();
  rich = await world.trader("100000");
  poor = await world.trader("20500");
  const agreement = world.part(world.offer(rich, { size: "2", at: "50000" }), poor);
  const [riches, poors] = [await world.legs(rich, [agreement]), await world.legs(poor, [agreement])];
  await settleTrade(rich.vault, [riches.legs, poors.legs]);
  [rich.state, poor.state] = [riches.after, poors.after];
});

describe("a guardian", () => {
  it("reads every account as it stands, from the chain alone", async () => {
    const { read: states, skipped } = await read([world.viewing]);
    expect(skipped).toEqual([]);
    expect(states).toHaveLength(2);
    for (const trader of all()) {
      const one = states.find(({ state }) => state.accountId === trader.id);
      expect(one?.state).toEqual(trader.state);
      expect(one?.event.commitment).toBe((await world.gate.account(trader.id)).commitment);
    }
  });

  it("reads what came before its key was rotated, and what came after", async () => {
    await world.tick(3000, "50000");
    await world.tick(3000, "50000");
    later = { secret: 1_234_567n, point: await publicPoint(1_234_567n) };
    await (await world.guardians.as(world.keeper)).rotate(world.guardian, later.point);
    await (await world.token.getFunction("mint")(rich.signer.address, 5n)).wait();
    const act = await prepareDeposit({ prover: world.prover, ...rich }, rich, { asset: 0, amount: 5n });
    await act.send();
    rich.state = act.after;
    const { read: both } = await read([world.viewing, later]);
    expect(both.map(({ state }) => state.accountId).sort()).toEqual(
      all()
        .map(({ id }) => id)
        .sort(),
    );
    const { read: old, skipped } = await read([world.viewing]);
    expect(old.find(({ state }) => state.accountId === rich.id)?.state).not.toEqual(rich.state);
    expect(skipped).toHaveLength(1);
    const everything = await read([world.viewing, later], { all: true });
    expect(everything.read).toHaveLength(7);
    expect(everything.skipped).toEqual([]);
  });

  it("hands an account back to its owner as a file", async () => {
    const { read: states } = await read([world.viewing, later]);
    const state = states.find((one) => one.state.accountId === rich.id)?.state as Trader["state"];
    const text = JSON.stringify(await writeState(state));
    expect(await readStateFile(text, "state.json")).toEqual(rich.state);
  });

  it("proves nothing against an account that covers", async () => {
    const gate = await world.gate.as(world.keeper);
    expect(maintenanceOf(poor.state, world.market()).healthy).toBe(true);
    expect(await refusal(proveBreach(world.prover, gate, { state: poor.state, market: world.market() }))).toBe(
      "HEALTHY",
    );
  });
});

describe("an account that hides from its own circuit", () => {
  it("is read and flagged by its guardian alone", async () => {
    // Its position goes to lane 20, which margin_4 proves empty; its salt is longer than ours are.
    const { vault, id, state } = poor;
    const { guardian, nonce } = await vault.account(id);
    const change = { mode: "move", from: 0, to: 0 } as const;
    const context = transitionContext(vault, id, nonce);
    const { inputs } = await transitionInputs({ before: state, change, salt: randomSecret(), context });
    const empty = { id: 0, quantity: 0n as Quantity };
    const positions = [...Array.from({ length: 20 }, () => empty), ...state.positions];
    const hidden = { ...state, positions, salt: FIELD - 2n };
    const commitment = await commit(hidden);
    const moved = { ...inputs, to: 20n, newSalt: hidden.salt, newCommitment: commitment };
    const proof = await proveStatement(world.prover.circuits, "transition", moved);
    const viewing = await world.guardians.currentKey(guardian);
    const { copyKey } = poor;
    const disclosure = await proveDisclosure(world.prover.circuits, { state: hidden, guardian: viewing, copyKey });
    await vault.move(4, { id, commitment, proof }, disclosure);
    poor.state = hidden;
    // Equity 20,500 less 2 at 5,000 is below maintenance, 14,400.
    await world.tick(600, "45000");

    const { read: states } = await read([later]);
    const found = states.find((one) => one.state.accountId === poor.id);
    expect(found?.state).toEqual(hidden);
    expect(await readStateFile(JSON.stringify(await writeState(hidden)), "state.json")).toEqual(hidden);
    const gate = await world.gate.as(world.keeper);
    const breach = await proveBreach(world.prover, gate, { state: hidden, market: world.market() });
    expect(breach.proof.circuit).toBe("margin_32");
    await breach.send();
    expect(await world.gate.account(poor.id)).toMatchObject({ status: "hard", flagged: true });
  });

  it("cannot be flagged by what was proven about another, nor by another's call", async () => {
    const gate = await world.gate.as(world.keeper);
    const other = await world.trader("20500");
    const agreement = world.part(world.offer(rich, { size: "0.1", at: "45000" }), other);
    const [riches, others] = [await world.legs(rich, [agreement]), await world.legs(other, [agreement])];
    await settleTrade(rich.vault, [riches.legs, others.legs]);
    [rich.state, other.state] = [riches.after, others.after];
    const market = await world.tick(600, "20000");
    const large = { ...other.state, cash: -(10n ** 17n) as typeof other.state.cash };
    const lie = await proveBreach(world.prover, gate, { state: large, market });
    expect(await refusal(lie.send())).toBe("COMMITMENT_NOT_HELD");
    const named = {
      ...lie.proof,
      publicSignals: { ...lie.proof.publicSignals, commitment: String(await commit(other.state)) },
    };
    expect(await refusal(gate.flag(other.id, lie.epoch, named))).toBe("PROOF_REJECTED");
  });
});

describe("who knows an opening and is not the owner", () => {
  it("can neither withdraw, deposit, trade, cancel, pledge nor replace a commitment", async () => {
    const vault = await rich.vault.as(world.keeper);
    const gate = await world.gate.as(world.keeper);
    const { copyKey } = rich;
    const hands = { prover: world.prover, vault, copyKey };
    const to = world.keeper.address;
    const market = await world.tick(3600, "45000");
    const payment = { asset: 0, amount: 1_000_000n, to, market };
    expect(await refusal((await prepareWithdrawal(hands, rich, payment)).send())).toBe("NOT_OWNER");
    const forged = {
      ...hands,
      consent: (...[transition, nonce]: Parameters<NonNullable<Parameters<typeof prepareWithdrawal>[0]["consent"]>>) =>
        consentToTransition(world.keeper, vault, transition, { nonce, deadline: 2_000_000_000 }),
    };
    expect(await refusal((await prepareWithdrawal(forged, rich, payment)).send())).toBe("BAD_CONSENT");
    const deposit = await prepareDeposit(hands, rich, { asset: 0, amount: 1n });
    await (await world.token.getFunction("mint")(to, 1n)).wait();
    expect(await refusal(deposit.send())).toBe("NOT_OWNER");
    const accomplice = await world.trader("100000");
    const agreement = world.part(world.offer(rich, { size: "0.1", at: "1" }), accomplice);
    const taken = await world.legs({ ...rich, signer: world.keeper, vault }, [agreement]);
    const given = await world.legs(accomplice, [agreement]);
    expect(await refusal(settleTrade(vault, [taken.legs, given.legs]))).toBe("BAD_CONSENT");
    expect(await refusal(vault.cancel(rich.id, 5n))).toBe("NOT_OWNER");
    expect(await refusal(gate.pledge(rich.id, to, 10_000))).toBe("NOT_OWNER");
    const replace = gate.contract.getFunction("replace")(rich.id, 5n, 4, true);
    await expect(replace).rejects.toThrow(/NotVault|reverted/);
    expect(await refusal(gate.update(rich.id, 5n, 4))).toBe("NOT_VAULT");
    expect((await world.gate.account(rich.id)).commitment).toBe(await commit(rich.state));
  });
});
