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

/* LANES neighbours. */
INLINE void fft_load(fr_vec *r, const fr_t *x) {
  const fr_t *from[LANES];
  for (int l = 0; l < LANES; l++) from[l] = x + l;
  fr_gather(r, from);
}
INLINE void fft_store(fr_t *x, const fr_vec *a) {
  fr_t *to[LANES];
  for (int l = 0; l < LANES; l++) to[l] = x + l;
  fr_scatter(to, a);
}

/* (u, v) to (u + v, (v - u) s) on count pairs. */
static void fft_butterflies_inverse(fr_t *x, fr_t *y, uint32_t count, const fr_t *s) {
  uint32_t i = 0;
  fr_vec factor;
  fr_splat(&factor, s);
  for (; i + LANES <= count; i += LANES) {
    fr_vec u, v, t;
    fft_load(&u, x + i);
    fft_load(&v, y + i);
    fr_vadd(&t, &u, &v);
    fr_vtight(&t, &t);
    fft_store(x + i, &t);
    fr_vsub(&t, &v, &u);
    fr_vmul(&t, &t, &factor);
    fft_store(y + i, &t);
  }
  for (; i < count; i++) {
    fr_t u = x[i], t;
    fr_add(&t, &u, &y[i]);
    fr_tight(&x[i], &t);
    fr_sub(&t, &y[i], &u);
    fr_mul(&y[i], &t, s);
  }
}

/* (u, v) to (u + v s, u - v s) on count pairs. */
static void fft_butterflies(fr_t *x, fr_t *y, uint32_t count, const fr_t *s) {
  uint32_t i = 0;
  fr_vec factor;
  fr_splat(&factor, s);
  for (; i + LANES <= count; i += LANES) {
    fr_vec u, v, t;
    fft_load(&u, x + i);
    fft_load(&v, y + i);
    fr_vmul(&v, &v, &factor);
    fr_vsub(&t, &u, &v);
    fr_vtight(&t, &t);
    fft_store(y + i, &t);
    fr_vadd(&t, &u, &v);
    fr_vtight(&t, &t);
    fft_store(x + i, &t);
  }
  for (; i < count; i++) {
    fr_t v, t;
    fr_mul(&v, &y[i], s);
    fr_sub(&t, &x[i], &v);
    fr_tight(&y[i], &t);
    fr_add(&t, &x[i], &v);
    fr_tight(&x[i], &t);
  }
}

#define LOG_LANES __builtin_ctz(LANES)

/* 1/s of a node, negated: what fft_butterflies_inverse takes. */
INLINE const fr_t *fft_inverse_factor(uint32_t node, const fr_t *roots, const fr_t *minus_one) {
  return node == 0 ? minus_one : &roots[3 * (1u << (31 - __builtin_clz(node))) - 1 - node];
}

/* The levels of a block of 2 LANES values whose butterflies are closer than lanes: a lane each, with factors of their own. */
typedef struct {
  fr_t *x[LANES], *y[LANES];
  uint32_t node[LANES];
} fft_level_t;
INLINE void fft_level(fft_level_t *level, fr_t *x, int h, uint32_t node) {
  for (uint32_t k = 0; k < LANES; k++) {
    const uint32_t j = k >> h;
    level->x[k] = x + (j << (h + 1)) + (k - (j << h));
    level->y[k] = level->x[k] + (1 << h);
    level->node[k] = (node << (LOG_LANES - h)) + j;
  }
}
static void fft_close_inverse(fr_t *x, uint32_t node, const fr_t *roots, const fr_t *minus_one) {
  for (int h = 0; h < LOG_LANES; h++) {
    fft_level_t level;
    const fr_t *factors[LANES];
    fr_vec u, v, t, factor;
    fft_level(&level, x, h, node);
    for (int k = 0; k < LANES; k++) factors[k] = fft_inverse_factor(level.node[k], roots, minus_one);
    fr_gather(&u, (const fr_t *const *)level.x);
    fr_gather(&v, (const fr_t *const *)level.y);
    fr_gather(&factor, factors);
    fr_vadd(&t, &u, &v);
    fr_vtight(&t, &t);
    fr_scatter(level.x, &t);
    fr_vsub(&t, &v, &u);
    fr_vmul(&t, &t, &factor);
    fr_scatter(level.y, &t);
  }
}
static void fft_close_coset(fr_t *x, uint32_t node, uint32_t offset, const fr_t *roots) {
  for (int h = LOG_LANES - 1; h >= 0; h--) {
    fft_level_t level;
    const fr_t *factors[LANES];
    fr_vec u, v, t, factor;
    fft_level(&level, x, h, node);
    for (int k = 0; k < LANES; k++) factors[k] = &roots[(offset << (LOG_LANES - h)) + level.node[k]];
    fr_gather(&u, (const fr_t *const *)level.x);
    fr_gather(&v, (const fr_t *const *)level.y);
    fr_gather(&factor, factors);
    fr_vmul(&v, &v, &factor);
    fr_vsub(&t, &u, &v);
    fr_vtight(&t, &t);
    fr_scatter(level.y, &t);
    fr_vadd(&t, &u, &v);
    fr_vtight(&t, &t);
    fr_scatter(level.x, &t);
  }
}

/* Values of the block to its coefficients, times its size. */
static void fft_inverse(fr_t *x, int log, uint32_t node, const fr_t *roots) {
  if (log == 0) return;
  const uint32_t half = 1u << (log - 1);
  fr_t minus_one;
  fr_neg(&minus_one, &fr_one);
  if (LANES > 1 && half == LANES) {
    fft_close_inverse(x, node, roots, &minus_one);
  } else {
    fft_inverse(x, log - 1, 2 * node, roots);
    fft_inverse(x + half, log - 1, 2 * node + 1, roots);
  }
  fft_butterflies_inverse(x, x + half, half, fft_inverse_factor(node, roots, &minus_one));
}

/* Coefficients to values on the odd coset; `offset` is 2^depth of the node. */
static void fft_coset(fr_t *x, int log, uint32_t node, uint32_t offset, const fr_t *roots) {
  if (log == 0) return;
  const uint32_t half = 1u << (log - 1);
  fft_butterflies(x, x + half, half, &roots[offset + node]);
  if (LANES > 1 && half == LANES) {
    fft_close_coset(x, node, offset, roots);
  } else {
    fft_coset(x, log - 1, 2 * node, 2 * offset, roots);
    fft_coset(x + half, log - 1, 2 * node + 1, 2 * offset, roots);
  }
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
