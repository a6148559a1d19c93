#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "engine-types.h"

/* More would only wait for each other. */
#define MOST_THREADS 256

void *lines(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  return aligned_alloc(64, bytes == 0 ? 64 : (bytes + 63) & ~(size_t)63);
}

double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

const char *engine_path_name(int index) {
  const path_t *const *paths = paths_available();
  for (int i = 0; i < index && paths[i] != NULL; i++)
    if (paths[i + 1] == NULL) return NULL;
  return paths[index]->name;
}

engine_t *engine_open(unsigned threads, const char *path) {
  const path_t *const *paths = paths_available();
  while (path != NULL && *paths != NULL && strcmp((*paths)->name, path) != 0) paths++;
  if (*paths == NULL || threads == 0 || threads > MOST_THREADS) return NULL;
  engine_t *engine = calloc(1, sizeof(engine_t));
  if (engine == NULL) return NULL;
  engine->path = *paths;
  engine->threads = threads;
  engine->pool = pool_open(threads);
  if (engine->pool == NULL) {
    free(engine);
    return NULL;
  }
  return engine;
}

void engine_close(engine_t *engine) {
  pool_close(engine->pool);
  free(engine);
}

void engine_field(engine_t *engine, uint32_t *value, const uint32_t *operand, int which, uint32_t count) {
  engine->path->field_repeat(value, operand, which, count);
}

engine_status_t engine_transform(engine_t *engine, int log, uint32_t *values) {
  const path_t *path = engine->path;
  const uint32_t size = 1u << log;
  if (log < 0 || log > 20) return ENGINE_BAD_SIZES;
  uint32_t *ordered = lines(32 * (size_t)size), *unit = lines(32 * (size_t)size);
  void *roots = lines(path->scalar * size), *x = lines(path->scalar * size), *one = lines(path->scalar * size),
       *zero = lines(path->scalar * size);
  engine_status_t status = ENGINE_NO_MEMORY;
  if (ordered != NULL && unit != NULL && roots != NULL && x != NULL && one != NULL && zero != NULL) {
    for (uint32_t i = 0; i < size; i++) memcpy(ordered + 8 * (size_t)reverse_bits(i, log), values + 8 * (size_t)i, 32);
    memset(unit, 0, 32 * (size_t)size);
    status = path->witness_read(x, ordered, size) == 0 ? ENGINE_OK : ENGINE_BAD_WITNESS;
    path->witness_read(zero, unit, size);
    for (uint32_t i = 0; i < size; i++) unit[8 * (size_t)i] = 1;
    path->witness_read(one, unit, size);
    path->roots(roots, log);
    path->to_coset(x, log, roots);
    path->join(ordered, x, one, zero, 0, size);
    for (uint32_t i = 0; i < size; i++) memcpy(values + 8 * (size_t)i, ordered + 8 * (size_t)reverse_bits(i, log), 32);
  }
  free(ordered), free(unit), free(roots), free(x), free(one), free(zero);
  return status;
}
