import type { Defence } from "../defence.ts";

const defence = (testFile: string, test: string, file: string, find: string, replace = "false"): Defence => ({
  file: `prover/${file}`,
  find,
  replace,
  testFile: `test/${testFile}`,
  test,
});

/** The checks of markets, books and rows: what bad input or a careless methodology would otherwise slip through. */
export const DEFENCES: readonly Defence[] = [
  defence(
    "market/verify.test.ts",
    "is refused when its roots do not follow from its rows",
    "market/read.ts",
    "formatRoot(set[field]) !== stated",
  ),
  defence(
    "market/verify.test.ts",
    "is found under a shipped name, and no command reads its market",
    "market/profile/shipped.ts",
    "difference === undefined",
    "true",
  ),
  defence(
    "market/chain.test.ts",
    "is refused when it lists an option again",
    "market/deribit/chain.ts",
    "earlier !== undefined",
  ),
  defence(
    "market/chain.test.ts",
    "is refused when it expires at the snapshot's very second",
    "market/deribit/chain.ts",
    "name.expiry <= time",
  ),
  defence(
    "market/candles.test.ts",
    "never looks at the epoch's own day or a later one",
    "market/candles.ts",
    "Math.round((today - candles.firstDay) / SECONDS_PER_DAY)",
    "Math.round((today - candles.firstDay) / SECONDS_PER_DAY) + 1",
  ),
  defence(
    "market/rows-checks.test.ts",
    "is refused for sets that differ in what they must share",
    "market/rows/checks.ts",
    "maintenance.rows.size !== initial.rows.size",
  ),
  defence(
    "market/rows-checks.test.ts",
    "is judged to the last unit",
    "market/rows/checks.ts",
    "row.mark * 10n ** 22n < coverage * marginalRequirement(set, row)",
  ),
  defence(
    "market/save.test.ts",
    "refuses listings that another build has extended since",
    "market/save.ts",
    "!Buffer.from(writeListings(now)).equals(writeListings(before))",
  ),
  defence(
    "account/book.test.ts",
    "when spot is short",
    "account/book.ts",
    'instrument.kind === "spot" && quantity < 0n',
  ),
  defence(
    "account/book.test.ts",
    "when an instrument is listed twice, naming both rows",
    "account/book.ts",
    "earlier !== undefined",
  ),
  defence(
    "account/book.test.ts",
    "when a perp or a future has no entry price",
    "account/book.ts",
    "  if (text === undefined) {",
    "  if (false) {",
  ),
  defence(
    "risk/requirement.test.ts",
    "when gains count more than losses",
    "risk/requirement.ts",
    "bucket.gain > bucket.loss",
  ),
  defence(
    "risk/requirement.test.ts",
    "when netting would lower a floor below zero",
    "risk/requirement.ts",
    "2n * bucket.a < bucket.h",
  ),
  defence(
    "risk/requirement.test.ts",
    "when a charge is negative",
    "risk/requirement.ts",
    "row.long < 0n || row.short < 0n",
  ),
  defence(
    "market/share.test.ts",
    "caps a rate that a donation has moved",
    "market/share.ts",
    "share.rate < most ? share.rate : most",
    "share.rate",
  ),
  defence(
    "market/share.test.ts",
    "has no anchor in the future and no growth above 1 a year",
    "market/share.ts",
    "anchor.time > timestamp",
  ),
  defence(
    "market/share.test.ts",
    "takes no share with the name of an underlying",
    "market/share.ts",
    "Object.hasOwn(index, name) || names.has(name)",
  ),
  defence(
    "market/share.test.ts",
    "does not hold with a rate above what is counted",
    "market/read.ts",
    "forward !== price",
  ),
  defence("market/funding.test.ts", "and refused where it is nobody's", "market/funding.ts", "!perps.has(underlying)"),
  defence(
    "market/lapsed.test.ts",
    "names a lapsed instrument that still has something but a mark",
    "market/lapsed.ts",
    "row.delta === 0n &&",
    "",
  ),
  {
    file: "contracts/vault/ShareRate.sol",
    find: "told_ < most_ ? told_ : most_",
    replace: "told_",
    testFile: "test/vault/ShareRate.t.sol",
    test: "test_aDonationWithinABlockMovesNothing",
  },
  {
    file: "contracts/vault/ShareRate.sol",
    find: "told_ < most_ ? told_ : most_",
    replace: "most_",
    testFile: "test/vault/ShareRate.t.sol",
    test: "test_aLossCountsAtOnceAndIsRegainedSlowly",
  },
  {
    file: "contracts/vault/ShareRate.sol",
    find: "first == 0 || ",
    replace: "",
    testFile: "test/vault/ShareRate.t.sol",
    test: "test_refusesTokensOfWhichNoRateCanBeTold",
  },
];
