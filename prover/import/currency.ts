/** Dollars and the tokens that are taken for dollars, at par. */
const STABLE = ["USD", "USDC", "USDT"];

export const isStable = (currency: string): boolean => STABLE.includes(currency);
