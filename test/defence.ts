/** One defence taken away: the text that holds it, what stands there instead, and the test that must then fail. */
export interface Defence {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** A `.t.sol` file runs in Hardhat's Solidity runner, any other in Vitest. */
  readonly testFile: string;
  readonly test: string;
}

/** Makes defences of one file whose removal one test file notices. */
export const defencesOf =
  (file: string, testFile: string) =>
  (test: string, find: string, replace = ""): Defence => ({ file, find, replace, testFile, test });
