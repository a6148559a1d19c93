pragma circom 2.2.2;

include "arithmetic.circom";
include "compare.circom";
include "position.circom";
include "scenario.circom";
include "bucket.circom";

/// The requirement of docs/SPEC.md on opened rows, exact in 1e-30 USD.
/// @param  P, S, B, J  positions, scenarios, buckets, tiers
/// @input  is_short, delta_negative  signs of quantity and delta
/// @input  in_bucket   one-hot a position
/// @input  pair        packed pairs of scenario values, less than 2^47 in magnitude each
/// @output healthy     1 if and only if equity >= coverage * required
template Requirement(P, S, B, J) {
    signal input {maxabs} cash;
    signal input {maxabs} quantity[P];
    signal input {binary} is_short[P];
    signal input {binary} in_bucket[P][B];
    signal input {maxabs} mark[P];
    signal input {maxabs} delta[P];
    signal input {binary} delta_negative[P];
    signal input {maxabs} long[P];
    signal input {maxabs} short[P];
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

    signal {maxabs} value[P];
    signal {maxabs} position_charge[P];
    signal {maxabs} net[B][P];
    signal {maxabs} gross[B][P];
    signal in_pair[P][B];
    signal packed_term[B][S \ 2][P];
    signal packed[B][S \ 2];

    signal {maxabs} exposure[P];
    signal {maxabs} exposure_size[P];
    for (var i = 0; i < P; i++) {
        (value[i], position_charge[i], exposure[i], exposure_size[i]) <== Position()(
            quantity <== quantity[i], is_short <== is_short[i], mark <== mark[i], delta <== delta[i],
            delta_negative <== delta_negative[i], long <== long[i], short <== short[i]);
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

    signal {maxabs} scenario_loss[S] <== ScenarioLosses(S, B, 94 + log2ceil(P))(
        packed <== packed, weight <== weight, gain <== gain, loss <== loss);

    signal {maxabs} floor[B];
    signal {maxabs} concentration[B];
    for (var b = 0; b < B; b++) {
        (floor[b], concentration[b]) <== BucketFloor(J)(
            net <== Sum(P)(net[b]), gross <== Sum(P)(gross[b]), a <== a[b], h <== h[b],
            rate <== rate[b], deduction <== deduction[b]);
    }

    // The largest of all scenario losses and the floor; the floor is never negative, so neither is the largest.
    signal {maxabs} floors <== Sum(B)(floor);
    signal {maxabs} candidates[S + 1];
    candidates.maxabs = scenario_loss.maxabs > floors.maxabs ? scenario_loss.maxabs : floors.maxabs;
    for (var s = 0; s < S; s++) { candidates[s] <== scenario_loss[s]; }
    candidates[S] <== floors;
    signal {maxabs} largest <== Max(S + 1)(candidates);

    signal {maxabs} charge <== Scale(10 ** 18)(Sum(P)(position_charge));
    signal {maxabs} required <== Add()(Add()(largest, charge), Sum(B)(concentration));

    signal {maxabs} equity <== Add()(cash, Sum(P)(value));
    signal {maxabs} covered <== Scale(10 ** 22)(equity);
    signal {maxabs} needed <== Product()(coverage, required);
    signal {binary} short_of_it <== IsNegative()(Subtract()(covered, needed));
    healthy <== 1 - short_of_it;
}
