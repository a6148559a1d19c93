pragma circom 2.2.2;

/// Pins a hinted inverse.
/// @input  inverse  1 / in, and 0 where in = 0
/// @ensures out = 1 if in = 0, else 0
template VanishesCheck() {
    signal input in;
    signal input inverse;
    signal output {binary} out;
    out <== 1 - in * inverse;
    in * out === 0;
    // Without it the inverse of zero would be anything: harmless, but a choice.
    inverse * out === 0;
}

template Vanishes() {
    signal input in;
    signal output {binary} out;
    signal inverse;
    inverse <-- in == 0 ? 0 : 1 / in;
    out <== VanishesCheck()(in, inverse);
}
