/*
 * Sums of multiples of points (Pippenger's buckets, signed windows). Continues group.h: GROUP and BASE still defined.
 *
 * All adding is done by sum_rounds: it adds up many short lists of affine points at once, pairwise in rounds;
 * a round's divisions become one by Montgomery's trick, so an addition costs 5M + 1S. It fills the buckets, and then adds
 * them up: with k = u 2^h + v, sum k B_k = 2^h sum u R_u + sum v C_v, where R_u and C_v are again sums of lists (rows and
 * columns of buckets), leaving two short sums for XYZZ coordinates.
 */
/* Pairs a batch, a multiple of twice every number of lanes. A build under sanitizers has fewer: more batches, less memory. */
#ifndef BATCH
#define BATCH 2048
#endif
#define AHEAD 32

typedef struct {
  const G(affine) *a, *b;
  G(affine) *out;
  /* Bit 0: a's y counts negative; bit 1: b's. */
  uint32_t signs;
} G(pair);

typedef struct {
  G(pair) pairs[BATCH + AHEAD];
  FE(vec) denominators[BATCH / LANES], prefixes[BATCH / LANES];
  /* By lane: whose signs are set, and which pairs are doublings. */
  uint16_t negative_a[BATCH / LANES], negative_b[BATCH / LANES], doublings[BATCH / LANES];
  G(affine) two[2], nowhere;
  int length;
  /* Whether points at infinity may be among those to come: they are rare, and looking for them is not free. */
  int infinities;
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

INLINE void G(copy_signed)(G(affine) *out, const G(affine) *p, int negative) {
  *out = *p;
  if (negative && !G(affine_is_infinity)(p)) FE(neg)(&out->y, &p->y);
}

/*
 * A pair that the chord does not serve: a point at infinity, equal or opposite points. What is not a doubling is settled
 * here, and the harmless sum of `two` points takes its place. @returns whether it is a doubling, `*d` its denominator
 */
FUNCTION int G(settle)(G(batch) *batch, G(pair) *pair, FE(t) *d) {
  G(affine) a, b;
  G(copy_signed)(&a, pair->a, pair->signs & 1);
  G(copy_signed)(&b, pair->b, pair->signs & 2);
  if (G(affine_is_infinity)(&a)) {
    *pair->out = b;
  } else if (G(affine_is_infinity)(&b)) {
    *pair->out = a;
  } else {
    FE(t) difference;
    FE(sub)(&difference, &b.y, &a.y);
    if (FE(is_zero)(&difference)) {
      FE(add)(d, &a.y, &a.y);
      FE(tight)(d, d);
      return 1;
    }
    FE(set_zero)(&pair->out->x);
    FE(set_zero)(&pair->out->y);
    batch->infinities = 1;
  }
  *pair = (G(pair)){&batch->two[0], &batch->two[1], &batch->nowhere, 0};
  *d = FE(one);
  return 0;
}

INLINE void G(prefetch)(const G(affine) *p) {
  for (size_t at = 0; at < sizeof(G(affine)); at += 64) __builtin_prefetch((const char *)p + at);
}

/* Pair i belongs to lane i mod LANES. Groups of lanes have two chains of products in turn, which keeps a processor busy. */
FUNCTION void G(flush)(G(batch) *batch) {
  const FE(t) *ax[LANES], *ay[LANES], *bx[LANES], *by[LANES];
  FE(t) *ox[LANES], *oy[LANES];
  FE(vec) chains[2], inverse[2], d, t, x1, x2, y1, y2;
  if (batch->length == 0) return;
  for (; batch->length % (2 * LANES) != 0; batch->length++)
    batch->pairs[batch->length] = (G(pair)){&batch->two[0], &batch->two[1], &batch->nowhere, 0};
  const int groups = batch->length / LANES;
  FE(splat)(&chains[0], &FE(one));
  chains[1] = chains[0];
  for (int g = 0; g < groups; g++) {
    G(pair) *pairs = &batch->pairs[g * LANES];
    uint32_t negative_a = 0, negative_b = 0, doublings = 0;
    for (int l = 0; l < LANES; l++) {
      ax[l] = &pairs[l].a->x, ay[l] = &pairs[l].a->y;
      bx[l] = &pairs[l].b->x, by[l] = &pairs[l].b->y;
      G(prefetch)(pairs[l + AHEAD].a);
      G(prefetch)(pairs[l + AHEAD].b);
      negative_a |= (pairs[l].signs & 1) << l;
      negative_b |= (pairs[l].signs >> 1) << l;
    }
    FE(gather)(&x1, ax);
    FE(gather)(&x2, bx);
    FE(vsub)(&d, &x2, &x1);
    uint32_t special = FE(vzero)(&d);
    if (batch->infinities) {
      FE(gather)(&y1, ay);
      FE(gather)(&y2, by);
      special |= FE(vblank)(&y1) | FE(vblank)(&y2);
    }
    if (special != 0) {
      FE(t) scalar[LANES], *to[LANES];
      const FE(t) *from[LANES];
      for (int l = 0; l < LANES; l++) from[l] = to[l] = &scalar[l];
      FE(vtight)(&d, &d);
      FE(scatter)(to, &d);
      for (int l = 0; l < LANES; l++) {
        if (!(special >> l & 1)) continue;
        doublings |= (uint32_t)G(settle)(batch, &pairs[l], &scalar[l]) << l;
        if (doublings >> l & 1) continue;
        negative_a &= ~(1u << l), negative_b &= ~(1u << l);
      }
      FE(gather)(&d, from);
    }
    batch->negative_a[g] = (uint16_t)negative_a;
    batch->negative_b[g] = (uint16_t)negative_b;
    batch->doublings[g] = (uint16_t)doublings;
    batch->denominators[g] = d;
    batch->prefixes[g] = chains[g & 1];
    FE(vmul)(&chains[g & 1], &chains[g & 1], &d);
  }
  FE(vmul)(&t, &chains[0], &chains[1]);
  G(invert_lanes)(&t, &t);
  FE(vmul)(&inverse[0], &t, &chains[1]);
  FE(vmul)(&inverse[1], &t, &chains[0]);
  for (int g = groups - 1; g >= 0; g--) {
    const G(pair) *pairs = &batch->pairs[g * LANES];
    for (int l = 0; l < LANES; l++) {
      ax[l] = &pairs[l].a->x, ay[l] = &pairs[l].a->y;
      bx[l] = &pairs[l].b->x, by[l] = &pairs[l].b->y;
      ox[l] = &pairs[l].out->x, oy[l] = &pairs[l].out->y;
    }
    FE(vec) slope, x;
    FE(vmul)(&slope, &inverse[g & 1], &batch->prefixes[g]);
    FE(vmul)(&inverse[g & 1], &inverse[g & 1], &batch->denominators[g]);
    FE(gather)(&y1, ay);
    FE(gather)(&t, by);
    if (batch->negative_a[g] | batch->negative_b[g]) {
      FE(vnegate)(&y1, batch->negative_a[g]);
      FE(vnegate)(&t, batch->negative_b[g]);
    }
    FE(vsub)(&t, &t, &y1);
    if (batch->doublings[g]) {
      FE(t) numerator[LANES], *to[LANES];
      const FE(t) *from[LANES];
      for (int l = 0; l < LANES; l++) from[l] = to[l] = &numerator[l];
      FE(vtight)(&t, &t);
      FE(scatter)(to, &t);
      for (int l = 0; l < LANES; l++) {
        if (!(batch->doublings[g] >> l & 1)) continue;
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

INLINE void G(enqueue)(G(batch) *batch, G(affine) *out, const G(affine) *a, const G(affine) *b, uint32_t signs) {
  batch->pairs[batch->length++] = (G(pair)){a, b, out, signs};
  if (batch->length == BATCH) G(flush)(batch);
}

FUNCTION G(batch) *G(take_batch)(int infinities) {
  G(batch) *batch = kernel_take(sizeof(G(batch)));
  batch->length = 0;
  batch->infinities = infinities;
  /* Read ahead of what there is. */
  for (int i = 0; i < BATCH + AHEAD; i++) batch->pairs[i].a = batch->pairs[i].b = batch->two;
  /* Any two x that differ will do: a chord asks for no curve. */
  FE(set_zero)(&batch->two[0].x);
  batch->two[0].y = batch->two[1].x = batch->two[1].y = FE(one);
  return batch;
}

/* Sums consecutive lists of points in `from`, round by round; lengths become 0 or 1. @returns the buffer with the results */
FUNCTION G(affine) *G(sum_rounds)(G(batch) *batch, G(affine) *from, G(affine) *to, uint32_t *lengths, uint32_t lists) {
  for (;;) {
    const G(affine) *in = from;
    G(affine) *out = to;
    uint32_t longest = 0;
    for (uint32_t s = 0; s < lists; s++)
      if (lengths[s] > longest) longest = lengths[s];
    if (longest <= 1) return from;
    for (uint32_t s = 0; s < lists; s++) {
      uint32_t left = lengths[s];
      for (; left >= 2; left -= 2, in += 2) G(enqueue)(batch, out++, in, in + 1, 0);
      if (left == 1) *out++ = *in++;
      lengths[s] = (lengths[s] + 1) / 2;
    }
    G(flush)(batch);
    G(affine) *swap = from;
    from = to;
    to = swap;
  }
}

/*
 * Sums consecutive lists of points; lengths become 0 or 1. Both buffers hold all points' number.
 * @returns the one that holds the results, a point for every list that was not empty, in order
 */
FUNCTION G(affine) *G(sum_segments)(G(affine) *from, G(affine) *to, uint32_t *lengths, uint32_t segments) {
  const size_t mark = kernel_mark();
  G(affine) *sums = G(sum_rounds)(G(take_batch)(1), from, to, lengths, segments);
  kernel_release(mark);
  return sums;
}

/*
 * The same, `list` naming points as 2 number + sign. Both buffers hold half the points and one more a list. `*infinities`:
 * whether they may be among the points, and then among the sums.
 */
FUNCTION G(affine) *G(sum_listed)(const G(affine) *points, const uint32_t *list, uint32_t *lengths, uint32_t lists,
                                  G(affine) *from, G(affine) *to, int *infinities) {
  const size_t mark = kernel_mark();
  G(batch) *batch = G(take_batch)(*infinities);
  G(affine) *out = from;
  for (uint32_t s = 0; s < lists; s++) {
    uint32_t left = lengths[s];
    for (; left >= 2; left -= 2, list += 2) {
      const G(affine) *a = &points[list[0] >> 1], *b = &points[list[1] >> 1];
      G(enqueue)(batch, out++, a, b, (list[0] & 1) | (list[1] & 1) << 1);
    }
    if (left == 1) G(copy_signed)(out++, &points[list[0] >> 1], list[0] & 1), list++;
    lengths[s] = (lengths[s] + 1) / 2;
  }
  G(flush)(batch);
  G(affine) *sums = G(sum_rounds)(batch, from, to, lengths, lists);
  *infinities = batch->infinities;
  kernel_release(mark);
  return sums;
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

/* sum k B_k over the buckets k = 0..count-1, `present` of 0 or 1 each, `buckets` their points in order. */
FUNCTION void G(sum_buckets)(G(xyzz) *r, const G(affine) *buckets, const uint32_t *present, uint32_t count,
                             int infinities) {
  int h = 0;
  while ((1u << (2 * h)) < count) h++;
  const uint32_t width = 1u << h, rows = (count + width - 1) >> h;
  const size_t mark = kernel_mark();
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * (rows + width));
  uint32_t *position = kernel_take(sizeof(uint32_t) * count);
  uint32_t *list = kernel_take(sizeof(uint32_t) * 2 * count);
  uint32_t total = 0;
  for (uint32_t k = 0; k < count; k++) position[k] = total, total += present[k];
  for (uint32_t u = 0; u < rows; u++) {
    lengths[u] = 0;
    for (uint32_t k = u << h; k < count && k < (u + 1) << h; k++) lengths[u] += present[k];
  }
  for (uint32_t i = 0; i < total; i++) list[i] = 2 * i;
  uint32_t out = total;
  for (uint32_t v = 0; v < width; v++) {
    lengths[rows + v] = 0;
    for (uint32_t k = v; k < count; k += width)
      if (present[k]) list[out++] = 2 * position[k], lengths[rows + v]++;
  }
  const uint32_t room = total + rows + width;
  G(affine) *buffer = kernel_take(sizeof(G(affine)) * room), *spare = kernel_take(sizeof(G(affine)) * room);
  const G(affine) *sums = G(sum_listed)(buckets, list, lengths, rows + width, buffer, spare, &infinities);
  G(xyzz) by_rows;
  G(weighted_sum)(&by_rows, sums, lengths, rows);
  for (int i = 0; i < h; i++) G(double)(&by_rows, &by_rows);
  for (uint32_t u = 0; u < rows; u++) sums += lengths[u];
  G(weighted_sum)(r, sums, lengths + rows, width);
  G(add)(r, r, &by_rows);
  kernel_release(mark);
}

/* The sum of one window's digits times the points. */
FUNCTION void G(sum_window)(G(xyzz) *r, const G(affine) *points, const plan_t *plan, int window) {
  const size_t mark = kernel_mark();
  const int16_t *digits = plan->digits + (size_t)window * plan->wide_count;
  const uint32_t buckets = (1u << (plan->width - 1)) + 1;
  uint32_t *lengths = kernel_take(sizeof(uint32_t) * buckets), *starts = kernel_take(sizeof(uint32_t) * buckets);
  uint32_t *list = kernel_take(sizeof(uint32_t) * plan->wide_count);
  for (uint32_t k = 0; k < buckets; k++) lengths[k] = 0;
  for (uint32_t i = 0; i < plan->wide_count; i++) lengths[digits[i] < 0 ? -digits[i] : digits[i]]++;
  lengths[0] = 0;
  uint32_t total = 0;
  for (uint32_t k = 0; k < buckets; k++) starts[k] = total, total += lengths[k];
  for (uint32_t i = 0; i < plan->wide_count; i++) {
    const int32_t digit = digits[i];
    if (digit != 0) list[starts[digit < 0 ? -digit : digit]++] = plan->wide[i] ^ (digit < 0);
  }
  const uint32_t room = total / 2 + buckets;
  G(affine) *from = kernel_take(sizeof(G(affine)) * room), *to = kernel_take(sizeof(G(affine)) * room);
  int infinities = plan->infinities;
  const G(affine) *sums = G(sum_listed)(points, list, lengths, buckets, from, to, &infinities);
  G(sum_buckets)(r, sums, lengths, buckets, infinities);
  kernel_release(mark);
}

/* The sum of the points whose scalars are 1, less those whose scalars are -1. */
FUNCTION void G(sum_units)(G(xyzz) *r, const G(affine) *points, const plan_t *plan) {
  const size_t mark = kernel_mark();
  uint32_t length = plan->unit_count;
  G(set_infinity)(r);
  if (length > 0) {
    const uint32_t room = length / 2 + 1;
    G(affine) *from = kernel_take(sizeof(G(affine)) * room), *to = kernel_take(sizeof(G(affine)) * room);
    int infinities = plan->infinities;
    G(from_affine)(r, G(sum_listed)(points, plan->units, &length, 1, from, to, &infinities));
  }
  kernel_release(mark);
}

/* Windows' sums and that of the units to the whole. */
FUNCTION void G(sum_up)(G(xyzz) *r, const G(xyzz) *windows, const G(xyzz) *units, const plan_t *plan) {
  G(set_infinity)(r);
  for (int w = plan->windows - 1; w >= 0; w--) {
    for (int i = 0; i < plan->width; i++) G(double)(r, r);
    G(add)(r, r, &windows[w]);
  }
  G(add)(r, r, units);
}

/* sum s_i P_i, in one go. Scalars of eight plain words below r; `index` names each point's scalar. */
FUNCTION void G(msm)(G(xyzz) *r, const G(affine) *points, const uint32_t *index, uint32_t count,
                     const uint32_t *scalars) {
  const size_t mark = kernel_mark();
  plan_t plan;
  plan.units = kernel_take(sizeof(uint32_t) * count);
  plan.wide = kernel_take(sizeof(uint32_t) * count);
  plan_lists(&plan, index, count, scalars);
  plan.infinities = 1;
  plan.digits = kernel_take(sizeof(int16_t) * plan.wide_count * (size_t)plan.windows);
  plan_digits(&plan, index, scalars);
  G(xyzz) *windows = kernel_take(sizeof(G(xyzz)) * (size_t)plan.windows), units;
  for (int w = 0; w < plan.windows; w++) G(sum_window)(&windows[w], points, &plan, w);
  G(sum_units)(&units, points, &plan);
  G(sum_up)(r, windows, &units, &plan);
  kernel_release(mark);
}

#undef AHEAD
#undef G
#undef FE
#undef GROUP
#undef BASE
