type Call = (...args: number[]) => number;

/** BN254's arithmetic as compiled WebAssembly, with the constants that go with it; can be sent to a thread. */
export interface CurveModule {
  module: WebAssembly.Module;
  /** `2^k`-th roots of unity of the scalar field, k = 0..28, Montgomery form. */
  rootsOfUnity: readonly Uint8Array[];
  /** Generators, affine, Montgomery form: 64 and 128 bytes. */
  generators: { g1: Uint8Array; g2: Uint8Array };
}

/** One instance of it, with a memory of its own. Elements are 32 bytes, little-endian, in Montgomery form. */
export interface Curve extends Omit<CurveModule, "module"> {
  /** One of the module's exports, e.g. `frm_mul(a, b, out)`; arguments are pointers. */
  call(name: string): Call;
  /** Reserves `bytes` of memory for good; views taken before are then stale. */
  alloc(bytes: number): number;
  /** The memory as it is now: take it again after every `alloc`. */
  bytes(): Uint8Array;
}

const PAGE = 65_536;
/** The module's constants and scratch space: it takes scratch upwards from its constants, without a bound. */
const MODULE_PAGES = 41;

/** ffjavascript's curve. It is loaded only here, because the package cannot be imported in a thread. */
export async function loadCurveModule(): Promise<CurveModule> {
  const { buildBn128 } = await import("ffjavascript");
  const curve = await buildBn128(true);
  return {
    module: await WebAssembly.compile(curve.tm.code),
    rootsOfUnity: curve.Fr.w,
    generators: { g1: curve.G1.g.slice(0, 64), g2: curve.G2.g.slice(0, 128) },
  };
}

export function openCurve({ module, rootsOfUnity, generators }: CurveModule): Curve {
  const memory = new WebAssembly.Memory({ initial: MODULE_PAGES });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  let top = MODULE_PAGES * PAGE;
  return {
    rootsOfUnity,
    generators,
    call(name) {
      const found = instance.exports[name];
      if (typeof found !== "function") throw new Error(`the curve has no function ${name}`);
      return found as Call;
    },
    alloc(bytes) {
      const pointer = top;
      top += Math.ceil(bytes / 64) * 64;
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return pointer;
    },
    bytes: () => new Uint8Array(memory.buffer),
  };
}
