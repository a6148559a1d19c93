#include <pthread.h>
#include "path.h"

extern const path_t path_portable;
#if defined(__x86_64__)
#include <cpuid.h>
extern const path_t path_adx, path_ifma;

/* Leaf 7 names extensions in EBX: BMI2 8, AVX512F 16, AVX512DQ 17, ADX 19, AVX512IFMA 21, AVX512VL 31. */
#define ADX_BITS (1u << 8 | 1u << 19)
#define IFMA_BITS (ADX_BITS | 1u << 16 | 1u << 17 | 1u << 21 | 1u << 31)
/* States that the system saves: SSE 1, AVX 2, AVX-512's masks, upper halves and upper registers 5, 6, 7. */
#define WIDE_STATES 0xe6u

static int saves_wide_registers(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (a & WIDE_STATES) == WIDE_STATES;
}

static int find_faster(const path_t **paths) {
  unsigned a, b, c, d;
  int count = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if ((b & IFMA_BITS) == IFMA_BITS && saves_wide_registers()) paths[count++] = &path_ifma;
  if ((b & ADX_BITS) == ADX_BITS) paths[count++] = &path_adx;
  return count;
}
#else
static int find_faster(const path_t **paths) {
  (void)paths;
  return 0;
}
#endif

static const path_t *available[4];

static void find(void) {
  int count = find_faster(available);
  available[count++] = &path_portable;
  for (int i = 0; i < count; i++) available[i]->init();
}

const path_t *const *paths_available(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find);
  return available;
}
