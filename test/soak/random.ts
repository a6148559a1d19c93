/** A seeded generator (mulberry32): one seed, one soak, on every machine. */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (share: number): boolean => next() < share,
    below: (count: number): number => Math.floor(next() * count),
    pick: <T>(list: readonly T[]): T => {
      const found = list[Math.floor(next() * list.length)];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    },
    between: (low: number, high: number): number => low + (high - low) * next(),
    bits: (count: number): bigint => {
      let value = 0n;
      for (let i = 0; i < count; i += 24) value = (value << 24n) | BigInt(Math.floor(next() * 2 ** 24));
      return BigInt.asUintN(count, value);
    },
  };
}

export type Random = ReturnType<typeof randomOf>;
