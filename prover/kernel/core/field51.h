/*
 * A prime field of 254 bits in five signed limbs of 51 bits held in doubles, Montgomery radix 2^255, two elements at a
 * time in SIMD lanes. Needs a fused multiply-add (relaxed SIMD; see fused() in wasm.c). Same interface as field29.h.
 *
 * A product of limbs is split exactly (Emmart, Zheng, Weems 2018, here with rounding to nearest): with H = 1.5 2^103,
 *   high = fma(a, b, H)                 a b rounded to a multiple of 2^51, in its mantissa's low bits
 *   low  = fma(a, b, H + 1.5 2^52 - high)   the rest, of 51 bits and a sign, likewise
 * and the bit patterns of both are added up as 64-bit integers, the patterns of H and of L = 1.5 2^52 subtracted in
 * advance. Both are 0 modulo 2^51, so they do not disturb the lowest limb, from which the multiple of p is found.
 *   tight  limbs of at most 2^50, |value| < 0.9 p
 *   loose  the sum or difference of two tight values
 */
#define F(name) PASTE(FIELD, name)
#define CONSTANT(name) PASTE(CONSTANTS, name)
#include "lanes51.h"

typedef struct {
  double l[5];
} F(t);
typedef struct {
  v128_t l[5];
} F(vec);

static const double F(prime)[5] = CONSTANT(PRIME_LIMBS);
static const uint32_t F(prime_words)[8] = CONSTANT(PRIME_WORDS);
static const F(t) F(one) = {CONSTANT(ONE)};
static const F(t) F(radix_squared) = {CONSTANT(RADIX_SQUARED)};

/* Splat constants, in memory because V8 builds those of the code from pieces at each use. */
static struct {
  v128_t neg_inverse, prime[5];
} F(lanes);

static void F(init)(void) {
  lanes_init();
  F(lanes).neg_inverse = wasm_f64x2_splat(CONSTANT(NEG_INVERSE));
  for (int i = 0; i < 5; i++) F(lanes).prime[i] = wasm_f64x2_splat(F(prime)[i]);
}

INLINE void F(gather)(F(vec) *r, const F(t) *const from[LANES]) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++)
    r->l[i] = wasm_v128_load64_lane(&from[1]->l[i], wasm_v128_load64_zero(&from[0]->l[i]), 1);
}
INLINE void F(scatter)(F(t) *const to[LANES], const F(vec) *a) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) {
    wasm_v128_store64_lane(&to[0]->l[i], a->l[i], 0);
    wasm_v128_store64_lane(&to[1]->l[i], a->l[i], 1);
  }
}
INLINE void F(splat)(F(vec) *r, const F(t) *a) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = wasm_v128_load64_splat(&a->l[i]);
}

#define PRODUCT(j, a, b)                                                                         \
  {                                                                                              \
    const v128_t high = wasm_f64x2_relaxed_madd(a, b, high_bias);                                \
    const v128_t low = wasm_f64x2_relaxed_madd(a, b, wasm_f64x2_sub(both_biases, high));         \
    acc[j] = wasm_i64x2_add(acc[j], low);                                                        \
    acc[(j) + 1] = wasm_i64x2_add(acc[(j) + 1], high);                                           \
  }
/* A column's multiple of p makes its low limb vanish; the rest is carried, and the columns move down. */
#define REDUCE                                                                                   \
  {                                                                                              \
    const v128_t value = wasm_f64x2_sub(                                                         \
        wasm_v128_or(wasm_v128_and(acc[0], shared.mask), shared.exponent), shared.two_52);       \
    const v128_t rounded = wasm_f64x2_relaxed_madd(value, F(lanes).neg_inverse, high_bias);      \
    const v128_t m =                                                                             \
        wasm_f64x2_relaxed_madd(value, F(lanes).neg_inverse, wasm_f64x2_sub(high_bias, rounded)); \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < 5; j++) PRODUCT(j, m, F(lanes).prime[j]) \
    acc[1] = wasm_i64x2_add(acc[1], wasm_u64x2_shr(acc[0], 51));                                 \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < 5; j++) acc[j] = acc[j + 1];          \
  }
