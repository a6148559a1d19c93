/** 2^k for -1022 <= k <= 1023, exact, by repeated squaring. */
export function floatPowerOfTwo(k: number): number {
  let base = k < 0 ? 0.5 : 2;
  let rest = k < 0 ? -k : k;
  let power = 1;
  while (rest > 0) {
    if (rest % 2 === 1) power *= base;
    base *= base;
    rest = Math.floor(rest / 2);
  }
  return power;
}
