/*
 * Elements of a prime field of 254 bits in four words of 64, Montgomery radix 2^(256 + EXTRA_BITS). Continued by field64.h
 * and field52.h, which differ in the radix and in what a vector is; FIELD and CONSTANTS as for field29.h.
 *
 * Every value is in [0, 2p): a product of two is below 4p^2 / 2^256 + p < 1.76 p without a last subtraction, sums and
 * differences are corrected at once, so that loose and tight are the same. Four p are less than 2^256: no word overflows.
 */
#define F(name) PASTE(FIELD, name)
#define CONSTANT(name) PASTE(CONSTANTS, name)

typedef struct {
  uint64_t l[4];
} F(t);

static const uint64_t F(prime)[4] = CONSTANT(PRIME_LIMBS);
static const uint32_t F(prime_words)[8] = CONSTANT(PRIME_WORDS);
static const F(t) F(one) = {CONSTANT(ONE)};
static const F(t) F(radix_squared) = {CONSTANT(RADIX_SQUARED)};

#ifdef USE_ADX
static const uint64_t F(neg_inverse) = CONSTANT(NEG_INVERSE);

/* t += a b_i, with the carries of the low halves in OF and those of the high ones in CF. */
#define ROW(i)                        \
  "movq " #i "*8(%[b]), %%rdx\n\t"    \
  "xorq %[z], %[z]\n\t"               \
  "mulxq (%[a]), %[x], %[y]\n\t"      \
  "adoxq %[x], %[t0]\n\t"             \
  "adcxq %[y], %[t1]\n\t"             \
  "mulxq 8(%[a]), %[x], %[y]\n\t"     \
  "adoxq %[x], %[t1]\n\t"             \
  "adcxq %[y], %[t2]\n\t"             \
  "mulxq 16(%[a]), %[x], %[y]\n\t"    \
  "adoxq %[x], %[t2]\n\t"             \
  "adcxq %[y], %[t3]\n\t"             \
  "mulxq 24(%[a]), %[x], %[t4]\n\t"   \
  "adoxq %[x], %[t3]\n\t"             \
  "adcxq %[z], %[t4]\n\t"             \
  "adoxq %[z], %[t4]\n\t"
/* t = (t + m p) / 2^64 */
#define REDUCE                        \
  "movq %[t0], %%rdx\n\t"             \
  "imulq %[ninv], %%rdx\n\t"          \
  "xorq %[z], %[z]\n\t"               \
  "mulxq (%[p]), %[x], %[y]\n\t"      \
  "adcxq %[t0], %[x]\n\t"             \
  "adcxq %[t1], %[y]\n\t"             \
  "movq %[y], %[t0]\n\t"              \
  "mulxq 8(%[p]), %[x], %[t1]\n\t"    \
  "adoxq %[x], %[t0]\n\t"             \
  "adcxq %[t2], %[t1]\n\t"            \
  "mulxq 16(%[p]), %[x], %[t2]\n\t"   \
  "adoxq %[x], %[t1]\n\t"             \
  "adcxq %[t3], %[t2]\n\t"            \
  "mulxq 24(%[p]), %[x], %[t3]\n\t"   \
  "adoxq %[x], %[t2]\n\t"             \
  "adcxq %[z], %[t3]\n\t"             \
  "adoxq %[t4], %[t3]\n\t"
INLINE void F(product)(F(t) *r, const F(t) *a, const F(t) *b) {
  uint64_t t0, t1, t2, t3, t4, x, y, z;
  __asm__("movq (%[b]), %%rdx\n\t"
          "mulxq (%[a]), %[t0], %[t1]\n\t"
          "mulxq 8(%[a]), %[x], %[t2]\n\t"
          "addq %[x], %[t1]\n\t"
          "mulxq 16(%[a]), %[x], %[t3]\n\t"
          "adcq %[x], %[t2]\n\t"
          "mulxq 24(%[a]), %[x], %[t4]\n\t"
          "adcq %[x], %[t3]\n\t"
          "adcq $0, %[t4]\n\t" REDUCE ROW(1) REDUCE ROW(2) REDUCE ROW(3) REDUCE
          : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [x] "=&r"(x), [y] "=&r"(y),
            [z] "=&r"(z)
          : [a] "r"(a->l), [b] "r"(b->l), [p] "r"(F(prime)), [ninv] "m"(F(neg_inverse)), "m"(*a), "m"(*b),
            "m"(F(prime))
          : "rdx", "cc");
  r->l[0] = t0, r->l[1] = t1, r->l[2] = t2, r->l[3] = t3;
}
#undef ROW
#undef REDUCE
#else
INLINE void F(product)(F(t) *r, const F(t) *a, const F(t) *b) {
  uint64_t t[4] = {0};
  UNROLL
  for (int i = 0; i < 4; i++) {
    unsigned __int128 ab = (unsigned __int128)a->l[0] * b->l[i] + t[0];
    const uint64_t m = (uint64_t)ab * CONSTANT(NEG_INVERSE);
    unsigned __int128 mp = (unsigned __int128)m * F(prime)[0] + (uint64_t)ab;
    UNROLL
    for (int j = 1; j < 4; j++) {
      ab = (unsigned __int128)a->l[j] * b->l[i] + t[j] + (uint64_t)(ab >> 64);
      mp = (unsigned __int128)m * F(prime)[j] + (uint64_t)ab + (uint64_t)(mp >> 64);
      t[j - 1] = (uint64_t)mp;
    }
    t[3] = (uint64_t)(ab >> 64) + (uint64_t)(mp >> 64);
  }
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = t[i];
}
#endif

