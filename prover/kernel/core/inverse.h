/*
 * Modular inverses of eight-word integers by division steps (Bernstein and Yang 2019), thirty at a time on the lowest bits,
 * their matrix then applied to the full numbers. Variable time.
 */
#pragma once
#include "types.h"

#define STEP_BITS 30
#define STEP_MASK 0x3fffffff
#define STEP_LIMBS 9

/* Limbs of 30 bits, the top one signed. */
typedef struct {
  int32_t l[STEP_LIMBS];
} long_t;

static void long_unpack(long_t *r, const uint32_t w[8]) {
  for (int i = 0; i < STEP_LIMBS; i++) {
    const int bit = STEP_BITS * i, word = bit / 32;
    uint64_t two = w[word];
    if (word < 7) two |= (uint64_t)w[word + 1] << 32;
    r->l[i] = (int32_t)((two >> (bit % 32)) & STEP_MASK);
  }
}

/* (f, g) 2^30 = [u v; q r] (f, g) from their lowest words; f is odd. @returns the new delta */
static int32_t long_steps(int32_t delta, uint32_t f, uint32_t g, int32_t t[4]) {
  uint32_t u = 1, v = 0, q = 0, r = 1;
  int left = STEP_BITS;
  for (;;) {
    /* Steps on an even g halve it; f's coefficients double instead. */
    const int zeros = __builtin_ctz(g | (0xffffffffu << left));
    g >>= zeros, u <<= zeros, v <<= zeros;
    delta += zeros;
    left -= zeros;
    if (left == 0) break;
    if (delta > 0) {
      uint32_t s;
      delta = -delta;
      s = f, f = g, g = 0 - s;
      s = u, u = q, q = 0 - s;
      s = v, v = r, r = 0 - s;
    }
    g += f, q += u, r += v;
  }
  t[0] = (int32_t)u, t[1] = (int32_t)v, t[2] = (int32_t)q, t[3] = (int32_t)r;
  return delta;
}

/* (f, g) = [u v; q r] (f, g) / 2^30, exactly. */
static void long_apply(long_t *f, long_t *g, const int32_t t[4]) {
  const int64_t u = t[0], v = t[1], q = t[2], r = t[3];
  int64_t cf = u * f->l[0] + v * g->l[0], cg = q * f->l[0] + r * g->l[0];
  cf >>= STEP_BITS, cg >>= STEP_BITS;
  for (int i = 1; i < STEP_LIMBS; i++) {
    cf += u * f->l[i] + v * g->l[i];
    cg += q * f->l[i] + r * g->l[i];
    f->l[i - 1] = (int32_t)(cf & STEP_MASK), cf >>= STEP_BITS;
    g->l[i - 1] = (int32_t)(cg & STEP_MASK), cg >>= STEP_BITS;
  }
  f->l[STEP_LIMBS - 1] = (int32_t)cf, g->l[STEP_LIMBS - 1] = (int32_t)cg;
}

/* (d, e) = [u v; q r] (d, e) / 2^30 modulo p; both stay in (-2 p, p). `inverse` is 1 / p modulo 2^30. */
static void long_apply_modular(long_t *d, long_t *e, const int32_t t[4], const long_t *p, uint32_t inverse) {
  const int64_t u = t[0], v = t[1], q = t[2], r = t[3];
  const int32_t negative_d = d->l[STEP_LIMBS - 1] >> 31, negative_e = e->l[STEP_LIMBS - 1] >> 31;
  int64_t md = (t[0] & negative_d) + (t[1] & negative_e), me = (t[2] & negative_d) + (t[3] & negative_e);
  int64_t cd = u * d->l[0] + v * e->l[0], ce = q * d->l[0] + r * e->l[0];
  md -= (inverse * (uint32_t)cd + (uint32_t)md) & STEP_MASK;
  me -= (inverse * (uint32_t)ce + (uint32_t)me) & STEP_MASK;
  cd = (cd + md * p->l[0]) >> STEP_BITS, ce = (ce + me * p->l[0]) >> STEP_BITS;
  for (int i = 1; i < STEP_LIMBS; i++) {
    cd += u * d->l[i] + v * e->l[i] + md * p->l[i];
    ce += q * d->l[i] + r * e->l[i] + me * p->l[i];
    d->l[i - 1] = (int32_t)(cd & STEP_MASK), cd >>= STEP_BITS;
    e->l[i - 1] = (int32_t)(ce & STEP_MASK), ce >>= STEP_BITS;
  }
  d->l[STEP_LIMBS - 1] = (int32_t)cd, e->l[STEP_LIMBS - 1] = (int32_t)ce;
}

/* r = sign a + multiple p, limbs carried. */
static void long_combine(long_t *r, const long_t *a, int32_t sign, const long_t *p, int32_t multiple) {
  int64_t t = 0;
  for (int i = 0; i < STEP_LIMBS - 1; i++) {
    t += (int64_t)sign * a->l[i] + (int64_t)multiple * p->l[i];
    r->l[i] = (int32_t)(t & STEP_MASK);
    t >>= STEP_BITS;
  }
  r->l[STEP_LIMBS - 1] = (int32_t)(t + (int64_t)sign * a->l[STEP_LIMBS - 1] + (int64_t)multiple * p->l[STEP_LIMBS - 1]);
}

/* 1 / a modulo the odd prime p, for a < p < 2^255. Zero gives zero. */
static void modular_inverse(uint32_t out[8], const uint32_t a[8], const uint32_t prime[8]) {
  long_t f, g, p, d = {{0}}, e = {{1}};
  uint32_t inverse = prime[0];
  int32_t delta = 1;
  for (int i = 0; i < 4; i++) inverse *= 2 - prime[0] * inverse;
  long_unpack(&p, prime);
  long_unpack(&g, a);
  f = p;
  for (;;) {
    int32_t any = 0, t[4];
    for (int i = 0; i < STEP_LIMBS; i++) any |= g.l[i];
    if (any == 0) break;
    delta = long_steps(delta, (uint32_t)f.l[0] | (uint32_t)f.l[1] << 30, (uint32_t)g.l[0] | (uint32_t)g.l[1] << 30, t);
    long_apply_modular(&d, &e, t, &p, inverse);
    long_apply(&f, &g, t);
  }
  /* f is 1 or -1 (or p, for zero). */
  long_combine(&d, &d, f.l[STEP_LIMBS - 1] < 0 ? -1 : 1, &p, 0);
  while (d.l[STEP_LIMBS - 1] < 0) long_combine(&d, &d, 1, &p, 1);
  for (;;) {
    long_t less;
    long_combine(&less, &d, 1, &p, -1);
    if (less.l[STEP_LIMBS - 1] < 0) break;
    d = less;
  }
  uint64_t held = 0;
  int bits = 0, word = 0;
  for (int i = 0; i < STEP_LIMBS && word < 8; i++) {
    held |= (uint64_t)(uint32_t)d.l[i] << bits;
    bits += STEP_BITS;
    if (bits >= 32) {
      out[word++] = (uint32_t)held;
      held >>= 32;
      bits -= 32;
    }
  }
}
