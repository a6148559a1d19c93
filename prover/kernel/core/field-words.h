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

/* a^(p-2), windows of four bits. Zero gives zero. */
FUNCTION void F(invert)(F(t) *r, const F(t) *a) {
  F(t) powers[16];
  powers[0] = F(one);
  F(tight)(&powers[1], a);
  for (int i = 2; i < 16; i++) F(mul)(&powers[i], &powers[i - 1], &powers[1]);
  F(t) x = F(one);
  for (int i = 63; i >= 0; i--) {
    uint32_t word = F(prime_words)[i / 8];
    if (i < 8) word -= 2; /* the lowest word of either prime is at least 2 */
    for (int turn = 0; turn < 4; turn++) F(sqr)(&x, &x);
    F(mul)(&x, &x, &powers[(word >> (4 * (i % 8))) & 15]);
  }
  *r = x;
}

