import type { Defence } from "../defence.ts";

const LIES = "test/circuits/lies.test.ts";
const WHOLE = "test/circuits/margin.test.ts";
const CHOICE = "test/circuits/determined.test.ts";
const NO_CHOICE = "leaves a prover no choice but the inputs";

const defence = (testFile: string, test: string, file: string, find: string, replace = ""): Defence => ({
  file: `circuits/${file}`,
  find,
  replace,
  testFile,
  test,
});

/** One removal for each kind of constraint; `deletion.ts` goes through all of them without names. */
export const DEFENCES: readonly Defence[] = [
  defence(LIES, "Unsigned > refuses one above the range", "lib/range.circom", "    _ <== Bits(n)(in);\n"),
  defence(LIES, "UnpackCheck > refuses other halves", "lib/pair.circom", "    packed === low + (1 << 120) * high;\n"),
  defence(LIES, "UnpackCheck > refuses low too wide", "lib/pair.circom", "Signed(n)(low)", "Signed(n + 100)(low)"),
  defence(LIES, "UnpackCheck > refuses high too wide", "lib/pair.circom", "Signed(n)(high)", "Signed(n + 100)(high)"),
  defence(LIES, "Ascend > refuses a node that is not there", "lib/merkle.circom", "    at_index === node;\n"),
  defence(
    LIES,
    "Lane > refuses an id that spills into the quantity",
    "margin/lane.circom",
    "bits[32] <== Bits(32)(id)",
    "bits[40] <== Bits(40)(id)",
  ),
  defence(
    LIES,
    "Lane > refuses a quantity too large",
    "margin/lane.circom",
    "Signed(47)(quantity)",
    "Signed(60)(quantity)",
  ),
  defence(
    LIES,
    "Row > refuses a bucket that eats the delta",
    "margin/row.circom",
    "OneHot(nb)(Bits(nb)(bucket))",
    "OneHot(nb)([bucket])",
  ),
  defence(LIES, "Row > refuses a delta too wide", "margin/row.circom", "Signed(47)(delta)", "Signed(60)(delta)"),
  defence(
    LIES,
    "Parameters > refuses a weight wider than its place",
    "margin/parameters.circom",
    "Unsigned(16)(weight[s])",
    "Unsigned(60)(weight[s])",
  ),
  defence(
    LIES,
    "Parameters > refuses a deduction wider than its place",
    "margin/parameters.circom",
    "Unsigned(64)(deduction[b][j])",
    "Unsigned(80)(deduction[b][j])",
  ),
  defence(
    WHOLE,
    "refuses a row of the prover's own making with a path of its own",
    "margin/membership.circom",
    "    subtree === expected;\n",
  ),
  defence(WHOLE, "refuses more cash", "margin/margin.circom", "    commitment === committed;\n"),
  defence(WHOLE, "refuses a position left out", "margin/margin.circom", "    commitment === committed;\n"),
  defence(WHOLE, "refuses lighter weights", "margin/margin.circom", "    requirementRoot === root;\n"),
  defence(WHOLE, "refuses an older epoch", "margin/margin.circom", "    requirementRoot === root;\n"),
  defence(
    WHOLE,
    "refuses a better mark",
    "margin/margin.circom",
    "        Membership()(leaf <== leaf[i], index <== index[i], siblings <== siblings[i], cap <== cap);\n",
  ),
  defence(
    WHOLE,
    "refuses a coverage beyond its width",
    "margin/margin.circom",
    "AsSigned()(Unsigned(20)(coverage))",
    "AsSigned()(Unsigned(40)(coverage))",
  ),
  defence(
    WHOLE,
    "refuses cash beyond its width even where the commitment holds it",
    "margin/margin.circom",
    "Signed(100)(cash)",
    "Signed(120)(cash)",
  ),
  defence(
    WHOLE,
    "agrees with the model on random portfolios at the line and one unit beside it",
    "margin/scenario.circom",
    "Choose()(gain, loss, negative)",
    "Choose()(loss, gain, negative)",
  ),
  // Wiring: a name for a value. Turned into a hint, it frees everything behind it.
  ...(
    [
      ["margin/margin.circom", "requirement.pair <== pair;"],
      ["margin/margin.circom", "requirement.weight <== parameters.weight_out;"],
      ["margin/requirement.circom", "packed[b][k] <== sum;"],
      ["margin/parameters.circom", "word[i] <== words[i];"],
      ["lib/compare.circom", "out <== best[k - 1];"],
    ] as const
  ).map(([file, find]) => defence(CHOICE, NO_CHOICE, file, find, find.replace("<==", "<--"))),
];
