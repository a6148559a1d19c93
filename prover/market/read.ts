import { TacitError } from "../units/errors.ts";
import { Price } from "../units/units.ts";
import { inputsOf, setOf } from "./decompose.ts";
import { formatName, parseName } from "./deribit/names.ts";
import { formatRoot, type MarketFile, parseMarketFile } from "./file.ts";
import { assertOwnName } from "./profile/shipped.ts";
import { publishSet } from "./publish.ts";
import { hasExpired } from "./settled.ts";
import { formatRate, mostRate, sharePrice } from "./share.ts";
import type { Instrument, Market, PublishedSet, SetName } from "./types.ts";

/**
 * Reads a market file: its structure, every range, and both requirement roots, recomputed from the rows. Whether the
 * rows follow from the methodology is `verifyMarket`'s to say; but a profile under a shipped name is the shipped one.
 * @param file how errors name it
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `EDITED_PROFILE`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `BAD_MARKET`, `BAD_ROOT`
 */
export async function readMarket(bytes: Uint8Array, file: string): Promise<Market> {
  return openMarket(parseMarketFile(bytes, file), bytes, file);
}

/** As `readMarket`, of a structure already parsed from these bytes. */
export async function openMarket(raw: MarketFile, bytes: Uint8Array, file: string): Promise<Market> {
  assertOwnName(raw.profile, `${file}: `, "Get the file from whoever published it, or verify it with their release.");
  const { instruments, venue, timestamp } = inputsOf(raw);
  checkInstruments(instruments, raw, file);
  const index = Object.entries(raw.underlyings).map(([name, { index }]) => [
    name,
    Price.parse(index, `${file}: underlyings.${name}.index`),
  ]);
  const publish = async (name: SetName): Promise<PublishedSet> => {
    const set = await publishSet(name, setOf(raw, name, file), timestamp);
    for (const field of ["paramsHash", "rowsRoot", "requirementRoot"] as const) {
      const stated = raw.sets[name][field];
      if (formatRoot(set[field]) !== stated) {
        throw new TacitError(
          "BAD_ROOT",
          `${file}: sets.${name}.${field} is ${stated}, the ${WHAT[field]} give ${formatRoot(set[field])}`,
          {
            hint: "The file was changed after it was built: get it again from whoever published it.",
          },
        );
      }
    }
    return set;
  };
  return {
    venue,
    timestamp,
    profile: raw.profile.name,
    index: Object.fromEntries(index),
    instruments,
    sets: { maintenance: await publish("maintenance"), initial: await publish("initial") },
    hash: await marketHash(bytes),
  };
}

const WHAT = { paramsHash: "parameters", rowsRoot: "rows", requirementRoot: "rows, parameters and timestamp" } as const;

/** SHA-256 of a market file, shifted right by 8 bits so that it is a field element. */
export async function marketHash(bytes: Uint8Array): Promise<bigint> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return digest.subarray(0, 31).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** What rows and roots cannot show: ids in order and of their kind, names that say what is priced, one index for all. */
function checkInstruments(instruments: readonly Instrument[], raw: MarketFile, file: string): void {
  let last = 0;
  for (const [i, instrument] of instruments.entries()) {
    const { id, name, kind, underlying, forward, volatility, share } = instrument;
    const refuse = (field: string, problem: string): never => {
      throw new TacitError("BAD_MARKET", `${file}: instruments[${i}] ${name}.${field}: ${problem}`);
    };
    if (id <= last) refuse("id", `${id} does not ascend`);
    if (id <= 255 !== (kind === "spot")) refuse("id", `${id} is ${id <= 255 ? "" : "not "}kept for spot`);
    const meant = nameOf(instrument, raw);
    if (meant !== name) refuse("name", `its terms are those of ${meant}`);
    const index = Object.hasOwn(raw.underlyings, underlying) ? raw.underlyings[underlying]?.index : undefined;
    if (index === undefined) refuse("underlying", `${underlying} has no index`);
    if (share !== undefined) {
      const price = sharePrice(Number(index), share, raw.timestamp, name);
      const [told, most] = [share.rate, mostRate(share, raw.timestamp, name)].map(formatRate);
      if (forward !== price) {
        refuse("forward", `${forward} is not ${price}, the index ${index} times the rate ${told}, at most ${most}`);
      }
    } else if ((kind === "spot" || kind === "perp") && forward !== Number(index)) {
      refuse("forward", `${forward} is not the index ${index}`);
    }
    if (kind === "option" && volatility === undefined && !hasExpired(instrument, raw.timestamp)) {
      refuse("volatility", "an option that has not expired needs one");
    }
    last = id;
  }
}

function nameOf(
  { name, kind, underlying, expiry, strike, optionType, share }: Instrument,
  { underlyings }: Pick<MarketFile, "underlyings">,
): string | undefined {
  // A share has a name of its own, which is no underlying's.
  if (share !== undefined && !Object.hasOwn(underlyings, name) && parseName(name)?.kind === "spot") return name;
  if (kind === "spot" || kind === "perp") return formatName({ kind, underlying });
  if (expiry === undefined) return undefined;
  if (kind === "future") return formatName({ kind, underlying, expiry });
  if (strike === undefined || optionType === undefined) return undefined;
  return formatName({ kind, underlying, expiry, strike, optionType });
}
