pragma circom 2.2.2;

include "range.circom";
include "arithmetic.circom";

// Comparators take operands of known width only: on arbitrary field elements they would call p - 5 less than 3.

/// @ensures out = 1 if and only if in < 0
template IsNegative() {
    signal input {maxabs} in;
    signal output {binary} out;
    signal same;
    // One bit more than the width: the tag allows in = 2^maxabs exactly.
    (same, out) <== Signed(in.maxabs + 1)(in);
}

/// @ensures out = |in|
template Abs() {
    signal input {maxabs} in;
    signal output {maxabs} out;
    out <== Magnitude()(in, IsNegative()(in));
}

/// @ensures out = the larger of a and b
template Larger() {
    signal input {maxabs} a;
    signal input {maxabs} b;
    signal output {maxabs} out;
    out <== Choose()(a, b, IsNegative()(Subtract()(a, b)));
}

/// @ensures out = the largest of in; k - 1 comparisons, where checking a hinted maximum takes k
template Max(k) {
    signal input {maxabs} in[k];
    signal output {maxabs} out;
    signal {maxabs} best[k];
    best.maxabs = in.maxabs;
    best[0] <== in[0];
    for (var j = 1; j < k; j++) { best[j] <== Larger()(best[j - 1], in[j]); }
    out.maxabs = in.maxabs;
    out <== best[k - 1];
}

/// @ensures out = the largest of in, or 0 where all are negative
template MaxOrZero(k) {
    signal input {maxabs} in[k];
    signal output {maxabs} out;
    signal {maxabs} largest <== Max(k)(in);
    signal {maxabs} zero;
    zero.maxabs = 0;
    zero <== 0;
    out <== Choose()(largest, zero, IsNegative()(largest));
}

/// A bound that anybody may have set is met. It needs no width of its own: whatever passes is one.
/// @param  m       width of the bounds that can be shown to be met
/// @ensures        value >= bound, where an element above p / 2 stands for itself less p: value - bound is a number of
///                 that many bits, so bound is the value less a number that does not come around the field
template AtLeast(m) {
    signal input {maxabs} value;
    signal input bound;
    var n = (value.maxabs > m ? value.maxabs : m) + 2;
    assert(n <= 250);
    _ <== Unsigned(n)(value - bound);
}
