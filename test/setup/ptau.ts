import { type MemoryFile, powersOfTau } from "snarkjs";
import type { Group } from "../../prover/setup/multiples.ts";
import type { Multiplier } from "../../prover/setup/pool.ts";
import type { SetupSecrets } from "../../prover/setup/secrets.ts";
import { concatenate } from "../../prover/setup/zkey.ts";

const SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** A powers-of-tau file whose secrets are known, prepared for phase 2 by snarkjs. */
export async function powersOfTauFile(
  secrets: SetupSecrets,
  power: number,
  multiplier: Multiplier,
): Promise<Uint8Array> {
  const count = 2 ** power;
  const powers = [1n];
  for (let i = 1; i < 2 * count - 1; i++) powers.push(((powers[i - 1] ?? 0n) * secrets.tau) % SCALAR_FIELD);
  const points = (group: Group, factor: bigint, many: number): Promise<Uint8Array> =>
    multiplier.multiply(
      group,
      concatenate(powers.slice(0, many).map((tau) => littleEndian((tau * factor) % SCALAR_FIELD, 32))),
    );
  const sections = [
    concatenate([littleEndian(32n, 4), littleEndian(BASE_FIELD, 32), uint32(power), uint32(power)]),
    await points("g1", 1n, 2 * count - 1),
    await points("g2", 1n, count),
    await points("g1", secrets.alpha, count),
    await points("g1", secrets.beta, count),
    await points("g2", secrets.beta, 1),
    uint32(0),
  ];
  const file = concatenate([
    new TextEncoder().encode("ptau"),
    uint32(1),
    uint32(sections.length),
    ...sections.flatMap((content, i) => [uint32(i + 1), littleEndian(BigInt(content.length), 8), content]),
  ]);
  const prepared: MemoryFile = { type: "mem" };
  await powersOfTau.preparePhase2({ type: "mem", data: file }, prepared);
  if (prepared.data === undefined) throw new Error("snarkjs wrote nothing");
  return prepared.data;
}

const uint32 = (value: number): Uint8Array => littleEndian(BigInt(value), 4);

function littleEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}
