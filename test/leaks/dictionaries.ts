import { readDisclosure } from "../../prover/account/disclosure.ts";
import { type AccountState, commit, decodeState } from "../../prover/account/state.ts";
import { ticketHash } from "../../prover/account/ticket.ts";
import type { VaultPlace } from "../../prover/chain/vault.ts";
import { ticketTerms } from "../../prover/chain/vault.ts";
import { type Point, publicPoint, sharedPoint } from "../../prover/hash/babyjub.ts";
import { FIELD, loadPermutation, textTag } from "../../prover/hash/poseidon.ts";
import type { Market } from "../../prover/market/types.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import type { Call, Seen, SeenDisclosure } from "./record.ts";
import type { Finding, Search } from "./search.ts";

/** What everybody tries first. */
const SALTS = Array.from({ length: 8 }, (_, salt) => BigInt(salt));
const ROUND = [10_000n, 100_000n, 500_000n, 1_000_000n, 2_000_000n, 5_000_000n, 10_000_000n];

/** The ticket behind a hash, if it is a round quantity of what is traded most, at its mark, under a small salt. */
export async function guessTickets(
  { calls }: Seen,
  place: VaultPlace,
  markets: readonly Market[],
  liquid: readonly string[],
): Promise<Search> {
  const findings: Finding[] = [];
  let candidates = 0;
  for (const call of calls) {
    const market = marketAt(markets, call);
    const filled = call.events.filter(({ name }) => name === "Filled");
    for (const [i, { args }] of filled.entries()) {
      const fills = call.args.fills as { expiry: bigint }[];
      const terms = ticketTerms(place, args.side1 as bigint, args.side2 as bigint, Number(fills[i]?.expiry ?? 0n));
      for (const { id, name } of market.instruments.filter((one) => liquid.includes(one.name))) {
        const mark = market.sets.initial.rows.get(id)?.mark ?? 0n;
        for (const size of ROUND.flatMap((quantity) => [quantity, -quantity])) {
          for (const salt of SALTS) {
            candidates += 1;
            const quantity = size as Quantity;
            const hash = await ticketHash({ id, quantity, cash: (-size * mark) as Cash, salt, terms });
            if (hash !== args.ticket) continue;
            findings.push({ hash: call.hash, what: `${size} of ${name} at ${mark} under salt ${salt}` });
          }
        }
      }
    }
  }
  return { name: "tickets by dictionary: instrument, round size, mark, small salt", candidates, findings };
}

/** The newest market of a call's time. */
const marketAt = (markets: readonly Market[], { time }: Call): Market => {
  const known = markets.filter(({ timestamp }) => timestamp <= time);
  return known.at(-1) ?? (markets[0] as Market);
};

/** How far salts are tried where the rest of a state is known. */
const MOST_SALT = 64n;

/**
 * The state behind a commitment while everything in it is public: before its account's first trade it holds what was
 * deposited less what was withdrawn, and only the salt hides nothing but itself.
 */
export async function guessStates({ calls }: Seen): Promise<Search> {
  const findings: Finding[] = [];
  let candidates = 0;
  const known = new Map<bigint, { cash: bigint; held: [number, bigint][] } | undefined>();
  for (const call of calls) {
    for (const { name, args } of call.events) {
      if (name !== "Transitioned") continue;
      const [id, mode] = [args.id as bigint, Number(args.mode)];
      if (mode === 0) known.set(id, { cash: 0n, held: [] });
      const book = known.get(id);
      if (book === undefined) continue;
      if (mode > 2) known.set(id, undefined);
      if (mode === 2) move(book, call);
      if (mode > 2) continue;
      for (let salt = 0n; salt < MOST_SALT; salt += 1n) {
        candidates += 1;
        const state: AccountState = {
          accountId: id,
          cash: book.cash as Cash,
          positions: book.held.map(([asset, quantity]) => ({ id: asset, quantity: quantity as Quantity })),
          salt,
        };
        if ((await commit(state)) === args.commitment)
          findings.push({ hash: call.hash, what: `a state under salt ${salt}` });
      }
    }
  }
  return { name: "states by dictionary: public deposits, small salt", candidates, findings };
}

function move(book: { cash: bigint; held: [number, bigint][] }, { name, args }: Call): void {
  const [asset, size] = [Number(args.asset), args.amount as bigint];
  const amount = name === "deposit" ? size : -size;
  if (asset === 0) {
    book.cash += amount * 1_000_000n;
    return;
  }
  const slot = book.held.find(([id]) => id === asset);
  if (slot === undefined) book.held.push([asset, amount]);
  else slot[1] += amount;
}

const MOST_SECRET = 64;

/** Disclosures encrypted under a small secret: with it anybody reads them as the guardian does. */
export async function guessSecrets({ disclosures }: Seen, keyOf: (key: number) => Promise<Point>): Promise<Search> {
  const findings: Finding[] = [];
  let candidates = 0;
  const points = new Map<string, bigint>();
  for (let secret = 1n; secret <= MOST_SECRET; secret += 1n) points.set(String(await publicPoint(secret)), secret);
  for (const disclosure of disclosures) {
    candidates += MOST_SECRET;
    const secret = points.get(String(disclosure.ephemeral));
    if (secret === undefined) continue;
    const state = await openWith(disclosure, await keyOf(disclosure.key), secret);
    const holds = state.positions.map(({ id, quantity }) => `${quantity} of ${id}`).join(", ");
    findings.push({ hash: disclosure.hash, what: `all of an account: cash ${state.cash}, ${holds || "no positions"}` });
  }
  return { name: "disclosures by dictionary: small ephemeral secret", candidates, findings };
}

/** What the sender's secret opens: the same stream as the guardian's. */
async function openWith(
  { commitment, cipher }: SeenDisclosure,
  guardian: Point,
  secret: bigint,
): Promise<AccountState> {
  const [x, y] = await sharedPoint(guardian, secret);
  const absorbed = [x, y, commitment, ...Array.from({ length: 13 }, () => 0n)];
  const stream = (await loadPermutation())(textTag("tacit/disclosure"), absorbed).slice(1, 15);
  const plain = cipher.map((value, i) => (value - (stream[i] ?? 0n) + FIELD) % FIELD);
  return decodeState([textTag("tacit/account"), ...plain]);
}

/** Whether a guardian's guessable secret opens anything: its own key under a small secret, or the identity's stream. */
export async function guessGuardian({ disclosures }: Seen): Promise<Search> {
  const findings: Finding[] = [];
  let candidates = 0;
  for (const disclosure of disclosures) {
    for (let secret = 0n; secret <= 8n; secret += 1n) {
      candidates += 1;
      const state = await readDisclosure(disclosure, secret).catch(() => undefined);
      if (state !== undefined)
        findings.push({ hash: disclosure.hash, what: `all of an account under secret ${secret}` });
    }
  }
  return { name: "disclosures by dictionary: small guardian's secret", candidates, findings };
}
