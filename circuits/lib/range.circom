pragma circom 2.2.2;

include "bitify.circom";

// Range checks: the only file in which an untagged signal is given a width, always by constraining it.
//
//   {binary}      v is 0 or 1
//   {maxbit = n}  0 <= v < 2^n
//   {maxabs = n}  -2^n <= v <= 2^n, a negative v being p + v
//
// n <= 250 everywhere, so that the two bits more that a sign needs stay below the field's 253.

/// @param  n       number of bits
/// @input  in
/// @output bits    little-endian
/// @ensures        in = sum bits[i] * 2^i as integers, so 0 <= in < 2^n
template Bits(n) {
    assert(n <= 252);
    signal input in;
    signal output {binary} bits[n];
    bits <== Num2Bits(n)(in);
}

/// @param  n       bit width
/// @output out     in, {maxbit = n}
/// @ensures        0 <= in < 2^n
template Unsigned(n) {
    signal input in;
    signal output {maxbit} out;
    _ <== Bits(n)(in);
    out.maxbit = n;
    out <== in;
}

/// @param  n         width of the magnitude
/// @output out       in, {maxabs = n}
/// @output negative  1 if and only if in < 0: the sign of zero is always 0
/// @ensures          -2^n <= in < 2^n
template Signed(n) {
    assert(n <= 250);
    signal input in;
    signal output {maxabs} out;
    signal output {binary} negative;
    signal bits[n + 1] <== Bits(n + 1)(in + (1 << n));
    out.maxabs = n;
    out <== in;
    negative <== 1 - bits[n];
}

/// A non-negative value seen as a signed one; nothing to constrain.
template AsSigned() {
    signal input {maxbit} in;
    signal output {maxabs} out;
    assert(in.maxbit <= 250);
    out.maxabs = in.maxbit;
    out <== in;
}
