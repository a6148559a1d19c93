/* Keys with known secrets, as functions of the WebAssembly target. */
#pragma once
#define GROUP g1
#define BASE fq
#include "fixed-base.h"
#define GROUP g2
#define BASE fq2
#include "fixed-base.h"
#include "setup.h"

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
