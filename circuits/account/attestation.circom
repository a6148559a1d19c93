pragma circom 2.2.2;

include "arithmetic.circom";
include "compare.circom";
include "pair.circom";
include "lane.circom";
include "commitment.circom";
include "row.circom";
include "membership.circom";
include "root.circom";

/// What an auditor may be told of a hidden account: docs/SPEC.md as one statement. Every claim is always checked; one that
/// is not made has a bound that holds for any account. Nothing here tells how many positions there are.
/// @param  P      lanes, a power of two, at most 32: all that an account has
/// @param  S      scenarios, even
/// @param  nb     bits of a bucket index: 2^nb buckets
/// @param  words  of parameters in the requirement root
/// @input  commitment       public: the account
/// @input  requirementRoot  public: rows, methodology, set and time
/// @input  equityFloor      public: equity is at least this, 1e-12 USD
/// @input  deltaLow, deltaHigh  public: the net delta of each bucket lies between them, ends included, 1e-12 USD
/// @input  absent           public: where it is not 0 nothing is held in that bucket
/// @input  context          public: what was claimed to whom, for what, until when
template Attestation(P, S, nb, words) {
    var B = 1 << nb;
    signal input commitment;
    signal input requirementRoot;
    signal input equityFloor;
    signal input deltaLow[B];
    signal input deltaHigh[B];
    signal input absent[B];
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
    signal input word[words];
    signal input setId;
    signal input timestamp;

    // 1. The account is the committed one, with all its lanes.
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

    // 2. Every lane's row is the published one. The parameters are only hashed: nothing is asked of them.
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
    signal root <== RequirementRoot(words)(CapQuarters()(cap), setId, timestamp, word);
    requirementRoot === root;

    // 3. Equity, and by bucket the net delta and how much is held. A mark is the lower half of either side of a row.
    var carried = 0;
    signal value[P];
    signal {maxabs} exposure[P];
    signal {maxabs} size[P];
    signal {maxabs} exposure_in[B][P];
    signal {maxabs} size_in[B][P];
    for (var i = 0; i < P; i++) {
        value[i] <== held[i] * if_long[i];
        carried += value[i];
        exposure[i] <== Product()(held[i], delta_in[i]);
        size[i] <== Magnitude()(held[i], is_short[i]);
    }
    for (var i = 0; i < P; i++) {
        for (var b = 0; b < B; b++) {
            exposure_in[b][i] <== Gate()(exposure[i], in_bucket[i][b]);
            size_in[b][i] <== Gate()(size[i], in_bucket[i][b]);
        }
    }
    signal {maxabs} value_and_charge[2];
    signal {binary} negative[2];
    (value_and_charge, negative) <== Unpack(94 + log2ceil(P))(carried);
    signal {maxabs} equity <== Add()(cash_in, value_and_charge[0]);

    // 4. The claims. Sizes are not negative and cannot wrap, so their sum is 0 where each of them is.
    AtLeast(101)(equity, equityFloor);
    signal {maxabs} net[B];
    signal {maxabs} opposite[B];
    signal {maxabs} all_held[B];
    for (var b = 0; b < B; b++) {
        net[b] <== Sum(P)(exposure_in[b]);
        all_held[b] <== Sum(P)(size_in[b]);
    }
    for (var b = 0; b < B; b++) {
        opposite[b] <== Negate()(net[b]);
    }
    for (var b = 0; b < B; b++) {
        AtLeast(100)(net[b], deltaLow[b]);
        AtLeast(100)(opposite[b], -deltaHigh[b]);
        absent[b] * all_held[b] === 0;
    }

    // 5. The context takes part in a constraint, so that it cannot be exchanged.
    signal bound_context <== context * context;
}
