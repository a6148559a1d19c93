/* One code path: the core compiled for one kind of processor. Elements and points are opaque bytes of the sizes given. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The same in every path. */
typedef struct {
  uint32_t *units, *wide, unit_count, wide_count;
  int16_t *digits;
  int width, windows;
} path_plan_t;

typedef struct {
  uint32_t matrix, row, wire, value[8];
} path_key_term_t;

typedef struct {
  uint32_t wire, coefficient;
} path_term_t;

/* G1 and G2 in turn. */
typedef struct {
  size_t point, sum;
  /* 32-bit words of a point in a file. */
  size_t words;
  /* @returns 0, or 1 + the first point that is off the curve */
  uint32_t (*read)(void *points, const uint32_t *words, uint32_t count);
  void (*sum_window)(void *sum, const void *points, const path_plan_t *plan, int window);
  void (*sum_units)(void *sum, const void *points, const path_plan_t *plan);
  void (*sum_up)(void *sum, const void *windows, const void *units, const path_plan_t *plan);
  void (*write)(uint32_t *words, const void *sum);
} path_group_t;

typedef struct {
  const char *name;
  void (*init)(void);
  path_group_t g1, g2;
  size_t scalar, ends;
  uint32_t (*witness_read)(void *out, const uint32_t *words, uint32_t count);
  uint32_t (*terms_check)(const path_key_term_t *terms, uint32_t count);
  uint32_t (*rows_distinct)(const path_key_term_t *terms, uint32_t count);
  void (*rows_build)(const path_key_term_t *in, uint32_t count, int log, uint32_t *starts, path_term_t *out,
                     void *dictionary);
  void (*rows_evaluate)(void *a, void *b, void *c, uint32_t first, uint32_t end, int log, const uint32_t *starts,
                        const path_term_t *terms, const void *dictionary, const void *witness);
  void (*roots)(void *roots, int log);
  /* Values at the roots of unity, in bit-reversed order, to those on the odd coset, times 2^log. */
  void (*to_coset)(void *values, int log, const void *roots);
  void (*join)(uint32_t *words, const void *a, const void *b, const void *c, uint32_t first, uint32_t end);
  void (*plan_lists)(path_plan_t *plan, const uint32_t *index, uint32_t count, const uint32_t *scalars);
  void (*plan_digits)(const path_plan_t *plan, const uint32_t *index, const uint32_t *scalars);
  /* Sums of A, B1, B2, C, H; r and s are eight plain words; 64 words of coordinates. */
  void (*assemble)(uint32_t *words, const void *ends, const void *const sums[5], const uint32_t *r, const uint32_t *s);
  void (*field_repeat)(uint32_t *value, const uint32_t *operand, int which, uint32_t count);
} path_t;

/* Those the processor has, fastest first, initialised; a NULL after them. */
const path_t *const *paths_available(void);
