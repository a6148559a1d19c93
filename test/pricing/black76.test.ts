import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { greeks, intrinsic, type Option, price } from "../../prover/pricing/black76.ts";

const option = (changes: Partial<Option> = {}): Option => ({
  forward: 73_000,
  strike: 70_000,
  years: 0.25,
  volatility: 0.5,
  type: "call",
  ...changes,
});

const options = fc.record({
  forward: fc.double({ min: 0.5, max: 500_000, noNaN: true }),
  strike: fc.double({ min: 0.5, max: 500_000, noNaN: true }),
  years: fc.double({ min: 0, max: 5, noNaN: true }),
  volatility: fc.double({ min: 0, max: 8, noNaN: true }),
  type: fc.constantFrom("call" as const, "put" as const),
});

describe("Black-76", () => {
  it("gives the textbook value of an option at the money", () => {
    // F (2 N(sd/2) - 1) with sd = 0.2.
    const at = option({ forward: 100, strike: 100, years: 1, volatility: 0.2 });
    expect(price(at)).toBeCloseTo(7.965567455405804, 12);
    expect(price({ ...at, type: "put" })).toBeCloseTo(7.965567455405804, 12);
  });

  it("is the intrinsic value at expiry and without volatility", () => {
    for (const gone of [{ years: 0 }, { years: -1 }, { volatility: 0 }]) {
      expect(price(option(gone))).toBe(3000);
      expect(price(option({ ...gone, type: "put" }))).toBe(0);
      expect(greeks(option(gone))).toEqual({ delta: 1, gamma: 0, vega: 0, theta: 0 });
      expect(greeks(option({ ...gone, type: "put" })).delta).toBe(0);
      expect(greeks(option({ ...gone, strike: 73_000 })).delta).toBe(0.5);
    }
  });

  it("stays finite and within its bounds for every volatility, time and moneyness", () => {
    fc.assert(
      fc.property(options, (o) => {
        const value = price(o);
        const most = o.type === "call" ? o.forward : o.strike;
        expect(value).toBeGreaterThanOrEqual(intrinsic(o));
        expect(value).toBeLessThanOrEqual(most * (1 + 1e-14));
        const { delta, gamma, vega, theta } = greeks(o);
        expect(Math.abs(delta)).toBeLessThanOrEqual(1);
        for (const greek of [gamma, vega, -theta]) {
          expect(greek).toBeGreaterThanOrEqual(0);
          expect(greek).toBeLessThan(Number.POSITIVE_INFINITY);
        }
        expect(-theta).toBeLessThanOrEqual(value);
      }),
    );
  });

  it("keeps put-call parity", () => {
    fc.assert(
      fc.property(options, (o) => {
        const parity = price({ ...o, type: "call" }) - price({ ...o, type: "put" });
        expect(Math.abs(parity - (o.forward - o.strike))).toBeLessThanOrEqual(2e-10);
      }),
    );
  });

  it("rises with volatility and is convex in the forward", () => {
    for (const type of ["call", "put"] as const) {
      for (let volatility = 0.01; volatility < 4; volatility *= 1.3) {
        expect(price(option({ type, volatility: volatility * 1.3 }))).toBeGreaterThanOrEqual(
          price(option({ type, volatility })),
        );
        for (let forward = 20_000; forward < 200_000; forward *= 1.1) {
          const [low, middle, high] = [-500, 0, 500].map((move) =>
            price(option({ type, volatility, forward: forward + move })),
          );
          expect((low ?? 0) + (high ?? 0) - 2 * (middle ?? 0)).toBeGreaterThan(-1e-9);
        }
      }
    }
  });

  it("has greeks that are its derivatives", () => {
    for (const type of ["call", "put"] as const) {
      const o = option({ type });
      const g = greeks(o);
      const move = (changes: Partial<Option>) => price({ ...o, ...changes });
      expect((move({ forward: 73_001 }) - move({ forward: 72_999 })) / 2).toBeCloseTo(g.delta, 8);
      expect(move({ forward: 73_010 }) + move({ forward: 72_990 }) - 2 * price(o)).toBeCloseTo(100 * g.gamma, 7);
      expect((move({ volatility: 0.5001 }) - move({ volatility: 0.4999 })) * 50).toBeCloseTo(g.vega, 4);
      expect((move({ years: 0.25 - 1e-6 }) - move({ years: 0.25 + 1e-6 })) / 2e-6 / 365).toBeCloseTo(g.theta, 4);
    }
  });
});
