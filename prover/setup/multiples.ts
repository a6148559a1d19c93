import { BASE_FIELD, word } from "../kernel/binary.ts";
import type { Kernel } from "../kernel/instance.ts";

export type Group = "g1" | "g2";

/** Bytes of an affine point. */
export const POINT_BYTES = { g1: 64, g2: 128 } as const;

/** The groups' generators, as the key files have points: Montgomery form. */
const GENERATORS: Record<Group, Uint8Array<ArrayBuffer>> = {
  g1: montgomery([1n, 2n]),
  g2: montgomery([
    10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    11559732032986387107991004021392285783925812861821192530917403151452391805634n,
    8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    4082367875863433681332203403145435568316851327593401208105741076214120093531n,
  ]),
};

/** Bits of a table's windows: wider ones save little, and their tables take longer to make than a key does. */
const WINDOW = 13;

/** Multiples of one group's generator by many scalars. */
export interface Multiples {
  /** @param scalars below the order, 32 bytes each, little-endian. @returns affine points, Montgomery form; zero is all zeros. */
  multiply(scalars: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Makes the group's table, which stays in the kernel's memory. */
export function openMultiples(kernel: Kernel, group: Group): Multiples {
  const [tableOf, multiples] =
    group === "g1" ? [kernel.g1_table, kernel.g1_multiples] : [kernel.g2_table, kernel.g2_multiples];
  const table = tableOf(kernel.put(GENERATORS[group]), WINDOW);
  return {
    multiply(scalars) {
      const top = kernel.mark();
      const count = scalars.length / 32;
      const out = kernel.take(count * POINT_BYTES[group]);
      multiples(out, table, WINDOW, kernel.put(scalars), count);
      const points = kernel.read(out, count * POINT_BYTES[group]);
      kernel.release(top);
      return points;
    },
  };
}

function montgomery(coordinates: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32 * coordinates.length);
  for (const [i, value] of coordinates.entries()) bytes.set(word((value << 256n) % BASE_FIELD), 32 * i);
  return bytes;
}
