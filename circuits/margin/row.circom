pragma circom 2.2.2;

include "poseidon.circom";
include "range.circom";
include "select.circom";

/// Opens the public row of one instrument: its leaf, and its numbers with their widths.
/// @param  S         scenarios, even
/// @param  nb        bits of a bucket index
/// @input  id        32 bits, the position's own
/// @input  pair      S/2 packed pairs of scenario values; the hash binds them, and only sums of them are taken apart
/// @output leaf      Poseidon(head, pair...)
/// @output in_bucket one-hot
/// @requires         0 <= id < 2^32
/// @ensures          the head has one reading only: every part of it is as wide as its place, and bucket < 2^nb
template Row(S, nb) {
    signal input id;
    signal input bucket;
    signal input mark;
    signal input delta;
    signal input long;
    signal input short;
    signal input pair[S \ 2];
    signal output leaf;
    signal output {binary} in_bucket[1 << nb];
    signal output {maxabs} mark_out;
    signal output {maxabs} delta_out;
    signal output {binary} delta_negative;
    signal output {maxabs} long_out;
    signal output {maxabs} short_out;

    assert(nb <= 8);
    in_bucket <== OneHot(nb)(Bits(nb)(bucket));
    signal {binary} mark_negative;
    (mark_out, mark_negative) <== Signed(47)(mark);
    (delta_out, delta_negative) <== Signed(47)(delta);
    long_out <== AsSigned()(Unsigned(47)(long));
    short_out <== AsSigned()(Unsigned(47)(short));

    var inputs[1 + S \ 2];
    inputs[0] = id
        + (1 << 32) * bucket
        + (1 << 40) * (mark + (1 << 48) * mark_negative)
        + (1 << 88) * (delta + (1 << 48) * delta_negative)
        + (1 << 136) * long
        + (1 << 184) * short;
    for (var k = 0; k < S \ 2; k++) { inputs[1 + k] = pair[k]; }
    leaf <== Poseidon(1 + S \ 2)(inputs);
}
