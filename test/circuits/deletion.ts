import { readFile } from "node:fs/promises";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import { attestations, SMALL_ATTEST_MAIN } from "./attestations.ts";
import { disclosures } from "./disclosures.ts";
import { type Circuit, compile, type Mutation } from "./harness.ts";
import { forgedRow, SMALL_LIES, SMALL_MAIN, smallInputs, tooRich } from "./small.ts";
import { SUBJECTS } from "./subjects.ts";
import { CHANGES, inputsOf, lies, publish } from "./transitions.ts";

/**
 * Constraint deletion: takes every constraint of every template away, one at a time, and looks for a lie that then
 * passes. An equality is dropped; a range check is dropped or made 60 bits wider; a definition `x <== e` becomes the hint `x <-- e + 1`, the lie a cheating prover
 * would tell first. A constraint whose deletion lets no lie pass is a survivor, and must be named below with its reason.
 */
export const SURVIVORS: Readonly<Record<string, string>> = {
  "IsNegative: Signed(in.maxabs + 1) widened in (same, out) <== Signed(in.maxabs + 1)(in)":
    "the operand's width is known from its tag: with more bits than it needs the sign stays the same",
  "Margin: signal bound_context <== context * context":
    "a public input is bound by the verifier itself; the row keeps an optimiser from calling it unused",
};

interface Target {
  readonly template: string;
  readonly file: string;
  readonly main: string;
  readonly inputs: readonly Signals[];
  /** A circuit without outputs shows no changed value; that each of its definitions is needed, `determined.ts` shows. */
  readonly checksOnly?: boolean;
}

const held = (...positions: [number, bigint][]) => positions.map(([id, q]) => ({ id, quantity: q as Quantity }));

/** Healthy by nothing and short by nothing: where any changed amount flips the bit. */
async function smallTarget(): Promise<readonly Signals[]> {
  const { evaluate } = await import("../../prover/risk/requirement.ts");
  const { SMALL_SET } = await import("./small.ts");
  const books = [
    held([300, 2_000_000n], [4500, -1_000_000n]),
    held([300, -3_000_000n], [301, 2_900_000n]),
    held([4500, 5_000_000n]),
    held([4500, -5_000_000n], [301, 1_000_000n]),
    held([300, 1_000_000n], [301, -990_000n]),
    held(),
  ];
  const inputs: Signals[] = [];
  for (const positions of books) {
    const at = (cash: bigint) => ({ cash: cash as Cash, positions });
    const coverage = 10_000n as Parameters<typeof evaluate>[2];
    const { equity, required } = evaluate(SMALL_SET, at(0n), coverage);
    const short = required - equity;
    const line = short / 10n ** 18n + (short % 10n ** 18n > 0n ? 1n : 0n);
    for (const cash of [line, line - 1n]) inputs.push(await smallInputs(at(cash)));
  }
  const [honest] = inputs;
  if (honest !== undefined) inputs.push(...Object.values(SMALL_LIES).map((lie) => lie(honest)));
  inputs.push(await tooRich());
  if (honest !== undefined) inputs.push(await forgedRow(honest));
  return inputs;
}

async function targets(): Promise<Target[]> {
  const own = SUBJECTS.map(({ template, file, main, honest, lies }) => ({
    template,
    file,
    main,
    inputs: [...honest.map(({ inputs }) => inputs), ...Object.values(lies)],
  }));
  const small = await smallTarget();
  const whole = [
    ["Margin", "margin/margin.circom"],
    ["Requirement", "margin/requirement.circom"],
    ["Membership", "margin/membership.circom"],
    ["Commitment", "margin/commitment.circom"],
    ["CapQuarters", "lib/merkle.circom"],
    ["RequirementRoot", "margin/root.circom"],
  ].map(([template = "", file = ""]) => ({ template, file, main: SMALL_MAIN, inputs: small }));
  const published = await publish();
  const changes = await Promise.all(CHANGES.map(([, change, before]) => inputsOf(change(published), before)));
  const transition = [...changes, ...Object.values(await lies(published))];
  const accounts = [
    ["Change", "account/change.circom", "transition", transition, true],
    ["Published", "account/published.circom", "transition", transition, true],
    ["Ticket", "account/ticket.circom", "transition", transition, true],
    ["Disclosure", "account/disclosure.circom", "disclose", await disclosures(), false],
  ] as const;
  const mains = await Promise.all(
    accounts.map(async ([template, file, name, inputs, checksOnly]) => ({
      template,
      file,
      main: await readFile(new URL(`../../circuits/main/${name}.circom`, import.meta.url), "utf8"),
      inputs,
      checksOnly,
    })),
  );
  const attested = {
    template: "Attestation",
    file: "account/attestation.circom",
    main: SMALL_ATTEST_MAIN,
    inputs: await attestations(),
    checksOnly: true,
  };
  return [...own, ...whole, ...mains, attested];
}

