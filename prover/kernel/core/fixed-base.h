/*
 * Multiples of one point by many scalars, for keys whose secrets are known. A table holds d 2^(c w) P for d = 1..2^(c-1)
 * and every window w; a multiple is the sum of one entry a window, and sum_segments, which takes equal and opposite points
 * too, adds up many at once. Include after msm.h with GROUP and BASE defined again.
 */
#define G(name) PASTE(GROUP, name)
#define FE(name) PASTE(BASE, name)
#ifndef FIXED_CHUNK
#define FIXED_CHUNK 512 /* scalars whose points are in hand at once */
#define FIXED_BITS 253  /* of min(s, r - s) */
#endif

/* Points of a table. */
static uint32_t G(fixed_size)(int c) { return (uint32_t)windows_for(FIXED_BITS, c) << (c - 1); }

FUNCTION void G(fixed_table)(G(affine) *table, const G(affine) *base, int c) {
  const size_t mark = kernel_mark();
  const uint32_t half = 1u << (c - 1);
  G(affine) *from = kernel_take(sizeof(G(affine)) * 2 * half), *to = kernel_take(sizeof(G(affine)) * 2 * half);
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * half);
  for (int w = 0; w < windows_for(FIXED_BITS, c); w++, table += half) {
    if (w == 0) {
      table[0] = *base;
    } else {
      from[0] = from[1] = table[-1];
      lengths[0] = 2;
      table[0] = *G(sum_segments)(from, to, lengths, 1);
    }
    for (uint32_t have = 1; have < half; have *= 2) {
      for (uint32_t j = 0; j < have; j++) from[2 * j] = table[have - 1], from[2 * j + 1] = table[j], lengths[j] = 2;
      const G(affine) *sums = G(sum_segments)(from, to, lengths, have);
      for (uint32_t j = 0; j < have; j++) table[have + j] = sums[j];
    }
  }
  kernel_release(mark);
}

/* Scalars of eight plain words below r. */
FUNCTION void G(fixed_multiply)(G(affine) *out, const G(affine) *table, int c, const uint32_t *scalars,
                                uint32_t count) {
  const size_t mark = kernel_mark();
  const int windows = windows_for(FIXED_BITS, c);
  const size_t most = sizeof(G(affine)) * FIXED_CHUNK * (size_t)windows;
  G(affine) *from = kernel_take(most), *to = kernel_take(most);
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * FIXED_CHUNK);
  for (uint32_t first = 0; first < count; first += FIXED_CHUNK, out += FIXED_CHUNK) {
    const uint32_t chunk = count - first < FIXED_CHUNK ? count - first : FIXED_CHUNK;
    uint32_t at = 0;
    for (uint32_t i = 0; i < chunk; i++) {
      scalar_t s;
      const uint32_t before = at, sign = scalar_magnitude(&s, scalars + 8 * (size_t)(first + i));
      scalar_bias(&s, c, windows);
      for (int w = 0; w < windows; w++) {
        const int32_t digit = scalar_digit(&s, c, w);
        if (digit == 0) continue;
        from[at] = table[((uint32_t)w << (c - 1)) + (uint32_t)(digit < 0 ? -digit : digit) - 1];
        if (sign != (digit < 0)) FE(neg)(&from[at].y, &from[at].y);
        at++;
      }
      lengths[i] = at - before;
    }
    const G(affine) *sums = G(sum_segments)(from, to, lengths, chunk);
    for (uint32_t i = 0; i < chunk; i++) {
      if (lengths[i] == 0) {
        FE(set_zero)(&out[i].x);
        FE(set_zero)(&out[i].y);
      } else {
        out[i] = *sums++;
      }
    }
  }
  kernel_release(mark);
}

#undef G
#undef FE
#undef GROUP
#undef BASE
