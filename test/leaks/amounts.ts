import type { Market } from "../../prover/market/types.ts";
import type { Seen } from "./record.ts";
import type { Finding, Search } from "./search.ts";

/** Steps of a size that people trade in, 1e-6: a hundredth of a unit up to 20. */
const STEP = 10_000n;
const SIZES = 2_000;

/** Deposits and withdrawals of cash that are what a round size of some instrument costs at a published mark. */
export function amountsOfPositions({ calls }: Seen, markets: readonly Market[], liquid: readonly string[]): Search {
  const costs = new Map<bigint, string>();
  for (const { instruments, sets } of markets) {
    for (const { id, name } of instruments.filter((one) => liquid.includes(one.name))) {
      const mark = sets.initial.rows.get(id)?.mark ?? 0n;
      for (let i = 1n; i <= SIZES; i += 1n) {
        const picos = i * STEP * mark;
        // Below a hundred dollars every amount is some size of something.
        if (picos < 10n ** 14n) continue;
        costs.set(picos / 1_000_000n, `${Number(i) / 100} of ${name}`);
        costs.set((picos + 999_999n) / 1_000_000n, `${Number(i) / 100} of ${name}`);
      }
    }
  }
  const moved = calls.filter(
    ({ name, args }) => (name === "deposit" || name === "withdraw") && Number(args.asset) === 0,
  );
  const findings = moved.flatMap(({ hash, args }): Finding[] => {
    const found = costs.get(args.amount as bigint);
    return found === undefined ? [] : [{ hash, what: `an amount that is the price of ${found}` }];
  });
  return {
    name: "cash that is a round size of an instrument at its mark",
    candidates: moved.length * costs.size,
    findings,
  };
}

/** Amounts that left one account and came to another: the two belong together. */
export function amountsThatMeet({ calls }: Seen): Search {
  const moves = calls.flatMap(({ hash, name, args, events }) => {
    const id = events.find((event) => event.name === "Deposited" || event.name === "Withdrawn")?.args.id as bigint;
    return name === "deposit" || name === "withdraw"
      ? [{ hash, name, id, asset: Number(args.asset), amount: args.amount as bigint }]
      : [];
  });
  const findings: Finding[] = [];
  let candidates = 0;
  for (const out of moves.filter(({ name }) => name === "withdraw")) {
    for (const one of moves) {
      if (one.id === out.id || one.name === "withdraw") continue;
      candidates += 1;
      if (one.asset !== out.asset || one.amount !== out.amount) continue;
      const what = `${out.amount} of asset ${out.asset}, out of one account and into another`;
      findings.push({ hash: out.hash, what }, { hash: one.hash, what });
    }
  }
  return { name: "amounts that leave one account and reach another", candidates, findings };
}

/** Bounds of reductions that are not the one that most use: a bound made to measure tells the size it was made for. */
export function measuredBounds({ calls }: Seen): Search {
  const bounds = calls
    .filter(({ name }) => name === "trade")
    .flatMap(({ hash, args }) =>
      (args.fills as { legs: { reduce: boolean; feeBound: bigint }[] }[]).flatMap(({ legs }) =>
        legs.filter(({ reduce }) => reduce).map(({ feeBound }) => ({ hash, feeBound })),
      ),
    );
  // A bound in whole dollars says no more than its owner's habit.
  const findings = bounds
    .filter(({ feeBound }) => feeBound % 10n ** 12n !== 0n)
    .map(({ hash, feeBound }) => ({ hash, what: `a reduction bounded by ${Number(feeBound) / 1e12} USD` }));
  return { name: "bounds of reductions that are made to measure", candidates: bounds.length, findings };
}
