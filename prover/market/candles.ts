import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { type CsvRecord, readCsv, readPrice } from "./csv.ts";
import { isoDay, parseUtc, SECONDS_PER_DAY, startOfDay } from "./time.ts";

/** Daily closes of consecutive UTC days, oldest first. */
export interface Candles {
  /** Unix seconds of the first second of the first day. */
  readonly firstDay: number;
  readonly closes: readonly number[];
}

/**
 * Reads daily candles: a column `timestamp` or `date` naming the UTC day (`2026-02-04`, or its midnight) and a column
 * `close` in USD. Days are consecutive and ascending; finer candles are refused rather than reduced, because which
 * of them closes a day is the venue's to say.
 * @throws TacitError `BAD_CSV`
 */
export function readCandles(bytes: Uint8Array, file: string): Candles {
  const records = readCsv(bytes, file, [["timestamp", "date"], ["close"]]);
  const [first] = records;
  if (first === undefined) throw new TacitError("BAD_CSV", `${file}: the file has no candles`);
  const firstDay = readDay(first);
  const closes = records.map((record, i) => {
    const [day, due] = [readDay(record), firstDay + i * SECONDS_PER_DAY];
    if (day < due) throw record.error("timestamp", `${isoDay(day)} does not follow the day before it`, ORDER);
    if (day > due) throw record.error("timestamp", `${isoDay(due)} is missing before ${isoDay(day)}`, ORDER);
    return readPrice(record, "close");
  });
  return { firstDay, closes };
}

const ORDER = "Candles are in order of time, one for every day.";

function readDay(record: CsvRecord): number {
  const text = record.get("timestamp");
  const time = parseUtc(text);
  if (time === undefined) {
    throw record.error("timestamp", `${quote(text)} is not a date`, "Write the UTC day, such as 2026-02-04.");
  }
  if (time.seconds !== startOfDay(time.seconds)) {
    throw record.error("timestamp", `${quote(text)} is not the start of a UTC day`, "Candles must be daily.");
  }
  return time.seconds;
}

/**
 * The closes an epoch may know: those of days that ended before the epoch's UTC day, at most the newest `most`.
 * The newest must be yesterday's, or the volatility of the market's last days would be missing without anybody noticing.
 * @throws TacitError `STALE_HISTORY`
 */
export function closesBefore(candles: Candles, file: string, epoch: number, most: number): readonly number[] {
  const today = startOfDay(epoch);
  const known = Math.max(0, Math.round((today - candles.firstDay) / SECONDS_PER_DAY));
  if (known === 0 || known > candles.closes.length) {
    const end = candles.firstDay + (candles.closes.length - 1) * SECONDS_PER_DAY;
    throw new TacitError(
      "STALE_HISTORY",
      `${file}: the candles run from ${isoDay(candles.firstDay)} to ${isoDay(end)}, the market of ${isoDay(epoch)} needs ` +
        `the close of ${isoDay(today - SECONDS_PER_DAY)}`,
      { hint: "Give daily candles up to the day before the snapshot." },
    );
  }
  return candles.closes.slice(Math.max(0, known - most), known);
}
