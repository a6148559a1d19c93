pragma circom 2.2.2;

// Arithmetic on integers of known width. The width of a result follows from the widths of its operands, and a result
// that could wrap around the field does not compile.

/// @return the smallest n with 2^n >= k
function log2ceil(k) {
    var n = 0;
    while ((1 << n) < k) { n++; }
    return n;
}

template Product() {
    signal input {maxabs} a;
    signal input {maxabs} b;
    signal output {maxabs} out;
    assert(a.maxabs + b.maxabs <= 250);
    out.maxabs = a.maxabs + b.maxabs;
    out <== a * b;
}

/// @param c  a positive constant
template Scale(c) {
    signal input {maxabs} in;
    signal output {maxabs} out;
    assert(in.maxabs + log2ceil(c) <= 250);
    out.maxabs = in.maxabs + log2ceil(c);
    out <== c * in;
}

template Sum(k) {
    signal input {maxabs} in[k];
    signal output {maxabs} out;
    assert(in.maxabs + log2ceil(k) <= 250);
    var sum = 0;
    for (var i = 0; i < k; i++) { sum += in[i]; }
    out.maxabs = in.maxabs + log2ceil(k);
    out <== sum;
}

template Add() {
    signal input {maxabs} a;
    signal input {maxabs} b;
    signal output {maxabs} out;
    var n = a.maxabs > b.maxabs ? a.maxabs : b.maxabs;
    assert(n + 1 <= 250);
    out.maxabs = n + 1;
    out <== a + b;
}

template Subtract() {
    signal input {maxabs} a;
    signal input {maxabs} b;
    signal output {maxabs} out;
    var n = a.maxabs > b.maxabs ? a.maxabs : b.maxabs;
    assert(n + 1 <= 250);
    out.maxabs = n + 1;
    out <== a - b;
}

/// @ensures out = in where on = 1, and 0 where on = 0
template Gate() {
    signal input {maxabs} in;
    signal input {binary} on;
    signal output {maxabs} out;
    out.maxabs = in.maxabs;
    out <== in * on;
}

/// @requires negative = 1 if and only if in < 0
/// @ensures  out = |in|
template Magnitude() {
    signal input {maxabs} in;
    signal input {binary} negative;
    signal output {maxabs} out;
    out.maxabs = in.maxabs;
    out <== in * (1 - 2 * negative);
}

template Negate() {
    signal input {maxabs} in;
    signal output {maxabs} out;
    out.maxabs = in.maxabs;
    out <== -in;
}

/// @ensures out = b where second = 1, and a where second = 0
template Choose() {
    signal input {maxabs} a;
    signal input {maxabs} b;
    signal input {binary} second;
    signal output {maxabs} out;
    out.maxabs = a.maxabs > b.maxabs ? a.maxabs : b.maxabs;
    out <== a + second * (b - a);
}
