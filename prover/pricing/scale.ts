/** 2^k for -1022 <= k <= 1023, each exact: halving and doubling round nothing there. */
const POWERS = new Float64Array(2046);
POWERS[1022] = 1;
for (let k = 1; k <= 1023; k += 1) {
  POWERS[1022 + k] = 2 * (POWERS[1021 + k] ?? 0);
  if (k <= 1022) POWERS[1022 - k] = 0.5 * (POWERS[1023 - k] ?? 0);
}

/** 2^k for -1022 <= k <= 1023, exact. */
export const floatPowerOfTwo = (k: number): number => POWERS[1022 + k] ?? Number.NaN;
