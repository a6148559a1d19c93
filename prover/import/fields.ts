import { TacitError } from "../units/errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws TacitError `BAD_FIELD` */
export function readText(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new TacitError("BAD_FIELD", `${name} is ${value === undefined ? "missing" : "not a text"}`);
}

/** Whether a field is there and says something. */
export const given = (fields: Fields, name: string): boolean =>
  Object.hasOwn(fields, name) && fields[name] !== undefined && fields[name] !== null;

/** How a list shows an entry that could not be read. */
export function nameOf(item: unknown, ...fields: readonly string[]): string {
  const name = isFields(item)
    ? fields.map((field) => item[field]).find((value) => typeof value === "string")
    : undefined;
  return typeof name === "string" ? name : "an entry without a name";
}
