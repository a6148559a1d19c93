import { describe, expect, it } from "vitest";
import { compile } from "./harness.ts";
import { SUBJECTS } from "./subjects.ts";

describe.each(SUBJECTS)("$template", ({ main, honest, lies }) => {
  it("computes what it promises", async () => {
    const circuit = await compile(main);
    for (const { inputs, outputs } of honest) {
      const run = await circuit.run(inputs);
      expect(run.satisfied).toBe(true);
      if (outputs !== undefined) expect(run.outputs).toEqual(outputs);
    }
  });

  for (const [lie, inputs] of Object.entries(lies)) {
    it(`refuses ${lie}`, async () => {
      const circuit = await compile(main);
      expect((await circuit.run(inputs)).satisfied).toBe(false);
    });
  }
});
