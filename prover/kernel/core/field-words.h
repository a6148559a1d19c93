/* The part of a field that does not depend on its limbs. */
INLINE int F(words_in_range)(const uint32_t w[8]) {
  for (int i = 7; i >= 0; i--) {
    if (w[i] < F(prime_words)[i]) return 1;
    if (w[i] > F(prime_words)[i]) return 0;
  }
  return 0;
}

/* From plain words to Montgomery form. */
FUNCTION void F(from_words)(F(t) *r, const uint32_t w[8]) {
  F(t) plain;
  F(unpack)(&plain, w);
  F(mul)(r, &plain, &F(radix_squared));
}

/* From the files' Montgomery radix of 2^256. */
FUNCTION void F(from_words_256)(F(t) *r, const uint32_t w[8]) {
  static const F(t) factor = {CONSTANT(FROM_256)};
  F(t) plain;
  F(unpack)(&plain, w);
  F(mul)(r, &plain, &factor);
}

FUNCTION void F(to_words)(uint32_t w[8], const F(t) *a) {
  F(t) unit, r;
  F(set_zero)(&unit);
  unit.l[0] = 1;
  F(mul)(&r, a, &unit);
  F(canonical)(&r, &r);
  F(pack)(w, &r);
}

FUNCTION void F(to_words_256)(uint32_t w[8], const F(t) *a) {
  static const F(t) factor = {CONSTANT(TO_256)};
  F(t) r;
  F(mul)(&r, a, &factor);
  F(canonical)(&r, &r);
  F(pack)(w, &r);
}

/* Zero gives zero. */
FUNCTION void F(invert)(F(t) *r, const F(t) *a) {
  uint32_t w[8];
  F(t) value, factor;
  F(canonical)(&value, a);
  F(pack)(w, &value);
  modular_inverse(w, w, F(prime_words));
  F(unpack)(&value, w);
  /* With the radix q, a is x q: 1 / (x q) times q^3 is q / x once the product's own 1 / q is counted. */
  F(mul)(&factor, &F(radix_squared), &F(radix_squared));
  F(mul)(r, &value, &factor);
}
