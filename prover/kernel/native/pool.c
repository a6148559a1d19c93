#include "pool.h"
#include <pthread.h>
#include <stdlib.h>
#include "../core/types.h"
#include "memory.h"

struct pool {
  pthread_mutex_t lock;
  pthread_cond_t work;
  stage_t *queue;
  unsigned threads, active;
  int closing;
  pthread_t ids[];
};

/* Kept apart so that what longjmp returns to has no variables of its own to lose. */
static int run_piece(stage_t *stage, uint32_t index) {
  if (setjmp(memory_exhausted)) {
    kernel_release(0);
    return 1;
  }
  stage->run(stage->context, index);
  return 0;
}

static void *serve(void *argument) {
  pool_t *pool = argument;
  pthread_mutex_lock(&pool->lock);
  for (;;) {
    stage_t *stage = pool->queue;
    if (stage == NULL) {
      /* A thread at work may still submit more. */
      if (pool->closing && pool->active == 0) break;
      pthread_cond_wait(&pool->work, &pool->lock);
      continue;
    }
    uint32_t index = 0;
    int last = stage->count == 0;
    if (!last) index = stage->begun++;
    if (stage->begun == stage->count) pool->queue = stage->next;
    pool->active++;
    if (!last) {
      pthread_mutex_unlock(&pool->lock);
      const int exhausted = run_piece(stage, index);
      pthread_mutex_lock(&pool->lock);
      stage->exhausted |= exhausted;
      last = ++stage->finished == stage->count;
    }
    if (last) {
      pthread_mutex_unlock(&pool->lock);
      stage->done(stage->context);
      pthread_mutex_lock(&pool->lock);
    }
    pool->active--;
    if (pool->closing && pool->active == 0) pthread_cond_broadcast(&pool->work);
  }
  pthread_mutex_unlock(&pool->lock);
  memory_end();
  return NULL;
}

pool_t *pool_open(unsigned threads) {
  pool_t *pool = calloc(1, sizeof(pool_t) + sizeof(pthread_t) * threads);
  if (pool == NULL) return NULL;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->work, NULL);
  for (; pool->threads < threads; pool->threads++)
    if (pthread_create(&pool->ids[pool->threads], NULL, serve, pool) != 0) break;
  if (pool->threads < threads) {
    pool_close(pool);
    return NULL;
  }
  return pool;
}

void pool_submit(pool_t *pool, stage_t *stage) {
  stage->begun = stage->finished = 0;
  stage->exhausted = 0;
  pthread_mutex_lock(&pool->lock);
  stage_t **at = &pool->queue;
  while (*at != NULL && (*at)->rank <= stage->rank) at = &(*at)->next;
  stage->next = *at;
  *at = stage;
  if (stage->count > 1) pthread_cond_broadcast(&pool->work);
  else pthread_cond_signal(&pool->work);
  pthread_mutex_unlock(&pool->lock);
}

void pool_close(pool_t *pool) {
  pthread_mutex_lock(&pool->lock);
  pool->closing = 1;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  for (unsigned i = 0; i < pool->threads; i++) pthread_join(pool->ids[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->lock);
  free(pool);
}
