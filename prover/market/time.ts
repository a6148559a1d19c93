export const SECONDS_PER_DAY = 86_400;

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]00:?00)?)?$/;

/** A moment as a file writes it: unix seconds with the fraction, and whether the text said that it is UTC. */
export interface UtcTime {
  readonly seconds: number;
  readonly zoned: boolean;
}

/** Reads an ISO 8601 date or UTC time; undefined for anything else, another zone and dates no calendar has included. */
export function parseUtc(text: string): UtcTime | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0", zone] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).getUTCDate() !== Number(day)) return undefined;
  return { seconds: milliseconds / 1000 + Number(`0.${fraction}`), zoned: zone !== undefined };
}

/** `2026-02-04` of unix seconds. */
export const isoDay = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** `2026-02-04T21:33:08Z` of whole unix seconds. */
export const isoTime = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** The first second of the UTC day that holds a moment. */
export const startOfDay = (seconds: number): number => Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
