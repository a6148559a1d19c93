/*
 * Loads and proves each case with every code path and 1, 2 and 4 threads, and prints one line for each: the file's name, path,
 * threads, status, where, and the proof's 64 words. r and s are the same everywhere, so the proofs must be as well.
 *   driver FILE...
 */
#include <stdio.h>
#include "case.h"
#include "wait.h"

static void run(engine_t *engine, const char *label, const case_t *c) {
  static const uint8_t r[32] = {7, 1, 2, 3}, s[32] = {9, 8, 7, 6, 5, [31] = 0x20};
  engine_key_t *key = NULL;
  engine_proof_t proof;
  uint32_t at = 0;
  engine_status_t status = load(engine, &c->source, &key, &at);
  if (status == ENGINE_OK) {
    /* Twice: the second proof meets memory that the first has used. */
    for (int i = 0; i < 2 && status == ENGINE_OK; i++) status = prove(key, c->witness, r, s, &proof, &at);
    engine_forget(key);
  }
  printf("%s %d %u", label, (int)status, at);
  if (status == ENGINE_OK)
    for (int i = 0; i < 64; i++) printf(" %08x", proof.words[i]);
  printf("\n");
}

int main(int count, char **files) {
  for (int i = 1; i < count; i++) {
    FILE *file = fopen(files[i], "rb");
    if (file == NULL) return 2;
    fseek(file, 0, SEEK_END);
    const long length = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc((size_t)length);
    if (fread(bytes, 1, (size_t)length, file) != (size_t)length) return 2;
    fclose(file);
    case_t c;
    case_read(&c, bytes, (size_t)length);
    free(bytes);
    for (int path = 0; engine_path_name(path) != NULL; path++) {
      for (unsigned threads = 1; threads <= 4; threads *= 2) {
        char label[600];
        engine_t *engine = engine_open(threads, engine_path_name(path));
        if (engine == NULL) return 3;
        snprintf(label, sizeof label, "%s %s %u", files[i], engine_path_name(path), threads);
        run(engine, label, &c);
        engine_close(engine);
      }
    }
    case_free(&c);
  }
  return 0;
}
