import { type Defence, defencesOf as of } from "../defence.ts";

const verify = of("prover/epoch/verify.ts", "test/epoch/verify.test.ts");
const settlements = of("prover/market/settlements.ts", "test/market/settlements.test.ts");
const guard = of("prover/deploy/guard.ts", "test/deploy/parameters.test.ts");

const FINAL = "never change a price, and never let what has settled trade on";
const FIELDS = "is not another time's, price's, root's or file's";
const SETTLED = "has no settlement changed, left out, made up or of what still trades";
const EARLIER = "follows an earlier epoch of the same book";
const QUORUM = "make a quorum of the book's publishers, of whom contracts are asked";

/** One removal for each defence of epochs off chain, of settlements, and of what may be deployed. */
export const DEFENCES: readonly Defence[] = [
  verify(FIELDS, '["timestamp", String(stated.timestamp), String(rebuilt.timestamp)],\n'),
  verify(FIELDS, '["dataHash", stated.dataHash, rebuilt.dataHash],\n'),
  verify(FIELDS, "if (problems.length > 0) throw differs(problems);\n  return `time, index", "return `time, index"),
  verify(FIELDS, "root !== epoch.settlementRoot", "false"),
  verify(SETTLED, 'compareSettlements(name, settlements, extendSettlements(settlements, market), "the market");\n'),
  verify(SETTLED, "if (given.file !== undefined) compareSettlements", "if (false) compareSettlements"),
  verify(EARLIER, "before.epoch.timestamp >= market.timestamp", "false"),
  verify(EARLIER, "book !== undefined && (book.book !== before.book || book.chainId !== before.chainId)", "false"),
  verify(
    "are each over this epoch, for this book and chain",
    "} else if (signed) good.push(signer);",
    "} else good.push(signer);",
  ),
  verify(QUORUM, "problems.length === 0 && good.length < threshold", "false"),
  verify(QUORUM, "publishers !== undefined && !publishers.members.includes(signer)", "false"),
  verify("is compared field by field", "root !== value.epoch.settlementRoot", "false"),
  settlements(FINAL, "if ((before.get(id) ?? price) !== price)", "if (false)"),
  settlements(FINAL, "before.has(instrument.id) && !hasExpired(instrument, market.timestamp)", "false"),
  settlements("grow at their end by what has expired in a market", ".filter(({ id }) => !before.has(id))"),
  ...["...developmentKeys(), ", "...mocks(parameters, file), "].map((find) =>
    guard("is on no other chain what is made for local ones, and all of it is named", find),
  ),
  guard(
    "is on no other chain what is made for local ones, and all of it is named",
    ", ...publicAccounts(parameters, file)",
  ),
];
