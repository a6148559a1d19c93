/* The WebAssembly target: the core's functions by name, memory taken in stack order from the module's own. */
#include "core.h"

#define EXPORT(name) __attribute__((export_name(#name)))

extern unsigned char __heap_base;
static size_t top;

EXPORT(mark) size_t kernel_mark(void) {
  if (top == 0) top = ((size_t)&__heap_base + 63) & ~(size_t)63;
  return top;
}

EXPORT(release) void kernel_release(size_t mark) { top = mark; }

/* Traps when there is no more: the caller's instance is then lost, and says so. */
EXPORT(take) void *kernel_take(size_t bytes) {
  const size_t at = kernel_mark();
  if (bytes > 0xf0000000u - at) __builtin_trap();
  top = (at + bytes + 63) & ~(size_t)63;
  const size_t have = __builtin_wasm_memory_size(0) << 16;
  if (top > have && __builtin_wasm_memory_grow(0, (top - have + 0xffff) >> 16) == (size_t)-1) __builtin_trap();
  return (void *)at;
}

/* To be called first. @returns whether multiply-add is fused, without which this build computes nonsense. */
EXPORT(init) int init(void) {
  fq_init();
  fr_init();
#if LANES == 2
  /* (1 + 2^-52)(1 - 2^-52) - 1 is -2^-104, and 0 when the product is rounded first. */
  volatile double e = 0x1p-52;
  const v128_t a = wasm_f64x2_splat(1 + e), b = wasm_f64x2_splat(1 - e);
  return wasm_f64x2_extract_lane(wasm_f64x2_relaxed_madd(a, b, wasm_f64x2_splat(-1)), 0) == -0x1p-104;
#else
  return 1;
#endif
}

EXPORT(sizes) uint32_t sizes(int which) {
  const uint32_t all[] = {sizeof(fr_t),    sizeof(g1_affine), sizeof(g2_affine), sizeof(g1_xyzz),
                          sizeof(g2_xyzz), sizeof(key_term_t), sizeof(term_t),   sizeof(verifying_points_t)};
  return all[which];
}

EXPORT(g1_read) uint32_t wasm_g1_read(g1_affine *out, const uint32_t *in, uint32_t n) { return g1_read(out, in, n); }
EXPORT(g2_read) uint32_t wasm_g2_read(g2_affine *out, const uint32_t *in, uint32_t n) { return g2_read(out, in, n); }

EXPORT(g1_unpack) uint32_t wasm_g1_unpack(g1_affine *out, const uint32_t *in, uint32_t n) { return g1_unpack(out, in, n); }
EXPORT(g2_unpack) uint32_t wasm_g2_unpack(g2_affine *out, const uint32_t *in, uint32_t n) { return g2_unpack(out, in, n); }
EXPORT(g1_copy) void wasm_g1_copy(g1_affine *out, const g1_affine *points, const uint32_t *from, uint32_t count) {
  g1_copy(out, points, from, count);
}
EXPORT(g1_store) void wasm_g1_store(uint32_t *out, const g1_affine *points, uint32_t n) { g1_store(out, points, n); }
EXPORT(g2_store) void wasm_g2_store(uint32_t *out, const g2_affine *points, uint32_t n) { g2_store(out, points, n); }

EXPORT(g1_msm) void wasm_g1_msm(g1_xyzz *r, const g1_affine *points, const uint32_t *index, uint32_t count,
                                const uint32_t *scalars) {
  g1_msm(r, points, index, count, scalars);
}
EXPORT(g2_msm) void wasm_g2_msm(g2_xyzz *r, const g2_affine *points, const uint32_t *index, uint32_t count,
                                const uint32_t *scalars) {
  g2_msm(r, points, index, count, scalars);
}
EXPORT(g1_add) void wasm_g1_add(g1_xyzz *r, const g1_xyzz *a, const g1_xyzz *b) { g1_add(r, a, b); }
EXPORT(g2_add) void wasm_g2_add(g2_xyzz *r, const g2_xyzz *a, const g2_xyzz *b) { g2_add(r, a, b); }
EXPORT(g1_write) void wasm_g1_write(uint32_t *out, const g1_xyzz *p) {
  g1_affine affine;
  g1_to_affine(&affine, p);
  g1_write(out, &affine);
}
EXPORT(g2_write) void wasm_g2_write(uint32_t *out, const g2_xyzz *p) {
  g2_affine affine;
  g2_to_affine(&affine, p);
  g2_write(out, &affine);
}

EXPORT(witness_read) uint32_t wasm_witness_read(fr_t *out, const uint32_t *in, uint32_t n) {
  return witness_read(out, in, n);
}
EXPORT(terms_check) uint32_t wasm_terms_check(const key_term_t *terms, uint32_t n) { return terms_check(terms, n); }
EXPORT(rows_distinct) uint32_t rows_distinct(const key_term_t *terms, uint32_t count) {
  return number_coefficients(terms, count, 0, 0);
}
EXPORT(rows_build) void wasm_rows_build(const key_term_t *in, uint32_t count, int log, int depth, uint32_t *starts,
                                        term_t *out, fr_t *dictionary) {
  build_rows(in, count, log, depth, starts, out, dictionary);
}
EXPORT(dictionary_read) uint32_t dictionary_read(fr_t *out, const uint32_t *in, uint32_t count) {
  return read_dictionary(out, in, count);
}
EXPORT(rows_evaluate) void rows_evaluate(fr_t *a, fr_t *b, fr_t *c, int log, int depth, const uint32_t *starts,
                                         const term_t *terms, const fr_t *dictionary, const fr_t *witness) {
  const uint32_t size = 1u << log;
  fr_t scale;
  inverse_size(&scale, log + depth);
  evaluate_rows(a, b, c, 0, size, size, &scale, starts, terms, dictionary, witness);
}

