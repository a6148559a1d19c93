/*
 * A field of words64.h whose vectors are eight elements in five limbs of 52 bits (AVX-512 IFMA), Montgomery radix 2^260.
 *
 * Limbs of vectors are always in [0, 2^52), which is what the multiply-adds read; values are non-negative:
 *   tight  below 1.2 p; what vmul, vsqr and vtight give, and what is scattered
 *   loose  a sum or a difference of two elements or tight values, below 4p, or one more taken away from that, below 6p
 * Products of values below 6p are below 36 p^2 / 2^260 + p < 1.5 p, since 2^260 is 84 p.
 */
#include <immintrin.h>
#undef LANES
#define LANES 8
#undef EXTRA_BITS
#define EXTRA_BITS 4
#include "words64.h"

typedef struct {
  __m512i l[5];
} F(vec);

/* Multiples 0..7 of p, limb by limb, and the limbs of p. */
static uint64_t F(multiples)[5][8] __attribute__((aligned(64)));

static void F(init)(void) {
  const uint64_t mask = ((uint64_t)1 << 52) - 1;
  for (uint64_t k = 0; k < 8; k++) {
    uint64_t x[5];
    unsigned __int128 t = 0;
    for (int i = 0; i < 4; i++) {
      t += (unsigned __int128)k * F(prime)[i];
      x[i] = (uint64_t)t;
      t >>= 64;
    }
    x[4] = (uint64_t)t;
    F(multiples)[0][k] = x[0] & mask;
    F(multiples)[1][k] = (x[0] >> 52 | x[1] << 12) & mask;
    F(multiples)[2][k] = (x[1] >> 40 | x[2] << 24) & mask;
    F(multiples)[3][k] = (x[2] >> 28 | x[3] << 36) & mask;
    F(multiples)[4][k] = x[3] >> 16 | x[4] << 48;
  }
}

#define SPLAT(x) _mm512_set1_epi64((long long)(x))
#define MASK52 SPLAT(((uint64_t)1 << 52) - 1)
/* (a | b) & c */
#define JOIN(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xa8)

/* Four words of eight elements, word by word, to limbs. */
INLINE void F(to_limbs)(F(vec) *r, __m512i w0, __m512i w1, __m512i w2, __m512i w3) {
  const __m512i mask = MASK52;
  r->l[0] = _mm512_and_si512(w0, mask);
  r->l[1] = JOIN(_mm512_srli_epi64(w0, 52), _mm512_slli_epi64(w1, 12), mask);
  r->l[2] = JOIN(_mm512_srli_epi64(w1, 40), _mm512_slli_epi64(w2, 24), mask);
  r->l[3] = JOIN(_mm512_srli_epi64(w2, 28), _mm512_slli_epi64(w3, 36), mask);
  r->l[4] = _mm512_srli_epi64(w3, 16);
}

#define LOAD2(i, j)                                                                               \
  _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)from[i]->l)), \
                     _mm256_loadu_si256((const __m256i *)from[j]->l), 1)
INLINE void F(gather)(F(vec) *r, const F(t) *const from[LANES]) {
  const __m512i z0 = LOAD2(0, 2), z1 = LOAD2(1, 3), z2 = LOAD2(4, 6), z3 = LOAD2(5, 7);
  const __m512i t0 = _mm512_unpacklo_epi64(z0, z1), t1 = _mm512_unpackhi_epi64(z0, z1);
  const __m512i t2 = _mm512_unpacklo_epi64(z2, z3), t3 = _mm512_unpackhi_epi64(z2, z3);
  F(to_limbs)(r, _mm512_shuffle_i64x2(t0, t2, 0x88), _mm512_shuffle_i64x2(t1, t3, 0x88),
              _mm512_shuffle_i64x2(t0, t2, 0xdd), _mm512_shuffle_i64x2(t1, t3, 0xdd));
}
#undef LOAD2

#define STORE2(z, i, j)                                                         \
  _mm256_storeu_si256((__m256i *)to[i]->l, _mm512_castsi512_si256(z));      \
  _mm256_storeu_si256((__m256i *)to[j]->l, _mm512_extracti64x4_epi64(z, 1));
