pragma circom 2.2.2;

include "arithmetic.circom";
include "pair.circom";

/// H = min(gain * X, loss * X): a bucket's gains are haircut before they may cover another bucket's losses.
/// @requires gain <= loss, and negative = 1 if and only if pnl < 0
template Haircut() {
    signal input {maxabs} pnl;
    signal input {binary} negative;
    signal input {maxabs} gain;
    signal input {maxabs} loss;
    signal output {maxabs} out;
    out <== Product()(pnl, Choose()(gain, loss, negative));
}

/// The loss of the account in each scenario: -T[s] = -w_s * sum_b H[b][s].
/// @param  n       width of a bucket's P&L
/// @input  packed  per bucket the sum of quantity times packed pair
/// @output loss_in 1e-20 USD, positive where the account loses
template ScenarioLosses(S, B, n) {
    signal input packed[B][S \ 2];
    signal input {maxabs} weight[S];
    signal input {maxabs} gain[B];
    signal input {maxabs} loss[B];
    signal output {maxabs} out[S];

    signal {maxabs} pnl[B][S \ 2][2];
    signal {binary} negative[B][S \ 2][2];
    signal {maxabs} kept[S][B];
    for (var b = 0; b < B; b++) {
        for (var k = 0; k < S \ 2; k++) { (pnl[b][k], negative[b][k]) <== Unpack(n)(packed[b][k]); }
    }
    for (var s = 0; s < S; s++) {
        for (var b = 0; b < B; b++) {
            kept[s][b] <== Haircut()(
                pnl <== pnl[b][s \ 2][s % 2], negative <== negative[b][s \ 2][s % 2],
                gain <== gain[b], loss <== loss[b]);
        }
    }
    for (var s = 0; s < S; s++) {
        out[s] <== Negate()(Product()(Sum(B)(kept[s]), weight[s]));
    }
}
