import { z } from "zod";

/** The circuits' sizes: no profile can ask for more. */
const MOST_SCENARIOS = 26;
const MOST_TIERS = 4;

const decimal = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, "must be a decimal string without sign, at most 9 places");
const why = z.string().min(20, "must say where the number comes from");
const name = z.string().min(1).max(64);

/** A number and where it comes from. No number of a methodology stands without the second. */
const cited = z.strictObject({ value: decimal, why });
export type Cited = z.infer<typeof cited>;

/** A move: a decimal or a fraction, with an optional sign, such as `-2/3`. */
const move = z.string().regex(/^-?\d{1,3}(\.\d{1,9}|\/[1-9]\d?)?$/, "must be a decimal or a fraction such as -2/3");

const scenario = z.strictObject({
  name,
  move,
  volatility: z.enum(["up", "down", "same"]),
  /** Share of the loss that counts, before the set's factor. */
  weight: decimal,
  /** The same in the initial set, where it differs. */
  initialWeight: decimal.optional(),
  /** The one underlying that moves; all of them when absent. */
  only: name.optional(),
});

const group = z.strictObject({
  why,
  /** `scenario`: a line of the requirement's scan. `charge`: the worst of the group, position by position, is charged. */
  as: z.enum(["scenario", "charge"]),
  /** `range`: moves are multiples of the underlying's price range. `fixed`: of its price. */
  unit: z.enum(["range", "fixed"]),
  /** Only with `fixed`: values are multiplied by price range / scale, since a scenario's weight is one for all underlyings. */
  scale: decimal.optional(),
  scenarios: z.array(scenario).min(1),
});

const tiers = z.strictObject({
  why,
  /** Marginal rates: `rate` applies to the part of the gross delta above `above` USD. */
  steps: z.array(z.strictObject({ above: decimal, rate: decimal })).max(MOST_TIERS),
});

const underlying = z.strictObject({
  gain: cited,
  loss: cited,
  tiers: z.strictObject({ maintenance: tiers, initial: tiers }),
});

const set = z.strictObject({
  /** Multiplies every scenario's weight. */
  factor: cited,
  /** Directional floor, per USD of net delta. */
  a: cited,
  /** Basis floor, per USD of hedged delta. */
  h: cited,
  /** Of spot collateral: clamp(base + slope * sigma, low, high) of its value. */
  haircut: z.strictObject({ base: cited, slope: cited, low: cited, high: cited }).optional(),
  charges: z.strictObject({
    /** Per USD of absolute delta of perps, futures and options, long or short. */
    basis: cited,
    /** The same, for the uncertainty of the published prices themselves. */
    confidence: cited,
    /** Per USD of a perp, long or short. */
    perp: cited,
    /** Per short option, in units of its forward. */
    shortOption: cited,
    /** Days of decay charged to long options; the look-ahead replaces it when there is one. */
    decayDays: cited,
    /** Share of a long option's convexity between scenario nodes that is charged. */
    convexity: cited,
    /** Share of the worst of the `charge` groups; 0 where there are none. Spot has its haircut instead. */
    isolated: cited,
  }),
});