INLINE void F(mul)(F(t) *r, const F(t) *a, const F(t) *b) {
  F(product)(r, a, b);
#if EXTRA_BITS
  /* (t + m p) / 2^EXTRA_BITS, m of as many bits. */
  const uint64_t m = (r->l[0] * CONSTANT(NEG_INVERSE)) & ((1u << EXTRA_BITS) - 1);
  uint64_t t[5];
  unsigned __int128 sum = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    sum += (unsigned __int128)m * F(prime)[i] + r->l[i];
    t[i] = (uint64_t)sum;
    sum >>= 64;
  }
  t[4] = (uint64_t)sum;
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = t[i] >> EXTRA_BITS | t[i + 1] << (64 - EXTRA_BITS);
#endif
}
INLINE void F(sqr)(F(t) *r, const F(t) *a) { F(mul)(r, a, a); }

/* x < 4p less 2p if that is not negative. */
INLINE void F(below_twice_prime)(F(t) *r, const uint64_t x[4]) {
  uint64_t d[4];
  __int128 t = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    t += (__int128)x[i] - (F(prime)[i] << 1 | (i > 0 ? F(prime)[i > 0 ? i - 1 : 0] >> 63 : 0));
    d[i] = (uint64_t)t;
    t >>= 64;
  }
  const uint64_t keep = (uint64_t)t;
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = d[i] ^ (keep & (d[i] ^ x[i]));
}

INLINE void F(add)(F(t) *r, const F(t) *a, const F(t) *b) {
  uint64_t x[4];
  unsigned __int128 t = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    t += (unsigned __int128)a->l[i] + b->l[i];
    x[i] = (uint64_t)t;
    t >>= 64;
  }
  F(below_twice_prime)(r, x);
}

INLINE void F(sub)(F(t) *r, const F(t) *a, const F(t) *b) {
  uint64_t d[4];
  __int128 t = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    t += (__int128)a->l[i] - b->l[i];
    d[i] = (uint64_t)t;
    t >>= 64;
  }
  const uint64_t negative = (uint64_t)t;
  unsigned __int128 s = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    s += (unsigned __int128)d[i] + (negative & (F(prime)[i] << 1 | (i > 0 ? F(prime)[i > 0 ? i - 1 : 0] >> 63 : 0)));
    r->l[i] = (uint64_t)s;
    s >>= 64;
  }
}

INLINE void F(tight)(F(t) *r, const F(t) *a) { *r = *a; }

INLINE void F(set_zero)(F(t) *r) {
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = 0;
}

INLINE void F(neg)(F(t) *r, const F(t) *a) {
  F(t) zero;
  F(set_zero)(&zero);
  F(sub)(r, &zero, a);
}

INLINE int F(is_blank)(const F(t) *a) { return (a->l[0] | a->l[1] | a->l[2] | a->l[3]) == 0; }

/* The one form of a value in [0, p). */
INLINE void F(canonical)(F(t) *r, const F(t) *a) {
  uint64_t d[4];
  __int128 t = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    t += (__int128)a->l[i] - F(prime)[i];
    d[i] = (uint64_t)t;
    t >>= 64;
  }
  const uint64_t keep = (uint64_t)t;
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = d[i] ^ (keep & (d[i] ^ a->l[i]));
}

INLINE int F(is_zero)(const F(t) *a) {
  if (a->l[0] != 0 && a->l[0] != F(prime)[0]) return 0;
  F(t) c;
  F(canonical)(&c, a);
  return F(is_blank)(&c);
}

/* Eight words, little-endian, as they are: no Montgomery factor enters or leaves. */
INLINE void F(unpack)(F(t) *r, const uint32_t w[8]) {
  UNROLL
  for (int i = 0; i < 4; i++) r->l[i] = (uint64_t)w[2 * i + 1] << 32 | w[2 * i];
}
/* Of a canonical value. */
INLINE void F(pack)(uint32_t w[8], const F(t) *a) {
  UNROLL
  for (int i = 0; i < 4; i++) w[2 * i] = (uint32_t)a->l[i], w[2 * i + 1] = (uint32_t)(a->l[i] >> 32);
}
