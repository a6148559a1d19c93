pragma circom 2.2.2;

include "hash.circom";

/// The commitment to an account. It always has 32 lanes, so that accounts of all sizes look alike; lanes P to 31 are
/// zero here, which is what proves them empty.
/// @param  P     positions of this circuit
/// @input  lane  80-bit lanes
/// @input  cash  in 1e-12 USD, signed
/// @requires     0 <= lane[i] < 2^80, so that three lanes in an element cannot overlap
template Commitment(P) {
    assert(P <= 32);
    signal input accountId;
    signal input cash;
    signal input lane[P];
    signal input salt;
    signal output out;

    var TAG = 0x74616369742f6163636f756e74; // "tacit/account"
    var inputs[15];
    inputs[0] = TAG;
    inputs[1] = accountId;
    inputs[2] = cash;
    for (var i = 0; i < P; i++) { inputs[3 + i \ 3] += lane[i] * (1 << (80 * (i % 3))); }
    inputs[14] = salt;
    out <== Poseidon(15)(inputs);
}
