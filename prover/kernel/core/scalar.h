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

/* The window's width with the fewest additions: every scalar one per window it reaches, two per bucket. */
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
    cost += (uint64_t)windows_for(top, c) * ((2ull << (c - 1)) + (8ull << (c / 2)));
    if (cost < best) best = cost, width = c;
  }
  return width;
}
