import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Call, Seen } from "./record.ts";
import type { Finding, Search } from "./search.ts";

/** Groups what has the same key, and names every member of a group of two or more. */
function repeated<T extends { readonly hash: string }>(
  items: readonly T[],
  key: (item: T) => string,
  what: string,
): Finding[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) => group.map(({ hash }) => ({ hash, what })));
}

/** Ephemeral points that were used more than once: their sender's randomness repeats. */
export const repeatedPoints = ({ disclosures }: Seen): Search => ({
  name: "ephemeral points used twice",
  candidates: pairs(disclosures.length),
  findings: repeated(disclosures, ({ ephemeral }) => String(ephemeral[0]), "an ephemeral point that is used again"),
});

/**
 * Streams that were used more than once. The first element of every plaintext is the account's id, which is public, so the
 * first of every stream is known; two that are the same give away the difference of two states.
 */
export const repeatedStreams = ({ disclosures }: Seen): Search => ({
  name: "streams used twice, by the element that is known",
  candidates: pairs(disclosures.length),
  findings: repeated(
    disclosures,
    ({ cipher, id }) => String(((cipher[0] ?? 0n) - id + FIELD) % FIELD),
    "a stream that is used again",
  ),
});

/** Differences of neighbouring ciphertexts that are small: a stream with a step, or a field that is not encrypted at all. */
export function smallDifferences({ disclosures }: Seen): Search {
  const findings: Finding[] = [];
  let candidates = 0;
  const SMALL = 1n << 128n;
  const last = new Map<bigint, readonly bigint[]>();
  for (const { hash, id, cipher } of disclosures) {
    const before = last.get(id);
    last.set(id, cipher);
    for (const [i, value] of cipher.entries()) {
      candidates += before === undefined ? 1 : 2;
      const difference = before === undefined ? SMALL : (value - (before[i] ?? 0n) + FIELD) % FIELD;
      const near = difference < SMALL || FIELD - difference < SMALL;
      if (!near && value >= SMALL) continue;
      findings.push({
        hash,
        what: `element ${i} of a ciphertext that ${value < SMALL ? "is no ciphertext" : "follows from the one before"}`,
      });
      break;
    }
  }
  return { name: "ciphertexts that are small, or a small step from the account's one before", candidates, findings };
}

/**
 * Field elements that stand in two calls, of all that should be fresh in each: points of proofs, ciphertexts, commitments.
 * Words that are small, addresses, or what the vault itself hands on (ids, tickets that a second call names) are none.
 */
export function repeatedElements({ calls }: Seen): Search {
  const at = new Map<bigint, Set<string>>();
  let candidates = 0;
  for (const call of calls) {
    for (const value of freshIn(call)) {
      candidates += 1;
      const hashes = at.get(value) ?? new Set();
      at.set(value, hashes.add(call.hash));
    }
  }
  const findings = [...at.values()]
    .filter((hashes) => hashes.size > 1)
    .flatMap((hashes) => [...hashes].map((hash) => ({ hash, what: "an element that stands in another call as well" })));
  return { name: "elements equal between calls and accounts", candidates, findings: distinct(findings) };
}

const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [finding.hash, finding])).values(),
];

/** Everything in a call that a client draws or proves anew. */
function freshIn({ args }: Call): bigint[] {
  const found: bigint[] = [];
  const walk = (value: unknown, key: string): void => {
    if (typeof value === "bigint") {
      if (FRESH.has(key)) found.push(value);
    } else if (Array.isArray(value)) for (const one of value) walk(one, key);
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value))
        walk(inner, NESTED.has(name) ? name : FRESH.has(key) ? key : name);
    }
  };
  walk(args, "");
  return found;
}
const FRESH = new Set(["a", "b", "c", "cipher", "ephemeral", "commitment"]);
const NESTED = FRESH;

/** Copies of another length than all others: their length tells what they hold. */
export function oddCopies({ disclosures }: Seen): Search {
  const lengths = new Map<number, number>();
  for (const { copy } of disclosures) lengths.set(copy.length, (lengths.get(copy.length) ?? 0) + 1);
  const [usual] = [...lengths].sort(([, a], [, b]) => b - a)[0] ?? [0];
  return {
    name: "owners' copies of another length than the rest",
    candidates: disclosures.length,
    findings: disclosures
      .filter(({ copy }) => copy.length !== usual)
      .map(({ hash, copy }) => ({ hash, what: `a copy of ${copy.length / 2 - 1} bytes` })),
  };
}

/** Copies whose bytes are no noise: of so many random bytes hardly 2% are any one value, and 80 in 444 never. */
export function plainCopies({ disclosures }: Seen): Search {
  const findings = disclosures.flatMap(({ hash, copy }): Finding[] => {
    const bytes = Buffer.from(copy.slice(2), "hex");
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
    const most = Math.max(...counts);
    return bytes.length > 0 && most > 12 + bytes.length / 32
      ? [{ hash, what: `a copy in which one byte stands ${most} times: it is not encrypted` }]
      : [];
  });
  return { name: "owners' copies that are not noise", candidates: disclosures.length * 256, findings };
}

/** Nonces of signatures that were used twice: whoever finds one has the owner's key. */
export function repeatedNonces({ calls }: Seen): Search {
  const seen: { hash: string; r: string }[] = [];
  for (const { hash, args } of calls) {
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const { signature } = value as { signature?: unknown };
      if (typeof signature === "string" && signature.length === 132) seen.push({ hash, r: signature.slice(2, 66) });
      for (const inner of Object.values(value)) walk(inner);
    };
    walk(args);
  }
  const findings = repeated(seen, ({ r }) => r, "a signature's nonce that is used again");
  return {
    name: "nonces of owners' signatures used twice",
    candidates: pairs(seen.length),
    findings: distinct(findings),
  };
}

const pairs = (count: number): number => (count * (count - 1)) / 2;
