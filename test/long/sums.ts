import { describe } from "vitest";
import { BUILDS } from "../kernel/kernels.ts";
import { pooledSummer } from "../kernel/pooled.ts";
import { itSumsAsTheReference, usePoints } from "../kernel/sums.ts";

const MOST = 2 ** 17;
const point = usePoints(MOST);
const generator = (): Uint8Array => new Uint8Array(Buffer.concat([point("g1", 0), point("g2", 0)]));

describe.each(BUILDS)("sums of multiples in %s", (file) => {
  describe.each([1, 2, 3, 4])("with %i threads, of a .zkey", (threads) => {
    itSumsAsTheReference(pooledSummer(threads, file, "zkey", generator), point, [1, 2, 31, 4096, MOST]);
  });
  describe.each([1, 2, 3, 4])("with %i threads, of a compact key", (threads) => {
    itSumsAsTheReference(pooledSummer(threads, file, "ckey", generator), point, [1, 2, 31, 4096, MOST]);
  });
});
