pragma circom 2.2.2;

include "hash.circom";
include "merkle.circom";
include "range.circom";

/// Opens what an epoch says of one instrument: its row in a requirement set, or its entry among the settled ones. Both
/// trees have the same shape, sixteen elements a leaf and arities 8, 8, 16, 16 above it, so one path serves both.
/// @input  element   the leaf's: a row's head, sides and pairs; or sixteen settlement entries
/// @input  entry     which of sixteen settlement entries
/// @input  place     of the leaf among 16,384; a row's is id mod 4096
/// @input  price     the row's mark or the entry's settlement price, signed
/// @input  rest      a row's head above the id: bucket and delta
/// @input  long      a row's long charge, packed above the mark
/// @output root      a requirement root or a settlement root
/// @output row_error, settlement_error  zero exactly where the leaf is a row, or holds an entry, of this id at this price
/// @ensures          each word has one reading only: price has 48 bits, rest 56, long 47
template Published() {
    signal input id;
    signal input element[16];
    signal input entry;
    signal input place;
    signal input low[8];
    signal input middle[8];
    signal input upper[16];
    signal input top[16];
    signal input price;
    signal input rest;
    signal input long;
    signal output root;
    signal output {maxabs} price_out;
    signal output row_error[3];
    signal output settlement_error;

    signal {binary} at[14] <== Bits(14)(place);
    signal leaf <== Poseidon(16)(element);
    signal group <== Ascend(3)(leaf, [at[0], at[1], at[2]], low);
    signal subtree <== Ascend(3)(group, [at[3], at[4], at[5]], middle);
    signal quarter <== Ascend(4)(subtree, [at[6], at[7], at[8], at[9]], upper);
    root <== Ascend(4)(quarter, [at[10], at[11], at[12], at[13]], top);

    signal {binary} negative;
    (price_out, negative) <== Signed(47)(price);
    _ <== Bits(56)(rest);
    _ <== Unsigned(47)(long);
    row_error[0] <== element[0] - id - (1 << 32) * rest;
    row_error[1] <== element[1] - price - (1 << 120) * long;
    // The last twelve children of a requirement root are parameters, not nodes.
    row_error[2] <== at[12] + at[13];
    signal entered <== Pick(4)(element, Bits(4)(entry));
    settlement_error <== entered - id - (1 << 32) * (price + (1 << 48) * negative);
}
