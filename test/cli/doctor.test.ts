import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { json, put, tacit, temporary } from "./tacit.ts";

const folder = temporary();

describe("tacit doctor", () => {
  it("finds what is built in order, and makes a proof", async () => {
    const { checks } = json(await tacit(["doctor", "--json"])) as { checks: { name: string; ok: boolean }[] };
    const found = new Map(checks.map(({ name, ok }) => [name, ok]));
    expect(["node", "packages", "cache", "margin_4", "proof"].map((name) => found.get(name))).toEqual(
      Array(5).fill(true),
    );
  });

  it("says what is missing and how to get it", async () => {
    const { code, stdout } = await tacit(["doctor"], { XDG_CACHE_HOME: join(folder, "empty") });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}margin_4 +its keys are not built/);
    expect(stdout).toContain("margin_4: npm run build -- --only margin_4");
    expect(stdout).not.toContain("made and verified a proof");
  });

  it("says when the cache cannot be used", async () => {
    const file = put(folder, "file", "x");
    const { code, stdout } = await tacit(["doctor"], { XDG_CACHE_HOME: file });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}cache .*not a folder/);
  });
});
