import type { Cited } from "../profile/schema.ts";

/** The number of a profile's entry, as pricing takes it. */
export const number = ({ value }: Cited): number => Number(value);

/** Those of a whole rule. */
export const numbers = <K extends string>(rule: Readonly<Record<K, Cited>>): Record<K, number> =>
  Object.fromEntries(Object.entries<Cited>(rule).map(([key, cited]) => [key, number(cited)])) as Record<K, number>;
