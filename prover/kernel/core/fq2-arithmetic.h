/* Fq2's arithmetic, for elements and for vectors: include with Q(name) and Q2(name) giving the names in Fq and Fq2. */
INLINE void Q2(add)(Q2(T) *r, const Q2(T) *a, const Q2(T) *b) {
  Q(add)(&r->c0, &a->c0, &b->c0);
  Q(add)(&r->c1, &a->c1, &b->c1);
}
INLINE void Q2(sub)(Q2(T) *r, const Q2(T) *a, const Q2(T) *b) {
  Q(sub)(&r->c0, &a->c0, &b->c0);
  Q(sub)(&r->c1, &a->c1, &b->c1);
}
INLINE void Q2(tight)(Q2(T) *r, const Q2(T) *a) {
  Q(tight)(&r->c0, &a->c0);
  Q(tight)(&r->c1, &a->c1);
}
FUNCTION void Q2(mul)(Q2(T) *r, const Q2(T) *a, const Q2(T) *b) {
  Q(T) low, high, cross, sa, sb;
  Q(mul)(&low, &a->c0, &b->c0);
  Q(mul)(&high, &a->c1, &b->c1);
  Q(add)(&sa, &a->c0, &a->c1);
  Q(add)(&sb, &b->c0, &b->c1);
  Q(tight)(&sa, &sa);
  Q(mul)(&cross, &sa, &sb);
  Q(sub)(&cross, &cross, &low);
  Q(sub)(&cross, &cross, &high);
  Q(sub)(&low, &low, &high);
  Q(tight)(&r->c0, &low);
  Q(tight)(&r->c1, &cross);
}

/* (c0 + c1)(c0 - c1) + 2 c0 c1 u */
FUNCTION void Q2(sqr)(Q2(T) *r, const Q2(T) *a) {
  Q(T) sum, difference, product;
  Q(add)(&sum, &a->c0, &a->c1);
  Q(sub)(&difference, &a->c0, &a->c1);
  Q(tight)(&sum, &sum);
  Q(tight)(&difference, &difference);
  Q(mul)(&product, &a->c0, &a->c1);
  Q(mul)(&r->c0, &sum, &difference);
  Q(add)(&product, &product, &product);
  Q(tight)(&r->c1, &product);
}

#undef Q
#undef Q2
