/* Keys of chosen points, terms and witnesses of any values: what one path says of them every path must. */
#include "palette.h"
#include "wait.h"

static void fill_points(supply_t *supply, uint8_t *out, size_t count, size_t size) {
  for (size_t i = 0; i < count; i++) {
    const int chosen = palette_number(supply_byte(supply));
    memcpy(out + i * size, size == 64 ? (void *)palette_g1[chosen] : (void *)palette_g2[chosen], size);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static engine_t *engines[8];
  supply_t supply = {bytes, length};
  palette_begin();
  engine_key_source_t source = {.wires = 1 + supply_byte(&supply) % 48, .log = supply_byte(&supply) % 7};
  source.public_signals = supply_byte(&supply) % source.wires;
  const size_t terms = supply_byte(&supply), wires = source.wires, rows = (size_t)1 << source.log;
  const size_t sizes[PART_COUNT] = {wires * 64, wires * 64, wires * 128, (wires - source.public_signals - 1) * 64,
                                    rows * 64,  3 * 64,     2 * 128,     terms * 44};
  uint8_t *blocks[PART_COUNT], *witness = malloc(wires * 32);
  for (int i = 0; i < PART_COUNT; i++) {
    blocks[i] = malloc(sizes[i]);
    source.parts[i] = (engine_bytes_t){blocks[i], sizes[i]};
  }
  /* What decides most comes first: a short input reaches it. */
  for (size_t i = 0; i < wires; i++) {
    uint32_t value[8];
    supply_scalar(&supply, value);
    memcpy(witness + 32 * i, value, 32);
  }
  for (size_t i = 0; i < terms; i++) {
    uint32_t term[11] = {supply_byte(&supply) & 1, supply_byte(&supply), supply_byte(&supply)};
    /* Mostly inside the matrices. */
    if (term[1] < 250) term[1] %= (uint32_t)rows;
    if (term[2] < 250) term[2] %= (uint32_t)wires;
    supply_scalar(&supply, term + 3);
    memcpy(blocks[PART_TERMS] + 44 * i, term, 44);
  }
  for (int i = 0; i < PART_TERMS; i++) {
    const size_t size = i == PART_B2 || i == PART_G2_ENDS ? 128 : 64;
    fill_points(&supply, blocks[i], sizes[i] / size, size);
  }
  static const uint8_t r[32] = {3, 4, 5}, s[32] = {6, 7, [30] = 8};
  engine_proof_t first;
  engine_status_t first_status = ENGINE_OK;
  int runs = 0;
  for (int path = 0; engine_path_name(path) != NULL; path++) {
    for (unsigned threads = 1; threads <= 2; threads++, runs++) {
      if (engines[runs] == NULL) engines[runs] = engine_open(threads, engine_path_name(path));
      engine_key_t *key = NULL;
      engine_proof_t proof = {{0}, {0}};
      engine_status_t status = load(engines[runs], &source, &key, NULL);
      if (status == ENGINE_OK) {
        status = prove(key, (engine_bytes_t){witness, wires * 32}, r, s, &proof, NULL);
        engine_forget(key);
      }
      if (runs == 0) first = proof, first_status = status;
      else if (status != first_status && threads == 1) abort();
      else if (status == ENGINE_OK && memcmp(first.words, proof.words, sizeof first.words) != 0) abort();
    }
  }
  for (int i = 0; i < PART_COUNT; i++) free(blocks[i]);
  free(witness);
  return 0;
}
