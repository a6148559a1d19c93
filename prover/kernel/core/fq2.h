/* Fq2 = Fq[u] / (u^2 + 1), with the same contract of tight and loose values as its base. Multiplication by Karatsuba. */
#pragma once
typedef struct {
  fq_t c0, c1;
} fq2_t;

static const fq2_t fq2_one = {{FQ_ONE}, {{0}}};

INLINE void fq2_add(fq2_t *r, const fq2_t *a, const fq2_t *b) {
  fq_add(&r->c0, &a->c0, &b->c0);
  fq_add(&r->c1, &a->c1, &b->c1);
}
INLINE void fq2_sub(fq2_t *r, const fq2_t *a, const fq2_t *b) {
  fq_sub(&r->c0, &a->c0, &b->c0);
  fq_sub(&r->c1, &a->c1, &b->c1);
}
INLINE void fq2_tight(fq2_t *r, const fq2_t *a) {
  fq_tight(&r->c0, &a->c0);
  fq_tight(&r->c1, &a->c1);
}
INLINE void fq2_neg(fq2_t *r, const fq2_t *a) {
  fq_neg(&r->c0, &a->c0);
  fq_neg(&r->c1, &a->c1);
}
INLINE void fq2_set_zero(fq2_t *r) {
  fq_set_zero(&r->c0);
  fq_set_zero(&r->c1);
}
INLINE int fq2_is_blank(const fq2_t *a) { return fq_is_blank(&a->c0) && fq_is_blank(&a->c1); }
INLINE int fq2_is_zero(const fq2_t *a) { return fq_is_zero(&a->c0) && fq_is_zero(&a->c1); }

FUNCTION void fq2_mul(fq2_t *r, const fq2_t *a, const fq2_t *b) {
  fq_t low, high, cross, sa, sb;
  fq_mul(&low, &a->c0, &b->c0);
  fq_mul(&high, &a->c1, &b->c1);
  fq_add(&sa, &a->c0, &a->c1);
  fq_add(&sb, &b->c0, &b->c1);
  fq_tight(&sa, &sa);
  fq_tight(&sb, &sb);
  fq_mul(&cross, &sa, &sb);
  fq_sub(&cross, &cross, &low);
  fq_sub(&cross, &cross, &high);
  fq_sub(&low, &low, &high);
  fq_tight(&r->c0, &low);
  fq_tight(&r->c1, &cross);
}

/* (c0 + c1)(c0 - c1) + 2 c0 c1 u */
FUNCTION void fq2_sqr(fq2_t *r, const fq2_t *a) {
  fq_t sum, difference, product;
  fq_add(&sum, &a->c0, &a->c1);
  fq_sub(&difference, &a->c0, &a->c1);
  fq_tight(&sum, &sum);
  fq_tight(&difference, &difference);
  fq_mul(&product, &a->c0, &a->c1);
  fq_mul(&r->c0, &sum, &difference);
  fq_add(&product, &product, &product);
  fq_tight(&r->c1, &product);
}

/* 1 / a = (c0 - c1 u) / (c0^2 + c1^2) */
FUNCTION void fq2_invert(fq2_t *r, const fq2_t *a) {
  fq_t norm, square, t;
  fq_sqr(&norm, &a->c0);
  fq_sqr(&square, &a->c1);
  fq_add(&norm, &norm, &square);
  fq_invert(&norm, &norm);
  fq_mul(&t, &a->c1, &norm);
  fq_mul(&r->c0, &a->c0, &norm);
  fq_neg(&r->c1, &t);
}
