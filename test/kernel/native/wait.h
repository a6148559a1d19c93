/* The engine's requests, waited for. */
#pragma once
#include <pthread.h>
#include "../../../prover/kernel/native/engine.h"

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int done;
  engine_status_t status;
  uint32_t at;
} wait_t;

static void wait_begin(wait_t *wait) {
  pthread_mutex_init(&wait->lock, NULL);
  pthread_cond_init(&wait->changed, NULL);
  wait->done = 0;
}

static void wait_done(void *context, engine_status_t status, uint32_t at) {
  wait_t *wait = context;
  pthread_mutex_lock(&wait->lock);
  wait->done = 1;
  wait->status = status;
  wait->at = at;
  pthread_cond_signal(&wait->changed);
  pthread_mutex_unlock(&wait->lock);
}

static engine_status_t wait_end(wait_t *wait, uint32_t *at) {
  pthread_mutex_lock(&wait->lock);
  while (!wait->done) pthread_cond_wait(&wait->changed, &wait->lock);
  pthread_mutex_unlock(&wait->lock);
  pthread_mutex_destroy(&wait->lock);
  pthread_cond_destroy(&wait->changed);
  if (at != NULL) *at = wait->at;
  return wait->status;
}

static inline engine_status_t load(engine_t *engine, const engine_key_source_t *source, engine_key_t **key, uint32_t *at) {
  wait_t wait;
  wait_begin(&wait);
  engine_load(engine, source, key, wait_done, &wait);
  return wait_end(&wait, at);
}

static inline engine_status_t prove(engine_key_t *key, engine_bytes_t witness, const uint8_t r[32], const uint8_t s[32],
                                    engine_proof_t *proof, uint32_t *at) {
  wait_t wait;
  wait_begin(&wait);
  engine_prove(key, witness, r, s, proof, wait_done, &wait);
  return wait_end(&wait, at);
}

static inline engine_status_t sum(engine_t *engine, int group, engine_bytes_t points, engine_bytes_t scalars,
                                  uint32_t *words) {
  wait_t wait;
  wait_begin(&wait);
  engine_sum(engine, group, points, scalars, words, wait_done, &wait);
  return wait_end(&wait, NULL);
}