#define FINISH                                                                                   \
  _Pragma("clang loop unroll(full)") for (int k = 0; k < 4; k++) {                               \
    acc[k + 1] = wasm_i64x2_add(acc[k + 1], wasm_u64x2_shr(acc[k], 51));                         \
    r->l[k] = wasm_f64x2_sub(wasm_v128_or(wasm_v128_and(acc[k], shared.mask), shared.exponent),  \
                             shared.two_52_and_half);                                            \
  }                                                                                              \
  r->l[4] = wasm_f64x2_sub(acc[4], shared.low_bias);

FUNCTION void F(vmul)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
  const v128_t high_bias = shared.high_bias, both_biases = shared.both_biases;
  v128_t acc[6];
#pragma clang loop unroll(full)
  for (int k = 0; k < 5; k++) acc[k] = shared.start[k];
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) {
    acc[5] = shared.start[i + 5];
#pragma clang loop unroll(full)
    for (int j = 0; j < 5; j++) PRODUCT(j, a->l[i], b->l[j])
    REDUCE
  }
  FINISH
}

INLINE void F(vsqr)(F(vec) *r, const F(vec) *a) { F(vmul)(r, a, a); }

/* Of tight values only: an equal pair of products is one of twice the size, which of loose limbs would be too large. */
FUNCTION void F(vsqr_tight)(F(vec) *r, const F(vec) *a) {
  const v128_t high_bias = shared.high_bias, both_biases = shared.both_biases;
  v128_t acc[6], twice[5];
#pragma clang loop unroll(full)
  for (int k = 0; k < 5; k++) acc[k] = shared.start_square[k], twice[k] = wasm_f64x2_add(a->l[k], a->l[k]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) {
    acc[5] = shared.start_square[i + 5];
    PRODUCT(i, a->l[i], a->l[i])
#pragma clang loop unroll(full)
    for (int j = i + 1; j < 5; j++) PRODUCT(j, a->l[i], twice[j])
    REDUCE
  }
  FINISH
}

INLINE void F(vadd)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = wasm_f64x2_add(a->l[i], b->l[i]);
}
INLINE void F(vsub)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = wasm_f64x2_sub(a->l[i], b->l[i]);
}

/* x - round(x / p) p, then carries; roundings by adding and subtracting 1.5 2^52 and 1.5 2^103. */
INLINE void F(vtight)(F(vec) *r, const F(vec) *x) {
  v128_t q = wasm_f64x2_mul(x->l[4], wasm_f64x2_splat(CONSTANT(RECIPROCAL)));
  q = wasm_f64x2_sub(wasm_f64x2_add(q, shared.low_bias), shared.low_bias);
  q = wasm_f64x2_neg(q);
  v128_t carry = wasm_f64x2_splat(0);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    const v128_t t = wasm_f64x2_add(wasm_f64x2_relaxed_madd(q, F(lanes).prime[i], x->l[i]), carry);
    const v128_t c = wasm_f64x2_sub(wasm_f64x2_add(t, shared.high_bias), shared.high_bias);
    r->l[i] = wasm_f64x2_sub(t, c);
    carry = wasm_f64x2_mul(c, shared.two_minus_51);
  }
  r->l[4] = wasm_f64x2_add(wasm_f64x2_relaxed_madd(q, F(lanes).prime[4], x->l[4]), carry);
}

/* Negates the lanes of a mask. */
INLINE void F(vnegate)(F(vec) *r, uint32_t lanes) {
  const v128_t sign = wasm_f64x2_make(lanes & 1 ? -1 : 1, lanes & 2 ? -1 : 1);
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = wasm_f64x2_mul(r->l[i], sign);
}

/* One element is two of which one is ignored. */
INLINE void F(widen)(F(vec) *r, const F(t) *a) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = wasm_v128_load64_zero(&a->l[i]);
}
INLINE void F(narrow)(F(t) *r, const F(vec) *a) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) wasm_v128_store64_lane(&r->l[i], a->l[i], 0);
}
FUNCTION void F(mul)(F(t) *r, const F(t) *a, const F(t) *b) {
  F(vec) x, y;
  F(widen)(&x, a);
  F(widen)(&y, b);
  F(vmul)(&x, &x, &y);
  F(narrow)(r, &x);
}
INLINE void F(sqr)(F(t) *r, const F(t) *a) { F(mul)(r, a, a); }
INLINE void F(add)(F(t) *r, const F(t) *a, const F(t) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = a->l[i] + b->l[i];
}
INLINE void F(sub)(F(t) *r, const F(t) *a, const F(t) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = a->l[i] - b->l[i];
}
FUNCTION void F(tight)(F(t) *r, const F(t) *a) {
  F(vec) x;
  F(widen)(&x, a);
  F(vtight)(&x, &x);
  F(narrow)(r, &x);
}
INLINE void F(neg)(F(t) *r, const F(t) *a) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 5; i++) r->l[i] = -a->l[i];
}
INLINE void F(set_zero)(F(t) *r) {
  for (int i = 0; i < 5; i++) r->l[i] = 0;
}
INLINE int F(is_blank)(const F(t) *a) {
  return a->l[0] == 0 && a->l[1] == 0 && a->l[2] == 0 && a->l[3] == 0 && a->l[4] == 0;
}
/* One form of each value: limbs of at most 2^50 of the representative next to zero. */
INLINE void F(canonical)(F(t) *r, const F(t) *a) { F(tight)(r, a); }

