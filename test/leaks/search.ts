/** Something a search got out of the chain that should not be there. */
export interface Finding {
  /** The call that shows it. */
  readonly hash: string;
  /** What was recovered, in words. */
  readonly what: string;
}

/** One search for a leak. */
export interface Search {
  readonly name: string;
  /** How many guesses or comparisons were made. */
  readonly candidates: number;
  readonly findings: readonly Finding[];
}
