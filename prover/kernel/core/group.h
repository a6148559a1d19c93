/*
 * A short Weierstrass curve y^2 = x^3 + b without points of order two. Include with GROUP and BASE (prefixes of the group's
 * and of its coordinate field's names) defined. Affine points for storage, XYZZ (x = X/ZZ, y = Y/ZZZ, ZZ^3 = ZZZ^2) for
 * sums: formulas "madd-2008-s", "add-2008-s", "dbl-2008-s-1" of the Explicit-Formulas Database, completed by the cases of
 * infinity, equal and opposite points. An affine point is infinite when its y is blank, an XYZZ point when its ZZ is.
 */
#define G(name) PASTE(GROUP, name)
#define FE(name) PASTE(BASE, name)

typedef struct {
  FE(t) x, y;
} G(affine);

typedef struct {
  FE(t) x, y, zz, zzz;
} G(xyzz);

INLINE int G(affine_is_infinity)(const G(affine) *p) { return FE(is_blank)(&p->y); }
INLINE int G(is_infinity)(const G(xyzz) *p) { return FE(is_blank)(&p->zz); }

INLINE void G(set_infinity)(G(xyzz) *r) {
  FE(set_zero)(&r->x);
  FE(set_zero)(&r->y);
  FE(set_zero)(&r->zz);
  FE(set_zero)(&r->zzz);
}

INLINE void G(from_affine)(G(xyzz) *r, const G(affine) *p) {
  if (G(affine_is_infinity)(p)) {
    G(set_infinity)(r);
    return;
  }
  r->x = p->x;
  r->y = p->y;
  r->zz = FE(one);
  r->zzz = FE(one);
}

FUNCTION void G(double)(G(xyzz) *r, const G(xyzz) *p) {
  if (G(is_infinity)(p)) {
    *r = *p;
    return;
  }
  FE(t) u, v, w, s, m, t, x;
  FE(add)(&u, &p->y, &p->y);
  FE(tight)(&u, &u);
  FE(sqr)(&v, &u);
  FE(mul)(&w, &u, &v);
  FE(mul)(&s, &p->x, &v);
  FE(sqr)(&m, &p->x);
  FE(add)(&t, &m, &m);
  FE(add)(&m, &t, &m);
  FE(tight)(&m, &m);
  FE(sqr)(&x, &m);
  FE(sub)(&x, &x, &s);
  FE(sub)(&x, &x, &s);
  FE(tight)(&x, &x);
  FE(sub)(&s, &s, &x);
  FE(mul)(&s, &m, &s);
  FE(mul)(&t, &w, &p->y);
  FE(sub)(&s, &s, &t);
  r->x = x;
  FE(tight)(&r->y, &s);
  FE(mul)(&r->zz, &v, &p->zz);
  FE(mul)(&r->zzz, &w, &p->zzz);
}

/* What both additions share: x1, y1, zz, zzz already brought to the common denominator; p = u2 - u1, r = s2 - s1. */
INLINE void G(finish_add)(G(xyzz) *out, const FE(t) *u1, const FE(t) *s1, const FE(t) *p, const FE(t) *r,
                          const FE(t) *zz, const FE(t) *zzz) {
  FE(t) pp, ppp, q, x, t, y;
  FE(sqr)(&pp, p);
  FE(mul)(&ppp, p, &pp);
  FE(mul)(&q, u1, &pp);
  FE(sqr)(&x, r);
  FE(sub)(&x, &x, &ppp);
  FE(tight)(&x, &x);
  FE(sub)(&x, &x, &q);
  FE(sub)(&x, &x, &q);
  FE(tight)(&x, &x);
  FE(sub)(&t, &q, &x);
  FE(mul)(&y, r, &t);
  FE(mul)(&t, s1, &ppp);
  FE(sub)(&y, &y, &t);
  out->x = x;
  FE(tight)(&out->y, &y);
  FE(mul)(&out->zz, zz, &pp);
  FE(mul)(&out->zzz, zzz, &ppp);
}

/* r may be a. */
FUNCTION void G(add_affine)(G(xyzz) *r, const G(xyzz) *a, const G(affine) *b) {
  if (G(affine_is_infinity)(b)) {
    *r = *a;
    return;
  }
  if (G(is_infinity)(a)) {
    G(from_affine)(r, b);
    return;
  }
  FE(t) p, d;
  FE(mul)(&p, &b->x, &a->zz);
  FE(mul)(&d, &b->y, &a->zzz);
  FE(sub)(&p, &p, &a->x);
  FE(sub)(&d, &d, &a->y);
  FE(tight)(&p, &p);
  FE(tight)(&d, &d);
  if (FE(is_zero)(&p)) {
    if (FE(is_zero)(&d))
      G(double)(r, a);
    else
      G(set_infinity)(r);
    return;
  }
  const G(xyzz) from = *a;
  G(finish_add)(r, &from.x, &from.y, &p, &d, &from.zz, &from.zzz);
}

FUNCTION void G(add)(G(xyzz) *r, const G(xyzz) *a, const G(xyzz) *b) {
  if (G(is_infinity)(b)) {
    *r = *a;
    return;
  }
  if (G(is_infinity)(a)) {
    *r = *b;
    return;
  }
  FE(t) u1, s1, p, d, zz, zzz;
  FE(mul)(&u1, &a->x, &b->zz);
  FE(mul)(&s1, &a->y, &b->zzz);
  FE(mul)(&p, &b->x, &a->zz);
  FE(mul)(&d, &b->y, &a->zzz);
  FE(sub)(&p, &p, &u1);
  FE(sub)(&d, &d, &s1);
  FE(tight)(&p, &p);
  FE(tight)(&d, &d);
  if (FE(is_zero)(&p)) {
    if (FE(is_zero)(&d))
      G(double)(r, a);
    else
      G(set_infinity)(r);
    return;
  }
  FE(mul)(&zz, &a->zz, &b->zz);
  FE(mul)(&zzz, &a->zzz, &b->zzz);
  G(finish_add)(r, &u1, &s1, &p, &d, &zz, &zzz);
}

FUNCTION void G(negate)(G(xyzz) *r, const G(xyzz) *a) {
  *r = *a;
  if (!G(is_infinity)(a)) FE(neg)(&r->y, &a->y);
}

/* Scalar of eight plain words, bit by bit: for the few multiplications outside sums. */
FUNCTION void G(multiply)(G(xyzz) *r, const G(xyzz) *a, const uint32_t scalar[8]) {
  const G(xyzz) base = *a;
  G(set_infinity)(r);
  for (int i = 255; i >= 0; i--) {
    G(double)(r, r);
    if ((scalar[i / 32] >> (i % 32)) & 1) G(add)(r, r, &base);
  }
}

/* x = X ZZ^2 ZZZ^-2 ... with one inversion: 1/ZZ = ZZ^2 / ZZZ^2. */
FUNCTION void G(to_affine)(G(affine) *r, const G(xyzz) *a) {
  if (G(is_infinity)(a)) {
    FE(set_zero)(&r->x);
    FE(set_zero)(&r->y);
    return;
  }
  FE(t) inverse, t;
  FE(invert)(&inverse, &a->zzz);
  FE(mul)(&r->y, &a->y, &inverse);
  FE(mul)(&t, &inverse, &a->zz);
  FE(sqr)(&t, &t);
  FE(mul)(&r->x, &a->x, &t);
}
