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

/// @requires at is one-hot
/// @ensures  out = in[index of the 1 in at]
template Select(k) {
    signal input in[k];
    signal input {binary} at[k];
    signal output out;
    signal term[k];
    var sum = 0;
    for (var i = 0; i < k; i++) {
        term[i] <== in[i] * at[i];
        sum += term[i];
    }
    out <== sum;
}
