import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Circuit, Term } from "./harness.ts";

/** A hint follows from these signals of its template; that its check then pins it is shown by lies (`subjects.ts`). */
const SOURCE_OF: readonly (readonly [hint: RegExp, sources: RegExp])[] = [
  [/^(low|high)$/, /^packed$/],
  [/^(first|partial|last|final)\[/, /^(initial|inputs\[\d+\])$/],
];

/**
 * The wires of a circuit, compiled at O0, that do not follow from its inputs: where a cheating prover has a choice.
 *
 * Starting from the inputs, a constraint settles a wire if it is linear in the unsettled ones and only one is left, or if
 * those left are bits that stand with different powers of two: a decomposition. A hint is settled by what it is made of.
 * Moving one wire alone, as `freeWires` does, would not see a choice that moves several.
 * @param witness an honest one: it tells which coefficients are zero
 */
export function undetermined(circuit: Circuit, witness: readonly bigint[]): string[] {
  const { rows, counts, names } = circuit;
  const known = new Set<number>([0]);
  for (let wire = 1 + counts.outputs; wire <= counts.outputs + counts.inputs; wire++) known.add(wire);
  const hints = hintsOf(circuit);

  const bits = new Set<number>();
  for (const [a, b, c] of rows) {
    const wires = new Set([...a, ...b].map(([wire]) => wire).filter((wire) => wire !== 0));
    const [only] = wires;
    // b * (b - 1) = 0
    if (c.length === 0 && wires.size === 1 && only !== undefined && a.length > 0 && b.length > 0) bits.add(only);
  }

  let open = rows;
  for (let settled = -1; settled !== known.size; ) {
    settled = known.size;
    for (const [wire, sources] of hints) if (sources.every((source) => known.has(source))) known.add(wire);
    open = open.filter((row) => {
      const left = unsettled(row, known, witness);
      if (left === undefined) return true;
      const solved = left.size === 1 ? [...left.values()][0] !== 0n : isDecomposition(left, bits);
      if (solved) for (const wire of left.keys()) known.add(wire);
      return left.size > 0 && !solved;
    });
  }
  return Array.from({ length: counts.wires }, (_, wire) => wire)
    .filter((wire) => !known.has(wire))
    .map((wire) => names.get(wire)?.[0] ?? `wire ${wire}`);
}

/** Each hint's wire with the wires of its sources. */
function hintsOf({ names }: Circuit): Map<number, number[]> {
  const components = new Map<string, [signal: string, wire: number][]>();
  for (const [wire, all] of names) {
    for (const name of all) {
      const dot = name.lastIndexOf(".");
      const component = name.slice(0, dot);
      const signals = components.get(component) ?? [];
      signals.push([name.slice(dot + 1), wire]);
      components.set(component, signals);
    }
  }
  const hints = new Map<number, number[]>();
  for (const signals of components.values()) {
    for (const [signal, wire] of signals) {
      const source = SOURCE_OF.find(([hint]) => hint.test(signal))?.[1];
      const sources = source === undefined ? [] : signals.filter(([name]) => source.test(name)).map(([, from]) => from);
      if (sources.length > 0) hints.set(wire, sources);
    }
  }
  return hints;
}

/** The unsettled wires of a constraint and their coefficients, or undefined when it is quadratic in them. */
function unsettled(
  [a, b, c]: Circuit["rows"][number],
  known: ReadonlySet<number>,
  witness: readonly bigint[],
): Map<number, bigint> | undefined {
  const isOpen = ([wire]: Term) => !known.has(wire);
  if (a.some(isOpen) && b.some(isOpen)) return undefined;
  const left = new Map<number, bigint>();
  const add = (terms: readonly Term[], factor: bigint) => {
    for (const [wire, coefficient] of terms.filter(isOpen)) {
      left.set(wire, mod((left.get(wire) ?? 0n) + factor * coefficient));
    }
  };
  const value = (terms: readonly Term[]) => mod(terms.reduce((sum, [wire, k]) => sum + k * (witness[wire] ?? 0n), 0n));
  if (a.some(isOpen)) add(a, value(b));
  if (b.some(isOpen)) add(b, value(a));
  add(c, FIELD - 1n);
  return left;
}

const mod = (value: bigint): bigint => ((value % FIELD) + FIELD) % FIELD;

/** Bits with different powers of two, all of one sign up to the field: they follow from their weighted sum. */
function isDecomposition(left: ReadonlyMap<number, bigint>, bits: ReadonlySet<number>): boolean {
  const powers = new Set<bigint>();
  for (const [wire, coefficient] of left) {
    const magnitude = coefficient > FIELD / 2n ? FIELD - coefficient : coefficient;
    if (!bits.has(wire) || magnitude === 0n || (magnitude & (magnitude - 1n)) !== 0n) return false;
    powers.add(magnitude);
  }
  return left.size > 0 && powers.size === left.size;
}
