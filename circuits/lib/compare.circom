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

/// Pins a hinted maximum.
/// @input  max  the hint
/// @ensures     max >= in[j] for every j, and max = in[j] for some j: so it is the maximum
template MaxCheck(k) {
    signal input {maxabs} in[k];
    signal input max;
    signal product[k];
    for (var j = 0; j < k; j++) {
        // |in| <= 2^n, so an honest difference is at most 2^(n+1); a smaller max gives p - x, which has no such bits.
        _ <== Unsigned(in.maxabs + 2)(max - in[j]);
        product[j] <== (j == 0 ? 1 : product[j - 1]) * (max - in[j]);
    }
    product[k - 1] === 0;
}

/// @ensures out = the largest of in
template Max(k) {
    signal input {maxabs} in[k];
    signal output {maxabs} out;
    signal max;
    var half = 1 << (in.maxabs + 1);
    var best = in[0] + half;
    for (var j = 1; j < k; j++) {
        if (in[j] + half > best) { best = in[j] + half; }
    }
    max <-- best - half;
    MaxCheck(k)(in, max);
    out.maxabs = in.maxabs;
    out <== max;
}

/// @ensures out = the largest of in, or 0 where all are negative
template MaxOrZero(k) {
    signal input {maxabs} in[k];
    signal output {maxabs} out;
    signal {maxabs} all[k + 1];
    all.maxabs = in.maxabs;
    for (var j = 0; j < k; j++) { all[j] <== in[j]; }
    all[k] <== 0;
    out <== Max(k + 1)(all);
}
