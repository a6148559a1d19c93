/*
 * Keys and proofs on a pool of threads, without any knowledge of Node. Whatever a caller passes is checked here: sizes by
 * the functions that take them, contents by the work they start. Nothing is thrown; every outcome is a status.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum {
  ENGINE_OK = 0,
  /* A point off its curve; `at` is the section. */
  ENGINE_BAD_POINT = 1,
  /* A term outside its matrices, or a coefficient at or above r; `at` is its number. */
  ENGINE_BAD_TERM = 2,
  ENGINE_BAD_COEFFICIENT = 3,
  /* A value of the witness at or above r; `at` is its number. */
  ENGINE_BAD_WITNESS = 4,
  ENGINE_NO_MEMORY = 5,
  /* Sizes that do not fit each other. */
  ENGINE_BAD_SIZES = 6,
} engine_status_t;

typedef struct engine engine_t;
typedef struct engine_key engine_key_t;

/* Called once for each request, on any thread of the pool or, where a request cannot even begin, on the caller's. */
typedef void (*engine_done_t)(void *context, engine_status_t status, uint32_t at);

/* Names of the code paths this processor has, fastest first, NULL after the last. */
const char *engine_path_name(int index);

/* @param path a name, or NULL for the fastest. @returns NULL for an unknown path or when the system gives no threads */
engine_t *engine_open(unsigned threads, const char *path);
/* Waits for what runs. Keys must have been forgotten. Never from a done function. */
void engine_close(engine_t *engine);

typedef struct {
  const uint8_t *bytes;
  size_t length;
} engine_bytes_t;

/* Sections of a key by the numbers `at` counts in. */
enum { PART_A, PART_B1, PART_B2, PART_C, PART_H, PART_G1_ENDS, PART_G2_ENDS, PART_TERMS, PART_COUNT };

typedef struct {
  uint32_t wires, public_signals, log;
  /*
   * Points as a .zkey has them; ends are alpha1, beta1, delta1 and beta2, delta2; terms are 44 bytes each. Read while the
   * key is loaded, not after.
   */
  engine_bytes_t parts[PART_COUNT];
} engine_key_source_t;

/* *key is set when `done` is called with ENGINE_OK. */
void engine_load(engine_t *engine, const engine_key_source_t *source, engine_key_t **key, engine_done_t done,
                 void *context);
/* Not while a proof runs with it. */
void engine_forget(engine_key_t *key);
/* Milliseconds of work by phase, summed over threads. */
enum { PHASE_ROWS, PHASE_FFT, PHASE_B2, PHASE_A, PHASE_B1, PHASE_C, PHASE_H, PHASE_ASSEMBLE, PHASE_COUNT };

typedef struct {
  /* Coordinates of a (2), b (4) and c (2), 32 bytes each, little-endian. */
  uint32_t words[64];
  double phases[PHASE_COUNT];
} engine_proof_t;

/* `witness` is `wires` values of 32 bytes, copied at once; r and s are below the order. */
void engine_prove(engine_key_t *key, engine_bytes_t witness, const uint8_t r[32], const uint8_t s[32],
                  engine_proof_t *proof, engine_done_t done, void *context);

/* A sum of multiples by itself; group is 1 or 2; points and scalars are copied at once; `words` holds 16 or 32. */
void engine_sum(engine_t *engine, int group, engine_bytes_t points, engine_bytes_t scalars, uint32_t *words,
                engine_done_t done, void *context);

/* Values at the 2^log roots of unity, in natural order, to those on the odd coset, in place and on the caller's thread. */
engine_status_t engine_transform(engine_t *engine, int log, uint32_t *values);
/* Of 8 words below the prime: multiplies, squares or inverts `count` times, on the caller's thread. */
void engine_field(engine_t *engine, uint32_t *value, const uint32_t *operand, int which, uint32_t count);