/** The JSON file of a margin methodology, version 1. */
export const profileSchema = z
  .strictObject({
    $schema: z.literal("urn:tacit:profile"),
    version: z.literal(1),
    name,
    summary: z.string().min(20),
    /** The largest coverage at which a spot deposit must never lower health. */
    largestCoverage: cited,
    /** Options are repriced this many days ahead in scenarios. */
    lookAheadDays: cited,
    volatility: z.strictObject({ decay: cited, minimumReturns: cited }).optional(),
    priceRange: z
      .strictObject({ multiple: cited, floor: cited, share: cited, stress: cited, low: cited, high: cited })
      .optional(),
    volatilityShock: z
      .strictObject({
        up: cited,
        down: cited,
        horizonDays: cited,
        shortPower: cited,
        longPower: cited,
        shortestDays: cited,
        upFloor: cited,
      })
      .optional(),
    /** What an account proven under the initial set may live through and still satisfy the maintenance set. */
    lease: z
      .strictObject({
        /** Every index price stays within this fraction of the epoch's, either way. */
        width: cited,
        /** So does the implied volatility of an option with 30 days left; others move by the shock's powers of it. */
        volatility: cited,
        /** From the epoch's timestamp. */
        hours: cited,
      })
      .optional(),
    scenarioGroups: z.array(group),
    sets: z.strictObject({ maintenance: set, initial: set }),
    underlyings: z.record(name, underlying),
    /** Every underlying not named above. */
    other: underlying,
  })
  .superRefine((profile, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const lines = profile.scenarioGroups.flatMap((g) => (g.as === "scenario" ? g.scenarios : []));
    if (lines.length > MOST_SCENARIOS) refuse(["scenarioGroups"], `has more than ${MOST_SCENARIOS} scenarios`);
    if (new Set(lines.map((line) => line.name)).size !== lines.length)
      refuse(["scenarioGroups"], "names a scenario twice");
    const { priceRange, volatility, volatilityShock } = profile;
    if (priceRange !== undefined && volatility === undefined) refuse(["volatility"], "is needed for priceRange");
    if (priceRange !== undefined && Number(priceRange.low.value) > Number(priceRange.high.value)) {
      refuse(["priceRange", "low"], "must not exceed high");
    }
    if (profile.lease !== undefined && volatilityShock === undefined)
      refuse(["volatilityShock"], "is needed for lease");
    for (const volatility of profile.lease === undefined ? [] : ["up", "down"]) {
      for (const side of [1, -1]) {
        const nodes = profile.scenarioGroups.filter((g) => g.as === "scenario" && g.unit === "range");
        const found = nodes.some((g) =>
          g.scenarios.some((l) => l.only === undefined && l.volatility === volatility && parseMove(l.move) * side > 0),
        );
        if (!found)
          refuse(["lease"], "needs joint scenarios that move prices up and down, with volatility up and down");
      }
    }
    profile.scenarioGroups.forEach((g, i) => {
      if ((g.unit === "range" || g.scale !== undefined) && priceRange === undefined) {
        refuse(["priceRange"], `is needed for scenarioGroups[${i}]`);
      }
      if (g.unit === "range" && g.scale !== undefined) refuse(["scenarioGroups", i, "scale"], 'goes with unit "fixed"');
      g.scenarios.forEach((line, j) => {
        const most = g.unit === "range" ? Number(priceRange?.high.value ?? 0) : 1;
        if (1 + parseMove(line.move) * most <= 0) {
          refuse(["scenarioGroups", i, "scenarios", j, "move"], "would move a price to zero or below");
        }
        if (line.volatility !== "same" && volatilityShock === undefined) {
          refuse(["volatilityShock"], `is needed for scenarioGroups[${i}]`);
        }
      });
    });
    for (const side of ["maintenance", "initial"] as const) {
      const { a, h, haircut } = profile.sets[side];
      if (2 * Number(a.value) < Number(h.value)) refuse(["sets", side, "a"], "must be at least h/2");
      if (haircut !== undefined && volatility === undefined)
        refuse(["volatility"], `is needed for sets.${side}.haircut`);
      if (haircut !== undefined && Number(haircut.low.value) > Number(haircut.high.value)) {
        refuse(["sets", side, "haircut", "low"], "must not exceed high");
      }
    }
    for (const [path, { gain, loss, tiers: both }] of [
      ...Object.entries(profile.underlyings).map(([key, value]) => [["underlyings", key], value] as const),
      [["other"], profile.other] as const,
    ]) {
      if (Number(gain.value) > Number(loss.value)) refuse([...path, "gain"], "must not exceed loss");
      for (const side of ["maintenance", "initial"] as const) {
        const { steps } = both[side];
        steps.forEach((step, i) => {
          const before = steps[i - 1];
          if (before === undefined) return;
          if (Number(step.above) <= Number(before.above) || Number(step.rate) <= Number(before.rate)) {
            refuse([...path, "tiers", side, "steps", i], "must rise over the step before, in both numbers");
          }
        });
      }
    }
  });

/** A margin methodology as its file states it. */
export type Profile = z.infer<typeof profileSchema>;
export type ProfileScenario = z.infer<typeof scenario>;
export type ProfileGroup = z.infer<typeof group>;
export type ProfileSet = z.infer<typeof set>;
export type ProfileUnderlying = z.infer<typeof underlying>;

/** The number of a move: `-2/3`, `0.5`. */
export function parseMove(text: string): number {
  const [top = "", bottom = "1"] = text.split("/");
  return Number(top) / Number(bottom);
}
