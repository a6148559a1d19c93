/*
 * The matrices A and B as compressed sparse rows, with a dictionary of coefficients: keys repeat few values many times.
 * Only the rows of one block of the domain (see fft.h), in bit-reversed order.
 */
#pragma once

/* A term as the key's section 4 has it; the value's Montgomery radix is 2^512. */
typedef struct {
  uint32_t matrix, row, wire, value[8];
} key_term_t;

typedef struct {
  uint32_t wire, coefficient;
} term_t;

/* @returns 0, or 1 + the first term whose value is not below r */
static uint32_t terms_check(const key_term_t *terms, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!fr_words_in_range(terms[i].value)) return i + 1;
  return 0;
}

/* To Montgomery form. @returns 0, or 1 + the first value that is not below r */
static uint32_t witness_read(fr_t *out, const uint32_t *in, uint32_t count) {
  for (uint32_t i = 0; i < count; i++, in += 8) {
    if (!fr_words_in_range(in)) return i + 1;
    uint32_t high = 0;
    for (int k = 1; k < 8; k++) high |= in[k];
    if (high == 0 && in[0] <= 1) {
      fr_set_zero(&out[i]);
      if (in[0] == 1) out[i] = fr_one;
    } else {
      fr_from_words(&out[i], in);
    }
  }
  return 0;
}

/* Dictionary entries 0 and 1 are 1 and -1. */
#define PLAIN_COEFFICIENTS 2

static uint32_t hash_words(const uint32_t w[8]) {
  uint32_t h = 0x9e3779b9;
  for (int i = 0; i < 8; i++) h = (h ^ w[i]) * 0x85ebca6b, h ^= h >> 15;
  return h;
}

static int same_words(const uint32_t a[8], const uint32_t b[8]) {
  for (int i = 0; i < 8; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}

/*
 * Numbers distinct coefficients in order of appearance, after 1 and -1. Fills what is given: `numbers` per term,
 * `dictionary` per number. @returns how many there are
 */
static uint32_t number_coefficients(const key_term_t *terms, uint32_t count, uint32_t *numbers, fr_t *dictionary) {
  const size_t mark = kernel_mark();
  uint32_t slots = 16, distinct = PLAIN_COEFFICIENTS;
  while (slots < 2 * count) slots *= 2;
  /* A slot holds 1 + the first term of its value. */
  uint32_t *table = kernel_take(sizeof(uint32_t) * slots), *number = kernel_take(sizeof(uint32_t) * slots);
  for (uint32_t i = 0; i < slots; i++) table[i] = 0;
  fr_t minus_one;
  fr_neg(&minus_one, &fr_one);
  fr_canonical(&minus_one, &minus_one);
  if (dictionary) dictionary[0] = fr_one, dictionary[1] = minus_one;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = hash_words(terms[i].value) & (slots - 1);
    while (table[at] != 0 && !same_words(terms[table[at] - 1].value, terms[i].value)) at = (at + 1) & (slots - 1);
    if (table[at] == 0) {
      static const fr_t factor = {FR_FROM_512};
      fr_t value, difference;
      table[at] = i + 1;
      fr_unpack(&value, terms[i].value);
      fr_mul(&value, &value, &factor);
      fr_sub(&difference, &value, &fr_one);
      if (fr_is_zero(&difference)) {
        number[at] = 0;
      } else {
        fr_sub(&difference, &value, &minus_one);
        number[at] = fr_is_zero(&difference) ? 1 : distinct++;
      }
      if (dictionary && number[at] >= PLAIN_COEFFICIENTS) dictionary[number[at]] = value;
    }
    if (numbers) numbers[i] = number[at];
  }
  kernel_release(mark);
  return distinct;
}

/* starts[2^log * 2 + 1]: row i of A begins at starts[i], of B at starts[2^log + i]. The terms lie in the block. */
static void build_rows(const key_term_t *in, uint32_t count, int log, int depth, uint32_t *starts, term_t *out,
                       fr_t *dictionary) {
  const size_t mark = kernel_mark();
  const uint32_t size = 1u << log;
  uint32_t *numbers = kernel_take(sizeof(uint32_t) * count), *next = kernel_take(sizeof(uint32_t) * 2 * size);
  number_coefficients(in, count, numbers, dictionary);
  for (uint32_t i = 0; i <= 2 * size; i++) starts[i] = 0;
  for (uint32_t i = 0; i < count; i++) starts[in[i].matrix * size + bit_reverse(in[i].row >> depth, log) + 1]++;
  for (uint32_t i = 0; i < 2 * size; i++) starts[i + 1] += starts[i], next[i] = starts[i];
  for (uint32_t i = 0; i < count; i++)
    out[next[in[i].matrix * size + bit_reverse(in[i].row >> depth, log)]++] = (term_t){in[i].wire, numbers[i]};
  kernel_release(mark);
}

static void row_value(fr_t *r, const term_t *terms, uint32_t count, const fr_t *dictionary, const fr_t *witness) {
  fr_set_zero(r);
  for (uint32_t i = 0; i < count; i++) {
    const fr_t *w = &witness[terms[i].wire];
    if (fr_is_blank(w)) continue;
    fr_t t;
    if (terms[i].coefficient == 0) {
      fr_add(&t, r, w);
    } else if (terms[i].coefficient == 1) {
      fr_sub(&t, r, w);
    } else {
      fr_mul(&t, &dictionary[terms[i].coefficient], w);
      fr_add(&t, r, &t);
    }
    fr_tight(r, &t);
  }
}

/* 1 / 2^log */
static void inverse_size(fr_t *r, int log) {
  *r = fr_one;
  for (int i = 0; i < log; i++) fr_add(r, r, r), fr_tight(r, r);
  fr_invert(r, r);
}

/* a = A w / N, b = B w / N, c = (A w)(B w) / N on rows of a block of `size`; `scale` is 1 / N. The witness in Montgomery form. */
static void evaluate_rows(fr_t *a, fr_t *b, fr_t *c, uint32_t first, uint32_t end, uint32_t size, const fr_t *scale,
                          const uint32_t *starts, const term_t *terms, const fr_t *dictionary, const fr_t *witness) {
  for (uint32_t i = first; i < end; i++) {
    row_value(&a[i], terms + starts[i], starts[i + 1] - starts[i], dictionary, witness);
    row_value(&b[i], terms + starts[size + i], starts[size + i + 1] - starts[size + i], dictionary, witness);
    fr_mul(&a[i], &a[i], scale);
    fr_mul(&c[i], &a[i], &b[i]);
    fr_mul(&b[i], &b[i], scale);
  }
}

/* a b - c as plain words: the scalars of the key's H points. */
static void join(uint32_t *out, const fr_t *a, const fr_t *b, const fr_t *c, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fr_t t;
    fr_mul(&t, &a[i], &b[i]);
    fr_sub(&t, &t, &c[i]);
    fr_to_words(out + 8 * i, &t);
  }
}
