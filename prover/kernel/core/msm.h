/*
 * Sums of multiples of points (Pippenger's buckets, signed windows). Continues group.h: GROUP and BASE still defined.
 *
 * All adding is done by one routine, sum_segments: it adds up many short lists of affine points at once, pairwise in
 * rounds; a round's divisions become one by Montgomery's trick, so an addition costs 5M + 1S. It fills the buckets, and
 * then adds them up: with k = u 2^h + v, sum k B_k = 2^h sum u R_u + sum v C_v, where R_u and C_v are again sums of
 * segments (rows and columns of buckets), leaving two short sums for XYZZ coordinates.
 */
#define BATCH 2048 /* a multiple of every number of lanes */

typedef struct {
  G(affine) *out;
  const G(affine) *first; /* the second follows it */
  int doubling;
} G(pair);

typedef struct {
  G(pair) pairs[BATCH];
  FE(t) denominators[BATCH];
  FE(vec) prefixes[BATCH / LANES];
  G(affine) nothing[2], nowhere;
  int length;
} G(batch);

/* The inverses of all lanes, by one. */
INLINE void G(invert_lanes)(FE(vec) *r, const FE(vec) *a) {
  FE(t) value[LANES], prefix[LANES], inverse;
  FE(t) *to[LANES];
  const FE(t) *from[LANES];
  for (int i = 0; i < LANES; i++) from[i] = to[i] = &value[i];
  FE(scatter)(to, a);
  prefix[0] = value[0];
  for (int i = 1; i < LANES; i++) FE(mul)(&prefix[i], &prefix[i - 1], &value[i]);
  FE(invert)(&inverse, &prefix[LANES - 1]);
  for (int i = LANES - 1; i > 0; i--) {
    FE(t) t;
    FE(mul)(&t, &inverse, &prefix[i - 1]);
    FE(mul)(&inverse, &inverse, &value[i]);
    value[i] = t;
  }
  value[0] = inverse;
  FE(gather)(r, from);
}

/* Pair i belongs to lane i mod LANES; every lane has its own chain of products. */
FUNCTION void G(flush)(G(batch) *batch) {
  const FE(t) *from[LANES], *ax[LANES], *ay[LANES], *bx[LANES], *by[LANES];
  FE(t) *ox[LANES], *oy[LANES];
  FE(vec) inverse, d;
  if (batch->length == 0) return;
  for (; batch->length % LANES != 0; batch->length++) {
    batch->pairs[batch->length] = (G(pair)){&batch->nowhere, batch->nothing, 0};
    batch->denominators[batch->length] = FE(one);
  }
  FE(splat)(&inverse, &FE(one));
  for (int g = 0; g < batch->length; g += LANES) {
    for (int l = 0; l < LANES; l++) from[l] = &batch->denominators[g + l];
    FE(gather)(&d, from);
    batch->prefixes[g / LANES] = inverse;
    FE(vmul)(&inverse, &inverse, &d);
  }
  G(invert_lanes)(&inverse, &inverse);
  for (int g = batch->length - LANES; g >= 0; g -= LANES) {
    int doubling = 0;
    for (int l = 0; l < LANES; l++) {
      const G(pair) *pair = &batch->pairs[g + l];
      from[l] = &batch->denominators[g + l];
      ax[l] = &pair->first[0].x, ay[l] = &pair->first[0].y;
      bx[l] = &pair->first[1].x, by[l] = &pair->first[1].y;
      ox[l] = &pair->out->x, oy[l] = &pair->out->y;
      doubling |= pair->doubling;
    }
    FE(vec) x1, y1, x2, slope, t, x;
    FE(gather)(&d, from);
    FE(vmul)(&slope, &inverse, &batch->prefixes[g / LANES]);
    FE(vmul)(&inverse, &inverse, &d);
    FE(gather)(&y1, ay);
    FE(gather)(&t, by);
    FE(vsub)(&t, &t, &y1);
    if (doubling) {
      FE(t) numerator[LANES], *to[LANES];
      for (int l = 0; l < LANES; l++) from[l] = to[l] = &numerator[l];
      FE(scatter)(to, &t);
      for (int l = 0; l < LANES; l++) {
        if (!batch->pairs[g + l].doubling) continue;
        FE(t) square, twice;
        FE(sqr)(&square, ax[l]);
        FE(add)(&twice, &square, &square);
        FE(add)(&square, &twice, &square);
        FE(tight)(&numerator[l], &square);
      }
      FE(gather)(&t, from);
    }
    FE(vmul)(&slope, &slope, &t);
    FE(vsqr)(&x, &slope);
    FE(gather)(&x1, ax);
    FE(gather)(&x2, bx);
    FE(vsub)(&x, &x, &x1);
    FE(vsub)(&x, &x, &x2);
    FE(vtight)(&x, &x);
    FE(vsub)(&t, &x1, &x);
    FE(vmul)(&t, &slope, &t);
    FE(vsub)(&t, &t, &y1);
    FE(vtight)(&t, &t);
    FE(scatter)(ox, &x);
    FE(scatter)(oy, &t);
  }
  batch->length = 0;
}