/** The deletions of one template, and how many statements only pass a component's output on. */
async function deletions(
  template: string,
  file: string,
  checksOnly: boolean,
): Promise<{ text: string; mutation: Mutation }[]> {
  const source = await readFile(new URL(`../../circuits/${file}`, import.meta.url), "utf8");
  const begin = source.indexOf(`template ${template}(`);
  const end = source.indexOf("\n}\n", begin);
  const found: { text: string; mutation: Mutation }[] = [];
  // Comments keep their length, so that offsets stay true.
  const body = source.slice(begin, end).replace(/\/\/.*$/gm, (comment) => " ".repeat(comment.length));
  for (const match of body.matchAll(/[^;{}]*;/g)) {
    const lead = match[0].length - match[0].trimStart().length;
    const text = match[0].trim();
    const start = begin + match.index + lead;
    const replace = (by: string, how = "") =>
      found.push({
        text: how + text.replace(/\s+/g, " ").slice(0, -1),
        mutation: { file, start, end: start + text.length, text: by },
      });
    for (const check of text.matchAll(/\b(Unsigned|Signed|Bits)\(([^()]+)\)/g)) {
      const wider = `${text.slice(0, check.index)}${check[1]}(${check[2]} + 60)${text.slice(check.index + check[0].length)}`;
      if (!text.startsWith("_")) replace(wider, `${check[0]} widened in `);
    }
    const definition = /^(.*?)<==(.*);$/s.exec(text);
    if (/^[A-Z]\w*\([^)]*\)\(/.test(text) || /^_ <==/.test(text)) replace("");
    else if (/===/.test(text) && !text.includes("<==")) replace("");
    else if (
      !checksOnly &&
      definition !== null &&
      !/\b[A-Z]\w*\([^()]*(\([^()]*\)[^()]*)*\)\s*\(/.test(definition[2] ?? "")
    ) {
      // Components and whole arrays are wiring: a name for a value that other constraints define. Nothing can be added to
      // them; `determined.ts` shows that every wire behind them follows from the inputs.
      const isWiring = /^\s*[\w.[\]]+\s*$/.test(definition[2] ?? "") || /^\s*\w+\.\w+/.test(definition[1] ?? "");
      if (!isWiring || /out\b|\bvalue\b/.test(definition[1] ?? ""))
        replace(`${definition[1]}<-- (${definition[2]}) + 1;`);
    }
  }
  return found;
}

const accepted = async (circuit: Circuit, inputs: Signals) => {
  const run = await circuit.run(inputs);
  return run.satisfied ? run.outputs.join() : undefined;
};

/** Whether the changed circuit accepts something that the original refuses, or gives another answer. */
async function lieFor(original: readonly (string | undefined)[], changed: Circuit, inputs: readonly Signals[]) {
  for (const [i, signals] of inputs.entries()) {
    const answer = await accepted(changed, signals);
    if (answer !== undefined && answer !== original[i]) return true;
  }
  return false;
}

/** Runs the whole table, or the templates whose name or file contains `only`. `survivors` are the deletions no lie was found for. */
export async function deleteConstraints(
  report: (line: string) => void,
  only?: string,
): Promise<{ killed: number; uncompilable: number; survivors: string[] }> {
  let killed = 0;
  let uncompilable = 0;
  const survivors: string[] = [];
  for (const { template, file, main, inputs, checksOnly = false } of await targets()) {
    if (only !== undefined && !`${template} circuits/${file}`.includes(only)) continue;
    const original = await compile(main);
    const answers = await Promise.all(inputs.map((signals) => accepted(original, signals)));
    for (const { text, mutation } of await deletions(template, file, checksOnly)) {
      const name = `${template}: ${text}`;
      const changed = await compile(main, mutation).catch((error: Error) => error);
      if (changed instanceof Error) {
        // What no longer compiles cannot be shipped: array sizes and tags refuse it.
        uncompilable++;
        report(`does not compile  ${name}`);
      } else if (await lieFor(answers, changed, inputs)) {
        killed++;
        report(`a lie passes      ${name}`);
      } else {
        survivors.push(name);
        report(`survives          ${name}${SURVIVORS[name] === undefined ? "" : ` (${SURVIVORS[name]})`}`);
      }
    }
  }
  return { killed, uncompilable, survivors };
}
