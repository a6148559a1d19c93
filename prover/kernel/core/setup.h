/*
 * The scalars of a Groth16 key whose secrets are known, and the key's list of coefficients. The constraints come as in
 * section 2 of an .r1cs file: per constraint three rows A, B, C, each a count and that many (wire, eight words).
 */
#pragma once

/* 2^exponent, in Montgomery form. */
static void power_of_two(fr_t *r, int exponent) {
  *r = fr_one;
  for (int i = 0; i < exponent; i++) fr_add(r, r, r), fr_tight(r, r);
}

/*
 * With w of order n = 2^log: values at tau of the Lagrange polynomials, w^j (tau^n - 1) / (n (tau - w^j)), for every j or,
 * with `odd`, for odd j only. tau is no n-th root of unity.
 */
static void lagrange_at(fr_t *out, const fr_t *tau, int log, int odd) {
  fr_t step, point, back, product = fr_one, inverse, scale = *tau, t;
  fft_root(&step, log - 1);
  point = odd ? step : fr_one;
  if (odd) fr_sqr(&step, &step);
  for (int i = 0; i < log; i++) fr_sqr(&scale, &scale);
  fr_sub(&scale, &scale, &fr_one);
  fr_tight(&scale, &scale);
  power_of_two(&t, log);
  fr_invert(&t, &t);
  fr_mul(&scale, &scale, &t);

  const uint32_t count = 1u << (odd ? log - 1 : log);
  for (uint32_t j = 0; j < count; j++) {
    out[j] = product;
    fr_sub(&t, tau, &point);
    fr_mul(&product, &product, &t);
    fr_mul(&point, &point, &step);
  }
  fr_invert(&inverse, &product);
  fr_invert(&back, &step);
  for (uint32_t j = count; j-- > 0;) {
    fr_mul(&point, &point, &back);
    fr_mul(&t, &inverse, &scale);
    fr_mul(&t, &t, &point);
    fr_mul(&out[j], &out[j], &t);
    fr_sub(&t, tau, &point);
    fr_mul(&inverse, &inverse, &t);
  }
}

/*
 * Adds to the columns of A, B and C, a value per wire, each coefficient times its row's Lagrange value, and lists the
 * coefficients of A and B as a key does. Wires 0 .. public_wires - 1 have a row of A each after the constraints.
 * @returns the number of terms listed, or 0 when the constraints are not well-formed
 */
static uint32_t evaluate_columns(fr_t *const columns[3], key_term_t *list, const uint32_t *rows, uint32_t words,
                                 uint32_t constraints, uint32_t wires, uint32_t public_wires, const fr_t *lagrange) {
  const key_term_t *const start = list;
  fr_t two_512;
  power_of_two(&two_512, 512);
  uint32_t at = 0;
  for (uint32_t row = 0; row < constraints; row++) {
    for (uint32_t matrix = 0; matrix < 3; matrix++) {
      if (at >= words) return 0;
      const uint32_t count = rows[at++];
      if (count > (words - at) / 9) return 0;
      for (uint32_t i = 0; i < count; i++, at += 9) {
        const uint32_t wire = rows[at], *value = rows + at + 1;
        if (wire >= wires || !fr_words_in_range(value)) return 0;
        fr_t plain, t;
        fr_unpack(&plain, value);
        fr_mul(&t, &plain, &fr_radix_squared);
        fr_mul(&t, &t, &lagrange[row]);
        fr_add(&t, &t, &columns[matrix][wire]);
        fr_tight(&columns[matrix][wire], &t);
        if (matrix == 2) continue;
        *list = (key_term_t){.matrix = matrix, .row = row, .wire = wire};
        /* Montgomery's division leaves a plain number times 2^512. */
        fr_mul(&t, &plain, &two_512);
        fr_canonical(&t, &t);
        fr_pack(list++->value, &t);
      }
    }
  }
  if (at != words || public_wires > wires) return 0;
  for (uint32_t wire = 0; wire < public_wires; wire++) {
    fr_t t;
    fr_add(&t, &columns[0][wire], &lagrange[constraints + wire]);
    fr_tight(&columns[0][wire], &t);
    *list = (key_term_t){.row = constraints + wire, .wire = wire};
    fr_to_words(list++->value, &two_512);
  }
  return (uint32_t)(list - start);
}
