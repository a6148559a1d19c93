import { describe, expect, it } from "vitest";
import { shockVolatility } from "../../prover/market/rows/shocks.ts";
import { ewmaVolatility, haircut, priceRange } from "../../prover/market/volatility.ts";
import { swinging } from "./rows-market.ts";

const range = { multiple: 4.9, floor: 0.12, share: 0.75, stress: 0.3, low: 0.165, high: 0.3 };

describe("EWMA volatility", () => {
  const sigma = (closes: readonly number[], least = 1) => ewmaVolatility(closes, 0.97, least, "BTC");

  it("is the return itself when every day moves as much", () => {
    expect(sigma(swinging(0.03))).toBeCloseTo(0.03, 12);
  });

  it("weighs the newest return 1 and each older one 0.97 times the next, normalised", () => {
    const [old, fresh] = [0.01, 0.05];
    const closes = [100, 100 * Math.exp(old), 100 * Math.exp(old + fresh)];
    expect(sigma(closes)).toBeCloseTo(Math.sqrt((0.97 * old * old + fresh * fresh) / 1.97), 12);
  });

  it("refuses a history that is too short or holds a price that is none", () => {
    expect(() => sigma(swinging(0.03, 30), 30)).toThrow(/BTC: 30 daily closes, at least 31/);
    expect(sigma(swinging(0.03, 31), 30)).toBeCloseTo(0.03, 12);
    for (const broken of [0, -1, Number.NaN]) expect(() => sigma([100, broken, 100])).toThrow(/positive number/);
  });
});

describe("the price range", () => {
  it("follows volatility between its floor and its cap", () => {
    expect(priceRange(0.01, range)).toBeCloseTo(0.165, 12);
    expect(priceRange(0.04, range)).toBeCloseTo(0.75 * 4.9 * 0.04 + 0.075, 12);
    expect(priceRange(0.2, range)).toBe(0.3);
    expect(priceRange(0.01, { ...range, low: 0.2 })).toBe(0.2);
  });
});

describe("the haircut", () => {
  it("rises with volatility between its bounds", () => {
    const rule = { base: 0.02, slope: 0.5, low: 0.025, high: 0.08 };
    expect(haircut(0, rule)).toBe(0.025);
    expect(haircut(0.04, rule)).toBeCloseTo(0.04, 12);
    expect(haircut(0.5, rule)).toBe(0.08);
  });
});

describe("the volatility shock", () => {
  const rule = {
    up: 0.5,
    down: 0.275,
    horizonDays: 30,
    shortPower: 0.3,
    longPower: 0.13,
    shortestDays: 1,
    upFloor: 0.4,
  };

  it("is half up and 27.5% down at 30 days, more nearer and less farther", () => {
    expect(shockVolatility(0.6, 30, "up", rule)).toBeCloseTo(0.9, 12);
    expect(shockVolatility(0.6, 30, "down", rule)).toBeCloseTo(0.435, 12);
    expect(shockVolatility(0.6, 7.5, "up", rule)).toBeCloseTo(0.6 * (1 + 0.5 * 4 ** 0.3), 12);
    expect(shockVolatility(0.6, 120, "down", rule)).toBeCloseTo(0.6 * (1 - 0.275 * 4 ** -0.13), 12);
  });

  it("grows no further within the last day", () => {
    expect(shockVolatility(0.6, 0.01, "down", rule)).toBe(shockVolatility(0.6, 1, "down", rule));
    expect(shockVolatility(0.6, 0.01, "down", rule)).toBeGreaterThan(0);
  });

  it("shocks up to 40% at least", () => {
    expect(shockVolatility(0.1, 60, "up", rule)).toBe(0.4);
  });

  it("leaves volatility alone where the scenario does", () => {
    expect(shockVolatility(0.6, 5, "same", rule)).toBe(0.6);
    expect(shockVolatility(0.6, 5, "up", null)).toBe(0.6);
  });
});
