import { TacitError } from "../../units/errors.ts";
import { firstDifference } from "../difference.ts";
import { loadProfile, PROFILE_NAMES } from "./load.ts";
import type { Profile } from "./schema.ts";

/** The refusal of a profile that bears a shipped name and is not the one shipped under it; undefined for every other. */
export function notTheShipped(profile: Profile): string | undefined {
  const { name } = profile;
  if (!PROFILE_NAMES.includes(name)) return undefined;
  const difference = firstDifference(profile, loadProfile(name), "", "the shipped one has");
  if (difference === undefined) return undefined;
  return `profile ${name} is not the one shipped under that name: first difference at ${difference}`;
}

/**
 * Refuses a methodology that poses as a shipped one: whoever reads `profile portfolio` is to know what was computed.
 * @param where how the error names the profile's file, with a colon and a blank; empty for none
 * @throws TacitError `EDITED_PROFILE`
 */
export function assertOwnName(profile: Profile, where: string, hint: string): void {
  const problem = notTheShipped(profile);
  if (problem !== undefined) throw new TacitError("EDITED_PROFILE", `${where}${problem}`, { hint });
}