/* Whether a difference or a tight value is 0 modulo p: it is k p with |k| <= 2, and its lowest limb nearly always tells. */
INLINE int F(is_zero)(const F(t) *a) {
  const double step = 2251799813685248.0, p0 = F(prime)[0], low = a->l[0];
  int maybe = 0;
#pragma clang loop unroll(full)
  for (int k = -2; k <= 2; k++) maybe |= (low == k * p0) | (low == k * p0 - step) | (low == k * p0 + step);
  if (!maybe) return 0;
  F(t) c;
  F(tight)(&c, a);
  return F(is_blank)(&c);
}

/* Masks of lanes: those of a difference that are 0 modulo p, those all of whose limbs are zero. */
INLINE uint32_t F(vzero)(const F(vec) *a) {
  F(t) x[LANES], *to[LANES] = {&x[0], &x[1]};
  F(scatter)(to, a);
  return (uint32_t)F(is_zero)(&x[0]) | (uint32_t)F(is_zero)(&x[1]) << 1;
}
INLINE uint32_t F(vblank)(const F(vec) *a) {
  v128_t any = a->l[0];
#pragma clang loop unroll(full)
  for (int i = 1; i < 5; i++) any = wasm_v128_or(any, a->l[i]);
  /* A negated zero has its sign set. */
  any = wasm_i64x2_shl(any, 1);
  return (uint32_t)wasm_i64x2_bitmask(wasm_i64x2_eq(any, wasm_i64x2_splat(0)));
}

INLINE void F(unpack)(F(t) *r, const uint32_t w[8]) {
  int64_t carry = 0;
  for (int i = 0; i < 5; i++) {
    const int bit = 51 * i, word = bit >> 5, shift = bit & 31;
    uint64_t two = w[word] | (word < 7 ? (uint64_t)w[word + 1] << 32 : 0);
    two >>= shift;
    if (shift > 13 && word < 6) two |= (uint64_t)w[word + 2] << (64 - shift);
    int64_t limb = (int64_t)(two & 0x7ffffffffffff) + carry;
    carry = i < 4 && limb > 0x4000000000000;
    if (carry) limb -= 0x8000000000000;
    r->l[i] = (double)limb;
  }
}

/* Of a canonical value. */
FUNCTION void F(pack)(uint32_t w[8], const F(t) *a) {
  int64_t limb[5], carry = 0;
  int negative = 0;
  for (int i = 0; i < 5; i++)
    if (a->l[i] != 0) negative = a->l[i] < 0;
  for (int i = 0; i < 5; i++) {
    limb[i] = (int64_t)a->l[i] + (negative ? (int64_t)F(prime)[i] : 0) + carry;
    carry = limb[i] >> 51;
    limb[i] &= 0x7ffffffffffff;
  }
  uint32_t out[10] = {0};
  for (int i = 0; i < 5; i++) {
    const int bit = 51 * i, word = bit >> 5, shift = bit & 31;
    out[word] |= (uint32_t)((uint64_t)limb[i] << shift);
    out[word + 1] |= (uint32_t)(((uint64_t)limb[i] << shift) >> 32);
    if (shift > 13) out[word + 2] |= (uint32_t)((uint64_t)limb[i] >> (64 - shift));
  }
  for (int i = 0; i < 8; i++) w[i] = out[i];
}

#include "field-words.h"
#undef PRODUCT
#undef REDUCE
#undef FINISH
#undef CONSTANT
#undef F
#undef FIELD
#undef CONSTANTS
