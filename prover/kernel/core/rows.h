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

/* Products that wait for a vector's worth of them, and the row each belongs to. */
typedef struct {
  const fr_t *coefficient[LANES], *wire[LANES];
  fr_t *row[LANES];
  int length;
} products_t;

INLINE void add_products(products_t *products) {
  fr_t t[LANES], *to[LANES];
  for (int l = 0; l < LANES; l++) to[l] = &t[l];
  if (products->length == LANES) {
    fr_vec a, b;
    fr_gather(&a, products->coefficient);
    fr_gather(&b, products->wire);
    fr_vmul(&a, &a, &b);
    fr_scatter(to, &a);
  } else {
    for (int l = 0; l < products->length; l++) fr_mul(&t[l], products->coefficient[l], products->wire[l]);
  }
  for (int l = 0; l < products->length; l++) {
    fr_add(&t[l], products->row[l], &t[l]);
    fr_tight(products->row[l], &t[l]);
  }
  products->length = 0;
}

/* Rows first..end-1 of a matrix times the witness; `starts` are the matrix's own. */
static void row_values(fr_t *rows, uint32_t first, uint32_t end, const uint32_t *starts, const term_t *terms,
                       const fr_t *dictionary, const fr_t *witness) {
  products_t products;
  products.length = 0;
  for (uint32_t i = first; i < end; i++) {
    fr_t *row = &rows[i];
    fr_set_zero(row);
    for (uint32_t k = starts[i]; k < starts[i + 1]; k++) {
      const fr_t *wire = &witness[terms[k].wire];
      const uint32_t coefficient = terms[k].coefficient;
      fr_t t;
      if (fr_is_blank(wire)) continue;
      if (coefficient == 0) {
        fr_add(&t, row, wire);
        fr_tight(row, &t);
      } else if (coefficient == 1) {
        fr_sub(&t, row, wire);
        fr_tight(row, &t);
      } else {
        const int at = products.length++;
        products.coefficient[at] = &dictionary[coefficient];
        products.wire[at] = wire;
        products.row[at] = row;
        if (products.length == LANES) add_products(&products);
      }
    }
  }
  add_products(&products);
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
  row_values(a, first, end, starts, terms, dictionary, witness);
  row_values(b, first, end, starts + size, terms, dictionary, witness);
  uint32_t i = first;
  fr_vec factor;
  fr_splat(&factor, scale);
  for (; i + LANES <= end; i += LANES) {
    fr_vec x, y, t;
    fft_load(&x, a + i);
    fft_load(&y, b + i);
    fr_vmul(&x, &x, &factor);
    fft_store(a + i, &x);
    fr_vmul(&t, &x, &y);
    fft_store(c + i, &t);
    fr_vmul(&y, &y, &factor);
    fft_store(b + i, &y);
  }
  for (; i < end; i++) {
    fr_mul(&a[i], &a[i], scale);
    fr_mul(&c[i], &a[i], &b[i]);
    fr_mul(&b[i], &b[i], scale);
  }
}

/* a b - c as plain words: the scalars of the key's H points. */
static void join(uint32_t *out, const fr_t *a, const fr_t *b, const fr_t *c, uint32_t count) {
  uint32_t i = 0;
  fr_t unit, t[LANES];
  fr_vec unit_vec;
  fr_set_zero(&unit);
  unit.l[0] = 1;
  fr_splat(&unit_vec, &unit);
  for (; i + LANES <= count; i += LANES) {
    fr_vec x, y, z;
    fft_load(&x, a + i);
    fft_load(&y, b + i);
    fft_load(&z, c + i);
    fr_vmul(&x, &x, &y);
    fr_vsub(&x, &x, &z);
    fr_vmul(&x, &x, &unit_vec);
    fft_store(t, &x);
    for (uint32_t l = 0; l < LANES; l++) {
      fr_canonical(&t[l], &t[l]);
      fr_pack(out + 8 * (size_t)(i + l), &t[l]);
    }
  }
  for (; i < count; i++) {
    fr_mul(t, &a[i], &b[i]);
    fr_sub(t, t, &c[i]);
    fr_to_words(out + 8 * (size_t)i, t);
  }
}
