/*
 * A prime field of 254 bits in nine limbs of 29 bits, Montgomery radix 2^261. Include with FIELD (prefix of names) and
 * CONSTANTS (prefix of constants) defined.
 *
 * Products of limbs are summed in 64 bits without carries (product scanning): eighteen products of 58 bits fit. Limbs are
 * signed, so a difference needs neither a bias nor a carry. Every implementation of a field offers
 *   tight  limbs 0..7 in [0, 2^29), value in (-0.1 p, 1.3 p): what mul, sqr and tight give; what is stored
 *   loose  the difference or the sum of two tight values, or a tight one: an operand of tight and, with a tight or a
 *          difference as its partner, of mul; sqr takes tight values and differences
 * and vectors of LANES elements (gather, scatter, splat, vmul ...) for loops over many.
 */
#define F(name) PASTE(FIELD, name)
#define CONSTANT(name) PASTE(CONSTANTS, name)
#undef LANES
#define LANES 1
#define LIMB_MASK 0x1fffffff

typedef struct {
  int32_t l[9];
} F(t);

static const int32_t F(prime)[9] = CONSTANT(PRIME_LIMBS);
static const uint32_t F(prime_words)[8] = CONSTANT(PRIME_WORDS);
static const F(t) F(one) = {CONSTANT(ONE)};
static const F(t) F(radix_squared) = {CONSTANT(RADIX_SQUARED)};

/* Columns 0..16 of the product are consumed in order; m cancels the low nine. */
#define REDUCE_LOW(k)                                                  \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < (k); i++) t += m[i] * p[(k) - i]; \
  m[k] = (int64_t)(((uint32_t)t * CONSTANT(NEG_INVERSE)) & LIMB_MASK); \
  t = (t + m[k] * p[0]) >> 29;
#define REDUCE_HIGH(k)                                                       \
  _Pragma("clang loop unroll(full)") for (int i = (k) - 8; i < 9; i++) t += m[i] * p[(k) - i]; \
  r->l[(k) - 9] = (int32_t)(t & LIMB_MASK);                                  \
  t >>= 29;

FUNCTION void F(mul)(F(t) *r, const F(t) *x, const F(t) *y) {
  const int64_t p[9] = CONSTANT(PRIME_LIMBS);
  int64_t a[9], b[9], m[9], t = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < 9; i++) a[i] = x->l[i], b[i] = y->l[i];
#pragma clang loop unroll(full)
  for (int k = 0; k < 9; k++) {
#pragma clang loop unroll(full)
    for (int i = 0; i <= k; i++) t += a[i] * b[k - i];
    REDUCE_LOW(k)
  }
#pragma clang loop unroll(full)
  for (int k = 9; k < 17; k++) {
#pragma clang loop unroll(full)
    for (int i = k - 8; i < 9; i++) t += a[i] * b[k - i];
    REDUCE_HIGH(k)
  }
  r->l[8] = (int32_t)t;
}

FUNCTION void F(sqr)(F(t) *r, const F(t) *x) {
  const int64_t p[9] = CONSTANT(PRIME_LIMBS);
  int64_t a[9], twice[9], m[9], t = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < 9; i++) a[i] = x->l[i], twice[i] = a[i] * 2;
#pragma clang loop unroll(full)
  for (int k = 0; k < 9; k++) {
#pragma clang loop unroll(full)
    for (int i = 0; 2 * i < k; i++) t += twice[i] * a[k - i];
    if (k % 2 == 0) t += a[k / 2] * a[k / 2];
    REDUCE_LOW(k)
  }
#pragma clang loop unroll(full)
  for (int k = 9; k < 17; k++) {
#pragma clang loop unroll(full)
    for (int i = k - 8; 2 * i < k; i++) t += twice[i] * a[k - i];
    if (k % 2 == 0) t += a[k / 2] * a[k / 2];
    REDUCE_HIGH(k)
  }
  r->l[8] = (int32_t)t;
}

