/* A key's sections to what proofs are made from: points checked and converted, the matrices' rows compressed. */
#include <stdlib.h>
#include <string.h>
#include "../core/types.h"
#include "engine-types.h"

/* The scalar field has roots of unity of order 2^28, and the coset takes one more than the domain. */
#define MOST_LOG 27
#define MOST_WIRES (1u << 30)
#define MOST_TERMS (1u << 29)

typedef struct {
  engine_key_source_t source;
  engine_key_t *key, **out;
  engine_done_t done;
  void *context;
  stage_t stage;
  /* Status and place of the first refusal, in one word. */
  _Atomic uint64_t refusal;
} load_t;

static void refuse(load_t *load, engine_status_t status, uint32_t at) {
  uint64_t none = 0;
  atomic_compare_exchange_strong(&load->refusal, &none, (uint64_t)status << 32 | at);
}

/* Points that are not at infinity, each with its scalar's number. */
static void load_points(load_t *load, int part, const path_group_t *group, resident_t *out, uint32_t first_scalar,
                        int reversed_log) {
  const engine_bytes_t *in = &load->source.parts[part];
  const size_t bytes = group->words * 4;
  const uint32_t count = (uint32_t)(in->length / bytes);
  out->index = lines(sizeof(uint32_t) * count);
  out->points = lines(group->point * count);
  if (out->index == NULL || out->points == NULL) return refuse(load, ENGINE_NO_MEMORY, 0);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t words[32], any = 0;
    memcpy(words, in->bytes + bytes * (reversed_log > 0 ? reverse_bits(i, reversed_log) : i), bytes);
    for (size_t k = 0; k < group->words; k++) any |= words[k];
    if (any == 0) continue;
    if (group->read((char *)out->points + group->point * out->count, words, 1) != 0)
      return refuse(load, ENGINE_BAD_POINT, (uint32_t)part);
    out->index[out->count++] = first_scalar + i;
  }
}

static void load_ends(load_t *load) {
  const path_t *path = load->key->engine->path;
  const size_t g1_ends = 3 * path->g1.point;
  uint32_t words[3 * 16];
  load->key->ends = lines(path->ends);
  if (load->key->ends == NULL) return refuse(load, ENGINE_NO_MEMORY, 0);
  memcpy(words, load->source.parts[PART_G1_ENDS].bytes, 3 * 64);
  if (path->g1.read(load->key->ends, words, 3) != 0) return refuse(load, ENGINE_BAD_POINT, PART_G1_ENDS);
  uint32_t twist_words[2 * 32];
  memcpy(twist_words, load->source.parts[PART_G2_ENDS].bytes, 2 * 128);
  if (path->g2.read((char *)load->key->ends + g1_ends, twist_words, 2) != 0)
    return refuse(load, ENGINE_BAD_POINT, PART_G2_ENDS);
}

static void load_rows(load_t *load) {
  engine_key_t *key = load->key;
  const path_t *path = key->engine->path;
  const engine_bytes_t *in = &load->source.parts[PART_TERMS];
  const uint32_t count = (uint32_t)(in->length / sizeof(path_key_term_t));
  /* A copy, checked and then used: nobody changes it in between. */
  path_key_term_t *terms = kernel_take(in->length);
  memcpy(terms, in->bytes, in->length);
  for (uint32_t i = 0; i < count; i++)
    if (terms[i].matrix > 1 || terms[i].row >> key->log != 0 || terms[i].wire >= key->wires)
      return refuse(load, ENGINE_BAD_TERM, i);
  const uint32_t bad = path->terms_check(terms, count);
  if (bad != 0) return refuse(load, ENGINE_BAD_COEFFICIENT, bad - 1);
  key->starts = lines(sizeof(uint32_t) * (((size_t)2 << key->log) + 1));
  key->terms = lines(sizeof(path_term_t) * count);
  key->dictionary = lines(path->scalar * path->rows_distinct(terms, count));
  if (key->starts == NULL || key->terms == NULL || key->dictionary == NULL) return refuse(load, ENGINE_NO_MEMORY, 0);
  path->rows_build(terms, count, key->log, key->starts, key->terms, key->dictionary);
}

