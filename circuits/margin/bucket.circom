pragma circom 2.2.2;

include "arithmetic.circom";
include "compare.circom";

/// What one bucket needs whatever the scenarios say, in 1e-20 USD.
/// @param  J      tiers
/// @input  net    N = sum of quantity * delta, 1e-12 USD
/// @input  gross  G = sum of |quantity * delta|
/// @output floor  a * |N| + h * (G - |N|) / 2
/// @output concentration  max(0, max_j (rate_j * G - deduction_j))
template BucketFloor(J) {
    signal input {maxabs} net;
    signal input {maxabs} gross;
    signal input {maxabs} a;
    signal input {maxabs} h;
    signal input {maxabs} rate[J];
    signal input {maxabs} deduction[J];
    signal output {maxabs} floor;
    signal output {maxabs} concentration;

    signal {maxabs} size <== Abs()(net);
    signal {maxabs} directional <== Scale(10 ** 4)(Product()(a, size));
    signal {maxabs} basis <== Scale(5 * 10 ** 3)(Product()(h, Subtract()(gross, size)));
    floor <== Add()(directional, basis);

    // Rates times 1e-12 USD are in 1e-16 USD, deductions in 1e-6.
    signal {maxabs} tier[J];
    for (var j = 0; j < J; j++) {
        tier[j] <== Subtract()(Product()(rate[j], gross), Scale(10 ** 10)(deduction[j]));
    }
    concentration <== Scale(10 ** 4)(MaxOrZero(J)(tier));
}
