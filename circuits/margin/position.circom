pragma circom 2.2.2;

include "arithmetic.circom";

/// What one position adds to the account, in 1e-12 USD.
/// @input  if_long   mark + 2^120 * long
/// @input  if_short  mark - 2^120 * short
/// @requires   is_short and delta_negative are the signs of quantity and delta
/// @output carried   quantity * mark + 2^120 * (q+ * long + q- * short), packed
/// @output net       quantity * delta
/// @output gross     |quantity * delta|
template Position() {
    signal input {maxabs} quantity;
    signal input {binary} is_short;
    signal input if_long;
    signal input if_short;
    signal input {maxabs} delta;
    signal input {binary} delta_negative;
    signal output carried;
    signal output {maxabs} net;
    signal output {maxabs} gross;

    signal side <== if_long + is_short * (if_short - if_long);
    carried <== quantity * side;

    net <== Product()(quantity, delta);
    signal {binary} opposed <== is_short + delta_negative - 2 * is_short * delta_negative;
    gross <== Magnitude()(net, opposed);
}
