/* The end of a Groth16 proof (Groth 2016, section 3.2): five sums become three points. */
#pragma once

typedef struct {
  g1_affine alpha1, beta1, delta1;
  g2_affine beta2, delta2;
} verifying_points_t;

typedef struct {
  g1_affine a, c;
  g2_affine b;
} proof_t;

/* r and s are plain words below the order. */
static void assemble(proof_t *proof, const verifying_points_t *key, const g1_xyzz *sum_a, const g1_xyzz *sum_b1,
                     const g2_xyzz *sum_b2, const g1_xyzz *sum_c, const g1_xyzz *sum_h, const uint32_t r[8],
                     const uint32_t s[8]) {
  g1_xyzz delta1, a, b1, c, t;
  g2_xyzz delta2, b, t2;
  g1_from_affine(&delta1, &key->delta1);
  g2_from_affine(&delta2, &key->delta2);

  g1_multiply(&t, &delta1, r);
  g1_add(&a, sum_a, &t);
  g1_add_affine(&a, &a, &key->alpha1);

  g2_multiply(&t2, &delta2, s);
  g2_add(&b, sum_b2, &t2);
  g2_add_affine(&b, &b, &key->beta2);

  g1_multiply(&t, &delta1, s);
  g1_add(&b1, sum_b1, &t);
  g1_add_affine(&b1, &b1, &key->beta1);

  g1_add(&c, sum_c, sum_h);
  g1_multiply(&t, &a, s);
  g1_add(&c, &c, &t);
  /* r (b1 - s delta) = r b1 - r s delta */
  g1_multiply(&t, &delta1, s);
  g1_negate(&t, &t);
  g1_add(&t, &b1, &t);
  g1_multiply(&t, &t, r);
  g1_add(&c, &c, &t);

  g1_to_affine(&proof->a, &a);
  g2_to_affine(&proof->b, &b);
  g1_to_affine(&proof->c, &c);
}

/* Coordinates of a, b, c as plain words: 16 + 32 + 16. */
static void proof_write(uint32_t *out, const proof_t *proof) {
  g1_write(out, &proof->a);
  g2_write(out + 16, &proof->b);
  g1_write(out + 48, &proof->c);
}
