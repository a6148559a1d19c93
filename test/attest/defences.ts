import type { Defence } from "../defence.ts";

const defence = (test: string, file: string, find: string, replace = ""): Defence => ({
  file: `prover/attest/${file}`,
  find,
  replace,
  testFile: `test/attest/${file === "buckets.ts" ? "claims" : "attester"}.test.ts`,
  test,
});
const COMPARES = "compares what it knows";
const ANY_FIELD = "refuses a file in which any one field is another, or missing";
const OTHER_WORDS = "refuses proofs of the same account for another audience, purpose, expiry, nonce or scope";
const LESS = "refuses a proof of less under words that say more, each of a circuit that was told the truth";
const PROOFS = "refuses proofs of the one circuit for the other, and proofs that its claims do not ask for";

/** What is compared, bound and refused off the chain, where no contract does it. */
export const DEFENCES: readonly Defence[] = [
  defence(`${COMPARES}: another account`, "verify.ts", "BigInt(file.commitment) !== expected.commitment", "false"),
  defence(`${COMPARES}: another audience`, "verify.ts", '["audience", "purpose", "nonce"]', '["purpose", "nonce"]'),
  defence(`${COMPARES}: another purpose`, "verify.ts", '["audience", "purpose", "nonce"]', '["audience", "nonce"]'),
  defence(`${COMPARES}: another nonce`, "verify.ts", '["audience", "purpose", "nonce"]', '["audience", "purpose"]'),
  defence(`${COMPARES}: the moment it expires`, "verify.ts", "!(at < file.expires)", "!(at <= file.expires)"),
  defence(
    "refuses another market file, and another market that claims to be it",
    "verify.ts",
    "file.market !== formatRoot(expected.market.hash)",
    "false",
  ),
  defence(ANY_FIELD, "verify.ts", "  return refusal === null\n", "  return refusal === null || true\n"),
  defence(PROOFS, "verify.ts", "(claims.coverageAtLeast === undefined) !== (proofs.coverage === undefined)", "false"),
  defence(PROOFS, "verify.ts", "needsAttest(claims) !== (proofs.attest !== undefined)", "false"),
  ...["    audience,\n", "    purpose,\n", "    expires,\n", "    nonce ?? null,\n"].map((word) =>
    defence(OTHER_WORDS, "context.ts", word, "    null,\n"),
  ),
  defence(
    "differs with every word, and from every other context",
    "context.ts",
    "([TAG, marketHash, hash])",
    "([TAG, 0n, hash])",
  ),
  ...[
    "equityAtLeast ?? UNCLAIMED.floor",
    "bands.get(b)?.low ?? UNCLAIMED.low",
    "bands.get(b)?.high ?? UNCLAIMED.high",
    "absent.has(b) ? 1n : 0n",
  ].map((signal) =>
    defence(LESS, "signals.ts", signal, signal.includes("?? ") ? (signal.split("?? ")[1] ?? "") : "0n"),
  ),
  defence(
    "that several underlyings share stands for none of them, only for itself",
    "buckets.ts",
    " || own.underlyings.length > 1",
  ),
  defence(
    "of an underlying that is spread over two is said to hold a part of it",
    "buckets.ts",
    "more.length > 0 || ",
    "",
  ),
];
