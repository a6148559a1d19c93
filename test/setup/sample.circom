pragma circom 2.2.2;

include "poseidon.circom";

/// Two hidden numbers with a known hash and a known product. Small, but with wires of every kind a key has: an output,
/// public inputs, one of them in no constraint, and hidden wires that stand in A, in B, in C, or in several.
template Sample() {
    signal input product;
    signal input unused;
    signal input left;
    signal input right;
    signal output hash;

    product === left * right;
    hash <== Poseidon(2)([left, right]);
}

component main {public [product, unused]} = Sample();
