/*
 * Any bytes as a key's parts and a witness: loaded and, where the engine takes them, proven with. The first byte says whether
 * the lengths are as the input has them or such as the engine takes, so that more than the check of sizes is reached.
 */
#include "case.h"
#include "wait.h"

static void fit(uint32_t *numbers) {
  numbers[0] = numbers[0] % 64 + 1;
  numbers[1] %= numbers[0];
  numbers[2] %= 7;
  const uint32_t wires = numbers[0], rows = 1u << numbers[2];
  const uint32_t lengths[PART_COUNT + 1] = {wires * 64, wires * 64, wires * 128, (wires - numbers[1] - 1) * 64,
                                            rows * 64,  3 * 64,     2 * 128,     numbers[3 + PART_TERMS] % 256 * 44,
                                            wires * 32};
  memcpy(numbers + 3, lengths, sizeof lengths);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static engine_t *engines[4];
  static const uint8_t r[32] = {1}, s[32] = {2};
  if (length < 1 + 4 * CASE_NUMBERS) return 0;
  uint8_t *copy = malloc(length - 1);
  memcpy(copy, bytes + 1, length - 1);
  if (bytes[0] % 4 != 0) {
    uint32_t numbers[CASE_NUMBERS];
    memcpy(numbers, copy, sizeof numbers);
    fit(numbers);
    memcpy(copy, numbers, sizeof numbers);
  }
  case_t c;
  case_read(&c, copy, length - 1);
  free(copy);
  for (int path = 0; engine_path_name(path) != NULL; path++) {
    if (engines[path] == NULL) engines[path] = engine_open(2, engine_path_name(path));
    engine_key_t *key = NULL;
    engine_proof_t proof;
    if (load(engines[path], &c.source, &key, NULL) != ENGINE_OK) continue;
    prove(key, c.witness, r, s, &proof, NULL);
    engine_forget(key);
  }
  case_free(&c);
  return 0;
}
