import { refusal } from "./binary.ts";
import { type Kernel, openKernel } from "./instance.ts";
import { KEY } from "./key.ts";
import { type LoadedPart, openPart, type ResidentPoints } from "./part.ts";
import type { KeyPart, PointPart } from "./split.ts";

/**
 * Puts a thread's share of a .zkey into an instance of its own.
 * @throws TacitError `BAD_KEY` for a point off its curve or a coefficient out of range
 */
export function loadPart(module: WebAssembly.Module, part: KeyPart): LoadedPart {
  const kernel = openKernel(module);
  const { log, depth, wires } = part;
  const readG1 = (words: Uint32Array, what: string) => takePoints(kernel, "g1", words, what);
  const readG2 = (words: Uint32Array, what: string) => takePoints(kernel, "g2", words, what);
  const resident = ({ points, index }: PointPart, read: typeof readG1, what: string): ResidentPoints => ({
    points: read(points, what),
    index: kernel.put(index),
    count: index.length,
  });
  const sums = {
    a: resident(part.sums.a, readG1, "A"),
    b1: resident(part.sums.b1, readG1, "B1"),
    b2: resident(part.sums.b2, readG2, "B2"),
    c: resident(part.sums.c, readG1, "C"),
  };
  const ends = readEnds(kernel, part.ends);
  const blocks = part.blocks.map(({ block, h, terms }) => ({
    block,
    h: readG1(h, "H"),
    ...buildRows(kernel, terms, log, depth),
  }));
  return openPart(kernel, { wires, log, depth, sums, ends, blocks });
}

/** Takes a key's own points, which every thread has. @throws TacitError `BAD_KEY` */
export function readEnds(kernel: Kernel, { g1, g2 }: KeyPart["ends"]): number {
  const ends = kernel.take(kernel.size.ends);
  readPoints(kernel, "g1", g1, "its header", ends);
  readPoints(kernel, "g2", g2, "its header", ends + 3 * kernel.size.g1);
  return ends;
}

function takePoints(kernel: Kernel, group: "g1" | "g2", words: Uint32Array, what: string): number {
  const points = kernel.take((words.length / (group === "g1" ? 16 : 32)) * kernel.size[group]);
  readPoints(kernel, group, words, what, points);
  return points;
}

/** Converts through a small buffer, so that the file's form and ours are never both in the instance's memory. */
function readPoints(kernel: Kernel, group: "g1" | "g2", words: Uint32Array, what: string, points: number): void {
  const width = group === "g1" ? 16 : 32;
  const read = group === "g1" ? kernel.g1_read : kernel.g2_read;
  const chunk = 4096;
  const count = words.length / width;
  const mark = kernel.mark();
  const buffer = kernel.take(chunk * width * 4);
  for (let at = 0; at < count; at += chunk) {
    const some = words.subarray(at * width, Math.min(count, at + chunk) * width);
    kernel.write(buffer, some);
    const bad = read(points + at * kernel.size[group], buffer, some.length / width);
    if (bad !== 0) throw refusal(KEY, `has a point of ${what} that is not on the curve`);
  }
  kernel.release(mark);
}

function buildRows(kernel: Kernel, words: Uint32Array, log: number, depth: number) {
  const count = (words.length * 4) / kernel.size.keyTerm;
  const starts = kernel.take((2 ** (log + 1) + 1) * 4);
  const terms = kernel.take(count * kernel.size.term);
  // The dictionary's size is known only after a first look at the terms, which must then go to make room for it.
  const mark = kernel.mark();
  const raw = kernel.put(words);
  if (kernel.terms_check(raw, count) !== 0) throw refusal(KEY, "has a coefficient outside the field");
  const distinct = kernel.rows_distinct(raw, count);
  kernel.release(mark);
  const dictionary = kernel.take(distinct * kernel.size.fr);
  const above = kernel.mark();
  kernel.rows_build(kernel.put(words), count, log, depth, starts, terms, dictionary);
  kernel.release(above);
  return { starts, terms, dictionary };
}
