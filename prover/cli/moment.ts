import { parseUtc, SECONDS_PER_DAY } from "../market/time.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";

const UNITS = { m: 60, h: 3600, d: SECONDS_PER_DAY } as const;
const LAST = 2 ** 40;

/**
 * A moment as a flag gives it: unix seconds, ISO 8601 in UTC, or how long after now: `45m`, `36h`, `7d`.
 * @param now unix seconds
 * @throws TacitError `USAGE`
 */
export function readMoment(text: string, flag: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const seconds = /^\d{1,13}$/.test(text)
    ? Number(text)
    : count !== undefined && unit !== undefined
      ? Math.floor(now) + Number(count) * UNITS[unit as keyof typeof UNITS]
      : parseUtc(text)?.seconds;
  if (seconds !== undefined && Number.isInteger(seconds) && seconds >= 1 && seconds <= LAST) return seconds;
  throw new TacitError("USAGE", `${flag}: ${quote(text)} is not a moment`, {
    hint: "Write unix seconds, a UTC time such as 2026-03-01T12:00:00Z, or how long from now: 45m, 36h, 7d.",
  });
}
