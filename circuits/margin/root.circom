pragma circom 2.2.2;

include "hash.circom";

/// The one value that stands for an epoch's requirement set.
/// @param  n        words of parameters, at most 10
/// @input  quarter  of the cap of the rows' tree
template RequirementRoot(n) {
    signal input quarter[4];
    signal input setId;
    signal input timestamp;
    signal input word[n];
    signal output out;
    var inputs[6 + n];
    for (var i = 0; i < 4; i++) { inputs[i] = quarter[i]; }
    inputs[4] = setId;
    inputs[5] = timestamp;
    for (var i = 0; i < n; i++) { inputs[6 + i] = word[i]; }
    out <== Poseidon(6 + n)(inputs);
}
