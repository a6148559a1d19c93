/*
 * A proof as stages on the pool: the witness is read; its rows go through the transforms to H's scalars, while whoever has
 * nothing else to do adds up windows of the four sums over the witness; then H, then the end.
 */
#include <stdlib.h>
#include <string.h>
#include "sum.h"

typedef enum { SUM_A, SUM_B1, SUM_B2, SUM_C, SUM_H, SUM_COUNT } sum_name_t;

typedef struct {
  engine_key_t *key;
  engine_proof_t *proof;
  engine_done_t done;
  void *context;
  uint32_t r[8], s[8];
  /* The witness as plain words and in Montgomery form; the rows' values; the scalars of H. */
  uint32_t *words, *h_words;
  void *witness, *values[3];
  sum_t sums[SUM_COUNT];
  stage_t stage;
  /* 1 + the number of a value that is none. */
  _Atomic uint32_t bad_value;
  _Atomic int exhausted;
  /* Of the sums. */
  _Atomic int left;
  _Atomic uint64_t nanoseconds[PHASE_COUNT];
} proving_t;

static void count_time(proving_t *proving, int phase, double start) {
  atomic_fetch_add(&proving->nanoseconds[phase], (uint64_t)((milliseconds() - start) * 1e6));
}

static void end(proving_t *proving) {
  static const int phases[SUM_COUNT] = {PHASE_A, PHASE_B1, PHASE_B2, PHASE_C, PHASE_H};
  const uint32_t bad = proving->bad_value;
  const engine_status_t status = bad != 0              ? ENGINE_BAD_WITNESS
                                 : proving->exhausted ? ENGINE_NO_MEMORY
                                                       : ENGINE_OK;
  const engine_done_t done = proving->done;
  void *context = proving->context;
  for (int i = 0; i < SUM_COUNT; i++) {
    proving->nanoseconds[phases[i]] += proving->sums[i].nanoseconds;
    sum_free(&proving->sums[i]);
  }
  if (status == ENGINE_OK)
    for (int i = 0; i < PHASE_COUNT; i++) proving->proof->phases[i] = (double)proving->nanoseconds[i] / 1e6;
  free(proving->words);
  free(proving->h_words);
  free(proving->witness);
  for (int i = 0; i < 3; i++) free(proving->values[i]);
  free(proving);
  done(context, status, bad == 0 ? 0 : bad - 1);
}

static void next(proving_t *proving, void (*run)(void *, uint32_t), uint32_t count, void (*done)(void *)) {
  proving->stage = (stage_t){.run = run, .done = done, .context = proving, .count = count, .rank = RANK_FIRST};
  pool_submit(proving->key->engine->pool, &proving->stage);
}

static void assembled(void *context) {
  proving_t *proving = context;
  proving->exhausted |= proving->stage.exhausted;
  end(proving);
}

static void assemble(void *context, uint32_t index) {
  proving_t *proving = context;
  const double start = milliseconds();
  const sum_t *sums = proving->sums;
  const void *const in[5] = {sums[SUM_A].sum, sums[SUM_B1].sum, sums[SUM_B2].sum, sums[SUM_C].sum, sums[SUM_H].sum};
  (void)index;
  proving->key->engine->path->assemble(proving->proof->words, proving->key->ends, in, proving->r, proving->s);
  count_time(proving, PHASE_ASSEMBLE, start);
}

static void sum_done(void *context) {
  proving_t *proving = context;
  if (atomic_fetch_sub(&proving->left, 1) > 1) return;
  for (int i = 0; i < SUM_COUNT; i++) proving->exhausted |= proving->sums[i].exhausted;
  if (proving->exhausted) return end(proving);
  next(proving, assemble, 1, assembled);
}

static void start_sum(proving_t *proving, sum_name_t name, const path_group_t *group, const resident_t *points,
                      const uint32_t *scalars, int rank) {
  proving->sums[name] = (sum_t){.engine = proving->key->engine,
                                .group = group,
                                .points = points,
                                .scalars = scalars,
                                .rank = rank,
                                .done = sum_done,
                                .context = proving};
  sum_start(&proving->sums[name]);
}

static void join(void *context, uint32_t index) {
  proving_t *proving = context;
  const double start = milliseconds();
  const uint32_t rows = 1u << proving->key->log, first = index * ROWS_A_PIECE;
  proving->key->engine->path->join(proving->h_words, proving->values[0], proving->values[1], proving->values[2], first,
                                   least(first + ROWS_A_PIECE, rows));
  count_time(proving, PHASE_FFT, start);
}

