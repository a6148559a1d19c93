import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../prover/prove/store.ts";
import { sampleKey } from "../kernel/sample.ts";
import { json, put, tacit, temporary } from "./tacit.ts";

const folder = temporary();
const [zkey, compact, back] = ["key.zkey", "key.ckey", "back.zkey"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
beforeAll(async () => {
  put(folder, "key.zkey", (await sampleKey()).zkey);
});

describe("tacit key", () => {
  it("makes a key compact, and of that the key as it was", async () => {
    const made = await tacit(["key", "compact", "--zkey", zkey, "--out", compact, "--json"]);
    expect(made.code).toBe(0);
    const [before, file] = [readFileSync(zkey), readFileSync(compact)];
    expect(json(made)).toEqual({
      out: compact,
      bytes: file.length,
      sha256: sha256(file),
      zkey: { bytes: before.length, sha256: sha256(before) },
    });
    expect(file.length).toBeLessThan(before.length / 2);
    const expanded = await tacit(["key", "expand", "--key", compact, "--out", back]);
    expect(expanded.code).toBe(0);
    expect(expanded.stdout).toContain(`sha256: ${sha256(before)}`);
    expect(Buffer.compare(readFileSync(back), before)).toBe(0);
  });

  it.each([
    ["compact", "--zkey"],
    ["expand", "--key"],
  ])("refuses to %s what is no such key, and writes nothing", async (command, flag) => {
    const text = put(folder, "text", "not a key at all");
    const out = join(folder, `nothing-${command}`);
    const refused = await tacit(["key", command, flag, text, "--out", out, "--json"]);
    expect(refused.code).toBe(2);
    expect(json(refused).error).toMatchObject({ code: "BAD_KEY" });
    expect(() => readFileSync(out)).toThrow("ENOENT");
  });
});