INLINE void G(enqueue)(G(batch) *batch, G(affine) *out, const G(affine) *a) {
  const G(affine) *b = a + 1;
  if (G(affine_is_infinity)(a)) {
    *out = *b;
    return;
  }
  if (G(affine_is_infinity)(b)) {
    *out = *a;
    return;
  }
  const int i = batch->length;
  FE(t) *d = &batch->denominators[i];
  int doubling = 0;
  FE(sub)(d, &b->x, &a->x);
  if (FE(is_zero)(d)) {
    FE(t) difference;
    FE(sub)(&difference, &b->y, &a->y);
    if (!FE(is_zero)(&difference)) {
      FE(set_zero)(&out->x);
      FE(set_zero)(&out->y);
      return;
    }
    doubling = 1;
    FE(add)(d, &a->y, &a->y);
    FE(tight)(d, d);
  }
  batch->pairs[i] = (G(pair)){out, a, doubling};
  batch->length = i + 1;
  if (batch->length == BATCH) G(flush)(batch);
}

/*
 * Sums consecutive lists of points; lengths become 0 or 1. Both buffers hold all points' number.
 * @returns the one that holds the results, a point for every list that was not empty, in order
 */
FUNCTION G(affine) *G(sum_segments)(G(affine) *from, G(affine) *to, uint32_t *lengths, uint32_t segments) {
  const size_t mark = kernel_mark();
  G(batch) *batch = kernel_take(sizeof(G(batch)));
  batch->length = 0;
  for (int i = 0; i < 2; i++) {
    FE(set_zero)(&batch->nothing[i].x);
    FE(set_zero)(&batch->nothing[i].y);
  }
  for (;;) {
    uint32_t longest = 0;
    const G(affine) *in = from;
    G(affine) *out = to;
    for (uint32_t s = 0; s < segments; s++)
      if (lengths[s] > longest) longest = lengths[s];
    if (longest <= 1) break;
    for (uint32_t s = 0; s < segments; s++) {
      uint32_t left = lengths[s];
      for (; left >= 2; left -= 2, in += 2) G(enqueue)(batch, out++, in);
      if (left == 1) *out++ = *in++;
      lengths[s] = (lengths[s] + 1) / 2;
    }
    G(flush)(batch);
    G(affine) *swap = from;
    from = to;
    to = swap;
  }
  kernel_release(mark);
  return from;
}

/* sum of k times the k-th of `count` points; `points` holds those of length 1. */
FUNCTION void G(weighted_sum)(G(xyzz) *r, const G(affine) *points, const uint32_t *lengths, uint32_t count) {
  G(xyzz) running;
  uint32_t at = 0;
  G(set_infinity)(&running);
  G(set_infinity)(r);
  for (uint32_t k = 0; k < count; k++) at += lengths[k];
  for (uint32_t k = count; k-- > 1;) {
    if (lengths[k] != 0) G(add_affine)(&running, &running, &points[--at]);
    G(add)(r, r, &running);
  }
}

/*
 * sum k B_k over the buckets k = 0..count-1, `present` of 0 or 1 each, `buckets` their points in order. Rows and columns are
 * added up in the same rounds. Both buffers hold 2 count points; `buckets` may lie in the second.
 */
FUNCTION void G(sum_buckets)(G(xyzz) *r, const G(affine) *buckets, const uint32_t *present, uint32_t count,
                             G(affine) *buffer, G(affine) *spare) {
  int h = 0;
  while ((1u << (2 * h)) < count) h++;
  const uint32_t width = 1u << h, rows = (count + width - 1) >> h;
  const size_t mark = kernel_mark();
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * (rows + width));
  uint32_t *position = kernel_take(sizeof(uint32_t) * count);
  uint32_t total = 0;
  for (uint32_t k = 0; k < count; k++) position[k] = total, total += present[k];
  for (uint32_t u = 0; u < rows; u++) {
    lengths[u] = 0;
    for (uint32_t k = u << h; k < count && k < (u + 1) << h; k++) lengths[u] += present[k];
  }
  for (uint32_t i = 0; i < total; i++) buffer[i] = buckets[i];
  uint32_t out = total;
  for (uint32_t v = 0; v < width; v++) {
    lengths[rows + v] = 0;
    for (uint32_t k = v; k < count; k += width)
      if (present[k]) buffer[out++] = buckets[position[k]], lengths[rows + v]++;
  }
  const G(affine) *sums = G(sum_segments)(buffer, spare, lengths, rows + width);
  G(xyzz) by_rows;
  G(weighted_sum)(&by_rows, sums, lengths, rows);
  for (int i = 0; i < h; i++) G(double)(&by_rows, &by_rows);
  for (uint32_t u = 0; u < rows; u++) sums += lengths[u];
  G(weighted_sum)(r, sums, lengths + rows, width);
  G(add)(r, r, &by_rows);
  kernel_release(mark);
}

