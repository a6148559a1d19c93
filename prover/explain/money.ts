/** Cents with thousands separators; an amount under half a cent is shown in full. */
export function usd(exact: string): string {
  const [sign, digits] = exact.startsWith("-") ? ["-", exact.slice(1)] : ["", exact];
  const [whole = "0", fraction = ""] = digits.split(".");
  const kept = BigInt(whole + fraction.slice(0, 2).padEnd(2, "0")) + (Number(fraction[2] ?? 0) >= 5 ? 1n : 0n);
  if (kept === 0n && /[1-9]/.test(digits)) return exact;
  const cents = kept.toString().padStart(3, "0");
  const grouped = cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${kept === 0n ? "" : sign}${grouped}.${cents.slice(-2)}`;
}
