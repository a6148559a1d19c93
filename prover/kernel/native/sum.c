#include "sum.h"
#include <stdlib.h>
#include <string.h>

static void count_time(sum_t *sum, double start) {
  atomic_fetch_add(&sum->nanoseconds, (uint64_t)((milliseconds() - start) * 1e6));
}

static void finish(void *context) {
  sum_t *sum = context;
  sum->exhausted |= sum->stage.exhausted;
  sum->done(sum->context);
}

static void add_up(void *context, uint32_t index) {
  sum_t *sum = context;
  const double start = milliseconds();
  (void)index;
  sum->group->sum_up(sum->sum, sum->windows, sum->units, &sum->plan);
  count_time(sum, start);
}

static void windows_done(void *context) {
  sum_t *sum = context;
  sum->exhausted |= sum->stage.exhausted;
  if (sum->exhausted) return sum->done(sum->context);
  sum->stage = (stage_t){.run = add_up, .done = finish, .context = sum, .count = 1, .rank = RANK_FIRST};
  pool_submit(sum->engine->pool, &sum->stage);
}

/* The last piece is that of the units. */
static void window(void *context, uint32_t index) {
  sum_t *sum = context;
  const double start = milliseconds();
  if (index < (uint32_t)sum->plan.windows)
    sum->group->sum_window((char *)sum->windows + sum->group->sum * index, sum->points->points, &sum->plan, (int)index);
  else
    sum->group->sum_units(sum->units, sum->points->points, &sum->plan);
  count_time(sum, start);
}

static void plan_done(void *context) {
  sum_t *sum = context;
  if (sum->exhausted) return sum->done(sum->context);
  sum->stage = (stage_t){
      .run = window, .done = windows_done, .context = sum, .count = (uint32_t)sum->plan.windows + 1, .rank = sum->rank};
  pool_submit(sum->engine->pool, &sum->stage);
}

static void plan(void *context, uint32_t index) {
  sum_t *sum = context;
  const path_t *path = sum->engine->path;
  const uint32_t count = sum->points->count;
  const double start = milliseconds();
  (void)index;
  sum->plan.units = lines(sizeof(uint32_t) * count);
  sum->plan.wide = lines(sizeof(uint32_t) * count);
  if (sum->plan.units != NULL && sum->plan.wide != NULL) {
    path->plan_lists(&sum->plan, sum->points->index, count, sum->scalars);
    sum->plan.digits = lines(sizeof(int16_t) * sum->plan.wide_count * (size_t)sum->plan.windows);
    sum->windows = lines(sum->group->sum * (size_t)sum->plan.windows);
    sum->units = lines(sum->group->sum);
    sum->sum = lines(sum->group->sum);
  }
  if (sum->plan.digits == NULL || sum->windows == NULL || sum->units == NULL || sum->sum == NULL) sum->exhausted = 1;
  else path->plan_digits(&sum->plan, sum->points->index, sum->scalars);
  count_time(sum, start);
}

void sum_start(sum_t *sum) {
  sum->stage = (stage_t){.run = plan, .done = plan_done, .context = sum, .count = 1, .rank = RANK_FIRST};
  pool_submit(sum->engine->pool, &sum->stage);
}

void sum_free(sum_t *sum) {
  free(sum->plan.units);
  free(sum->plan.wide);
  free(sum->plan.digits);
  free(sum->windows);
  free(sum->units);
  free(sum->sum);
}

/* A sum by itself. */
typedef struct {
  sum_t sum;
  resident_t points;
  uint32_t *point_words, *scalars, *words, count;
  int bad;
  stage_t stage;
  engine_done_t done;
  void *context;
} lone_t;

static void lone_end(lone_t *lone, engine_status_t status) {
  const engine_done_t done = lone->done;
  void *context = lone->context;
  sum_free(&lone->sum);
  free(lone->points.points);
  free(lone->points.index);
  free(lone->point_words);
  free(lone->scalars);
  free(lone);
  done(context, status, 0);
}

static void lone_done(void *context) {
  lone_t *lone = context;
  if (lone->sum.exhausted) return lone_end(lone, ENGINE_NO_MEMORY);
  lone->sum.group->write(lone->words, lone->sum.sum);
  lone_end(lone, ENGINE_OK);
}

static void lone_read(void *context, uint32_t index) {
  lone_t *lone = context;
  (void)index;
  lone->bad = lone->sum.group->read(lone->points.points, lone->point_words, lone->count) != 0;
  for (uint32_t i = 0; i < lone->count; i++) lone->points.index[i] = i;
}

static void lone_ready(void *context) {
  lone_t *lone = context;
  if (lone->bad) return lone_end(lone, ENGINE_BAD_POINT);
  sum_start(&lone->sum);
}

void engine_sum(engine_t *engine, int which, engine_bytes_t points, engine_bytes_t scalars, uint32_t *words,
                engine_done_t done, void *context) {
  const path_group_t *group = which == 1 ? &engine->path->g1 : &engine->path->g2;
  const size_t count = scalars.length / 32;
  if (count > 1u << 30 || scalars.length != count * 32 || points.length != count * group->words * 4)
    return done(context, ENGINE_BAD_SIZES, 0);
  lone_t *lone = calloc(1, sizeof(lone_t));
  if (lone == NULL) return done(context, ENGINE_NO_MEMORY, 0);
  lone->done = done;
  lone->context = context;
  lone->words = words;
  lone->count = lone->points.count = (uint32_t)count;
  lone->points.points = lines(group->point * count);
  lone->points.index = lines(sizeof(uint32_t) * count);
  lone->point_words = lines(points.length);
  lone->scalars = lines(scalars.length);
  if (lone->points.points == NULL || lone->points.index == NULL || lone->point_words == NULL || lone->scalars == NULL)
    return lone_end(lone, ENGINE_NO_MEMORY);
  if (count > 0) {
    memcpy(lone->point_words, points.bytes, points.length);
    memcpy(lone->scalars, scalars.bytes, scalars.length);
  }
  lone->sum = (sum_t){.engine = engine,
                      .group = group,
                      .points = &lone->points,
                      .scalars = lone->scalars,
                      .rank = RANK_SUMS,
                      .done = lone_done,
                      .context = lone};
  lone->stage = (stage_t){.run = lone_read, .done = lone_ready, .context = lone, .count = 1, .rank = RANK_FIRST};
  pool_submit(engine->pool, &lone->stage);
}
