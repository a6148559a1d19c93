pragma circom 2.2.2;

include "range.circom";

/// The methodology of a requirement set: ranges, and the words that stand in the requirement root.
/// @param  S, B, J   scenarios (at most 26), buckets, tiers a bucket (even)
/// @input  weight, gain, loss, a, h, rate  in 1e-4
/// @input  deduction in 1e-6 USD
/// @output word      the weights, thirteen to a word; then by bucket the ratios with two tiers, and two tiers a word
/// @ensures          ratios have 16 bits and deductions 64, so each word has one reading only
template Parameters(S, B, J) {
    assert(J % 2 == 0);
    var W = (S + 12) \ 13;
    signal input weight[S];
    signal input gain[B];
    signal input loss[B];
    signal input a[B];
    signal input h[B];
    signal input rate[B][J];
    signal input deduction[B][J];
    signal output word[W + B * (J \ 2)];
    signal output {maxabs} weight_out[S];
    signal output {maxabs} gain_out[B];
    signal output {maxabs} loss_out[B];
    signal output {maxabs} a_out[B];
    signal output {maxabs} h_out[B];
    signal output {maxabs} rate_out[B][J];
    signal output {maxabs} deduction_out[B][J];

    var words[W + B * (J \ 2)];
    for (var s = 0; s < S; s++) {
        weight_out[s] <== AsSigned()(Unsigned(16)(weight[s]));
        words[s \ 13] += weight[s] * (1 << (16 * (s % 13)));
    }
    for (var b = 0; b < B; b++) {
        gain_out[b] <== AsSigned()(Unsigned(16)(gain[b]));
        loss_out[b] <== AsSigned()(Unsigned(16)(loss[b]));
        a_out[b] <== AsSigned()(Unsigned(16)(a[b]));
        h_out[b] <== AsSigned()(Unsigned(16)(h[b]));
        var at = W + b * (J \ 2);
        for (var j = 0; j < J; j++) {
            rate_out[b][j] <== AsSigned()(Unsigned(16)(rate[b][j]));
            deduction_out[b][j] <== AsSigned()(Unsigned(64)(deduction[b][j]));
            words[at + j \ 2] += (rate[b][j] + (1 << 16) * deduction[b][j]) * (1 << (80 * (j % 2)));
        }
        words[at] += (1 << 160) * (gain[b] + (1 << 16) * loss[b] + (1 << 32) * a[b] + (1 << 48) * h[b]);
    }
    for (var i = 0; i < W + B * (J \ 2); i++) { word[i] <== words[i]; }
}
