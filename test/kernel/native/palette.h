/* Points that a fuzzer names by a byte: small multiples of the generators and their opposites, infinity, and one off the curve. */
#pragma once
#include <stdlib.h>
#include <string.h>
#define FIELD_HEADER "field64.h"
#define CONSTANTS_HEADER "constants64.h"
#include "../../../prover/kernel/core/core.h"

#define PALETTE 34

static uint32_t palette_g1[PALETTE][16], palette_g2[PALETTE][32];

/* The generator of G2, as EIP-197 has it. */
static const uint32_t twist_generator[4][8] = {
    {0xd992f6ed, 0x46debd5c, 0xf75edadd, 0x674322d4, 0x5e5c4479, 0x426a0066, 0x121f1e76, 0x1800deef},
    {0xaef312c2, 0x97e485b7, 0x35a9e712, 0xf1aa4933, 0x31fb5d25, 0x7260bfb7, 0x920d483a, 0x198e9393},
    {0x66fa7daa, 0x4ce6cc01, 0xc43d37b, 0xe3d1e769, 0x8dcb408f, 0x4aab7180, 0xdb8c6deb, 0x12c85ea5},
    {0xd122975b, 0x55acdadc, 0x70b38ef3, 0xbc4b3133, 0x690c3395, 0xec9e99ad, 0x585ff075, 0x90689d0},
};

static void palette_begin(void) {
  static int begun;
  static const uint32_t one[8] = {1}, two[8] = {2};
  if (begun) return;
  begun = 1;
  g1_affine p, q;
  g2_affine p2, q2;
  g1_xyzz sum;
  g2_xyzz sum2;
  fq_from_words(&p.x, one);
  fq_from_words(&p.y, two);
  fq_from_words(&p2.x.c0, twist_generator[0]);
  fq_from_words(&p2.x.c1, twist_generator[1]);
  fq_from_words(&p2.y.c0, twist_generator[2]);
  fq_from_words(&p2.y.c1, twist_generator[3]);
  g1_from_affine(&sum, &p);
  g2_from_affine(&sum2, &p2);
  for (int i = 0; i < 32; i += 2) {
    g1_to_affine(&q, &sum);
    g2_to_affine(&q2, &sum2);
    g1_store(palette_g1[i], &q, 1);
    g2_store(palette_g2[i], &q2, 1);
    fq_neg(&q.y, &q.y);
    fq2_neg(&q2.y, &q2.y);
    g1_store(palette_g1[i + 1], &q, 1);
    g2_store(palette_g2[i + 1], &q2, 1);
    g1_add_affine(&sum, &sum, &p);
    g2_add_affine(&sum2, &sum2, &p2);
  }
  /* 32 is infinity, all zero. */
  memcpy(palette_g1[33], palette_g1[0], sizeof palette_g1[0]);
  memcpy(palette_g2[33], palette_g2[0], sizeof palette_g2[0]);
  palette_g1[33][0] ^= 1, palette_g2[33][0] ^= 1;
}

/* Nearly always a point of the curve. */
static inline int palette_number(uint8_t byte) { return byte == 255 ? 33 : byte % 33; }

/* Bytes handed out one after the other; zeros when there are no more. */
typedef struct {
  const uint8_t *bytes;
  size_t length;
} supply_t;

static inline uint8_t supply_byte(supply_t *supply) {
  if (supply->length == 0) return 0;
  supply->length--;
  return *supply->bytes++;
}

/* A scalar by its first byte: small, r less something small, a power of two, or 32 bytes as they come, which may exceed r. */
static inline void supply_scalar(supply_t *supply, uint32_t out[8]) {
  const uint8_t kind = supply_byte(supply), value = supply_byte(supply);
  memset(out, 0, 32);
  if (kind % 4 == 0) {
    out[0] = value;
  } else if (kind % 4 == 1) {
    memcpy(out, fr_prime_words, 32);
    out[0] -= value % 128 + 1;
  } else if (kind % 4 == 2) {
    out[value % 254 / 32] = 1u << (value % 254 % 32);
  } else {
    for (int i = 0; i < 8; i++) out[i] = (uint32_t)supply_byte(supply) << 24 | supply_byte(supply) << 8 | supply_byte(supply);
    out[7] &= 0x3fffffff;
  }
}
