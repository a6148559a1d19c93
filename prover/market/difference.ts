/**
 * The first place where two JSON values differ, with both values; undefined when they are the same.
 * @param gives how the second value is introduced
 */
export function firstDifference(
  stated: unknown,
  rebuilt: unknown,
  path = "",
  gives = "rebuilding gives",
): string | undefined {
  if (Array.isArray(stated) && Array.isArray(rebuilt)) {
    for (let i = 0; i < Math.min(stated.length, rebuilt.length); i++) {
      const found = firstDifference(stated[i], rebuilt[i], `${path}[${i}]${label(stated[i])}`, gives);
      if (found !== undefined) return found;
    }
    const lengths = `the file has ${stated.length} entries, ${gives} ${rebuilt.length}`;
    return stated.length === rebuilt.length ? undefined : `${path}: ${lengths}`;
  }
  if (isObject(stated) && isObject(rebuilt)) {
    for (const key of new Set([...Object.keys(stated), ...Object.keys(rebuilt)])) {
      const found = firstDifference(stated[key], rebuilt[key], path === "" ? key : `${path}.${key}`, gives);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return stated === rebuilt ? undefined : `${path}: the file has ${show(stated)}, ${gives} ${show(rebuilt)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An entry that has a name is shown with it. */
const label = (entry: unknown): string => (isObject(entry) && typeof entry.name === "string" ? ` ${entry.name}` : "");

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
