import { describe, expect, it } from "vitest";
import { loadProfile, PROFILE_NAMES, parseProfile, readProfile } from "../../prover/market/profile/load.ts";
import { type Profile, parseMove } from "../../prover/market/profile/schema.ts";

const changed = (change: (profile: Profile) => void): string => {
  const profile = structuredClone(loadProfile("portfolio"));
  change(profile);
  return JSON.stringify(profile);
};

describe("the shipped profiles", () => {
  it("are portfolio, the default, and three to compare it with", () => {
    expect(PROFILE_NAMES).toEqual(["portfolio", "linear", "span16", "risk-adjusted"]);
    for (const name of PROFILE_NAMES) expect(loadProfile(name).name).toBe(name);
  });

  it("give every number a reason beside it", () => {
    const unexplained: string[] = [];
    const walk = (value: unknown, path: string, explained: boolean) => {
      if (typeof value === "string" && /^-?\d/.test(value) && !explained) unexplained.push(path);
      if (typeof value !== "object" || value === null) return;
      const why = "why" in value && typeof value.why === "string" && value.why.length >= 20;
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`, explained || why);
    };
    for (const name of PROFILE_NAMES) walk(loadProfile(name), name, false);
    expect(unexplained).toEqual([]);
  });

  it("have portfolio's tails as published, whose dampened moves are about 0.77 of an 18% range", () => {
    const tails = loadProfile("portfolio").scenarioGroups[1]?.scenarios ?? [];
    expect(tails.map(({ move, weight }) => [move, weight])).toEqual([
      ["-0.66", "0.21"],
      ["-0.33", "0.42"],
      ["0.5", "0.27"],
      ["1", "0.13"],
      ["2", "0.069"],
      ["3", "0.046"],
      ["4", "0.034"],
      ["5", "0.027"],
    ]);
    for (const { move, weight } of tails) {
      expect(Math.abs(parseMove(move)) * Number(weight)).toBeGreaterThan(0.13 - 1e-12);
      expect(Math.abs(parseMove(move)) * Number(weight)).toBeLessThan(0.14);
    }
  });
});

describe("a profile file", () => {
  it("is read back as it was written", () => {
    const text = changed(() => {});
    expect(parseProfile(text, "p.json")).toEqual(loadProfile("portfolio"));
    expect(readProfile(JSON.parse(text), "market.json: profile")).toEqual(loadProfile("portfolio"));
  });

  it.each<[string, (profile: Profile) => void, RegExp]>([
    [
      "a number without a source",
      (p) => {
        p.sets.initial.a.why = "because";
      },
      /sets\.initial\.a\.why/,
    ],
    [
      "a negative number",
      (p) => {
        p.sets.initial.a.value = "-0.02";
      },
      /sets\.initial\.a\.value/,
    ],
    [
      "an unknown field",
      (p) => {
        Object.assign(p.sets.initial.charges, { fees: "1" });
      },
      /fees/,
    ],
    [
      "a floor that netting turns negative",
      (p) => {
        p.sets.initial.a.value = "0.004";
      },
      /at least h\/2/,
    ],
    [
      "a gain above the loss",
      (p) => {
        p.other.gain.value = "1.1";
      },
      /other\.gain: must not exceed loss/,
    ],
    [
      "a move below zero",
      (p) => {
        const line = p.scenarioGroups[1]?.scenarios[0];
        if (line) line.move = "-1";
      },
      /zero or below/,
    ],
    [
      "a range that moves a price below zero",
      (p) => {
        const line = p.scenarioGroups[0]?.scenarios[0];
        if (line) line.move = "-10/3";
      },
      /zero or below/,
    ],
    [
      "a clamp upside down",
      (p) => {
        if (p.priceRange) p.priceRange.low.value = "0.4";
      },
      /priceRange\.low: must not exceed high/,
    ],
    [
      "a haircut upside down",
      (p) => {
        if (p.sets.initial.haircut) p.sets.initial.haircut.low.value = "0.4";
      },
      /haircut\.low: must not exceed high/,
    ],
    [
      "a 27th scenario",
      (p) => {
        p.scenarioGroups[2]?.scenarios.push({ name: "more", move: "1", volatility: "up", weight: "1" });
      },
      /more than 26/,
    ],
    [
      "a name twice",
      (p) => {
        const line = p.scenarioGroups[0]?.scenarios[0];
        if (line) line.name = "tail -66%";
      },
      /twice/,
    ],
    [
      "tiers that do not rise",
      (p) => {
        const step = p.other.tiers.initial.steps[1];
        if (step) step.rate = "0.01";
      },
      /must rise/,
    ],
    [
      "tiers that begin together",
      (p) => {
        const step = p.other.tiers.initial.steps[1];
        if (step) step.above = "500000";
      },
      /must rise/,
    ],
    [
      "a fifth tier",
      (p) => {
        p.other.tiers.initial.steps = ["1", "2", "3", "4", "5"].map((n) => ({ above: n, rate: `0.0${n}` }));
      },
      /tiers\.initial\.steps/,
    ],
    [
      "scenarios without a price range",
      (p) => {
        delete p.priceRange;
      },
      /priceRange/,
    ],
    [
      "scenarios without a volatility shock",
      (p) => {
        delete p.volatilityShock;
      },
      /volatilityShock/,
    ],
    [
      "a price range without a volatility",
      (p) => {
        delete p.volatility;
      },
      /volatility/,
    ],
    [
      "a scale on a range",
      (p) => {
        const group = p.scenarioGroups[0];
        if (group) group.scale = "0.18";
      },
      /goes with unit/,
    ],
  ])("is refused with %s", (_, change, message) => {
    expect(() => parseProfile(changed(change), "p.json")).toThrow(message);
  });

  it("names the shipped profiles when asked for another", () => {
    expect(() => loadProfile("toString")).toThrow(/no profile "toString"/);
  });
});