/*
 * sum s_i P_i. Scalars of eight plain words below r; `index` names each point's scalar. Zeros are dropped, ones and
 * minus ones are added up by themselves, and a scalar above r/2 becomes its negative, so that small negatives are cheap.
 */
FUNCTION void G(msm)(G(xyzz) *r, const G(affine) *points, const uint32_t *index, uint32_t count,
                     const uint32_t *scalars) {
  const size_t mark = kernel_mark();
  G(set_infinity)(r);
  if (count == 0) return;
  /* Points with scalars of +-1 and with larger ones, each as 2 point + sign. */
  uint32_t *units = kernel_take(sizeof(uint32_t) * count), *wide = kernel_take(sizeof(uint32_t) * count);
  scalar_t *magnitudes = kernel_take(sizeof(scalar_t) * count);
  uint32_t unit_count = 0, wide_count = 0, bits_histogram[256] = {0};
  for (uint32_t i = 0; i < count; i++) {
    scalar_t s;
    const uint32_t sign = scalar_magnitude(&s, scalars + 8 * (size_t)index[i]);
    const int bits = scalar_bits(&s);
    if (bits == 0 || G(affine_is_infinity)(&points[i])) continue;
    if (bits == 1) {
      units[unit_count++] = 2 * i + sign;
    } else {
      bits_histogram[bits]++;
      magnitudes[wide_count] = s;
      wide[wide_count++] = 2 * i + sign;
    }
  }
  const int c = window_bits(bits_histogram);
  const uint32_t buckets = (1u << (c - 1)) + 1;
  int top = 0;
  for (int b = 0; b < 256; b++)
    if (bits_histogram[b]) top = b;
  const int windows = wide_count == 0 ? 0 : windows_for(top, c);
  uint32_t most = wide_count > unit_count ? wide_count : unit_count;
  if (most < 2 * buckets) most = 2 * buckets;
  G(affine) *from = kernel_take(sizeof(G(affine)) * most), *to = kernel_take(sizeof(G(affine)) * most);
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * buckets), *starts = kernel_take(sizeof(uint32_t) * buckets);

  for (uint32_t i = 0; i < wide_count; i++) scalar_bias(&magnitudes[i], c, windows);
  for (int w = windows - 1; w >= 0; w--) {
    for (int i = 0; i < c; i++) G(double)(r, r);
    for (uint32_t k = 0; k < buckets; k++) lengths[k] = 0;
    for (uint32_t i = 0; i < wide_count; i++) {
      const int32_t digit = scalar_digit(&magnitudes[i], c, w);
      lengths[digit < 0 ? -digit : digit]++;
    }
    lengths[0] = 0;
    uint32_t at = 0;
    for (uint32_t k = 0; k < buckets; k++) starts[k] = at, at += lengths[k];
    for (uint32_t i = 0; i < wide_count; i++) {
      const int32_t digit = scalar_digit(&magnitudes[i], c, w);
      if (digit == 0) continue;
      G(affine) *p = &from[starts[digit < 0 ? -digit : digit]++];
      *p = points[wide[i] >> 1];
      if ((wide[i] & 1) != (digit < 0)) FE(neg)(&p->y, &p->y);
    }
    G(affine) *sums = G(sum_segments)(from, to, lengths, buckets);
    G(xyzz) window;
    G(sum_buckets)(&window, sums, lengths, buckets, sums == from ? to : from, sums);
    G(add)(r, r, &window);
  }

  if (unit_count > 0) {
    for (uint32_t i = 0; i < unit_count; i++) {
      from[i] = points[units[i] >> 1];
      if (units[i] & 1) FE(neg)(&from[i].y, &from[i].y);
    }
    uint32_t length = unit_count;
    G(add_affine)(r, r, G(sum_segments)(from, to, &length, 1));
  }
  kernel_release(mark);
}

#undef BATCH
#undef G
#undef FE
#undef GROUP
#undef BASE
