/* What the engine's files share. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "engine.h"
#include "path.h"
#include "pool.h"

struct engine {
  pool_t *pool;
  const path_t *path;
  unsigned threads;
};

/* Points of a sum, in memory, and which scalar each takes. */
typedef struct {
  void *points;
  uint32_t *index;
  uint32_t count;
} resident_t;

struct engine_key {
  engine_t *engine;
  uint32_t wires, public_signals;
  int log;
  resident_t a, b1, b2, c, h;
  void *ends;
  uint32_t *starts;
  path_term_t *terms;
  void *dictionary, *roots;
};

enum { RANK_FIRST, RANK_B2, RANK_SUMS };

/* Every proof's rows are cut into pieces of so many, at least. */
#define ROWS_A_PIECE 2048

/* aligned_alloc to whole cache lines; never NULL for 0 bytes. */
void *lines(size_t bytes);
double milliseconds(void);

static inline uint32_t pieces(uint32_t count, uint32_t each) { return (count + each - 1) / each; }
static inline uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }
static inline uint32_t reverse_bits(uint32_t x, int bits) {
  uint32_t r = 0;
  for (int i = 0; i < bits; i++) r |= (x >> i & 1) << (bits - 1 - i);
  return r;
}
