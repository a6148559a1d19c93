import { type Defence, defencesOf as of } from "../defence.ts";

const store = of("prover/keep/store.ts", "test/keep/store.test.ts");
const lock = of("prover/keep/lock.ts", "test/keep/store.test.ts");
const account = of("prover/keep/account.ts", "test/keep/store.test.ts");
const standing = of("prover/keep/standing.ts", "test/long/crash.ts");
const journal = of("prover/local/journal.ts", "test/local/chain.test.ts");
const copy = of("prover/vault/copy.ts", "test/vault/acts.test.ts");
const acts = of("prover/vault/acts.ts", "test/vault/acts.test.ts");
const health = of("prover/vault/health.ts", "test/vault/acts.test.ts");
const logs = of("prover/chain/logs.ts", "test/vault/logs.test.ts");
const tokens = of("prover/deploy/deploy.ts", "test/deploy/deploy.test.ts");

const HIDES = "gives back what was put, in files that tell neither names nor contents nor how much";
const KEY = "holds its key in a keystore that only its password opens, and never makes a second one in its place";
/** Tests that go on from one another. */
const [ALONE, BOTH] = ["an account at a vault", "at a vault"];

/** One removal for each defence of what is kept, and of what is proven for a vault. */
export const DEFENCES: readonly Defence[] = [
  store("refuses a damaged file, one put in another's place", "additionalData: new TextEncoder().encode(file),"),
  store(HIDES, "Math.ceil(text.length / BLOCK) * BLOCK", "text.length"),
  store(HIDES, "await sealer.seal(file, padded), { mode: 0o600 }", "await sealer.seal(file, padded)"),
  store(KEY, "mode: 0o600, overwrite: false }", "mode: 0o600 }"),
  store(KEY, 'if (password === "") throw', 'if (password === "none") throw'),
  store(
    "writes nothing any more once another has taken it",
    "async put(kind, name, value) {\n      await lock.check();",
    "async put(kind, name, value) {",
  ),
  lock(
    "belongs to one process at a time, and to the next when that was killed",
    "if (await isHeld(path)) throw locked(what, path);",
  ),
  lock(
    "belongs to one process at a time, and to the next when that was killed",
    'return error instanceof Error && "code" in error && error.code === "EPERM";',
    "return true;",
  ),
  account(
    "is refused when its state is not what its commitment opens to",
    "if (!read.success) {",
    "if (read.success === null) {",
  ),
  standing("before it heard that its transaction was taken", "await writeKept(store, kept);\n  let taken", "let taken"),
  standing("before its transaction was mined waits for it", "kept = withNext({ ...next, sent });"),
  standing(
    "and tries the act again meanwhile has it once",
    'if (!taken && failure instanceof TacitError && failure.code !== "NO_CHAIN") await writeKept(store, account);',
  ),
  journal("is refused when its journal was changed", "(await newestBlock(chain)).hash !== block", "false"),
  journal(
    "cuts off what a crash left half-written",
    "if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));",
  ),
  journal(
    "stands at its next opening as it stood when it was closed",
    "if (time !== null) await chain.request",
    "if (time === null) await chain.request",
  ),
  journal("does nothing that it could not do again", "if (TIMED.has(method) ||", "if (true || TIMED.has(method) ||"),
  copy(ALONE, "additionalData: bytesOf([accountId, commitment])", "additionalData: bytesOf([accountId])"),
  acts(ALONE, "await requireStanding(gate, state);"),
  acts(ALONE, "if (asset !== 0) await requireRow(await vault.gate(), asset, market);"),
  acts(BOTH, "epoch.settlementRoot !== tree.root", "false"),
  health(
    ALONE,
    "if (!evaluate(market.sets[set], { cash: state.cash, positions }, coverage).healthy) throw notCovered(coverage, set);\n",
    "",
  ),
  logs(
    "come in order, each once, however few blocks a node gives at once",
    "last = fromBlock - 1;",
    "last = fromBlock - 2;",
  ),
  tokens(
    "refuses a token whose decimals are others than the parameters say",
    "await checkTokens(provider, parameters, given.file);",
  ),
];
