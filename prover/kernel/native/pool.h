/* Threads that take pieces of work from one queue. */
#pragma once
#include <stdint.h>

typedef struct pool pool_t;

/*
 * `count` pieces of work, then `done`, on any thread; it belongs to whoever submits it and must stay until `done` begins,
 * which may submit more. Stages of a lower `rank` go first.
 */
typedef struct stage {
  void (*run)(void *context, uint32_t index);
  void (*done)(void *context);
  void *context;
  uint32_t count;
  int rank;
  /* Whether a piece found no memory; for `done` to read. */
  int exhausted;
  /* The pool's own. */
  uint32_t begun, finished;
  struct stage *next;
} stage_t;

/* @returns NULL when the system gives no threads */
pool_t *pool_open(unsigned threads);
void pool_submit(pool_t *pool, stage_t *stage);
/* Waits for what was submitted, and ends the threads. Never from a piece of work. */
void pool_close(pool_t *pool);
