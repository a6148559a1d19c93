import { describe, expect, it } from "vitest";
import { disclose } from "../../prover/account/disclosure.ts";
import { type AccountState, commit } from "../../prover/account/state.ts";
import type { DisclosedEvent } from "../../prover/chain/vault.ts";
import { formatKeys, makeKey, type OpenKey, openKeys, readKeys } from "../../prover/guardian/keyFile.ts";
import { readDisclosed } from "../../prover/guardian/read.ts";
import type { Point } from "../../prover/hash/babyjub.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { TacitError } from "../../prover/units/errors.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";

/** Cheap scrypt: what is tested is not its price. */
const WORK = 2;

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error) => (error as TacitError).code,
  );

describe("a guardian's key file", () => {
  it("shows the points, and the secrets to who knows the password", async () => {
    const kept = [await makeKey("correct horse", WORK), await makeKey("correct horse", WORK)];
    const text = formatKeys(kept);
    const read = readKeys(text, "guardian.json");
    expect(read.map(({ point }) => point)).toEqual(kept.map(({ point }) => point));
    const opened = await openKeys(read, "correct horse", "guardian.json");
    for (const [i, { point, secret }] of opened.entries()) {
      expect(await publicPoint(secret)).toEqual(point);
      expect(point).toEqual(kept[i]?.point);
      for (const form of [secret.toString(16), secret.toString()]) expect(text).not.toContain(form);
    }
  });

  it("does not open with another password, of which nothing is said", async () => {
    const read = readKeys(formatKeys([await makeKey("correct horse", WORK)]), "guardian.json");
    const error = await openKeys(read, "wrong horse", "guardian.json").catch((caught) => caught as TacitError);
    expect(error).toMatchObject({ code: "BAD_PASSWORD" });
    expect(JSON.stringify(error)).not.toContain("horse");
  });

  it("is refused when a point was exchanged for another's, which would leave its accounts unread", async () => {
    const [one, other] = [await makeKey("p", WORK), await makeKey("p", WORK)];
    const swapped = readKeys(formatKeys([{ ...one, point: other.point }]), "guardian.json");
    expect(await code(openKeys(swapped, "p", "guardian.json"))).toBe("BAD_GUARDIAN_KEY");
  });
});

const key = async (secret: bigint): Promise<OpenKey> => ({ secret, point: await publicPoint(secret) });
const state = (accountId: bigint, salt: bigint): AccountState => ({
  accountId,
  cash: -5n as Cash,
  positions: [
    { id: 0, quantity: 0n as Quantity },
    { id: 300, quantity: -(1n << 47n) as Quantity },
  ],
  salt,
});
let block = 100;
const event = async (of: AccountState, to: Point, number: number): Promise<DisclosedEvent> => ({
  id: of.accountId,
  key: number,
  ...(await disclose(of, to, 12345n + BigInt(number))),
  copy: "0x",
  block: block--,
  transaction: "0x",
});
async function* stream(events: readonly DisclosedEvent[]) {
  yield* events;
}

describe("reading what was disclosed", () => {
  it("opens every text for its keys, old ones too, whatever the lanes and salts", async () => {
    const [before, now] = [await key(111n), await key(222n)];
    const states = [state(1n, FIELD - 1n), state(1n, 5n), state(2n, 6n)] as const;
    const events = [
      await event(states[0], now.point, 2),
      await event(states[1], before.point, 1),
      await event(states[2], before.point, 1),
    ];
    const pointOf = async (number: number) => (number === 2 ? now : before).point;
    const all = await readDisclosed(stream(events), [before, now], pointOf, { all: true });
    expect(all.read.map((one) => one.state)).toEqual(states);
    expect(all.skipped).toEqual([]);
    const newest = await readDisclosed(stream(events), [before, now], pointOf);
    expect(newest.read.map((one) => one.state)).toEqual([states[0], states[2]]);
  });

  it("passes over what is another's, and whatever is no disclosure, and reads on", async () => {
    const [mine, other] = [await key(111n), await key(333n)];
    const good = state(9n, 7n);
    const real = await event(good, mine.point, 1);
    const garbage: DisclosedEvent[] = [
      { ...real, cipher: real.cipher.map((value) => (value + 1n) % FIELD) },
      { ...real, cipher: real.cipher.slice(1) },
      { ...real, cipher: real.cipher.map(() => FIELD) },
      { ...real, cipher: real.cipher.map(() => (1n << 256n) - 1n) },
      { ...real, ephemeral: [1n, 1n] },
      { ...real, ephemeral: [0n, 1n] },
      { ...real, ephemeral: [FIELD, FIELD + 5n] },
      { ...real, commitment: real.commitment + 1n },
      { ...real, commitment: FIELD },
      // A text that opens, sent under another account's name.
      { ...real, id: 10n },
    ];
    const pointOf = async (number: number): Promise<Point> => {
      if (number === 1) return mine.point;
      if (number === 2) return other.point;
      throw new TacitError("UNKNOWN_KEY", "there is no such key");
    };
    const events = [
      await event(state(8n, 1n), other.point, 2),
      await event(state(8n, 1n), other.point, 77),
      ...garbage,
      real,
    ];
    const { read, skipped } = await readDisclosed(stream(events), [mine], pointOf);
    expect(read.map((one) => one.state)).toEqual([good]);
    expect(read[0]?.event.commitment).toBe(await commit(good));
    expect(skipped).toHaveLength(garbage.length + 2);
    for (const { reason } of skipped) expect(reason).not.toMatch(/\d{20}/);
  });

  it("does not take a registry that does not answer for one without the key", async () => {
    const mine = await key(111n);
    const real = await event(state(9n, 7n), mine.point, 1);
    const reading = readDisclosed(stream([real]), [mine], () => Promise.reject(new Error("no answer")));
    await expect(reading).rejects.toThrow("no answer");
  });
});
