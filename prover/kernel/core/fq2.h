/* Fq2 = Fq[u] / (u^2 + 1), with the same contract of tight and loose values as its base. Multiplication by Karatsuba. */
#pragma once
typedef struct {
  fq_t c0, c1;
} fq2_t;
typedef struct {
  fq_vec c0, c1;
} fq2_vec;

static const fq2_t fq2_one = {FQ2_ONE};

#define fq_T fq_t
#define fq2_T fq2_t
#define Q(name) fq_##name
#define Q2(name) fq2_##name
#include "fq2-arithmetic.h"
#define fq_vT fq_vec
#define fq2_vT fq2_vec
#define Q(name) fq_v##name
#define Q2(name) fq2_v##name
#include "fq2-arithmetic.h"

INLINE void fq2_gather(fq2_vec *r, const fq2_t *const from[LANES]) {
  const fq_t *part[LANES];
  for (int i = 0; i < LANES; i++) part[i] = &from[i]->c0;
  fq_gather(&r->c0, part);
  for (int i = 0; i < LANES; i++) part[i] = &from[i]->c1;
  fq_gather(&r->c1, part);
}
INLINE void fq2_scatter(fq2_t *const to[LANES], const fq2_vec *a) {
  fq_t *part[LANES];
  for (int i = 0; i < LANES; i++) part[i] = &to[i]->c0;
  fq_scatter(part, &a->c0);
  for (int i = 0; i < LANES; i++) part[i] = &to[i]->c1;
  fq_scatter(part, &a->c1);
}
INLINE void fq2_splat(fq2_vec *r, const fq2_t *a) {
  fq_splat(&r->c0, &a->c0);
  fq_splat(&r->c1, &a->c1);
}
INLINE uint32_t fq2_vzero(const fq2_vec *a) {
  const uint32_t zero = fq_vzero(&a->c0);
  return zero ? zero & fq_vzero(&a->c1) : 0;
}
INLINE uint32_t fq2_vblank(const fq2_vec *a) {
  const uint32_t blank = fq_vblank(&a->c0);
  return blank ? blank & fq_vblank(&a->c1) : 0;
}
INLINE void fq2_vnegate(fq2_vec *r, uint32_t lanes) {
  fq_vnegate(&r->c0, lanes);
  fq_vnegate(&r->c1, lanes);
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
