import type { z } from "zod";
import { TacitError } from "./errors.ts";
import { parseJson } from "./json.ts";

/**
 * As `parseJson`, of a file whose contents are secret: an error names the place of what is wrong, never what stands there.
 * @param hint what to do about a file that is none
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`
 */
export function parseSecretJson<T>(text: string, file: string, schema: z.ZodType<T>, hint: string): T {
  try {
    return parseJson(text, file, schema);
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    if (error.code !== "BAD_JSON") throw new TacitError(error.code, error.message, { hint });
    const [place = "it"] = /line \d+, column \d+/.exec(error.message.slice(file.length)) ?? [];
    throw new TacitError("BAD_JSON", `${file}: ${place}: this is not JSON`, { hint });
  }
}

/** A decimal of a secret file. @throws TacitError `BAD_DECIMAL`, `OUT_OF_RANGE`, of which neither repeats it */
export function parseSecretDecimal<T extends bigint>(
  unit: { parse(text: string, where: string): T; readonly places: number },
  text: string,
  where: string,
): T {
  try {
    return unit.parse(text, where);
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    const wrong =
      error.code === "OUT_OF_RANGE" ? "is out of range" : `is no decimal of at most ${unit.places} decimal places`;
    throw new TacitError(error.code, `${where} ${wrong}`);
  }
}
