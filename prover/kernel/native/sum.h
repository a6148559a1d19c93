/* One sum of multiples on the pool: a plan, then a piece of work a window. */
#pragma once
#include "engine-types.h"

typedef struct {
  engine_t *engine;
  const path_group_t *group;
  const resident_t *points;
  const uint32_t *scalars;
  int rank;
  /* Where to go on, at the end. */
  void (*done)(void *context);
  void *context;
  /* Below: the sum's own, zero before it starts. */
  path_plan_t plan;
  void *windows, *units, *sum;
  stage_t stage;
  int exhausted;
  _Atomic uint64_t nanoseconds;
} sum_t;

/* `sum->sum` holds the result when `done` is called and `exhausted` is not set. */
void sum_start(sum_t *sum);
void sum_free(sum_t *sum);
