/* Any bytes as a key's parts and a witness: loaded and, where the engine takes them, proven with. */
#include "case.h"
#include "wait.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static engine_t *engines[4];
  static const uint8_t r[32] = {1}, s[32] = {2};
  case_t c;
  case_read(&c, bytes, length);
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
