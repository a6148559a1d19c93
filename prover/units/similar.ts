/** Up to three listed names within a few edits of a mistyped one, or that it begins; nearest first. */
export function similar(name: string, listed: readonly string[]): string[] {
  if (name.length > 80) return [];
  const typed = name.toUpperCase();
  const limit = Math.max(2, Math.floor(typed.length / 3));
  return listed
    .map((candidate) => {
      const begun = typed.length >= 4 && candidate.toUpperCase().startsWith(typed);
      return { name: candidate, edits: begun ? 1 : editDistance(typed, candidate.toUpperCase()) };
    })
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits || a.name.length - b.name.length)
    .slice(0, 3)
    .map((close) => close.name);
}

/** Levenshtein's distance: insertions, deletions and substitutions from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
