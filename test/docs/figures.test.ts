import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CIRCUITS } from "../../prover/generated/circuits.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

it.each(Object.entries(CIRCUITS))(
  "the README's rows, non-zeros and key size of %s are the manifest's",
  (name, circuit) => {
    const line = readme.split("\n").find((text) => text.startsWith(`| \`${name}\``));
    expect(
      line
        ?.split("|")
        .slice(2, 5)
        .map((cell) => cell.trim()),
    ).toEqual([
      circuit.constraints.toLocaleString("en-US"),
      circuit.nonZeros.total.toLocaleString("en-US"),
      (circuit.zkey.bytes / 1e6).toFixed(1),
    ]);
  },
);
