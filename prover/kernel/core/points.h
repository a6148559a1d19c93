/* Points between the files' bytes and ours. Files: affine coordinates of 32 bytes, Montgomery radix 2^256, infinity all zero. */
#pragma once

/* @returns 0, or 1 + the first point with a coordinate out of range or off the curve */
static uint32_t g1_read(g1_affine *out, const uint32_t *in, uint32_t count) {
  static const fq_t three = {FQ_THREE};
  for (uint32_t i = 0; i < count; i++, in += 16) {
    g1_affine *p = &out[i];
    fq_t left, right;
    if (!fq_words_in_range(in) || !fq_words_in_range(in + 8)) return i + 1;
    fq_from_words_256(&p->x, in);
    fq_from_words_256(&p->y, in + 8);
    fq_canonical(&p->x, &p->x);
    fq_canonical(&p->y, &p->y);
    if (fq_is_blank(&p->x) && fq_is_blank(&p->y)) continue;
    fq_sqr(&left, &p->y);
    fq_sqr(&right, &p->x);
    fq_mul(&right, &right, &p->x);
    fq_add(&right, &right, &three);
    fq_tight(&right, &right);
    fq_sub(&left, &left, &right);
    if (!fq_is_zero(&left)) return i + 1;
  }
  return 0;
}

static uint32_t g2_read(g2_affine *out, const uint32_t *in, uint32_t count) {
  static const fq2_t b = {{FQ2_TWIST_B0}, {FQ2_TWIST_B1}};
  for (uint32_t i = 0; i < count; i++, in += 32) {
    g2_affine *p = &out[i];
    fq_t *coordinates[4] = {&p->x.c0, &p->x.c1, &p->y.c0, &p->y.c1};
    fq2_t left, right;
    for (int k = 0; k < 4; k++) {
      if (!fq_words_in_range(in + 8 * k)) return i + 1;
      fq_from_words_256(coordinates[k], in + 8 * k);
      fq_canonical(coordinates[k], coordinates[k]);
    }
    if (fq2_is_blank(&p->x) && fq2_is_blank(&p->y)) continue;
    fq2_sqr(&left, &p->y);
    fq2_sqr(&right, &p->x);
    fq2_mul(&right, &right, &p->x);
    fq2_add(&right, &right, &b);
    fq2_tight(&right, &right);
    fq2_sub(&left, &left, &right);
    if (!fq2_is_zero(&left)) return i + 1;
  }
  return 0;
}

/* As the files have them, the reverse of reading. */
static void g1_store(uint32_t *out, const g1_affine *points, uint32_t count) {
  for (uint32_t i = 0; i < count; i++, out += 16) {
    fq_to_words_256(out, &points[i].x);
    fq_to_words_256(out + 8, &points[i].y);
  }
}

static void g2_store(uint32_t *out, const g2_affine *points, uint32_t count) {
  for (uint32_t i = 0; i < count; i++, out += 32) {
    fq_to_words_256(out, &points[i].x.c0);
    fq_to_words_256(out + 8, &points[i].x.c1);
    fq_to_words_256(out + 16, &points[i].y.c0);
    fq_to_words_256(out + 24, &points[i].y.c1);
  }
}

/* Plain coordinates, not Montgomery: what a proof file says. */
static void g1_write(uint32_t *out, const g1_affine *p) {
  fq_to_words(out, &p->x);
  fq_to_words(out + 8, &p->y);
}

static void g2_write(uint32_t *out, const g2_affine *p) {
  fq_to_words(out, &p->x.c0);
  fq_to_words(out + 8, &p->x.c1);
  fq_to_words(out + 16, &p->y.c0);
  fq_to_words(out + 24, &p->y.c1);
}

/*
 * Field operations for tests and measurements, `count` times on r: multiply by a, square, invert; in vectors square, multiply
 * by a, take a away twice.
 */
static void field_repeat(uint32_t *r, const uint32_t *a, int which, uint32_t count) {
  fq_t x, y, *to[LANES];
  fq_vec v, w;
  fq_from_words(&x, r);
  fq_from_words(&y, a);
  for (int l = 0; l < LANES; l++) to[l] = &x;
  for (uint32_t i = 0; i < count; i++) {
    if (which == 0) fq_mul(&x, &x, &y);
    if (which == 1) fq_sqr(&x, &x);
    if (which == 2) fq_invert(&x, &x);
    if (which < 3) continue;
    fq_splat(&v, &x);
    fq_splat(&w, &y);
    if (which == 3) fq_vsqr_tight(&v, &v);
    if (which == 4) fq_vmul(&v, &v, &w);
    if (which == 5) fq_vsub(&v, &v, &w), fq_vsub(&v, &v, &w), fq_vtight(&v, &v);
    fq_scatter(to, &v);
  }
  fq_to_words(r, &x);
}
