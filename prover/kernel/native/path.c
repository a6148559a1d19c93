/* The core as a path; PATH names it, FIELD_HEADER and CONSTANTS_HEADER choose its field. */
#include "path.h"
#include "../core/core.h"

#define STRINGIFY2(x) #x
#define STRINGIFY(x) STRINGIFY2(x)

_Static_assert(sizeof(plan_t) == sizeof(path_plan_t), "one plan");
_Static_assert(sizeof(key_term_t) == sizeof(path_key_term_t), "one term of a key");
_Static_assert(sizeof(term_t) == sizeof(path_term_t), "one term");

static void init(void) {
  fq_init();
  fr_init();
}

#define GROUP_FUNCTIONS(group)                                                                              \
  static uint32_t group##_path_read(void *points, const uint32_t *words, uint32_t count) {                  \
    return group##_read(points, words, count);                                                              \
  }                                                                                                         \
  static void group##_path_window(void *sum, const void *points, const path_plan_t *plan, int window) {     \
    group##_sum_window(sum, points, (const plan_t *)plan, window);                                          \
  }                                                                                                         \
  static void group##_path_units(void *sum, const void *points, const path_plan_t *plan) {                  \
    group##_sum_units(sum, points, (const plan_t *)plan);                                                   \
  }                                                                                                         \
  static void group##_path_up(void *sum, const void *windows, const void *units, const path_plan_t *plan) { \
    group##_sum_up(sum, windows, units, (const plan_t *)plan);                                              \
  }                                                                                                         \
  static void group##_path_write(uint32_t *words, const void *sum) {                                        \
    group##_affine affine;                                                                                  \
    group##_to_affine(&affine, sum);                                                                        \
    group##_write(words, &affine);                                                                          \
  }
GROUP_FUNCTIONS(g1)
GROUP_FUNCTIONS(g2)
#define GROUP_TABLE(group)                                                                                    \
  {sizeof(group##_affine), sizeof(group##_xyzz), sizeof(group##_affine) / sizeof(fq_t) * 8, group##_path_read, \
   group##_path_window,    group##_path_units,   group##_path_up,                          group##_path_write}

static uint32_t path_witness_read(void *out, const uint32_t *words, uint32_t count) {
  return witness_read(out, words, count);
}
static uint32_t path_terms_check(const path_key_term_t *terms, uint32_t count) {
  return terms_check((const key_term_t *)terms, count);
}
static uint32_t path_rows_distinct(const path_key_term_t *terms, uint32_t count) {
  return number_coefficients((const key_term_t *)terms, count, 0, 0);
}
static void path_rows_build(const path_key_term_t *in, uint32_t count, int log, uint32_t *starts, path_term_t *out,
                            void *dictionary) {
  build_rows((const key_term_t *)in, count, log, 0, starts, (term_t *)out, dictionary);
}
static void path_rows_evaluate(void *a, void *b, void *c, uint32_t first, uint32_t end, int log, const uint32_t *starts,
                               const path_term_t *terms, const void *dictionary, const void *witness) {
  fr_t scale;
  inverse_size(&scale, log);
  evaluate_rows(a, b, c, first, end, 1u << log, &scale, starts, (const term_t *)terms, dictionary, witness);
}
static void path_roots(void *roots, int log) { fft_roots(roots, log); }
static void path_to_coset(void *values, int log, const void *roots) {
  fft_inverse(values, log, 0, roots);
  fft_coset(values, log, 0, 1, roots);
}
static void path_join(uint32_t *words, const void *a, const void *b, const void *c, uint32_t first, uint32_t end) {
  join(words + 8 * (size_t)first, (const fr_t *)a + first, (const fr_t *)b + first, (const fr_t *)c + first, end - first);
}
static void path_plan_lists(path_plan_t *plan, const uint32_t *index, uint32_t count, const uint32_t *scalars) {
  plan_lists((plan_t *)plan, index, count, scalars);
}
static void path_plan_digits(const path_plan_t *plan, const uint32_t *index, const uint32_t *scalars) {
  plan_digits((const plan_t *)plan, index, scalars);
}
static void path_assemble(uint32_t *words, const void *ends, const void *const sums[5], const uint32_t *r,
                          const uint32_t *s) {
  proof_t proof;
  assemble(&proof, ends, sums[0], sums[1], sums[2], sums[3], sums[4], r, s);
  proof_write(words, &proof);
}

const path_t PASTE(path, PATH) = {
    .name = STRINGIFY(PATH),
    .init = init,
    .g1 = GROUP_TABLE(g1),
    .g2 = GROUP_TABLE(g2),
    .scalar = sizeof(fr_t),
    .ends = sizeof(verifying_points_t),
    .witness_read = path_witness_read,
    .terms_check = path_terms_check,
    .rows_distinct = path_rows_distinct,
    .rows_build = path_rows_build,
    .rows_evaluate = path_rows_evaluate,
    .roots = path_roots,
    .to_coset = path_to_coset,
    .join = path_join,
    .plan_lists = path_plan_lists,
    .plan_digits = path_plan_digits,
    .assemble = path_assemble,
    .field_repeat = field_repeat,
};
