/* What both fields of field51.h share. */
#pragma once
#include <wasm_simd128.h>
#define LANES 2
#define LOW_BIAS 0x4338000000000000ull  /* 1.5 2^52 */
#define HIGH_BIAS 0x4668000000000000ull /* 1.5 2^103 */

static struct {
  v128_t high_bias, low_bias, both_biases, mask, exponent, two_52, two_52_and_half, two_minus_51, start[10], start_square[10];
} shared;

static void lanes_init(void) {
  /* Partial products in each of a product's columns, and of a square's; the multiple of p has as many as a product. */
  static const int parts[10] = {1, 2, 3, 4, 5, 4, 3, 2, 1, 0}, square_parts[10] = {1, 1, 2, 2, 3, 2, 2, 1, 1, 0};
  shared.high_bias = wasm_i64x2_splat((int64_t)HIGH_BIAS);
  shared.low_bias = wasm_i64x2_splat((int64_t)LOW_BIAS);
  shared.both_biases = wasm_f64x2_add(shared.high_bias, wasm_f64x2_splat(0x1.8p52));
  shared.mask = wasm_i64x2_splat(0x7ffffffffffff);
  shared.exponent = wasm_f64x2_splat(0x1p52);
  shared.two_52 = wasm_f64x2_splat(0x1p52);
  shared.two_52_and_half = wasm_f64x2_splat(0x1p52 + 0x1p50);
  shared.two_minus_51 = wasm_f64x2_splat(0x1p-51);
  for (int k = 0; k < 10; k++) {
    uint64_t start = 0 - 2 * parts[k] * LOW_BIAS - (k > 0 ? 2 * parts[k - 1] * HIGH_BIAS : 0);
    const uint64_t spared = (parts[k] - square_parts[k]) * LOW_BIAS + (k > 0 ? (parts[k - 1] - square_parts[k - 1]) * HIGH_BIAS : 0);
    /* 2^60 keeps a column positive for its logical shift; it arrives in the next as 2^9. */
    if (k < 9) start += 1ull << 60;
    if (k > 0) start -= 1ull << 9;
    /* Half a limb makes the result's limbs signed. */
    if (k >= 5 && k < 9) start += 1ull << 50;
    if (k == 9) start += LOW_BIAS;
    shared.start[k] = wasm_i64x2_splat((int64_t)start);
    shared.start_square[k] = wasm_i64x2_splat((int64_t)(start + spared));
  }
}
