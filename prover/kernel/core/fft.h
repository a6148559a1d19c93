/*
 * Number-theoretic transforms over Fr. Values at the N-th roots of unity are kept in bit-reversed order, coefficients in
 * natural order, so that nothing is ever permuted: the caller writes rows and reads points in that order.
 *
 * A node b of depth d stands for the polynomial modulo x^(N/2^d) - c; its children take modulo x^(N/2^(d+1)) -+ s with
 * s^2 = c. One table serves all: roots[b] = w^bitrev(b), w of order 2N, b < N, bitrev over log N bits.
 *   over the roots of unity   s = roots[b], and 1/s = -roots[mirror(b)]
 *   over the odd coset w^odd  s = roots[2^d + b]
 * Transforms work on one block of depth D out of 2^D, so that workers share one transform; between the inverse and the
 * coset's forward transform every block is a fixed combination of all blocks (fft_mix).
 */
#pragma once

/* w of order 2^(log + 1) */
static void fft_root(fr_t *r, int log) {
  static const fr_t root = {FR_ROOT};
  *r = root;
  for (int i = FR_TWO_ADICITY; i > log + 1; i--) fr_sqr(r, r);
}

/* roots[2^d + b] = roots[b] w_(2^(d+2)) */
static void fft_roots(fr_t *roots, int log) {
  roots[0] = fr_one;
  for (int d = 0; d < log; d++) {
    fr_t factor;
    fft_root(&factor, d + 1);
    for (uint32_t b = 0; b < 1u << d; b++) fr_mul(&roots[(1u << d) + b], &roots[b], &factor);
  }
}

/* Values of the block to its coefficients, times its size. */
static void fft_inverse(fr_t *x, int log, uint32_t node, const fr_t *roots) {
  if (log == 0) return;
  const uint32_t half = 1u << (log - 1);
  fft_inverse(x, log - 1, 2 * node, roots);
  fft_inverse(x + half, log - 1, 2 * node + 1, roots);
  if (node == 0) {
    for (uint32_t i = 0; i < half; i++) {
      fr_t u = x[i], t;
      fr_add(&t, &u, &x[half + i]);
      fr_tight(&x[i], &t);
      fr_sub(&t, &u, &x[half + i]);
      fr_tight(&x[half + i], &t);
    }
    return;
  }
  const uint32_t top = 1u << (31 - __builtin_clz(node));
  const fr_t *s = &roots[3 * top - 1 - node];
  for (uint32_t i = 0; i < half; i++) {
    fr_t u = x[i], t;
    fr_add(&t, &u, &x[half + i]);
    fr_tight(&x[i], &t);
    fr_sub(&t, &x[half + i], &u);
    fr_mul(&x[half + i], &t, s);
  }
}

/* Coefficients to values on the odd coset; `offset` is 2^depth of the node. */
static void fft_coset(fr_t *x, int log, uint32_t node, uint32_t offset, const fr_t *roots) {
  if (log == 0) return;
  const uint32_t half = 1u << (log - 1);
  const fr_t *s = &roots[offset + node];
  for (uint32_t i = 0; i < half; i++) {
    fr_t t, v;
    fr_mul(&v, &x[half + i], s);
    fr_sub(&t, &x[i], &v);
    fr_tight(&x[half + i], &t);
    fr_add(&t, &x[i], &v);
    fr_tight(&x[i], &t);
  }
  fft_coset(x, log - 1, 2 * node, 2 * offset, roots);
  fft_coset(x + half, log - 1, 2 * node + 1, 2 * offset, roots);
}

static uint32_t bit_reverse(uint32_t x, int bits) {
  uint32_t r = 0;
  for (int i = 0; i < bits; i++) r |= ((x >> i) & 1) << (bits - 1 - i);
  return r;
}

/*
 * With S = 2^depth blocks, all from fft_inverse: out_block = sum_b m_b in_b, m_b = sum_(t < S) z^t,
 * z = w_2S^(1 + 2 (bitrev(block) - bitrev(b))), w_2S of order 2S. Every block of size 2^log.
 */
static void fft_mix(fr_t *out, const fr_t *blocks, int log, int depth, uint32_t block) {
  const uint32_t size = 1u << log, count = 1u << depth;
  for (uint32_t i = 0; i < size; i++) fr_set_zero(&out[i]);
  for (uint32_t b = 0; b < count; b++) {
    fr_t root, z = fr_one, power = fr_one, m = fr_one;
    fft_root(&root, depth);
    const uint32_t exponent = (1 + 2 * (bit_reverse(block, depth) - bit_reverse(b, depth))) & (2 * count - 1);
    for (uint32_t i = 0; i < exponent; i++) fr_mul(&z, &z, &root);
    for (uint32_t t = 1; t < count; t++) {
      fr_mul(&power, &power, &z);
      fr_add(&m, &m, &power);
      fr_tight(&m, &m);
    }
    const fr_t *in = blocks + (size_t)b * size;
    for (uint32_t i = 0; i < size; i++) {
      fr_t t;
      fr_mul(&t, &in[i], &m);
      fr_add(&t, &t, &out[i]);
      fr_tight(&out[i], &t);
    }
  }
}
