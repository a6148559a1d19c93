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
const TABLES = "are read as they were meant, or refused, whatever the bytes";
const FORMAT = "kernel/compact/format.ts";
const TERMS = "kernel/compact/terms.ts";

/** The checks of compact keys, and of threads that say nothing. */
export const DEFENCES: readonly Defence[] = [
  defence(
    HOSTILE,
    "is refused when its tables say more terms than it has bytes",
    FORMAT,
    "header.terms > bytes",
    "false",
  ),
  defence(HOSTILE, "is refused with a section twice", FORMAT, "!isWholeOrder(header.order)", "false"),
  defence(HOSTILE, "a kind that is none", FORMAT, "kind > 15 || "),
  defence(HOSTILE, "a B1 like an A that is not there", FORMAT, "without || "),
  defence(HOSTILE, "a point of C for a public wire", FORMAT, " || visible"),
  defence(HOSTILE, "cut off though its header names the bytes", FORMAT, "bytes !== header.bytes", "false"),
  defence(HOSTILE, "a point of A beyond the prime", "kernel/compact/unpack.ts", "/ bytes) !== 0", "/ bytes) < 0"),
  defence(HOSTILE, "a coefficient outside the field", "kernel/compact/unpack.ts", "bad !== 0", "bad < 0"),
  defence(HOSTILE, "more sequences than bytes", TERMS, "count > input.left", "false"),
  defence(HOSTILE, TABLES, TERMS, "value >= coefficients", "false"),
  defence(HOSTILE, TABLES, TERMS, "used > rows", "false"),
  defence(HOSTILE, TABLES, TERMS, "length !== lengthOf(steps, path) + 1", "false"),
  defence(HOSTILE, TABLES, TERMS, "wire < 0 || wire >= wires", "false"),
  defence(HOSTILE, "make a small file no large memory", TERMS, "total !== terms", "false"),
  defence(HOSTILE, "take steps back and forth between wires", TERMS, "input.left !== 0", "false"),
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
