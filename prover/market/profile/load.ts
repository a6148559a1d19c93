import { TacitError } from "../../units/errors.ts";
import { parseJson } from "../../units/json.ts";
import linear from "../profiles/linear.json" with { type: "json" };
import portfolio from "../profiles/portfolio.json" with { type: "json" };
import riskAdjusted from "../profiles/risk-adjusted.json" with { type: "json" };
import span16 from "../profiles/span16.json" with { type: "json" };
import { type Profile, profileSchema } from "./schema.ts";

const SHIPPED: Readonly<Record<string, unknown>> = { portfolio, linear, span16, "risk-adjusted": riskAdjusted };

/** The profiles that come with the product, the default first. */
export const PROFILE_NAMES: readonly string[] = Object.keys(SHIPPED);

/**
 * Reads a profile file.
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`
 */
export const parseProfile = (text: string, file: string): Profile => parseJson(text, file, profileSchema);

/**
 * Checks a profile that is already in memory, such as the one inside a market file.
 * @throws TacitError `BAD_FIELD`
 */
export const readProfile = (value: unknown, where: string): Profile => parseProfile(JSON.stringify(value), where);

/** A shipped profile. @throws TacitError `UNKNOWN_PROFILE` */
export function loadProfile(name: string): Profile {
  if (!Object.hasOwn(SHIPPED, name)) {
    throw new TacitError("UNKNOWN_PROFILE", `there is no profile ${JSON.stringify(name)}`, {
      hint: `Shipped are ${PROFILE_NAMES.join(", ")}.`,
    });
  }
  return readProfile(SHIPPED[name], `profile ${name}`);
}
