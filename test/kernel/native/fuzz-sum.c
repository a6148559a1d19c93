/* Sums of multiples of chosen points: every path must say the same, with one thread and with three. */
#include "palette.h"
#include "wait.h"

#define MOST 400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static engine_t *engines[8];
  supply_t supply = {bytes, length};
  palette_begin();
  const int group = 1 + supply_byte(&supply) % 2;
  const size_t count = (supply_byte(&supply) | (size_t)supply_byte(&supply) << 8) % MOST, size = group == 1 ? 64 : 128;
  uint8_t *points = malloc(count * size), *scalars = malloc(count * 32);
  for (size_t i = 0; i < count; i++) {
    const int chosen = palette_number(supply_byte(&supply));
    uint32_t scalar[8];
    memcpy(points + i * size, group == 1 ? (void *)palette_g1[chosen] : (void *)palette_g2[chosen], size);
    supply_scalar(&supply, scalar);
    memcpy(scalars + i * 32, scalar, 32);
  }
  uint32_t first[32] = {0};
  engine_status_t first_status = ENGINE_OK;
  int runs = 0;
  for (int path = 0; engine_path_name(path) != NULL; path++) {
    for (unsigned threads = 1; threads <= 3; threads += 2, runs++) {
      if (engines[runs] == NULL) engines[runs] = engine_open(threads, engine_path_name(path));
      uint32_t words[32] = {0};
      const engine_status_t status =
          sum(engines[runs], group, (engine_bytes_t){points, count * size}, (engine_bytes_t){scalars, count * 32}, words);
      if (runs == 0) {
        first_status = status;
        memcpy(first, words, sizeof first);
      } else if (status != first_status || memcmp(first, words, sizeof first) != 0) {
        abort();
      }
    }
  }
  free(points);
  free(scalars);
  return 0;
}
