import type { Pool } from "../pool.ts";
import { checkKinds, countPoints, ENDS, G1_BYTES, HEADER_BYTES, pageCount, pageOf, readHeader } from "./format.ts";
import type { Source } from "./source.ts";
import { H_POINTS, type Outline, type Piece } from "./unpack.ts";

/**
 * Hands a compact key to a pool's threads piece by piece as it arrives, and waits until all of it is unpacked and the
 * source says that it is the right one.
 * @throws TacitError `BAD_KEY`, `KERNEL_FAILED`; what was loaded by then is still to be forgotten
 */
export async function loadCompact(
  pool: Pool,
  key: number,
  source: Source,
): Promise<{ wires: number; publicSignals: number }> {
  const header = readHeader(await source.read(Math.min(HEADER_BYTES, source.bytes)), source.bytes);
  const { wires, publicSignals, log } = header;
  const ends = await source.read(ENDS.bytes);
  await source.read(64 * (publicSignals + 1) + header.contributionBytes);
  const kinds = await source.read(wires);
  checkKinds(kinds, header);

  let depth = 0;
  while (2 ** depth < pool.threads && depth < log) depth++;
  let failure: unknown;
  const pending: Promise<unknown>[] = [];
  const send = (thread: number, piece: Piece): void => {
    const transfer = "points" in piece ? [piece.points.buffer] : [];
    const sent = pool.ask(thread, { kind: "unpack", key, piece }, transfer);
    pending.push(sent.catch((error: unknown) => (failure ??= error)));
  };
  /** What is refused early need not arrive to its end. */
  const read = async (count: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await source.read(count);
    if (failure !== undefined) throw failure;
    return bytes;
  };
  const words = (...parts: readonly (readonly [at: number, bytes: number])[]): Uint32Array<ArrayBuffer> => {
    const all = parts.flatMap(([at, bytes]) => [...new Uint32Array(ends.buffer.slice(at, at + bytes))]);
    return Uint32Array.from(all);
  };
  const outline: Omit<Outline, "thread" | "blocks"> = {
    wires,
    log: log - depth,
    depth,
    threads: pool.threads,
    kinds,
    ends: {
      g1: words([ENDS.alpha1, 64], [ENDS.beta1, 64], [ENDS.delta1, 64]),
      g2: words([ENDS.beta2, 128], [ENDS.delta2, 128]),
    },
  };
  const blocks = Array.from({ length: 2 ** depth }, (_, block) => block);
  const threads = Array.from({ length: pool.threads }, (_, thread) => thread);
  for (const thread of threads) {
    const own = blocks.filter((block) => block % pool.threads === thread);
    send(thread, { is: "outline", outline: { ...outline, thread, blocks: own } });
  }
  for (let page = 0; page < pageCount(wires); page++) {
    const { bytes } = countPoints(kinds.subarray(...pageOf(page, wires)));
    send(page % pool.threads, { is: "page", page, points: await read(bytes) });
  }
  const size = 2 ** (log - depth);
  for (const block of blocks) {
    for (let at = 0; at < size; at += H_POINTS) {
      const points = await read(Math.min(H_POINTS, size - at) * G1_BYTES);
      send(block % pool.threads, { is: "h", block, at, points });
    }
  }
  const dictionary = await read(32 * header.coefficients);
  const rows = await read(header.rowBytes);
  for (const thread of threads) send(thread, { is: "terms", count: header.terms, dictionary, rows });
  await source.end();
  await Promise.all(pending);
  if (failure !== undefined) throw failure;
  return { wires, publicSignals };
}
