pragma circom 2.2.2;

include "range.circom";

// Two signed integers in one field element, low + 2^120 * high. Adding such elements, or multiplying one by a small
// integer, does the same to both halves; so sums are taken over packed values and only the sums are taken apart.

/// Pins the hinted halves of a packed value.
/// @param  n          width of a half, at most 118
/// @input  low, high  the hints
/// @output out, negative  the halves and their signs, {maxabs = n}
/// @ensures           packed = low + 2^120 * high with both halves in [-2^n, 2^n): below 2^239 in magnitude, so equality
///                    in the field is equality of integers, and low is the only such residue modulo 2^120
template UnpackCheck(n) {
    assert(n <= 118);
    signal input packed;
    signal input low;
    signal input high;
    signal output {maxabs} out[2];
    signal output {binary} negative[2];
    (out[0], negative[0]) <== Signed(n)(low);
    (out[1], negative[1]) <== Signed(n)(high);
    packed === low + (1 << 120) * high;
}

/// @requires packed is a sum of pairs whose halves are less than 2^n in magnitude
template Unpack(n) {
    signal input packed;
    signal output {maxabs} out[2];
    signal output {binary} negative[2];
    signal low;
    signal high;
    // Shifted to be non-negative, the halves are the quotient and the remainder by 2^120.
    var shifted = packed + (1 << 239) + (1 << 119);
    low <-- (shifted & ((1 << 120) - 1)) - (1 << 119);
    high <-- (shifted >> 120) - (1 << 119);
    (out, negative) <== UnpackCheck(n)(packed, low, high);
}