INLINE void F(scatter)(F(t) *const to[LANES], const F(vec) *a) {
  const __m512i w0 = _mm512_or_si512(a->l[0], _mm512_slli_epi64(a->l[1], 52));
  const __m512i w1 = _mm512_or_si512(_mm512_srli_epi64(a->l[1], 12), _mm512_slli_epi64(a->l[2], 40));
  const __m512i w2 = _mm512_or_si512(_mm512_srli_epi64(a->l[2], 24), _mm512_slli_epi64(a->l[3], 28));
  const __m512i w3 = _mm512_or_si512(_mm512_srli_epi64(a->l[3], 36), _mm512_slli_epi64(a->l[4], 16));
  /* Pairs of 64-bit words in 128-bit lanes: elements (0,1), (2,3), (4,5), (6,7). */
  const __m512i low0 = _mm512_unpacklo_epi64(w0, w1), low1 = _mm512_unpackhi_epi64(w0, w1);
  const __m512i high0 = _mm512_unpacklo_epi64(w2, w3), high1 = _mm512_unpackhi_epi64(w2, w3);
  const __m512i a02 = _mm512_shuffle_i64x2(low0, high0, 0x44), a46 = _mm512_shuffle_i64x2(low0, high0, 0xee);
  const __m512i a13 = _mm512_shuffle_i64x2(low1, high1, 0x44), a57 = _mm512_shuffle_i64x2(low1, high1, 0xee);
  /* Lanes (low of i, low of j, high of i, high of j): the middle two change places. */
  const __m512i b02 = _mm512_shuffle_i64x2(a02, a02, 0xd8), b13 = _mm512_shuffle_i64x2(a13, a13, 0xd8);
  const __m512i b46 = _mm512_shuffle_i64x2(a46, a46, 0xd8), b57 = _mm512_shuffle_i64x2(a57, a57, 0xd8);
  STORE2(b02, 0, 2)
  STORE2(b13, 1, 3)
  STORE2(b46, 4, 6)
  STORE2(b57, 5, 7)
}
#undef STORE2

INLINE void F(splat)(F(vec) *r, const F(t) *a) {
  F(to_limbs)(r, SPLAT(a->l[0]), SPLAT(a->l[1]), SPLAT(a->l[2]), SPLAT(a->l[3]));
}

/* Limbs that may be negative or too large: carried up, the value itself being in [0, 2^260). */
INLINE void F(carry)(F(vec) *r, const __m512i x[5]) {
  const __m512i mask = MASK52;
  __m512i t = x[0];
  UNROLL
  for (int i = 0; i < 4; i++) {
    r->l[i] = _mm512_and_si512(t, mask);
    t = _mm512_add_epi64(x[i + 1], _mm512_srai_epi64(t, 52));
  }
  r->l[4] = t;
}

/* Columns of a product to (product + m p) / 2^260, m making the lower half vanish. */
INLINE void F(reduce)(F(vec) *r, __m512i c[10]) {
  const __m512i neg_inverse = SPLAT(CONSTANT(NEG_INVERSE)), zero = _mm512_setzero_si512();
  __m512i p[5];
  UNROLL
  for (int j = 0; j < 5; j++) p[j] = SPLAT(F(multiples)[j][1]);
  UNROLL
  for (int i = 0; i < 5; i++) {
    const __m512i m = _mm512_madd52lo_epu64(zero, c[i], neg_inverse);
    c[i] = _mm512_madd52lo_epu64(c[i], m, p[0]);
    c[i + 1] = _mm512_add_epi64(c[i + 1], _mm512_srli_epi64(c[i], 52));
    UNROLL
    for (int j = 1; j < 5; j++) c[i + j] = _mm512_madd52lo_epu64(c[i + j], m, p[j]);
    UNROLL
    for (int j = 0; j < 5; j++) c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], m, p[j]);
  }
  F(carry)(r, c + 5);
}

INLINE void F(vmul)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
  __m512i c[10];
  UNROLL
  for (int k = 0; k < 10; k++) c[k] = _mm512_setzero_si512();
  UNROLL
  for (int i = 0; i < 5; i++) {
    UNROLL
    for (int j = 0; j < 5; j++) {
      c[i + j] = _mm512_madd52lo_epu64(c[i + j], a->l[i], b->l[j]);
      c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a->l[i], b->l[j]);
    }
  }
  F(reduce)(r, c);
}

