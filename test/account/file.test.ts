import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Account,
  formatAccountFile,
  makeAccount,
  readAccountFile,
  requireListed,
  SIZES,
} from "../../prover/account/file.ts";
import { saveAccountFile } from "../../prover/account/save.ts";
import { randomSecret } from "../../prover/account/state.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import { Cash, Quantity } from "../../prover/units/units.ts";

const folder = mkdtempSync(join(tmpdir(), "tacit-account-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = new Map([
  [1, "BTC"],
  [256, "BTC-PERPETUAL"],
]);
const state = {
  accountId: randomSecret(),
  salt: randomSecret(),
  cash: Cash.parse("-1234.000000000001", "cash"),
  positions: [
    { id: 256, quantity: Quantity.parse("-2.5", "quantity") },
    { id: 1, quantity: Quantity.parse("0.000001", "quantity") },
  ],
};
let account: Account;
beforeAll(async () => {
  account = await makeAccount(state, 4, names);
});

const refusal = async (text: string): Promise<TacitError> =>
  readAccountFile(text, "account.json").then(
    () => {
      throw new Error("the file was taken");
    },
    (error: TacitError) => error,
  );

const secrets = [state.salt, state.accountId].flatMap((secret) => [secret.toString(), secret.toString(16)]);

describe("an account file", () => {
  it("reads back as it was written, whatever it holds", async () => {
    const secret = fc.oneof(fc.constantFrom(0n, 1n, 2n ** 248n - 1n), fc.bigInt(0n, 2n ** 248n - 1n));
    const quantity = fc.oneof(
      fc.constantFrom(1n, -1n, 2n ** 47n - 1n, 1n - 2n ** 47n),
      fc.bigInt(1n - 2n ** 47n, -1n),
      fc.bigInt(1n, 2n ** 47n - 1n),
    );
    const id = fc.oneof(fc.constantFrom(256, 4095, 4097, 2 ** 32 - 1), fc.integer({ min: 256, max: 2 ** 32 - 1 }));
    const position = fc.record({ id: id.filter((id) => id % 4096 !== 0), quantity });
    const cash = fc.oneof(fc.constantFrom(0n, 2n ** 100n - 1n, 1n - 2n ** 100n), fc.bigInt(-(10n ** 18n), 10n ** 18n));
    await fc.assert(
      fc.asyncProperty(
        secret,
        secret,
        cash,
        fc.uniqueArray(position, { selector: ({ id }) => id, maxLength: 32 }),
        async (accountId, salt, cash, held) => {
          const positions = held.map(({ id, quantity }) => ({ id, quantity: Quantity.of(quantity, "quantity") }));
          const given = { accountId, salt, cash: Cash.of(cash, "cash"), positions };
          const size = SIZES.find((size) => size >= positions.length) ?? 32;
          const made = await makeAccount(given, size, new Map(positions.map(({ id }) => [id, `N-${id}`])));
          expect(await readAccountFile(formatAccountFile(made), "account.json")).toEqual(made);
        },
      ),
      { numRuns: 50 },
    );
  });

  const edited = (change: (file: Record<string, unknown>) => void): string => {
    const file = JSON.parse(formatAccountFile(account)) as Record<string, unknown>;
    change(file);
    return JSON.stringify(file);
  };
  const position = (change: object, i = 0) =>
    edited((file) => Object.assign((file.positions as object[])[i] as object, change));

  it.each<[what: string, text: () => string, message: string]>([
    ["a changed amount of cash", () => edited((file) => Object.assign(file, { cash: "1" })), "the commitment is not"],
    ["a changed quantity", () => position({ quantity: "2.5" }), "the commitment is not that of what the file holds"],
    ["a changed id", () => position({ id: 257 }), "the commitment is not that of what the file holds"],
    [
      "another salt",
      () => edited((file) => Object.assign(file, { salt: `0x${"0".repeat(62)}` })),
      "the commitment is not",
    ],
    [
      "another account id",
      () => edited((file) => Object.assign(file, { accountId: `0x${"1".repeat(62)}` })),
      "the commitment is not",
    ],
    ["another commitment", () => edited((file) => Object.assign(file, { commitment: "1" })), "the commitment is not"],
    ["positions in another order", () => edited((file) => (file.positions as object[]).reverse()), "the commitment is"],
    ["a salt that is too wide", () => edited((file) => Object.assign(file, { salt: `0x${"f".repeat(64)}` })), "salt:"],
    [
      "a salt in decimal",
      () => edited((file) => Object.assign(file, { salt: state.salt.toString() })),
      "62 hexadecimal digits",
    ],
    ["an unknown field", () => edited((file) => Object.assign(file, { note: "x" })), 'unknown field "note"'],
    ["a field left out", () => edited((file) => delete file.salt), "salt is missing"],
    ["another version", () => edited((file) => Object.assign(file, { version: 2 })), "version"],
    ["another kind of file", () => edited((file) => Object.assign(file, { $schema: "urn:tacit:book" })), "$schema"],
    ["a size no circuit has", () => edited((file) => Object.assign(file, { size: 5 })), "size"],
    ["a quantity of zero", () => position({ quantity: "0" }), 'quantity of "BTC-PERPETUAL" is zero'],
    ["a quantity too fine", () => position({ quantity: "0.0000001" }), "7 decimal places"],
    ["a quantity too wide", () => position({ quantity: "140737488.355328" }), "outside the range of a quantity"],
    ["spot below zero", () => position({ quantity: "-1" }, 1), 'quantity of "BTC" is negative'],
    ["one id twice", () => position({ id: 256 }, 1), "positions[0] and positions[1] have one id"],
    ["an id no instrument has", () => position({ id: 8192 }), "multiple of 4096"],
    ["a name that commands a terminal", () => position({ instrument: "\u001b[2J" }), "printable characters"],
  ])("refuses %s", async (_, text, message) => {
    const error = await refusal(text());
    expect(error.name).toBe("TacitError");
    expect(error.message).toContain(message);
    for (const secret of secrets) expect(error.message + error.hint).not.toContain(secret);
  });

  it("refuses more positions than its size", async () => {
    await expect(makeAccount({ ...state, positions: Array(5).fill(state.positions[0]) }, 4, names)).rejects.toThrow(
      "5 positions do not fit an account of size 4",
    );
    const eight = await makeAccount(
      { ...state, positions: [300, 301, 302, 303, 304].map((id) => ({ id, quantity: Quantity.of(1n, "quantity") })) },
      8,
      names,
    );
    const file = { ...JSON.parse(formatAccountFile(eight)), size: 4 };
    expect((await refusal(JSON.stringify(file))).message).toContain("do not fit an account of size 4");
  });

  it("shows no piece of a secret when it is cut, torn or smudged anywhere", async () => {
    const text = formatAccountFile(account);
    for (let at = 0; at < text.length; at += 1) {
      for (const broken of [text.slice(0, at), `${text.slice(0, at)}"${text.slice(at)}`]) {
        const error = await readAccountFile(broken, "account.json").then(
          () => undefined,
          (error: TacitError) => error,
        );
        const said = `${error?.message} ${error?.hint} ${error?.cause}`;
        for (const secret of secrets) {
          for (let i = 0; i + 8 <= secret.length; i += 1) {
            if (said.includes(secret.slice(i, i + 8))) throw new Error(`at ${at}: ${said}`);
          }
        }
      }
    }
  });
});

