import { describe, expect, it } from "vitest";
import { BUILDS, numbers, openBuild } from "./kernels.ts";
import { NATIVE, nativeSummer, PATHS } from "./native.ts";
import { itSumsAsTheReference, usePoints } from "./sums.ts";

const SIZES = [1, 2, 3, 31, 1024, 4096];
const point = usePoints(4096);

describe.each(BUILDS)("a sum of multiples in %s", async (file) => {
  const kernel = await openBuild(file);
  const { size } = kernel;
  itSumsAsTheReference(
    async (name, points, scalars) => {
      const [bytes, resident, sum] = name === "g1" ? [64, size.g1, size.g1Sum] : [128, size.g2, size.g2Sum];
      const count = points.length / bytes;
      const mark = kernel.mark();
      const at = kernel.take(count * resident);
      expect((name === "g1" ? kernel.g1_read : kernel.g2_read)(at, kernel.put(points), count)).toBe(0);
      const index = kernel.put(Uint32Array.from({ length: count }, (_, i) => i));
      const [result, out] = [kernel.take(sum), kernel.take(bytes)];
      (name === "g1" ? kernel.g1_msm : kernel.g2_msm)(result, at, index, count, kernel.put(scalars));
      (name === "g1" ? kernel.g1_write : kernel.g2_write)(out, result);
      const coordinates = numbers(kernel.read(out, bytes));
      kernel.release(mark);
      return coordinates;
    },
    point,
    SIZES,
  );

  it("of no points is infinity", () => {
    const out = kernel.put(new Uint8Array(64).fill(1));
    const sum = kernel.take(kernel.size.g1Sum);
    kernel.g1_msm(sum, 0, 0, 0, 0);
    kernel.g1_write(out, sum);
    expect(numbers(kernel.read(out, 64))).toEqual([0n, 0n]);
  });
});

describe.each(PATHS)("a sum of multiples by the native %s path", (path) => {
  itSumsAsTheReference(nativeSummer(2, path), point, SIZES);

  it("of no points is infinity", async () => {
    expect(await nativeSummer(2, path)("g1", new Uint8Array(), new Uint8Array())).toEqual([0n, 0n]);
    expect(await nativeSummer(2, path)("g2", new Uint8Array(), new Uint8Array())).toEqual([0n, 0n, 0n, 0n]);
  });
});

describe.runIf(NATIVE).each([1, 3, 4])("a native sum of multiples with %i threads", (threads) => {
  itSumsAsTheReference(nativeSummer(threads), point, [1, 2, 300]);
});

const three = (name: "g1" | "g2"): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat([0, 1, 2].map((i) => point(name, i))));

describe.each(BUILDS)("reading points in %s", async (file) => {
  const kernel = await openBuild(file);
  const read = (name: "g1" | "g2", bytes: Uint8Array): number =>
    (name === "g1" ? kernel.g1_read : kernel.g2_read)(kernel.take(3 * kernel.size[name]), kernel.put(bytes), 3);

  it.each([["g1", 64] as const, ["g2", 128] as const])("names the first of %s that is off the curve", (name, bytes) => {
    const good = three(name);
    expect(read(name, good)).toBe(0);
    for (let bit = 0; bit < bytes * 8; bit += 37) {
      const bad = good.slice();
      bad[bytes + (bit >> 3)] = (bad[bytes + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
      expect(read(name, bad)).toBe(2);
    }
  });

  it.each([["g1", 64] as const, ["g2", 128] as const])("refuses coordinates of %s beyond the prime", (name, bytes) => {
    const bad = three(name);
    bad.fill(255, 2 * bytes, 2 * bytes + 32);
    expect(read(name, bad)).toBe(3);
  });
});
