pragma circom 2.2.2;

/// @input  bits  little-endian index
/// @output out   out[i] = 1 where i is the index, 0 elsewhere
template OneHot(n) {
    signal input {binary} bits[n];
    signal output {binary} out[1 << n];
    signal level[n + 1][1 << n];
    level[0][0] <== 1;
    for (var j = 0; j < n; j++) {
        for (var i = 0; i < (1 << j); i++) {
            level[j + 1][i + (1 << j)] <== level[j][i] * bits[j];
            level[j + 1][i] <== level[j][i] - level[j + 1][i + (1 << j)];
        }
        for (var i = 1 << (j + 1); i < (1 << n); i++) { level[j + 1][i] <== 0; }
    }
    for (var i = 1; i < (1 << n); i++) { level[0][i] <== 0; }
    for (var i = 0; i < (1 << n); i++) { out[i] <== level[n][i]; }
}

/// One of 2^n values, halved once a bit: a row less than there are values, the fewest there can be.
/// @input  bits  little-endian index
/// @ensures out = in[index]
template Pick(n) {
    signal input in[1 << n];
    signal input {binary} bits[n];
    signal output out;
    signal left[n + 1][1 << n];
    for (var i = 0; i < (1 << n); i++) { left[0][i] <== in[i]; }
    for (var j = 0; j < n; j++) {
        for (var i = 0; i < (1 << (n - j - 1)); i++) {
            left[j + 1][i] <== left[j][2 * i] + bits[j] * (left[j][2 * i + 1] - left[j][2 * i]);
        }
        for (var i = 1 << (n - j - 1); i < (1 << n); i++) { left[j + 1][i] <== 0; }
    }
    out <== left[n][0];
}
