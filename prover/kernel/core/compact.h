/*
 * Points of compact keys: x in the files' form, 32 bytes of G1 or 64 of G2, whose top bit says which of the two y it is: the
 * one whose lowest word in the files' form is odd (of G2: that of c0, or of c1 where c0 is zero). The next bit alone set is
 * infinity. Everything to be known about a point is then its square root, LANES at a time.
 */
#pragma once

#define ODD_BIT 0x80000000u
#define INFINITE_BIT 0x40000000u

/*
 * a^((p - 3) / 4): w with w^2 a = 1 for a square a, -1 for another, so that w a is a root of a, or w one of -1 / a. Sliding
 * windows of four bits over p without its two lowest, which are ones.
 */
INLINE int fq_root_bit(int bit) { return (fq_prime_words[(bit + 2) >> 5] >> ((bit + 2) & 31)) & 1; }
FUNCTION void fq_vroot(fq_vec *w, const fq_vec *a) {
  /* Odd powers. */
  fq_vec table[8], square, r = *a;
  fq_vsqr_tight(&square, a);
  table[0] = *a;
  for (int i = 1; i < 8; i++) fq_vmul(&table[i], &table[i - 1], &square);
  int begun = 0;
  for (int bit = 251; bit >= 0;) {
    if (!fq_root_bit(bit)) {
      fq_vsqr_tight(&r, &r);
      bit--;
      continue;
    }
    int low = bit < 3 ? 0 : bit - 3, digit = 0;
    while (!fq_root_bit(low)) low++;
    for (; bit >= low; bit--) {
      digit = 2 * digit + fq_root_bit(bit);
      if (begun) fq_vsqr_tight(&r, &r);
    }
    if (begun)
      fq_vmul(&r, &r, &table[digit >> 1]);
    else
      r = table[digit >> 1];
    begun = 1;
  }
  *w = r;
}

/* The roots w of fq_vroot of LANES values. */
static void fq_roots(fq_t w[LANES], const fq_t a[LANES]) {
  const fq_t *from[LANES];
  fq_t *to[LANES];
  for (int l = 0; l < LANES; l++) from[l] = &a[l], to[l] = &w[l];
  fq_vec v;
  fq_gather(&v, from);
  fq_vroot(&v, &v);
  fq_scatter(to, &v);
}

/* x's words without their two flags. @returns whether they are below p and the flags make sense */
static int compact_words(uint32_t w[8], const uint32_t *in) {
  for (int k = 0; k < 8; k++) w[k] = in[k];
  w[7] &= ~(ODD_BIT | INFINITE_BIT);
  return fq_words_in_range(w);
}

static int is_infinite(const uint32_t *in, int words) {
  uint32_t low = 0;
  for (int k = 0; k < words - 1; k++) low |= in[k];
  return low == 0 && in[words - 1] == INFINITE_BIT;
}

/* @returns 0, or 1 + the first that is no point */
static uint32_t g1_unpack(g1_affine *out, const uint32_t *in, uint32_t count) {
  static const fq_t three = {FQ_THREE};
  for (uint32_t i = 0; i < count; i += LANES) {
    fq_t square[LANES], root[LANES];
    const uint32_t lanes = count - i < LANES ? count - i : LANES;
    for (uint32_t l = 0; l < LANES; l++) {
      square[l] = fq_one;
      if (l >= lanes) continue;
      g1_affine *p = &out[i + l];
      const uint32_t *from = in + 8 * (i + l);
      uint32_t w[8];
      fq_set_zero(&p->x);
      fq_set_zero(&p->y);
      if (is_infinite(from, 8)) continue;
      if ((from[7] & INFINITE_BIT) || !compact_words(w, from)) return i + l + 1;
      fq_from_words_256(&p->x, w);
      fq_canonical(&p->x, &p->x);
      fq_sqr(&square[l], &p->x);
      fq_mul(&square[l], &square[l], &p->x);
      fq_add(&square[l], &square[l], &three);
      fq_tight(&square[l], &square[l]);
    }
    fq_roots(root, square);
    for (uint32_t l = 0; l < lanes; l++) {
      g1_affine *p = &out[i + l];
      const uint32_t *from = in + 8 * (i + l);
      if (is_infinite(from, 8)) continue;
      fq_t check;
      uint32_t w[8];
      fq_mul(&p->y, &root[l], &square[l]);
      fq_sqr(&check, &p->y);
      fq_sub(&check, &check, &square[l]);
      if (!fq_is_zero(&check)) return i + l + 1;
      fq_to_words_256(w, &p->y);
      if ((w[0] & 1) != from[7] >> 31) fq_neg(&p->y, &p->y);
      fq_canonical(&p->y, &p->y);
    }
  }
  return 0;
}

/*
 * A root of a in Fq2 by two in Fq, without inversion: with s^2 = c0^2 + c1^2, t = (c0 + s) / 2 and w of t as above,
 *   t a square   (w t, c1 w / 2)
 *   another      (c1 w / 2, -w t), because -c1^2 / (4 t) = (c0 - s) / 2 is then the square
 * @returns whether it is one: for other values the candidate is not
 */
