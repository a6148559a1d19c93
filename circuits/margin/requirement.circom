pragma circom 2.2.2;

include "arithmetic.circom";
include "compare.circom";
include "position.circom";
include "pair.circom";
include "scenario.circom";
include "bucket.circom";

/// The requirement of docs/SPEC.md on opened rows, exact in 1e-20 USD.
/// @param  P, S, B, J  positions, scenarios, buckets, tiers
/// @input  is_short, delta_negative  signs of quantity and delta
/// @input  in_bucket   one-hot a position
/// @input  if_long, if_short, pair  packed, each half less than 2^47 in magnitude
/// @output healthy     1 if and only if equity >= coverage * required
template Requirement(P, S, B, J) {
    signal input {maxabs} cash;
    signal input {maxabs} quantity[P];
    signal input {binary} is_short[P];
    signal input {binary} in_bucket[P][B];
    signal input {maxabs} delta[P];
    signal input {binary} delta_negative[P];
    signal input if_long[P];
    signal input if_short[P];
    signal input pair[P][S \ 2];
    signal input {maxabs} weight[S];
    signal input {maxabs} gain[B];
    signal input {maxabs} loss[B];
    signal input {maxabs} a[B];
    signal input {maxabs} h[B];
    signal input {maxabs} rate[B][J];
    signal input {maxabs} deduction[B][J];
    signal input {maxabs} coverage;
    signal output {binary} healthy;

    var n = 94 + log2ceil(P);
    signal carried[P];
    signal {maxabs} net[B][P];
    signal {maxabs} gross[B][P];
    signal in_pair[P][B];
    signal packed_term[B][S \ 2][P];
    signal packed[B][S \ 2];

    signal {maxabs} exposure[P];
    signal {maxabs} exposure_size[P];
    for (var i = 0; i < P; i++) {
        (carried[i], exposure[i], exposure_size[i]) <== Position()(
            quantity <== quantity[i], is_short <== is_short[i], if_long <== if_long[i], if_short <== if_short[i],
            delta <== delta[i], delta_negative <== delta_negative[i]);
    }
    for (var i = 0; i < P; i++) {
        for (var b = 0; b < B; b++) {
            net[b][i] <== Gate()(exposure[i], in_bucket[i][b]);
            gross[b][i] <== Gate()(exposure_size[i], in_bucket[i][b]);
            in_pair[i][b] <== quantity[i] * in_bucket[i][b];
            for (var k = 0; k < S \ 2; k++) { packed_term[b][k][i] <== in_pair[i][b] * pair[i][k]; }
        }
    }
    for (var b = 0; b < B; b++) {
        for (var k = 0; k < S \ 2; k++) {
            var sum = 0;
            for (var i = 0; i < P; i++) { sum += packed_term[b][k][i]; }
            packed[b][k] <== sum;
        }
    }

    signal {maxabs} scenario_loss[S] <== ScenarioLosses(S, B, n)(
        packed <== packed, weight <== weight, gain <== gain, loss <== loss);

    signal {maxabs} floor[B];
    signal {maxabs} concentration[B];
    for (var b = 0; b < B; b++) {
        (floor[b], concentration[b]) <== BucketFloor(J)(
            net <== Sum(P)(net[b]), gross <== Sum(P)(gross[b]), a <== a[b], h <== h[b],
            rate <== rate[b], deduction <== deduction[b]);
    }

    // The floor is never negative, so neither is the larger of it and the largest loss.
    signal {maxabs} larger <== Larger()(Max(S)(scenario_loss), Sum(B)(floor));

    var all_carried = 0;
    for (var i = 0; i < P; i++) { all_carried += carried[i]; }
    signal {maxabs} value_and_charge[2];
    signal {binary} negative[2];
    (value_and_charge, negative) <== Unpack(n)(all_carried);
    signal {maxabs} charge <== Scale(10 ** 8)(value_and_charge[1]);
    signal {maxabs} required <== Add()(Add()(larger, charge), Sum(B)(concentration));

    signal {maxabs} equity <== Add()(cash, value_and_charge[0]);
    signal {maxabs} covered <== Scale(10 ** 12)(equity);
    signal {maxabs} needed <== Product()(coverage, required);
    signal {binary} short_of_it <== IsNegative()(Subtract()(covered, needed));
    healthy <== 1 - short_of_it;
}
