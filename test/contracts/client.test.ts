import { encodeBytes32String, Interface } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { GATE } from "../../prover/chain/abi.ts";
import { type Act, type Consent, consentTo } from "../../prover/chain/consent.ts";
import { ACTIONS, type Action, accountId, gateContext } from "../../prover/chain/context.ts";
import { connectGate, type Gate } from "../../prover/chain/gate.ts";
import { refusal } from "../../prover/chain/refusal.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { type Book, compiled, newBook, newGate, openChain, START, TERMS } from "./chain.ts";

const { provider, publisher, owner, stranger } = await openChain();
let book: Book;
let gate: Gate;

beforeAll(async () => {
  book = await newBook(publisher);
  gate = await newGate(publisher, book);
});

it("knows the gate exactly as the compiler does", async () => {
  const { abi } = await compiled("MarginGate");
  const real = new Interface(abi as ConstructorParameters<typeof Interface>[0]);
  const entries = (gate: Interface) => gate.fragments.map((fragment) => fragment.format("full")).sort();
  expect(entries(GATE)).toEqual(entries(real));
});

/** What the gate's own interface declares, and not the libraries it stands on. */
async function declared(type: string): Promise<string[]> {
  const { abi } = await compiled("IMarginGate");
  return (abi as { type: string; name: string }[]).filter((entry) => entry.type === type).map(({ name }) => name);
}

it("says every error of the gate in words", async () => {
  for (const name of await declared("error")) {
    const error = GATE.getError(name);
    if (error === null) throw new Error(`the client does not know ${name}`);
    const words = { address: publisher.address, bytes32: encodeBytes32String("grace") } as Record<string, string>;
    const args = error.inputs.map(({ type }) => words[type] ?? 7n);
    const spoken = refusal({ info: { error: { data: GATE.encodeErrorResult(name, args) } } });
    expect(spoken, name).toBeInstanceOf(TacitError);
    expect((spoken as TacitError).message, name).not.toMatch(/undefined|\bNaN\b/);
  }
});

it("leaves failures that are not the gate's alone", () => {
  const failure = new Error("out of funds");
  expect(refusal(failure)).toBe(failure);
});

describe("contexts and ids", () => {
  it.each(Object.keys(ACTIONS) as Action[])("computes the context of %s as the gate does", async (action) => {
    const id = (1n << 248n) - 1n;
    for (const { address } of [owner, stranger]) {
      const onChain = await gate.contract.getFunction("contextOf")(id, ACTIONS[action], address);
      expect(gateContext({ chainId: 31337n, gate: gate.gate }, id, action, address, 0n)).toBe(onChain);
    }
  });

  it("computes ids as the gate does, and opens the account it announced", async () => {
    const mine = await gate.as(owner);
    const next = await mine.nextAccountId();
    expect(next).toBe(accountId(gate, owner.address, 0n));
    expect((await mine.open(5n, 8)).accountId).toBe(next);
    expect(await mine.nextAccountId()).not.toBe(next);
    expect(await mine.account(next)).toEqual({
      owner: owner.address,
      status: "soft",
      commitment: 5n,
      size: 8,
      nonce: 0n,
      leaseUntil: 0,
      provenEpoch: 0,
      coverage: 0,
      pledged: 0,
      flagged: false,
      challenged: false,
      consents: 0,
    });
  });
});

it("says which book it stands on, and its terms", async () => {
  expect(await gate.book()).toBe(book.book);
  expect(await gate.terms()).toEqual(TERMS);
});

it("throws what the gate refuses as words, with a code and a hint", async () => {
  await expect(gate.challenge(7n)).rejects.toThrow("the gate has no account 7");
  const cheap = newGate(publisher, book, { ...TERMS, grace: 5 });
  await expect(cheap).rejects.toMatchObject({
    code: "BAD_TERMS",
    message: "the term grace is 5, which is not between 2400 and 604800",
    hint: expect.stringContaining("SECURITY.md"),
  });
});

describe("an owner's consent", () => {
  const acts: readonly [Act, (id: bigint, consent: Consent) => Promise<unknown>][] = [
    [
      { kind: "Update", commitment: 9n, size: 16 },
      async (id, consent) => (await gate.as(stranger)).update(id, 9n, 16, consent),
    ],
    [
      { kind: "Pledge", beneficiary: publisher.address, coverage: 15_000 },
      async (id, consent) => (await gate.as(stranger)).pledge(id, publisher.address, 15_000, consent),
    ],
    [
      { kind: "Retract", beneficiary: publisher.address },
      async (id, consent) => (await gate.as(stranger)).retract(id, publisher.address, consent),
    ],
  ];

  it.each(acts)("under $kind is what the gate takes from the relayer it names", async (act, submit) => {
    const id = (await (await gate.as(owner)).open(5n, 4)).accountId;
    if (act.kind === "Retract") await (await gate.as(owner)).pledge(id, publisher.address, 15_000);
    const { consents } = await gate.account(id);
    const terms = { id, consents, deadline: START + 86_400, relayer: stranger.address };
    const foreign = await consentTo(publisher, gate, act, terms);
    await expect(submit(id, foreign)).rejects.toMatchObject({ code: "BAD_CONSENT" });
    const consent = await consentTo(owner, gate, act, terms);
    await submit(id, consent);
    expect((await gate.account(id)).consents).toBe(consents + 1);
    await expect(submit(id, consent)).rejects.toMatchObject({ code: "BAD_CONSENT" });
  });
});

it("says so when it connects without a chain", async () => {
  const { Wallet } = await import("ethers");
  await expect(connectGate(gate.gate, Wallet.createRandom())).rejects.toMatchObject({ code: "NO_CHAIN" });
  expect(await provider.request({ method: "eth_chainId" })).toBe("0x7a69");
});