static void fq2_roots(fq2_t root[LANES], const fq2_t a[LANES]) {
  fq_t norm[LANES], t[LANES], w[LANES], half;
  /* (p + 1) / 2 */
  uint32_t words[8], carry = 1;
  for (int k = 0; k < 8; k++) {
    words[k] = fq_prime_words[k] + carry;
    carry = carry && words[k] == 0;
  }
  for (int k = 0; k < 8; k++) words[k] = (words[k] >> 1) | (k < 7 ? words[k + 1] << 31 : 0);
  fq_from_words(&half, words);
  for (int l = 0; l < LANES; l++) {
    fq_t square;
    fq_sqr(&norm[l], &a[l].c0);
    fq_sqr(&square, &a[l].c1);
    fq_add(&norm[l], &norm[l], &square);
    fq_tight(&norm[l], &norm[l]);
  }
  fq_roots(w, norm);
  for (int l = 0; l < LANES; l++) {
    fq_t s;
    fq_mul(&s, &w[l], &norm[l]);
    fq_add(&s, &s, &a[l].c0);
    fq_tight(&s, &s);
    /* c1 is 0 and s = -c0: the other sign of s. */
    if (fq_is_zero(&s)) fq_add(&s, &a[l].c0, &a[l].c0), fq_tight(&s, &s);
    fq_mul(&t[l], &s, &half);
  }
  fq_roots(w, t);
  for (int l = 0; l < LANES; l++) {
    fq_t wt, other, chi;
    fq_mul(&wt, &w[l], &t[l]);
    fq_mul(&other, &a[l].c1, &w[l]);
    fq_mul(&other, &other, &half);
    fq_mul(&chi, &wt, &w[l]);
    fq_sub(&chi, &chi, &fq_one);
    if (fq_is_zero(&chi)) {
      root[l].c0 = wt;
      root[l].c1 = other;
    } else {
      root[l].c0 = other;
      fq_neg(&root[l].c1, &wt);
      fq_tight(&root[l].c1, &root[l].c1);
    }
  }
}

static uint32_t fq2_is_odd(const fq2_t *a) {
  uint32_t w[8];
  fq_to_words_256(w, fq_is_zero(&a->c0) ? &a->c1 : &a->c0);
  return w[0] & 1;
}

/* @returns 0, or 1 + the first that is no point */
static uint32_t g2_unpack(g2_affine *out, const uint32_t *in, uint32_t count) {
  static const fq2_t b = {{FQ2_TWIST_B0}, {FQ2_TWIST_B1}};
  for (uint32_t i = 0; i < count; i += LANES) {
    fq2_t square[LANES], root[LANES];
    const uint32_t lanes = count - i < LANES ? count - i : LANES;
    for (uint32_t l = 0; l < LANES; l++) {
      square[l] = fq2_one;
      if (l >= lanes) continue;
      g2_affine *p = &out[i + l];
      const uint32_t *from = in + 16 * (i + l);
      uint32_t w[8];
      fq2_set_zero(&p->x);
      fq2_set_zero(&p->y);
      if (is_infinite(from, 16)) continue;
      if (!fq_words_in_range(from) || (from[15] & INFINITE_BIT) || !compact_words(w, from + 8)) return i + l + 1;
      fq_from_words_256(&p->x.c0, from);
      fq_from_words_256(&p->x.c1, w);
      fq_canonical(&p->x.c0, &p->x.c0);
      fq_canonical(&p->x.c1, &p->x.c1);
      fq2_sqr(&square[l], &p->x);
      fq2_mul(&square[l], &square[l], &p->x);
      fq2_add(&square[l], &square[l], &b);
      fq2_tight(&square[l], &square[l]);
    }
    fq2_roots(root, square);
    for (uint32_t l = 0; l < lanes; l++) {
      g2_affine *p = &out[i + l];
      const uint32_t *from = in + 16 * (i + l);
      if (is_infinite(from, 16)) continue;
      fq2_t check;
      p->y = root[l];
      fq2_sqr(&check, &p->y);
      fq2_sub(&check, &check, &square[l]);
      if (!fq2_is_zero(&check)) return i + l + 1;
      if (fq2_is_odd(&p->y) != from[15] >> 31) fq2_neg(&p->y, &p->y);
      fq_canonical(&p->y.c0, &p->y.c0);
      fq_canonical(&p->y.c1, &p->y.c1);
    }
  }
  return 0;
}

/* B1's points that are A's, or their opposites: out_i = +-points[from_i], `from` holding 2 number + sign. */
static void g1_copy(g1_affine *out, const g1_affine *points, const uint32_t *from, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    out[i] = points[from[i] >> 1];
    if (from[i] & 1) {
      fq_neg(&out[i].y, &out[i].y);
      fq_canonical(&out[i].y, &out[i].y);
    }
  }
}

/* The dictionary of rows.h from values of radix 2^512: 1, -1, then each value and its opposite. @returns as g1_unpack */
static uint32_t read_dictionary(fr_t *out, const uint32_t *in, uint32_t count) {
  static const fr_t factor = {FR_FROM_512};
  out[0] = fr_one;
  fr_neg(&out[1], &fr_one);
  for (uint32_t i = 0; i < count; i++, in += 8) {
    fr_t value;
    if (!fr_words_in_range(in)) return i + 1;
    fr_unpack(&value, in);
    fr_mul(&out[2 + 2 * i], &value, &factor);
    fr_neg(&out[3 + 2 * i], &out[2 + 2 * i]);
  }
  return 0;
}