static void joined(void *context) {
  proving_t *proving = context;
  proving->exhausted |= proving->stage.exhausted;
  if (proving->exhausted) return sum_done(proving);
  start_sum(proving, SUM_H, &proving->key->engine->path->g1, &proving->key->h, proving->h_words, RANK_SUMS);
}

static void transform(void *context, uint32_t index) {
  proving_t *proving = context;
  const double start = milliseconds();
  proving->key->engine->path->to_coset(proving->values[index], proving->key->log, proving->key->roots);
  count_time(proving, PHASE_FFT, start);
}

static void transformed(void *context) {
  proving_t *proving = context;
  proving->exhausted |= proving->stage.exhausted;
  if (proving->exhausted) return sum_done(proving);
  next(proving, join, pieces(1u << proving->key->log, ROWS_A_PIECE), joined);
}

static void evaluate(void *context, uint32_t index) {
  proving_t *proving = context;
  const engine_key_t *key = proving->key;
  const double start = milliseconds();
  const uint32_t rows = 1u << key->log, first = index * ROWS_A_PIECE;
  key->engine->path->rows_evaluate(proving->values[0], proving->values[1], proving->values[2], first,
                                   least(first + ROWS_A_PIECE, rows), key->log, key->starts, key->terms,
                                   key->dictionary, proving->witness);
  count_time(proving, PHASE_ROWS, start);
}

static void evaluated(void *context) {
  proving_t *proving = context;
  proving->exhausted |= proving->stage.exhausted;
  if (proving->exhausted) return sum_done(proving);
  next(proving, transform, 3, transformed);
}

static void read_witness(void *context, uint32_t index) {
  proving_t *proving = context;
  const path_t *path = proving->key->engine->path;
  const double start = milliseconds();
  const uint32_t first = index * ROWS_A_PIECE, end = least(first + ROWS_A_PIECE, proving->key->wires);
  const uint32_t bad = path->witness_read((char *)proving->witness + path->scalar * first,
                                          proving->words + 8 * (size_t)first, end - first);
  if (bad != 0) proving->bad_value = first + bad;
  count_time(proving, PHASE_ROWS, start);
}

static void witness_read(void *context) {
  proving_t *proving = context;
  const engine_key_t *key = proving->key;
  const path_t *path = key->engine->path;
  proving->exhausted |= proving->stage.exhausted;
  if (proving->bad_value != 0 || proving->exhausted) return end(proving);
  next(proving, evaluate, pieces(1u << key->log, ROWS_A_PIECE), evaluated);
  start_sum(proving, SUM_B2, &path->g2, &key->b2, proving->words, RANK_B2);
  start_sum(proving, SUM_A, &path->g1, &key->a, proving->words, RANK_SUMS);
  start_sum(proving, SUM_B1, &path->g1, &key->b1, proving->words, RANK_SUMS);
  start_sum(proving, SUM_C, &path->g1, &key->c, proving->words, RANK_SUMS);
}

void engine_prove(engine_key_t *key, engine_bytes_t witness, const uint8_t r[32], const uint8_t s[32],
                  engine_proof_t *proof, engine_done_t done, void *context) {
  const path_t *path = key->engine->path;
  const size_t rows = (size_t)1 << key->log;
  if (witness.length != (size_t)key->wires * 32) return done(context, ENGINE_BAD_SIZES, 0);
  proving_t *proving = calloc(1, sizeof(proving_t));
  if (proving == NULL) return done(context, ENGINE_NO_MEMORY, 0);
  proving->key = key;
  proving->proof = proof;
  proving->done = done;
  proving->context = context;
  proving->left = SUM_COUNT;
  memcpy(proving->r, r, 32);
  memcpy(proving->s, s, 32);
  proving->words = lines(witness.length);
  proving->witness = lines(path->scalar * key->wires);
  proving->h_words = lines(32 * rows);
  int missing = proving->words == NULL || proving->witness == NULL || proving->h_words == NULL;
  for (int i = 0; i < 3; i++) {
    proving->values[i] = lines(path->scalar * rows);
    missing |= proving->values[i] == NULL;
  }
  if (missing) {
    proving->exhausted = 1;
    return end(proving);
  }
  memcpy(proving->words, witness.bytes, witness.length);
  next(proving, read_witness, pieces(key->wires, ROWS_A_PIECE), witness_read);
}
