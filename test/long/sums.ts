import { describe } from "vitest";
import { BUILDS } from "../kernel/kernels.ts";
import { pooledSummer } from "../kernel/pooled.ts";
import { itSumsAsTheReference, usePoints } from "../kernel/sums.ts";

const MOST = 2 ** 17;
const point = usePoints(MOST);
const generator = (): Uint8Array => new Uint8Array(Buffer.concat([point("g1", 0), point("g2", 0)]));

describe.each(BUILDS)("sums of multiples in %s", (file) => {
  // Both forms of a key, taking turns: a sum of so many points takes ffjavascript half a minute.
  describe.each([
    [1, "zkey"],
    [2, "ckey"],
    [3, "zkey"],
    [4, "ckey"],
  ] as const)("with %i threads, of a .%s", (threads, form) => {
    itSumsAsTheReference(pooledSummer(threads, file, form, generator), point, [1, 2, 31, 4096, MOST]);
  });
});
