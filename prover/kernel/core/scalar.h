/* Scalars below r as plain integers, cut into signed windows. */
#pragma once
#include "types.h"

/* Nine words: a bias is added that may exceed 256 bits. */
typedef struct {
  uint32_t w[9];
} scalar_t;

static const uint32_t scalar_order[8] = FR_PRIME_WORDS;

/* min(s, r - s). @returns 1 when it is r - s */
INLINE uint32_t scalar_magnitude(scalar_t *m, const uint32_t s[8]) {
  m->w[8] = 0;
  /* Above 2^253 it is above r/2; between r/2 and that the longer of two equals in cost is taken. */
  if ((s[7] >> 29) == 0) {
    for (int i = 0; i < 8; i++) m->w[i] = s[i];
    return 0;
  }
  int64_t t = 0;
  for (int i = 0; i < 8; i++) {
    t += (int64_t)scalar_order[i] - s[i];
    m->w[i] = (uint32_t)t;
    t >>= 32;
  }
  return 1;
}

INLINE int scalar_bits(const scalar_t *s) {
  for (int i = 7; i >= 0; i--)
    if (s->w[i] != 0) return 32 * i + 32 - __builtin_clz(s->w[i]);
  return 0;
}

INLINE int windows_for(int bits, int c) { return (bits + 1) / c + 1; }

/*
 * Adds 2^(c-1) in every window: the digit is then the window's bits less 2^(c-1), in [-2^(c-1), 2^(c-1)), with no carry
 * from window to window, given windows_for(bits, c) windows: the bias itself needs one bit more than the scalar.
 */
INLINE void scalar_bias(scalar_t *s, int c, int windows) {
  uint32_t bias[9] = {0};
  for (int w = 0; w < windows; w++) {
    const int bit = c * w + c - 1;
    if (bit < 288) bias[bit / 32] |= 1u << (bit % 32);
  }
  uint64_t t = 0;
  for (int i = 0; i < 9; i++) {
    t += (uint64_t)s->w[i] + bias[i];
    s->w[i] = (uint32_t)t;
    t >>= 32;
  }
}

INLINE int32_t scalar_digit(const scalar_t *s, int c, int window) {
  const int bit = c * window, word = bit / 32;
  uint64_t two = s->w[word];
  if (word < 8) two |= (uint64_t)s->w[word + 1] << 32;
  return (int32_t)((two >> (bit % 32)) & ((1u << c) - 1)) - (int32_t)(1u << (c - 1));
}

/*
 * The window's width with the fewest additions: every scalar one per window it reaches, two per bucket, and for the ends of
 * both sums over buckets 2^(c/2) additions of another kind, which cost as many as there are lanes.
 */
static int window_bits(const uint32_t bits_histogram[256]) {
  uint64_t best = UINT64_MAX;
  int width = 2;
  for (int c = 2; c <= 15; c++) {
    uint64_t cost = 0;
    int top = 0;
    for (int b = 1; b < 256; b++) {
      cost += (uint64_t)bits_histogram[b] * (uint64_t)windows_for(b, c);
      if (bits_histogram[b]) top = b;
    }
    cost += (uint64_t)windows_for(top, c) * ((2ull << (c - 1)) + ((8ull * LANES) << (c / 2)));
    if (cost < best) best = cost, width = c;
  }
  return width;
}

/*
 * What a sum of multiples does with each of its points. Lists name a point as 2 number + sign. Zero scalars are dropped,
 * ones and minus ones (units) are added up by themselves, and a scalar above r/2 becomes its negative, so that small
 * negatives are cheap.
 */
typedef struct {
  uint32_t *units, *wide, unit_count, wide_count;
  /* Digit of each wide scalar, window by window. */
  int16_t *digits;
  int width, windows;
} plan_t;

/* Fills the lists, which have room for `count`; `index` names each point's scalar of eight plain words below r. */
static void plan_lists(plan_t *plan, const uint32_t *index, uint32_t count, const uint32_t *scalars) {
  uint32_t bits_histogram[256] = {0};
  int top = 0;
  plan->unit_count = plan->wide_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    scalar_t s;
    const uint32_t sign = scalar_magnitude(&s, scalars + 8 * (size_t)index[i]);
    const int bits = scalar_bits(&s);
    if (bits == 0) continue;
    if (bits == 1) {
      plan->units[plan->unit_count++] = 2 * i + sign;
    } else {
      bits_histogram[bits]++;
      if (bits > top) top = bits;
      plan->wide[plan->wide_count++] = 2 * i + sign;
    }
  }
  plan->width = window_bits(bits_histogram);
  plan->windows = plan->wide_count == 0 ? 0 : windows_for(top, plan->width);
}

/* Fills the digits: windows times wide_count. */
static void plan_digits(const plan_t *plan, const uint32_t *index, const uint32_t *scalars) {
  for (uint32_t i = 0; i < plan->wide_count; i++) {
    scalar_t s;
    scalar_magnitude(&s, scalars + 8 * (size_t)index[plan->wide[i] >> 1]);
    scalar_bias(&s, plan->width, plan->windows);
    for (int w = 0; w < plan->windows; w++)
      plan->digits[(size_t)w * plan->wide_count + i] = (int16_t)scalar_digit(&s, plan->width, w);
  }
}
