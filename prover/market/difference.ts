/** The first place where two JSON values differ, with both values; undefined when they are the same. */
export function firstDifference(stated: unknown, rebuilt: unknown, path = ""): string | undefined {
  if (Array.isArray(stated) && Array.isArray(rebuilt)) {
    for (let i = 0; i < Math.min(stated.length, rebuilt.length); i++) {
      const found = firstDifference(stated[i], rebuilt[i], `${path}[${i}]${label(stated[i])}`);
      if (found !== undefined) return found;
    }
    const lengths = `the file has ${stated.length} entries, rebuilding gives ${rebuilt.length}`;
    return stated.length === rebuilt.length ? undefined : `${path}: ${lengths}`;
  }
  if (isObject(stated) && isObject(rebuilt)) {
    for (const key of new Set([...Object.keys(stated), ...Object.keys(rebuilt)])) {
      const found = firstDifference(stated[key], rebuilt[key], path === "" ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return stated === rebuilt ? undefined : `${path}: the file has ${show(stated)}, rebuilding gives ${show(rebuilt)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An entry that has a name is shown with it. */
const label = (entry: unknown): string => (isObject(entry) && typeof entry.name === "string" ? ` ${entry.name}` : "");

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
