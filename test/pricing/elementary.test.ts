import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exp } from "../../prover/pricing/exp.ts";
import { log } from "../../prover/pricing/log.ts";
import { normalCdf, normalDensity } from "../../prover/pricing/normal.ts";

const relative = (value: number, reference: number) => Math.abs(value - reference) / Math.abs(reference);
const steps = (from: number, to: number, count: number) =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
const worst = (xs: number[], f: (x: number) => number, reference: (x: number) => number) =>
  Math.max(...xs.map((x) => relative(f(x), reference(x))));

describe("exp", () => {
  it("agrees with the platform's to 1e-15 wherever the result is a normal number", () => {
    expect(worst([...steps(-700, 700, 20_001), ...steps(-1, 1, 20_001)], exp, Math.exp)).toBeLessThan(5e-16);
  });

  it("has exact limits and never overflows on the way to a finite result", () => {
    expect(exp(0)).toBe(1);
    expect(exp(1)).toBe(Math.E);
    expect(exp(-746)).toBe(0);
    expect(exp(710)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(709.7)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(exp(-740)).toBeGreaterThan(0);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

describe("log", () => {
  it("agrees with the platform's to 1e-15, near 1 included", () => {
    const wide = steps(-300, 300, 20_001).map((power) => 10 ** power * 1.2345);
    const near = steps(-0.3, 0.3, 20_000)
      .filter((d) => d !== 0)
      .map((d) => 1 + d);
    const tiny = [1e-3, 1e-6, 1e-9, 1e-12].flatMap((d) => [1 + d, 1 - d]);
    expect(worst([...wide, ...near, ...tiny], log, Math.log)).toBeLessThan(1e-15);
  });

  it("has exact limits", () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    expect(log(5e-324)).toBeCloseTo(-744.4400719213812, 10);
    expect(log(Number.MAX_VALUE)).toBeCloseTo(709.782712893384, 10);
  });
});

describe("normalCdf", () => {
  // Computed with 700 digits from the series Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...).
  const KNOWN: readonly (readonly [number, number])[] = [
    [-37.3, 8.205494844930773e-305],
    [-29.7, 3.839307400444862e-194],
    [-13.37, 4.527042512134821e-41],
    [-7.77, 3.924306316131574e-15],
    [-30, 4.906713927148187e-198],
    [-20, 2.7536241186062337e-89],
    [-12, 1.776482112077679e-33],
    [-8, 6.220960574271784e-16],
    [-6, 9.86587645037698e-10],
    [-5.7, 5.990371401063528e-9],
    [-5.6, 1.071759025831093e-8],
    [-5, 2.866515718791939e-7],
    [-4, 3.1671241833119924e-5],
    [-3, 0.0013498980316300946],
    [-2.5, 0.006209665325776135],
    [-2, 0.02275013194817921],
    [-1.5, 0.06680720126885807],
    [-1, 0.15865525393145705],
    [-0.7, 0.24196365222307303],
    [-0.67, 0.2514288950953101],
    [-0.5, 0.3085375387259869],
    [-0.1, 0.460172162722971],
    [0, 0.5],
    [0.3, 0.6179114221889527],
    [1, 0.8413447460685429],
    [2, 0.9772498680518208],
    [6, 0.9999999990134123],
  ];

  it.each(KNOWN)("is exact to 2e-15 at %f", (x, reference) => {
    expect(relative(normalCdf(x), reference)).toBeLessThan(2e-15);
  });

  it("rises across the joints of its three approximations, and its halves add to one", () => {
    for (const joint of [0.67448975, Math.sqrt(32)]) {
      for (const sign of [-1, 1]) {
        const around = steps(-1e-3, 1e-3, 200).map((d) => normalCdf(sign * joint + d));
        for (let i = 1; i < around.length; i += 1) expect(around[i]).toBeGreaterThanOrEqual(around[i - 1] ?? 0);
      }
    }
    for (const x of steps(-8, 8, 999)) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15);
  });

  it("ends at 0 and 1", () => {
    expect(normalCdf(-40)).toBe(0);
    expect(normalCdf(40)).toBe(1);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  it("has the density as its derivative", () => {
    for (const x of steps(-4, 4, 101)) {
      expect((normalCdf(x + 1e-5) - normalCdf(x - 1e-5)) / 2e-5).toBeCloseTo(normalDensity(x), 8);
    }
  });
});

describe("determinism", () => {
  it("calls nothing of the platform's mathematics but the correctly rounded square root, floor and min", () => {
    const folder = new URL("../../prover/pricing/", import.meta.url);
    const used = readdirSync(folder).flatMap((file) => {
      const code = readFileSync(new URL(file, folder), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      return [...code.matchAll(/Math\.(\w+)|\*\*/g)].map(([text, name]) => name ?? text);
    });
    const functions = used.filter((name) => !/^[A-Z]/.test(name));
    expect(new Set(functions)).toEqual(new Set(["floor", "sqrt", "min", "max"]));
  });
});
