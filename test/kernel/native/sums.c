/*
 * Sums of multiples k_i G of the generators, for which sum s_i (k_i G) is (sum s_i k_i) G: by every code path and 1, 2 and 4
 * threads, for sizes, scalars and points of every kind. Prints a line for each sum that is another, and at last how many it
 * compared. Exit code 1: one was another.
 */
#include <stdio.h>
#include "palette.h"
#include "wait.h"

#define MOST 4000

static uint64_t state = 0x9e3779b97f4a7c15;

static uint32_t draw(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 32);
}

/* 0: any below the order; 1: mostly bits; 2: small, of both signs; 3: powers of two; 4: all r - 1. */
static void scalar(uint32_t out[8], int kind, uint32_t i) {
  memset(out, 0, 32);
  if (kind == 0 || (kind == 1 && i % 10 == 0)) {
    for (int k = 0; k < 8; k++) out[k] = draw();
    out[7] %= fr_prime_words[7];
  } else if (kind == 1) {
    out[0] = i % 2;
  } else if (kind == 3) {
    out[i % 254 / 32] = 1u << (i % 32);
    if (!fr_words_in_range(out)) out[7] = 0;
  } else if (kind == 4 || i % 2 == 0) {
    memcpy(out, fr_prime_words, 32);
    out[0] -= kind == 4 ? 1 : 1 + draw() % 0x10000000;
  } else {
    out[0] = draw();
  }
}

/* 0: distinct; 1: few, equal and opposite ones and infinity among them. @returns the multiple of the generator */
static int64_t multiple(int kind, uint32_t i) {
  if (kind == 0) return (int64_t)i + 1;
  return i % 5 == 0 ? 0 : i % 2 == 0 ? i % 3 + 1 : -(int64_t)(i % 3) - 1;
}

/* The multiples 1 to MOST, as a key has them. */
static uint32_t g1_points[MOST][16], g2_points[MOST][32];

static void make_points(g1_xyzz *generator, g2_xyzz *generator2) {
  g1_affine p, q;
  g2_affine p2, q2;
  g1_xyzz sum;
  g2_xyzz sum2;
  palette_begin();
  g1_read(&p, palette_g1[0], 1);
  g2_read(&p2, palette_g2[0], 1);
  g1_from_affine(generator, &p);
  g2_from_affine(generator2, &p2);
  sum = *generator;
  sum2 = *generator2;
  for (int i = 0; i < MOST; i++) {
    g1_to_affine(&q, &sum);
    g2_to_affine(&q2, &sum2);
    g1_store(g1_points[i], &q, 1);
    g2_store(g2_points[i], &q2, 1);
    g1_add_affine(&sum, &sum, &p);
    g2_add_affine(&sum2, &sum2, &p2);
  }
}

/* Of a point as a key has it. */
static void put(uint32_t *out, int group, int64_t k) {
  const size_t words = group == 1 ? 16 : 32;
  const int64_t size = k < 0 ? -k : k;
  memset(out, 0, words * 4);
  if (k == 0) return;
  memcpy(out, group == 1 ? (void *)g1_points[size - 1] : (void *)g2_points[size - 1], words * 4);
  if (k > 0) return;
  g1_affine p;
  g2_affine p2;
  if (group == 1) g1_read(&p, out, 1), fq_neg(&p.y, &p.y), g1_store(out, &p, 1);
  else g2_read(&p2, out, 1), fq2_neg(&p2.y, &p2.y), g2_store(out, &p2, 1);
}

int main(void) {
  static const uint32_t sizes[] = {0, 1, 2, 31, 300, MOST};
  g1_xyzz generator, expected;
  g2_xyzz generator2, expected2;
  int compared = 0, wrong = 0;
  make_points(&generator, &generator2);
  for (int path = 0; engine_path_name(path) != NULL; path++) {
    engine_t *engines[3];
    for (int t = 0; t < 3; t++)
      if ((engines[t] = engine_open(1u << t, engine_path_name(path))) == NULL) return 3;
    for (int which = 0; which < 6 * 5 * 2 * 2; which++) {
      const uint32_t count = sizes[which / 20];
      const int kind = which / 4 % 5, of_points = which / 2 % 2, group = 1 + which % 2;
      /* The long ones of one kind a group: distinct points, any scalars. */
      if (count == MOST && (kind != 0 || of_points != 0)) continue;
      const size_t size = group == 1 ? 64 : 128;
      uint8_t *points = malloc(count * size), *scalars = malloc(count * 32);
      fr_t total;
      uint32_t words[32], wanted[32] = {0};
      fr_set_zero(&total);
      for (uint32_t i = 0; i < count; i++) {
        const int64_t k = multiple(of_points, i);
        uint32_t s[8], factor[8] = {(uint32_t)(k < 0 ? -k : k)};
        fr_t a, b;
        scalar(s, kind, i);
        put(words, group, k);
        memcpy(points + i * size, words, size);
        memcpy(scalars + i * 32, s, 32);
        fr_from_words(&a, s);
        fr_from_words(&b, factor);
        fr_mul(&a, &a, &b);
        if (k < 0) fr_sub(&total, &total, &a);
        else fr_add(&total, &total, &a);
        fr_tight(&total, &total);
      }
      uint32_t multiplier[8];
      fr_to_words(multiplier, &total);
      if (group == 1) {
        g1_affine q;
        g1_multiply(&expected, &generator, multiplier);
        g1_to_affine(&q, &expected);
        g1_write(wanted, &q);
      } else {
        g2_affine q;
        g2_multiply(&expected2, &generator2, multiplier);
        g2_to_affine(&q, &expected2);
        g2_write(wanted, &q);
      }
      for (int t = 0; t < 3; t++, compared++) {
        memset(words, 0, sizeof words);
        const engine_status_t status =
            sum(engines[t], group, (engine_bytes_t){points, count * size}, (engine_bytes_t){scalars, count * 32}, words);
        if (status == ENGINE_OK && memcmp(words, wanted, size) == 0) continue;
        wrong++;
        printf("%s %d threads: %u points of kind %d of g%d, scalars of kind %d: status %d\n", engine_path_name(path), 1 << t,
               count, of_points, group, kind, (int)status);
      }
      free(points);
      free(scalars);
    }
    for (int t = 0; t < 3; t++) engine_close(engines[t]);
  }
  printf("%d compared\n", compared);
  return wrong > 0;
}
