import type { z } from "zod";
import { TacitError } from "./errors.ts";

/** Text of somebody else's file as it may stand in an error: quoted, short, and unable to command a terminal. */
export function quote(text: string): string {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
  return shown.replace(
    // C1 controls, and the marks that reorder text.
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Reads a JSON file's text against a schema.
 * @param file how errors name the file
 * @throws TacitError `BAD_JSON` for a syntax error or a name given twice (with line and column), `BAD_FIELD` for a
 * value the schema refuses (with the path of the field)
 */
export function parseJson<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  checkJson(source, file);
  const raw: unknown = JSON.parse(source);
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw refusal(file, raw, result.error.issues);
}

/** Refuses text that is not strict JSON, or gives a name twice. @throws TacitError `BAD_JSON` */
export function checkJson(source: string, file: string): void {
  scan(source, (offset, problem) => {
    const before = source.slice(0, offset).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    throw new TacitError("BAD_JSON", `${file}: ${place}: ${problem}`, { hint: "The file must be strict JSON." });
  });
}

type Issue = z.core.$ZodIssue;

function refusal(file: string, raw: unknown, issues: readonly Issue[]): TacitError {
  const told = issues.slice(0, 3).map((issue) => describe(issue, valueAt(raw, issue.path)));
  const more = issues.length > told.length ? `; and ${issues.length - told.length} more` : "";
  const number = issues
    .filter((issue) => issue.code === "invalid_type" && issue.expected === "string")
    .map((issue) => valueAt(raw, issue.path))
    .find((value) => typeof value === "number");
  // A number was already rounded to a double when it was read; only its owner knows the exact decimal.
  const example = /^-?\d+(\.\d+)?$/.test(String(number)) ? String(number) : "2.5";
  return new TacitError(
    "BAD_FIELD",
    `${file}: ${told.join("; ")}${more}`,
    number === undefined ? {} : { hint: `Numbers are exact decimal strings: write "${example}" in quotes.` },
  );
}

function describe(issue: Issue, value: unknown): string {
  const field = issue.path.length === 0 ? "the file" : fieldName(issue.path);
  if (issue.code === "unrecognized_keys") {
    return `${field} has the unknown field ${issue.keys.map(quote).join(", ")}`;
  }
  if (issue.code === "invalid_type") {
    return value === undefined
      ? `${field} is missing`
      : `${field} must be ${withArticle(issue.expected)}, not ${typeName(value)}`;
  }
  return `${field}: ${issue.message}`;
}

const withArticle = (type: string): string => `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;

function typeName(value: unknown): string {
  if (value === null) return "null";
  return withArticle(Array.isArray(value) ? "array" : typeof value);
}

const fieldName = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

const BLANK = /[ \t\n\r]*/y;
const MARK_OR_WORD = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const MAX_DEPTH = 64;

type Expected = "a value" | "a value or ]" | "a name" | "a name or }" | "a colon" | ", or ]" | ", or }" | "the end";

/**
 * Walks JSON text without building it, because `JSON.parse` neither places all its errors nor notices a name given
 * twice, of which it would silently keep the last.
 */
function scan(text: string, fail: (offset: number, problem: string) => never): void {
  // Per open bracket: the names seen in an object, or null for an array.
  const open: (Set<string> | null)[] = [];
  let expected: Expected = "a value";
  const closeValue = (): Expected => {
    const inside = open.at(-1);
    return inside === undefined ? "the end" : inside === null ? ", or ]" : ", or }";
  };
  let at = 0;
  for (;;) {
    at = endOf(BLANK, text, at);
    if (at === text.length) {
      if (expected === "the end") return;
      fail(at, `the text ends where ${expected} is expected`);
    }
    const end = tokenEnd(text, at);
    if (end < 0) fail(at, `${quote(text.slice(at, at + 12))} is not JSON`);
    const token = text.slice(at, end);
    const mark = "{}[],:".includes(token) ? token : undefined;
    const here: Expected = expected;
    const wantsValue = here === "a value" || here === "a value or ]";
    if (here === "the end") fail(at, `${quote(token)} follows the end`);
    if (mark === undefined && wantsValue) {
      expected = closeValue();
    } else if (token.startsWith('"') && here.startsWith("a name")) {
      const names = open.at(-1);
      const key: string = JSON.parse(token);
      if (names?.has(key)) fail(at, `the name ${quote(key)} is given twice`);
      names?.add(key);
      expected = "a colon";
    } else if (mark === ":" && here === "a colon") {
      expected = "a value";
    } else if (mark === "," && (here === ", or ]" || here === ", or }")) {
      expected = here === ", or ]" ? "a value" : "a name";
    } else if ((mark === "{" || mark === "[") && wantsValue) {
      if (open.length === MAX_DEPTH) fail(at, `brackets are nested more than ${MAX_DEPTH} deep`);
      open.push(mark === "{" ? new Set() : null);
      expected = mark === "{" ? "a name or }" : "a value or ]";
    } else if ((mark === "}" || mark === "]") && here.endsWith(mark)) {
      open.pop();
      expected = closeValue();
    } else {
      fail(at, `${quote(token)} stands where ${here} is expected`);
    }
    at = end;
  }
}

/** Where the token that begins at `at` ends, or -1 if none does. */
function tokenEnd(text: string, at: number): number {
  if (text[at] !== '"') return endOf(MARK_OR_WORD, text, at);
  // Piece by piece: one expression for a whole string overflows the stack on millions of escapes.
  let end = at + 1;
  while (end > 0) {
    end = endOf(PLAIN, text, end);
    if (text[end] === '"') return end + 1;
    end = endOf(ESCAPE, text, end);
  }
  return -1;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
