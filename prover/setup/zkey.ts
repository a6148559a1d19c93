const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** What a Groth16 proving key holds. Points are affine, Montgomery form, 64 bytes (G1) or 128 (G2). */
export interface ZkeyParts {
  wires: number;
  publicSignals: number;
  domain: number;
  alpha1: Uint8Array;
  beta1: Uint8Array;
  beta2: Uint8Array;
  gamma2: Uint8Array;
  delta1: Uint8Array;
  delta2: Uint8Array;
  /** Count, then the terms of A and B. */
  coefficients: Uint8Array;
  ic: Uint8Array;
  h: Uint8Array;
  c: Uint8Array;
  a: Uint8Array;
  b1: Uint8Array;
  b2: Uint8Array;
  /** 64 bytes that name the circuit, then what was contributed. */
  contributions: Uint8Array;
  /** The numbers of its sections in order; absent: that of a key nobody contributed to. */
  order?: readonly number[];
}

const NEW_ORDER = [1, 2, 4, 3, 9, 8, 5, 6, 7, 10];

/** The contributions section of a key that nobody contributed to. */
export const noContributions = (circuitHash: Uint8Array): Uint8Array => concatenate([circuitHash, uint32(0)]);

/** A zkey file as snarkjs writes it. */
export function zkeyFile(parts: ZkeyParts): Uint8Array {
  const header = concatenate([
    uint32(32),
    prime(BASE_FIELD),
    uint32(32),
    prime(SCALAR_FIELD),
    uint32(parts.wires),
    uint32(parts.publicSignals),
    uint32(parts.domain),
    parts.alpha1,
    parts.beta1,
    parts.beta2,
    parts.gamma2,
    parts.delta1,
    parts.delta2,
  ]);
  const groth16 = uint32(1);
  const contents = [
    groth16,
    header,
    parts.ic,
    parts.coefficients,
    parts.a,
    parts.b1,
    parts.b2,
    parts.c,
    parts.h,
    parts.contributions,
  ];
  const order = parts.order ?? NEW_ORDER;
  return concatenate([
    new TextEncoder().encode("zkey"),
    uint32(1),
    uint32(order.length),
    ...order.flatMap((id) => section(id, contents[id - 1] ?? new Uint8Array())),
  ]);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function section(id: number, content: Uint8Array): Uint8Array[] {
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setUint32(0, id, true);
  view.setBigUint64(4, BigInt(content.length), true);
  return [head, content];
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function prime(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, (value >> BigInt(64 * i)) & 0xffff_ffff_ffff_ffffn, true);
  return bytes;
}
