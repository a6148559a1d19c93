pragma circom 2.2.2;

include "hash.circom";
include "range.circom";
include "select.circom";

/// Opens the public row of one instrument: its leaf, and what is needed of it one by one, with widths.
/// @param  S         scenarios, even
/// @param  nb        bits of a bucket index
/// @input  id        32 bits, the position's own
/// @input  if_long, if_short  mark and charge packed, of which a position's sign selects one
/// @input  pair      S/2 packed pairs of scenario values
/// @output leaf      Poseidon(head, if_long, if_short, pair...)
/// @output in_bucket one-hot
/// @requires         0 <= id < 2^32
/// @ensures          the head has one reading only: every part of it is as wide as its place, and bucket < 2^nb. What is
///                   packed stays packed: the hash binds it, and only sums of it are taken apart.
template Row(S, nb) {
    signal input id;
    signal input bucket;
    signal input delta;
    signal input if_long;
    signal input if_short;
    signal input pair[S \ 2];
    signal output leaf;
    signal output {binary} in_bucket[1 << nb];
    signal output {maxabs} delta_out;
    signal output {binary} delta_negative;

    assert(nb <= 8);
    in_bucket <== OneHot(nb)(Bits(nb)(bucket));
    (delta_out, delta_negative) <== Signed(47)(delta);

    var inputs[3 + S \ 2];
    inputs[0] = id + (1 << 32) * bucket + (1 << 40) * (delta + (1 << 48) * delta_negative);
    inputs[1] = if_long;
    inputs[2] = if_short;
    for (var k = 0; k < S \ 2; k++) { inputs[3 + k] = pair[k]; }
    leaf <== Poseidon(3 + S \ 2)(inputs);
}
