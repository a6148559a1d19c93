/** The kernel's functions; arguments called by a C pointer's name are addresses in its memory. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  /** To be called first; 0 when the engine's multiply-add is not fused, which kernel-fma.wasm needs. */
  init(): number;
  /** Memory is taken in stack order: `release(mark())` frees what was taken in between. */
  mark(): number;
  release(mark: number): void;
  take(bytes: number): number;
  sizes(which: number): number;
  /** Zero, or one more than the number of the first bad item. */
  g1_read(out: number, words: number, count: number): number;
  g2_read(out: number, words: number, count: number): number;
  /** As the two above, of a compact key's points. */
  g1_unpack(out: number, words: number, count: number): number;
  g2_unpack(out: number, words: number, count: number): number;
  /** `from` holds the number of a point, doubled, and 1 for its opposite. */
  g1_copy(out: number, points: number, from: number, count: number): void;
  /** Back to a key file's form. */
  g1_store(out: number, points: number, count: number): void;
  g2_store(out: number, points: number, count: number): void;
  /** A compact key's coefficients as `rows_evaluate` takes them: 2 (count + 1) elements. */
  dictionary_read(out: number, words: number, count: number): number;
  witness_read(out: number, words: number, count: number): number;
  terms_check(terms: number, count: number): number;
  g1_msm(sum: number, points: number, index: number, count: number, scalars: number): void;
  g2_msm(sum: number, points: number, index: number, count: number, scalars: number): void;
  g1_add(sum: number, a: number, b: number): void;
  g2_add(sum: number, a: number, b: number): void;
  g1_write(words: number, sum: number): void;
  g2_write(words: number, sum: number): void;
  rows_distinct(terms: number, count: number): number;
  rows_build(
    terms: number,
    count: number,
    log: number,
    depth: number,
    starts: number,
    out: number,
    dictionary: number,
  ): void;
  rows_evaluate(
    a: number,
    b: number,
    c: number,
    log: number,
    depth: number,
    starts: number,
    terms: number,
    dictionary: number,
    witness: number,
  ): void;
  fft_roots(roots: number, log: number): void;
  fft_inverse(values: number, log: number, block: number, roots: number): void;
  fft_mix(out: number, blocks: number, log: number, depth: number, block: number): void;
  fft_coset(values: number, log: number, depth: number, block: number, roots: number): void;
  join(words: number, a: number, b: number, c: number, count: number): void;
  assemble(
    words: number,
    ends: number,
    a: number,
    b1: number,
    b2: number,
    c: number,
    h: number,
    r: number,
    s: number,
  ): void;
  /** A table of the multiples of a point (its file's words), in windows of c bits; memory is taken for it. */
  g1_table(generator: number, c: number): number;
  g2_table(generator: number, c: number): number;
  /** The table's point times each of `count` scalars (plain words), as the files have points. */
  g1_multiples(words: number, table: number, c: number, scalars: number, count: number): void;
  g2_multiples(words: number, table: number, c: number, scalars: number, count: number): void;
  lagrange_at(out: number, tau: number, log: number, odd: number): void;
  /** The number of terms listed, or zero when the rows are not well-formed. */
  evaluate_columns(
    a: number,
    b: number,
    c: number,
    list: number,
    rows: number,
    words: number,
    constraints: number,
    wires: number,
    publicWires: number,
    lagrange: number,
  ): number;
  combine_columns(c: number, a: number, b: number, alpha: number, beta: number, count: number): void;
  /** Plain words of values divided by a plain number. */
  divide(out: number, values: number, count: number, divisor: number): void;
  field_repeat(value: number, operand: number, which: number, count: number): void;
}

/** One instance of the kernel, with the sizes of its structures in bytes. */
export interface Kernel extends KernelExports {
  readonly size: {
    readonly fr: number;
    readonly g1: number;
    readonly g2: number;
    readonly g1Sum: number;
    readonly g2Sum: number;
    readonly keyTerm: number;
    readonly term: number;
    readonly ends: number;
  };
  /** Copies into memory just taken. */
  put(data: Uint8Array | Uint32Array): number;
  /** Copies into memory taken before. */
  write(address: number, data: Uint8Array | Uint32Array): void;
  /** A copy of memory. */
  read(address: number, bytes: number): Uint8Array<ArrayBuffer>;
}

/** The build's two files: the second is about twice as fast, and needs relaxed SIMD and a processor with fused multiply-add. */
export const PORTABLE_FILE = "kernel.wasm";
export const FMA_FILE = "kernel-fma.wasm";
export type KernelFile = typeof PORTABLE_FILE | typeof FMA_FILE;

/** The faster of both files that this engine runs. @param load the bytes of a file by name */
export async function chooseKernel(
  load: (file: KernelFile) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<{ file: KernelFile; module: WebAssembly.Module }> {
  const bytes = await load(FMA_FILE);
  if (WebAssembly.validate(bytes)) {
    const module = await WebAssembly.compile(bytes);
    if (instantiate(module).init() === 1) return { file: FMA_FILE, module };
  }
  return { file: PORTABLE_FILE, module: await WebAssembly.compile(await load(PORTABLE_FILE)) };
}

/** As `chooseKernel`, for callers to whom the build is all one. */
export async function compileKernel(
  load: (file: KernelFile) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<WebAssembly.Module> {
  return (await chooseKernel(load)).module;
}

function instantiate(module: WebAssembly.Module): KernelExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as KernelExports;
}

export function openKernel(module: WebAssembly.Module): Kernel {
  const exports = instantiate(module);
  exports.init();
  const [fr = 0, g1 = 0, g2 = 0, g1Sum = 0, g2Sum = 0, keyTerm = 0, term = 0, ends = 0] = Array.from(
    { length: 8 },
    (_, which) => exports.sizes(which),
  );
  const write = (address: number, data: Uint8Array | Uint32Array): void => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // Addresses above 2^31 come out of WebAssembly negative.
    new Uint8Array(exports.memory.buffer).set(bytes, address >>> 0);
  };
  return {
    ...exports,
    size: { fr, g1, g2, g1Sum, g2Sum, keyTerm, term, ends },
    write,
    put(data) {
      const address = exports.take(data.byteLength);
      write(address, data);
      return address;
    },
    read: (address, bytes) => new Uint8Array(exports.memory.buffer).slice(address >>> 0, (address >>> 0) + bytes),
  };
}
