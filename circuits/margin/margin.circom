pragma circom 2.2.2;

include "lane.circom";
include "commitment.circom";
include "row.circom";
include "membership.circom";
include "parameters.circom";
include "root.circom";
include "requirement.circom";

/// Whether a hidden account covers its margin requirement: docs/SPEC.md as one statement.
/// @param  P  positions, a power of two, at most 32
/// @param  S  scenarios, even
/// @param  nb bits of a bucket index: 2^nb buckets
/// @param  J  concentration tiers a bucket, even
/// @output healthy          1 if equity >= coverage * required, else 0: exact in both directions
/// @input  commitment       public: the account
/// @input  requirementRoot  public: rows, methodology, set and time
/// @input  coverage         public: 1e-4
/// @input  context          public: what the proof is for
template Margin(P, S, nb, J) {
    var B = 1 << nb;
    signal output {binary} healthy;
    signal input commitment;
    signal input requirementRoot;
    signal input coverage;
    signal input context;

    signal input accountId;
    signal input cash;
    signal input salt;
    signal input id[P];
    signal input quantity[P];

    signal input bucket[P];
    signal input delta[P];
    signal input if_long[P];
    signal input if_short[P];
    signal input pair[P][S \ 2];
    signal input siblings[P][2][8];
    signal input cap[64];

    signal input weight[S];
    signal input gain[B];
    signal input loss[B];
    signal input a[B];
    signal input h[B];
    signal input rate[B][J];
    signal input deduction[B][J];
    signal input setId;
    signal input timestamp;

    // 1. The account is the committed one.
    signal {maxabs} cash_in;
    signal {binary} in_debt;
    (cash_in, in_debt) <== Signed(100)(cash);
    signal lane[P];
    signal {binary} index[P][12];
    signal {maxabs} held[P];
    signal {binary} is_short[P];
    for (var i = 0; i < P; i++) {
        (lane[i], index[i], held[i], is_short[i]) <== Lane()(id[i], quantity[i]);
    }
    signal committed <== Commitment(P)(accountId, cash, lane, salt);
    commitment === committed;

    // 2. Every position's row is the published one.
    signal leaf[P];
    signal {binary} in_bucket[P][B];
    signal {maxabs} delta_in[P];
    signal {binary} delta_negative[P];
    for (var i = 0; i < P; i++) {
        (leaf[i], in_bucket[i], delta_in[i], delta_negative[i]) <== Row(S, nb)(
            id <== id[i], bucket <== bucket[i], delta <== delta[i],
            if_long <== if_long[i], if_short <== if_short[i], pair <== pair[i]);
        Membership()(leaf <== leaf[i], index <== index[i], siblings <== siblings[i], cap <== cap);
    }
    var words = (S + 12) \ 13 + B * (J \ 2);
    component parameters = Parameters(S, B, J);
    parameters.weight <== weight;
    parameters.gain <== gain;
    parameters.loss <== loss;
    parameters.a <== a;
    parameters.h <== h;
    parameters.rate <== rate;
    parameters.deduction <== deduction;
    signal root <== RequirementRoot(words)(CapQuarters()(cap), setId, timestamp, parameters.word);
    requirementRoot === root;

    // 3. The requirement.
    component requirement = Requirement(P, S, B, J);
    requirement.cash <== cash_in;
    requirement.quantity <== held;
    requirement.is_short <== is_short;
    requirement.in_bucket <== in_bucket;
    requirement.delta <== delta_in;
    requirement.delta_negative <== delta_negative;
    requirement.if_long <== if_long;
    requirement.if_short <== if_short;
    requirement.pair <== pair;
    requirement.weight <== parameters.weight_out;
    requirement.gain <== parameters.gain_out;
    requirement.loss <== parameters.loss_out;
    requirement.a <== parameters.a_out;
    requirement.h <== parameters.h_out;
    requirement.rate <== parameters.rate_out;
    requirement.deduction <== parameters.deduction_out;
    requirement.coverage <== AsSigned()(Unsigned(20)(coverage));
    healthy <== requirement.healthy;

    // 4. The context takes part in a constraint, so that it cannot be exchanged.
    signal bound_context <== context * context;
}
