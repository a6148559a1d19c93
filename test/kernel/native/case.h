/*
 * A key's parts and a witness in one run of bytes: wires, public signals, log and the lengths of the parts and of the witness,
 * 32 bits each, then the parts and the witness. What is missing is empty: the engine has to refuse it.
 */
#pragma once
#include <stdlib.h>
#include <string.h>
#include "../../../prover/kernel/native/engine.h"

#define CASE_NUMBERS (3 + PART_COUNT + 1)

typedef struct {
  engine_key_source_t source;
  engine_bytes_t witness;
  /* Each part in a block of its own, so that a sanitizer sees where it ends. */
  uint8_t *blocks[PART_COUNT + 1];
} case_t;

static void case_read(case_t *c, const uint8_t *bytes, size_t length) {
  uint32_t numbers[CASE_NUMBERS] = {0};
  size_t at = length < sizeof numbers ? length : sizeof numbers;
  memcpy(numbers, bytes, at);
  c->source.wires = numbers[0];
  c->source.public_signals = numbers[1];
  c->source.log = numbers[2];
  for (int i = 0; i <= PART_COUNT; i++) {
    const size_t left = length - at, size = numbers[3 + i] < left ? numbers[3 + i] : left;
    c->blocks[i] = malloc(size);
    memcpy(c->blocks[i], bytes + at, size);
    at += size;
    const engine_bytes_t part = {c->blocks[i], size};
    if (i < PART_COUNT) c->source.parts[i] = part;
    else c->witness = part;
  }
}

static void case_free(case_t *c) {
  for (int i = 0; i <= PART_COUNT; i++) free(c->blocks[i]);
}