static void load_roots(load_t *load) {
  engine_key_t *key = load->key;
  key->roots = lines(key->engine->path->scalar << key->log);
  if (key->roots == NULL) return refuse(load, ENGINE_NO_MEMORY, 0);
  key->engine->path->roots(key->roots, key->log);
}

/* The longest first. */
static void load_piece(void *context, uint32_t index) {
  load_t *load = context;
  engine_key_t *key = load->key;
  const path_t *path = key->engine->path;
  const size_t mark = kernel_mark();
  switch (index) {
    case 0: load_rows(load); break;
    case 1: load_points(load, PART_B2, &path->g2, &key->b2, 0, 0); break;
    case 2: load_points(load, PART_H, &path->g1, &key->h, 0, key->log); break;
    case 3: load_points(load, PART_A, &path->g1, &key->a, 0, 0); break;
    case 4: load_points(load, PART_B1, &path->g1, &key->b1, 0, 0); break;
    case 5: load_points(load, PART_C, &path->g1, &key->c, key->public_signals + 1, 0); break;
    case 6: load_roots(load); break;
    case 7: load_ends(load); break;
  }
  kernel_release(mark);
}

static void load_done(void *context) {
  load_t *load = context;
  uint64_t refusal = load->refusal;
  if (refusal == 0 && load->stage.exhausted) refusal = (uint64_t)ENGINE_NO_MEMORY << 32;
  if (refusal == 0) *load->out = load->key;
  else engine_forget(load->key);
  const engine_done_t done = load->done;
  void *done_context = load->context;
  free(load);
  done(done_context, (engine_status_t)(refusal >> 32), (uint32_t)refusal);
}

static int sizes_fit(const engine_key_source_t *source) {
  const size_t wires = source->wires;
  if (wires == 0 || wires > MOST_WIRES || source->log > MOST_LOG || source->public_signals >= wires) return 0;
  const size_t lengths[PART_COUNT] = {
      [PART_A] = wires * 64,
      [PART_B1] = wires * 64,
      [PART_B2] = wires * 128,
      [PART_C] = (wires - source->public_signals - 1) * 64,
      [PART_H] = (size_t)64 << source->log,
      [PART_G1_ENDS] = 3 * 64,
      [PART_G2_ENDS] = 2 * 128,
      [PART_TERMS] = source->parts[PART_TERMS].length / sizeof(path_key_term_t) * sizeof(path_key_term_t),
  };
  for (int i = 0; i < PART_COUNT; i++)
    if (source->parts[i].length != lengths[i]) return 0;
  return source->parts[PART_TERMS].length / sizeof(path_key_term_t) <= MOST_TERMS;
}

void engine_load(engine_t *engine, const engine_key_source_t *source, engine_key_t **out, engine_done_t done,
                 void *context) {
  if (!sizes_fit(source)) return done(context, ENGINE_BAD_SIZES, 0);
  load_t *load = calloc(1, sizeof(load_t));
  engine_key_t *key = calloc(1, sizeof(engine_key_t));
  if (load == NULL || key == NULL) {
    free(load);
    free(key);
    return done(context, ENGINE_NO_MEMORY, 0);
  }
  key->engine = engine;
  key->wires = source->wires;
  key->public_signals = source->public_signals;
  key->log = (int)source->log;
  load->source = *source;
  load->key = key;
  load->out = out;
  load->done = done;
  load->context = context;
  load->stage = (stage_t){.run = load_piece, .done = load_done, .context = load, .count = 8, .rank = RANK_FIRST};
  pool_submit(engine->pool, &load->stage);
}

void engine_forget(engine_key_t *key) {
  const resident_t *sums[] = {&key->a, &key->b1, &key->b2, &key->c, &key->h};
  for (int i = 0; i < 5; i++) free(sums[i]->points), free(sums[i]->index);
  free(key->ends);
  free(key->starts);
  free(key->terms);
  free(key->dictionary);
  free(key->roots);
  free(key);
}