describe("saving an account file", () => {
  const path = join(folder, "account.json");

  it("lets its owner alone read it", async () => {
    await saveAccountFile(path, account, false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await readAccountFile(readFileSync(path, "utf8"), path)).toEqual(account);
  });

  it("never replaces one without being forced to", async () => {
    writeFileSync(path, "old");
    await expect(saveAccountFile(path, account, false)).rejects.toMatchObject({ code: "FILE_EXISTS" });
    expect(readFileSync(path, "utf8")).toBe("old");
    await saveAccountFile(path, account, true);
    expect(readFileSync(path, "utf8")).toBe(formatAccountFile(account));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("lets one of two writers at once win, whole", async () => {
    const contested = join(folder, "contested.json");
    const other = await makeAccount({ ...state, salt: randomSecret() }, 4, names);
    const ended = await Promise.allSettled([account, other].map((one) => saveAccountFile(contested, one, false)));
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await readAccountFile(readFileSync(contested, "utf8"), contested);
  });

  it("leaves nothing behind when it fails", async () => {
    await expect(saveAccountFile(join(folder, "none", "account.json"), account, false)).rejects.toThrow("ENOENT");
    await expect(saveAccountFile(folder, account, true)).rejects.toThrow();
    expect(existsSync(join(folder, "none"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("an account in a market", () => {
  const listed = [...names].map(([id, name]) => ({ id, name }));

  it("is taken when every id means what it meant", () => {
    expect(() => requireListed(account, "account.json", listed)).not.toThrow();
  });

  it("is refused when an id means something else, or nothing", () => {
    const renamed = listed.map(({ id, name }) => ({ id, name: id === 256 ? "ETH-PERPETUAL" : name }));
    expect(() => requireListed(account, "account.json", renamed)).toThrow('is "ETH-PERPETUAL" in the market');
    expect(() => requireListed(account, "account.json", listed.slice(0, 1))).toThrow("is not in the market");
  });
});