INLINE void F(vsqr)(F(vec) *r, const F(vec) *a) {
  __m512i c[10];
  UNROLL
  for (int k = 0; k < 10; k++) c[k] = _mm512_setzero_si512();
  UNROLL
  for (int i = 0; i < 5; i++) {
    UNROLL
    for (int j = i + 1; j < 5; j++) {
      c[i + j] = _mm512_madd52lo_epu64(c[i + j], a->l[i], a->l[j]);
      c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a->l[i], a->l[j]);
    }
  }
  UNROLL
  for (int k = 1; k < 9; k++) c[k] = _mm512_add_epi64(c[k], c[k]);
  UNROLL
  for (int i = 0; i < 5; i++) {
    c[2 * i] = _mm512_madd52lo_epu64(c[2 * i], a->l[i], a->l[i]);
    c[2 * i + 1] = _mm512_madd52hi_epu64(c[2 * i + 1], a->l[i], a->l[i]);
  }
  F(reduce)(r, c);
}

INLINE void F(vsqr_tight)(F(vec) *r, const F(vec) *a) { F(vsqr)(r, a); }

INLINE void F(vadd)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
  __m512i x[5];
  UNROLL
  for (int i = 0; i < 5; i++) x[i] = _mm512_add_epi64(a->l[i], b->l[i]);
  F(carry)(r, x);
}

/* a - b + 2p */
INLINE void F(vsub)(F(vec) *r, const F(vec) *a, const F(vec) *b) {
  __m512i x[5];
  UNROLL
  for (int i = 0; i < 5; i++)
    x[i] = _mm512_add_epi64(_mm512_sub_epi64(a->l[i], b->l[i]), SPLAT(F(multiples)[i][2]));
  F(carry)(r, x);
}

/* Of a value below 7p: less its quotient by p, estimated from the bits above 2^228, times p. */
INLINE void F(vtight)(F(vec) *r, const F(vec) *a) {
  const __m512i q = _mm512_srli_epi64(
      _mm512_mul_epu32(_mm512_srli_epi64(a->l[4], 20), SPLAT(CONSTANT(RECIPROCAL))), 57);
  __m512i x[5];
  UNROLL
  for (int i = 0; i < 5; i++)
    x[i] = _mm512_sub_epi64(a->l[i], _mm512_permutexvar_epi64(q, _mm512_load_si512(F(multiples)[i])));
  F(carry)(r, x);
}

#define EQUAL(x, k) _mm512_cmpeq_epi64_mask(x, SPLAT(k))
INLINE uint32_t F(vblank)(const F(vec) *a) {
  const __m512i any = _mm512_or_si512(_mm512_or_si512(_mm512_or_si512(a->l[0], a->l[1]), a->l[2]),
                                      _mm512_or_si512(a->l[3], a->l[4]));
  return EQUAL(any, 0);
}
/* Of a difference: 0, p, 2p, 3p or 4p, which the lowest limb nearly always tells. */
INLINE uint32_t F(vzero)(const F(vec) *a) {
  const uint64_t *p = F(multiples)[0];
  if ((EQUAL(a->l[0], 0) | EQUAL(a->l[0], p[1]) | EQUAL(a->l[0], p[2]) | EQUAL(a->l[0], p[3]) | EQUAL(a->l[0], p[4])) == 0)
    return 0;
  uint32_t zero = 0;
  for (int k = 0; k <= 4; k++) {
    uint32_t equal = 0xff;
    for (int i = 0; i < 5; i++) equal &= EQUAL(a->l[i], F(multiples)[i][k]);
    zero |= equal;
  }
  return zero;
}
/* 2p - a in the lanes of a mask, zero becoming 2p. */
INLINE void F(vnegate)(F(vec) *r, uint32_t lanes) {
  __m512i x[5];
  UNROLL
  for (int i = 0; i < 5; i++)
    x[i] = _mm512_mask_sub_epi64(r->l[i], (__mmask8)lanes, SPLAT(F(multiples)[i][2]), r->l[i]);
  F(carry)(r, x);
}
#undef EQUAL
#undef SPLAT
#undef MASK52
#undef JOIN
#include "field-words.h"
#undef CONSTANT
#undef F
#undef FIELD
#undef CONSTANTS
