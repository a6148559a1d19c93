import type { Defence } from "../defence.ts";

const defence = (testFile: string, test: string, file: string, find: string, replace = ""): Defence => ({
  file: `prover/${file}`,
  find,
  replace,
  testFile: `test/${testFile}`,
  test,
});

const FILES = "desk/files.test.ts";
const TRADE = "desk/trade.test.ts";
const READ = "guardian/read.test.ts";
const CHANGED = "reads back, and is refused when anything in it was changed";
const OFFERED = "is of its offer, and of no other";
const FIELD = "with a field of the legs changed, whichever it is";
const GARBAGE = "passes over what is another's, and whatever is no disclosure, and reads on";

/** What the desk and the guardian's tool refuse before the chain has to. */
export const DEFENCES: readonly Defence[] = [
  defence(FILES, CHANGED, "desk/agreement.ts", "String(hash) !== raw.ticket", "false"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (agreement.offer !== offer.id)", "if (false)"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (!samePlace(agreement, offer))", "if (false)"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (agreement.instrument.id !== offer.instrument.id)", "if (false)"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (agreement.price !== offer.price)", "if (false)"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (agreement.expiry !== offer.expiry)", "if (false)"),
  defence(FILES, OFFERED, "desk/agreement.ts", "if (agreement.quantity > offer.quantity)", "if (false)"),
  defence(
    FILES,
    "is refused when both sides are one account, and so is accepting one's own offer",
    "desk/agreement.ts",
    "if (taker === offer.maker)",
    "if (false)",
  ),
  defence(
    FILES,
    "takes the sides by the accounts' ids, so that they tell nothing",
    "desk/place.ts",
    "one < other ? [one, other] : [other, one]",
    "[one, other]",
  ),
  defence(
    FILES,
    "are refused beyond what is left, counted once each",
    "desk/remaining.ts",
    "parts.filter(({ ticket }) => ticket !== part.ticket)",
    "parts",
  ),
  defence(
    FILES,
    "reduce what it has left, until they can no longer be filled",
    "desk/remaining.ts",
    "filled || (!cancelled && now <= expiry)",
    "!cancelled && now <= expiry",
  ),
  defence(
    FILES,
    "says where a file is wrong and never what stands there",
    "units/secret.ts",
    'if (error.code !== "BAD_JSON") throw new TacitError(error.code, error.message, { hint });',
    'if (error.code !== "BAD_JSON") throw error;',
  ),
  defence(READ, GARBAGE, "guardian/read.ts", "if (state.accountId !== event.id)", "if (false)"),
  defence(
    READ,
    "is refused when a point was exchanged for another's, which would leave its accounts unread",
    "guardian/keyFile.ts",
    "if (!belongs)",
    "if (false)",
  ),
  defence(TRADE, FIELD, "desk/assemble.ts", " || !agree(leg, match)"),
  defence(TRADE, FIELD, "desk/check.ts", "legs.before !== account.commitment || ", ""),
  defence(TRADE, FIELD, "desk/check.ts", " || legs.nonce !== account.nonce"),
  defence(TRADE, FIELD, "desk/check.ts", " || legs.size !== account.size"),
  defence(TRADE, FIELD, "desk/check.ts", "if (!account.acceptedKeys.has(legs.disclosure.key))", "if (false)"),
  defence(TRADE, FIELD, "desk/check.ts", "leg.feeBound !== 0n", "false"),
  defence(
    TRADE,
    FIELD,
    "desk/check.ts",
    "for (const legs of all) await checkProofs(legs, factsOf(legs, facts), facts);",
  ),
  defence(
    TRADE,
    FIELD,
    "desk/check.ts",
    "for (const legs of all) await checkConsents(legs, factsOf(legs, facts), facts, submitter, provider);",
  ),
  defence(
    TRADE,
    "goes to no other sender than an owner named, and to none without its owners' word",
    "desk/check.ts",
    "if (relayer !== NOBODY && !same(relayer, submitter))",
    "if (false)",
  ),
  defence(
    TRADE,
    "when it was filled already, with legs made anew as with those that filled it",
    "desk/check.ts",
    "if (filled.has(ticket)) throw refusals.filled(ticket);",
  ),
];
