import { Interface } from "ethers";
import { expect, it } from "vitest";
import { type Claims, claim, refused } from "../../prover/demo/claims.ts";
import { TacitError } from "../../prover/units/errors.ts";

const none = (): Claims => ({ held: [], refusals: [] });
const revert = (error: string, ...args: unknown[]) => {
  const gate = new Interface([`error ${error}`]);
  return Object.assign(new Error("reverted"), { data: gate.encodeErrorResult(error.split("(")[0] ?? "", args) });
};
const fail = (failure: unknown) => () => Promise.reject(failure);

it("stops the story at a statement that does not hold", () => {
  const claims = none();
  claim(claims, "one is one", true);
  expect(() => claim(claims, "one is two", false)).toThrow(/one is two/);
  expect(claims.held).toEqual(["one is one"]);
});

it("stops the story loudly when the contract accepts what it should refuse", async () => {
  const claims = none();
  const accepted = refused(claims, "a forgery", "ProofRejected", async () => "mined");
  await expect(accepted).rejects.toMatchObject({ code: "STORY_BROKEN", message: expect.stringMatching(/ACCEPTED/) });
  expect(claims).toEqual(none());
});

it("records a refusal by the very error that was expected, however deep it is wrapped", async () => {
  const claims = none();
  const failure = new TacitError("EPOCH_TOO_OLD", "the epoch is a day old", {
    cause: revert("EpochTooOld(uint256 age, uint32 maxAge)", 1, 2),
  });
  await refused(claims, "an old proof", "EpochTooOld", fail(failure));
  expect(claims).toEqual({
    held: ["an old proof is refused with EpochTooOld"],
    refusals: [{ attempt: "an old proof", error: "EpochTooOld", message: "the epoch is a day old" }],
  });
});

it.each([
  ["another error of the gate", revert("UnknownSize(uint8 size)", 5)],
  ["an error that is not the gate's", revert("Unheard()")],
  ["a failure that never reached the gate", new Error("connection refused")],
])("does not take %s for the refusal", async (_, failure) => {
  const claims = none();
  await expect(refused(claims, "a forgery", "ProofRejected", fail(failure))).rejects.toMatchObject({
    code: "STORY_BROKEN",
    cause: failure,
  });
  expect(claims).toEqual(none());
});