INLINE void F(add)(F(t) *r, const F(t) *a, const F(t) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 9; i++) r->l[i] = a->l[i] + b->l[i];
}

INLINE void F(sub)(F(t) *r, const F(t) *a, const F(t) *b) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 9; i++) r->l[i] = a->l[i] - b->l[i];
}

/* x + carries - floor(x / p) p, the quotient estimated from the top limb. Takes sums of up to three tight values. */
INLINE void F(tight)(F(t) *r, const F(t) *x) {
  int64_t q = ((int64_t)x->l[8] * CONSTANT(RECIPROCAL)) >> 40;
  int64_t t = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    t += x->l[i] - q * F(prime)[i];
    r->l[i] = (int32_t)(t & LIMB_MASK);
    t >>= 29;
  }
  r->l[8] = (int32_t)(t + x->l[8] - q * F(prime)[8]);
}

INLINE void F(set_zero)(F(t) *r) {
  for (int i = 0; i < 9; i++) r->l[i] = 0;
}

INLINE void F(neg)(F(t) *r, const F(t) *a) {
  F(t) zero;
  F(set_zero)(&zero);
  F(sub)(r, &zero, a);
  F(tight)(r, r);
}

/* Whether all limbs are zero, which is how infinity is stored: a test of the bits, not of the value. */
INLINE int F(is_blank)(const F(t) *a) {
  if (a->l[0] != 0) return 0;
  int32_t any = 0;
  for (int i = 1; i < 9; i++) any |= a->l[i];
  return any == 0;
}

/* The one form of a value in [0, p), of a loose one. */
FUNCTION void F(canonical)(F(t) *r, const F(t) *a) {
  F(tight)(r, a);
  /* Now in (-p, 2p): a negative value shows in the top limb. */
  for (int turn = 0; turn < 2; turn++) {
    F(t) s;
    int64_t t = 0;
    const int32_t sign = r->l[8] < 0 ? 1 : -1;
    for (int i = 0; i < 8; i++) {
      t += (int64_t)r->l[i] + sign * F(prime)[i];
      s.l[i] = (int32_t)(t & LIMB_MASK);
      t >>= 29;
    }
    s.l[8] = (int32_t)(t + r->l[8] + sign * F(prime)[8]);
    if (s.l[8] >= 0) *r = s;
  }
}

/* Whether a difference or a tight value is 0 modulo p. Nearly always its lowest limb alone tells. */
INLINE int F(is_zero)(const F(t) *a) {
  const int32_t low = a->l[0] & LIMB_MASK;
  const int32_t p0 = F(prime)[0];
  if (low != 0 && low != p0 && low != ((2 * p0) & LIMB_MASK) && low != ((-p0) & LIMB_MASK) &&
      low != ((-2 * p0) & LIMB_MASK))
    return 0;
  F(t) c;
  F(canonical)(&c, a);
  return F(is_blank)(&c);
}

/* Eight words, little-endian, as they are: no Montgomery factor enters or leaves. */
INLINE void F(unpack)(F(t) *r, const uint32_t w[8]) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 9; i++) {
    const int bit = 29 * i, word = bit >> 5, shift = bit & 31;
    uint64_t two = w[word];
    if (word < 7) two |= (uint64_t)w[word + 1] << 32;
    r->l[i] = (int32_t)((two >> shift) & LIMB_MASK);
  }
}

/* Of a canonical value. */
INLINE void F(pack)(uint32_t w[8], const F(t) *a) {
  uint64_t held = 0;
  int bits = 0, out = 0;
  for (int i = 0; i < 9; i++) {
    held |= (uint64_t)(uint32_t)a->l[i] << bits;
    bits += 29;
    if (bits >= 32) {
      w[out++] = (uint32_t)held;
      held >>= 32;
      bits -= 32;
    }
  }
  if (out < 8) w[out] = (uint32_t)held;
}

#include "lanes1.h"
#include "field-words.h"

#undef REDUCE_LOW
#undef REDUCE_HIGH
#undef CONSTANT
#undef F
#undef FIELD
#undef CONSTANTS
