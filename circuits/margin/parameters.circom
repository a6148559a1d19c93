pragma circom 2.2.2;

include "poseidon.circom";
include "range.circom";

/// The methodology of a requirement set: ranges, and the hash that binds it.
/// @param  S, B, J   scenarios (at most 28), buckets, tiers a bucket (even)
/// @output hash      Poseidon of the weights, seven to an element, and three elements a bucket at J = 4
/// @ensures          ratios have 32 bits and deductions 64, so each packed element has one reading only
template Parameters(S, B, J) {
    signal input weight[S];
    signal input gain[B];
    signal input loss[B];
    signal input a[B];
    signal input h[B];
    signal input rate[B][J];
    signal input deduction[B][J];
    signal output hash;
    signal output {maxabs} weight_out[S];
    signal output {maxabs} gain_out[B];
    signal output {maxabs} loss_out[B];
    signal output {maxabs} a_out[B];
    signal output {maxabs} h_out[B];
    signal output {maxabs} rate_out[B][J];
    signal output {maxabs} deduction_out[B][J];

    var W = (S + 6) \ 7;
    var per_bucket = 1 + J \ 2;
    var inputs[W + B * per_bucket];

    for (var s = 0; s < S; s++) {
        weight_out[s] <== AsSigned()(Unsigned(32)(weight[s]));
        inputs[s \ 7] += weight[s] * (1 << (32 * (s % 7)));
    }
    for (var b = 0; b < B; b++) {
        gain_out[b] <== AsSigned()(Unsigned(32)(gain[b]));
        loss_out[b] <== AsSigned()(Unsigned(32)(loss[b]));
        a_out[b] <== AsSigned()(Unsigned(32)(a[b]));
        h_out[b] <== AsSigned()(Unsigned(32)(h[b]));
        var at = W + b * per_bucket;
        inputs[at] = gain[b] + (1 << 32) * loss[b] + (1 << 64) * a[b] + (1 << 96) * h[b];
        for (var j = 0; j < J; j++) {
            rate_out[b][j] <== AsSigned()(Unsigned(32)(rate[b][j]));
            deduction_out[b][j] <== AsSigned()(Unsigned(64)(deduction[b][j]));
            inputs[at + 1 + j \ 2] += (rate[b][j] + (1 << 32) * deduction[b][j]) * (1 << (96 * (j % 2)));
        }
    }
    hash <== Poseidon(W + B * per_bucket)(inputs);
}
