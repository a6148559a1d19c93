pragma circom 2.2.2;

include "range.circom";

/// One hidden position as it stands in the commitment.
/// @input  id, quantity  quantity signed, in 1e-6 of the instrument's unit
/// @output lane      id + 2^32 * (quantity as 48-bit two's complement), 80 bits
/// @output index     the low 12 bits of id: its place in the market tree
/// @output out       quantity, {maxabs = 47}
/// @output negative  1 if and only if the quantity is below zero
/// @ensures          0 <= id < 2^32 and -2^47 <= quantity < 2^47, so a lane has one preimage only
template Lane() {
    signal input id;
    signal input quantity;
    signal output lane;
    signal output {binary} index[12];
    signal output {maxabs} out;
    signal output {binary} negative;

    signal {binary} bits[32] <== Bits(32)(id);
    for (var i = 0; i < 12; i++) { index[i] <== bits[i]; }
    (out, negative) <== Signed(47)(quantity);
    lane <== id + (1 << 32) * (quantity + (1 << 48) * negative);
}
