pragma circom 2.2.2;

include "arithmetic.circom";

/// What one position adds to the account, in 1e-12 USD.
/// @requires   is_short and delta_negative are the signs of quantity and delta
/// @output value     quantity * mark
/// @output charge    q+ * long + q- * short
/// @output net       quantity * delta
/// @output gross     |quantity * delta|
template Position() {
    signal input {maxabs} quantity;
    signal input {binary} is_short;
    signal input {maxabs} mark;
    signal input {maxabs} delta;
    signal input {binary} delta_negative;
    signal input {maxabs} long;
    signal input {maxabs} short;
    signal output {maxabs} value;
    signal output {maxabs} charge;
    signal output {maxabs} net;
    signal output {maxabs} gross;

    value <== Product()(quantity, mark);

    signal {maxabs} minus_short <== Gate()(quantity, is_short);
    signal {maxabs} held_short <== Negate()(minus_short);
    signal {maxabs} held_long <== Subtract()(quantity, minus_short);
    charge <== Add()(Product()(held_long, long), Product()(held_short, short));

    net <== Product()(quantity, delta);
    signal {maxabs} size <== Add()(held_long, held_short);
    gross <== Product()(size, Magnitude()(delta, delta_negative));
}
