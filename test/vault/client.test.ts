import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { GUARDIANS, VAULT } from "../../prover/chain/vaultAbi.ts";
import { vaultRefusal } from "../../prover/chain/vaultRefusal.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { compiled } from "../contracts/chain.ts";

const KNOWN = [
  ["Vault", VAULT],
  ["Guardians", GUARDIANS],
] as const;

describe.each(KNOWN)("the client's %s", (name, known) => {
  it("is the compiler's, entry by entry", async () => {
    const { abi } = await compiled(name);
    const real = new Interface(abi as ConstructorParameters<typeof Interface>[0]);
    const entries = (face: Interface) => face.fragments.map((fragment) => fragment.format("full")).sort();
    expect(entries(known)).toEqual(entries(real));
  });

  it("says every error in words", async () => {
    const { abi } = await compiled(`I${name}`);
    const errors = (abi as { type: string; name: string }[]).filter(({ type }) => type === "error");
    expect(errors.length).toBeGreaterThan(5);
    for (const { name } of errors) {
      const error = known.getError(name);
      if (error === null) throw new Error(`the client does not know ${name}`);
      const args = error.inputs.map(({ type }) => (type === "address" ? `0x${"11".repeat(20)}` : 7n));
      const spoken = vaultRefusal({ info: { error: { data: known.encodeErrorResult(name, args) } } });
      expect(spoken, name).toBeInstanceOf(TacitError);
      expect((spoken as TacitError).message, name).not.toMatch(/undefined|\bNaN\b/);
    }
  });
});
