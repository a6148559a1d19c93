import { gateError } from "../chain/refusal.ts";
import { TacitError } from "../units/errors.ts";

/** A call the contract refused: its error as Solidity spells it, and what that means. */
export interface Refusal {
  readonly attempt: string;
  readonly error: string;
  readonly message: string;
}

/** What the story says happened, each checked when it is said. */
export interface Claims {
  readonly held: string[];
  readonly refusals: Refusal[];
}

const broken = (claim: string, cause?: unknown) =>
  new TacitError("STORY_BROKEN", `this should hold and does not: ${claim}`, { cause });

/** Records what holds. @throws TacitError `STORY_BROKEN` for what does not */
export function claim(claims: Claims, what: string, holds: boolean): void {
  if (!holds) throw broken(what);
  claims.held.push(what);
}

/**
 * Records that the contract refuses a call with this very error.
 * @throws TacitError `STORY_BROKEN` when it accepts it, or when the call fails in any other way
 */
export async function refused(
  claims: Claims,
  attempt: string,
  error: string,
  call: () => Promise<unknown>,
): Promise<Refusal> {
  const what = `${attempt} is refused with ${error}`;
  const failure = await call().then(
    () => {
      throw broken(`${what}, but the contract ACCEPTED it`);
    },
    (cause: unknown) => cause,
  );
  if (gateError(failure)?.name !== error) throw broken(what, failure);
  claims.held.push(what);
  const refusal = { attempt, error, message: failure instanceof Error ? failure.message : String(failure) };
  claims.refusals.push(refusal);
  return refusal;
}
