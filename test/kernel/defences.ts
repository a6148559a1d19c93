import type { Defence } from "../defence.ts";

const defence = (testFile: string, test: string, file: string, find: string, replace = ""): Defence => ({
  file: `prover/${file}`,
  find,
  replace,
  testFile: `test/kernel/${testFile}`,
  test,
});

const HOSTILE = "compact-hostile.test.ts";
const COMPACT = "compact.test.ts";
const FORMAT = "kernel/compact/format.ts";
const TERMS = "kernel/compact/terms.ts";

/** The checks of compact keys, and of threads that say nothing. */
export const DEFENCES: readonly Defence[] = [
  defence(HOSTILE, "is refused with a section twice", FORMAT, "!isWholeOrder(header.order)", "false"),
  defence(HOSTILE, "a kind that is none", FORMAT, "kind > 15 || "),
  defence(HOSTILE, "a B1 like an A that is not there", FORMAT, "without || "),
  defence(HOSTILE, "a point of C for a public wire", FORMAT, " || visible"),
  defence(HOSTILE, "cut off though its header names the bytes", FORMAT, "bytes !== header.bytes", "false"),
  defence(HOSTILE, "a point of A beyond the prime", "kernel/compact/unpack.ts", "/ bytes) !== 0", "/ bytes) < 0"),
  defence(HOSTILE, "a coefficient outside the field", "kernel/compact/unpack.ts", "bad !== 0", "bad < 0"),
  defence(HOSTILE, "reserve nothing for terms", TERMS, "2 * terms > bytes.length", "false"),
  defence(HOSTILE, "are refused with a wire that is none", TERMS, "wire < 0 || wire >= wires", "wire < 0"),
  defence(HOSTILE, "are refused with a wire before the first", TERMS, "wire < 0 || "),
  defence(HOSTILE, "are refused with a coefficient that is none", TERMS, "coefficient >= coefficients", "false"),
  defence(HOSTILE, "are refused with a row beyond the domain", TERMS, "used > rows", "false"),
  defence(HOSTILE, "are refused with a term more than named", TERMS, "length > terms - done", "false"),
  defence(HOSTILE, "are refused with a term fewer than named", TERMS, "done !== terms", "false"),
  defence(HOSTILE, "are refused with a byte more", TERMS, "at !== bytes.length", "false"),
  defence(HOSTILE, "are refused with a number that does not end", TERMS, " || scale > 2 ** 28"),
  defence(COMPACT, "is another than the expected one", "kernel/compact/source.ts", "hash !== expected.sha256", "false"),
  defence(
    COMPACT,
    "is refused when it ends early or goes on",
    "kernel/compact/source.ts",
    "value.length > whole.length - arrived",
    "false",
  ),
  defence(COMPACT, "whose terms stand in another order", "setup/compact.ts", "part < parts.length - 2", "false"),
  defence(COMPACT, "a point of B in one group alone", "setup/compact.ts", "isInfinite(b1) !== isInfinite(b2)", "false"),
  defence(
    "pool.test.ts",
    "gives up a thread that never returns",
    "kernel/pool.ts",
    "(silentTicks[thread] ?? 0) <= TICKS",
    "true",
  ),
];