EXPORT(fft_roots) void wasm_fft_roots(fr_t *roots, int log) { fft_roots(roots, log); }
EXPORT(fft_inverse) void wasm_fft_inverse(fr_t *x, int log, uint32_t block, const fr_t *roots) {
  fft_inverse(x, log, block, roots);
}
EXPORT(fft_coset) void wasm_fft_coset(fr_t *x, int log, int depth, uint32_t block, const fr_t *roots) {
  fft_coset(x, log, block, 1u << depth, roots);
}
EXPORT(fft_mix) void wasm_fft_mix(fr_t *out, const fr_t *blocks, int log, int depth, uint32_t block) {
  fft_mix(out, blocks, log, depth, block);
}

EXPORT(join) void wasm_join(uint32_t *out, const fr_t *a, const fr_t *b, const fr_t *c, uint32_t count) {
  join(out, a, b, c, count);
}

/* Coordinates of a, b, c as plain words: 16 + 32 + 16. */
EXPORT(assemble) void wasm_assemble(uint32_t *out, const verifying_points_t *key, const g1_xyzz *a, const g1_xyzz *b1,
                                    const g2_xyzz *b2, const g1_xyzz *c, const g1_xyzz *h, const uint32_t *r,
                                    const uint32_t *s) {
  proof_t proof;
  assemble(&proof, key, a, b1, b2, c, h, r, s);
  proof_write(out, &proof);
}

/* For keys with known secrets: see fixed-base.h and setup.h. */
EXPORT(g1_table) g1_affine *g1_table(const uint32_t *generator, int c) {
  g1_affine *table = kernel_take(sizeof(g1_affine) * g1_fixed_size(c)), base;
  g1_read(&base, generator, 1);
  g1_fixed_table(table, &base, c);
  return table;
}
EXPORT(g2_table) g2_affine *g2_table(const uint32_t *generator, int c) {
  g2_affine *table = kernel_take(sizeof(g2_affine) * g2_fixed_size(c)), base;
  g2_read(&base, generator, 1);
  g2_fixed_table(table, &base, c);
  return table;
}
EXPORT(g1_multiples) void g1_multiples(uint32_t *out, const g1_affine *table, int c, const uint32_t *scalars, uint32_t n) {
  const size_t mark = kernel_mark();
  g1_affine *points = kernel_take(sizeof(g1_affine) * n);
  g1_fixed_multiply(points, table, c, scalars, n);
  g1_store(out, points, n);
  kernel_release(mark);
}
EXPORT(g2_multiples) void g2_multiples(uint32_t *out, const g2_affine *table, int c, const uint32_t *scalars, uint32_t n) {
  const size_t mark = kernel_mark();
  g2_affine *points = kernel_take(sizeof(g2_affine) * n);
  g2_fixed_multiply(points, table, c, scalars, n);
  g2_store(out, points, n);
  kernel_release(mark);
}

EXPORT(lagrange_at) void wasm_lagrange_at(fr_t *out, const uint32_t *tau, int log, int odd) {
  fr_t t;
  fr_from_words(&t, tau);
  lagrange_at(out, &t, log, odd);
}
EXPORT(evaluate_columns) uint32_t wasm_evaluate_columns(fr_t *a, fr_t *b, fr_t *c, key_term_t *list, const uint32_t *rows,
                                                        uint32_t words, uint32_t constraints, uint32_t wires,
                                                        uint32_t public_wires, const fr_t *lagrange) {
  fr_t *const columns[3] = {a, b, c};
  for (uint32_t i = 0; i < wires; i++) fr_set_zero(&a[i]), fr_set_zero(&b[i]), fr_set_zero(&c[i]);
  return evaluate_columns(columns, list, rows, words, constraints, wires, public_wires, lagrange);
}
/* c += beta a + alpha b */
EXPORT(combine_columns) void combine_columns(fr_t *c, const fr_t *a, const fr_t *b, const uint32_t *alpha,
                                             const uint32_t *beta, uint32_t count) {
  fr_t x, y, t;
  fr_from_words(&x, alpha);
  fr_from_words(&y, beta);
  for (uint32_t i = 0; i < count; i++) {
    fr_mul(&t, &a[i], &y);
    fr_add(&t, &t, &c[i]);
    fr_tight(&c[i], &t);
    fr_mul(&t, &b[i], &x);
    fr_add(&t, &t, &c[i]);
    fr_tight(&c[i], &t);
  }
}
/* Plain words of values divided by a number. */
EXPORT(divide) void divide(uint32_t *out, const fr_t *values, uint32_t count, const uint32_t *divisor) {
  fr_t factor, t;
  fr_from_words(&factor, divisor);
  fr_invert(&factor, &factor);
  for (uint32_t i = 0; i < count; i++) {
    fr_mul(&t, &values[i], &factor);
    fr_to_words(out + 8 * (size_t)i, &t);
  }
}

EXPORT(field_repeat) void wasm_field_repeat(uint32_t *r, const uint32_t *a, int which, uint32_t count) {
  field_repeat(r, a, which, count);
}
