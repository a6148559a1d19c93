pragma circom 2.2.2;

include "poseidon_constants.circom";

// Poseidon with circomlib's parameters and results, laid out so that a proving key stays small. circomlib keeps what
// leaves an S-box as wires; what enters the next one is then a long sum, three times per S-box. Here what enters is a
// wire, and what leaves is written as a sum of what enters the next round: the mixing matrices are inverted at compile
// time. Rows are the same; the sums move from A and B, which a key stores, to C, which it does not.

/// @return the number of partial rounds of a state of t elements
function partial_rounds(t) {
    var rounds[16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
    return rounds[t - 2];
}

/// @return the inverse of an invertible t by t matrix
function inverted(t, matrix) {
    var m[17][17];
    var inverse[17][17];
    for (var i = 0; i < t; i++) {
        for (var j = 0; j < t; j++) {
            m[i][j] = matrix[i][j];
            inverse[i][j] = i == j ? 1 : 0;
        }
    }
    for (var c = 0; c < t; c++) {
        // The matrices are Cauchy matrices and products of their minors: no pivot is zero.
        var scale = 1 / m[c][c];
        for (var j = 0; j < t; j++) {
            m[c][j] = m[c][j] * scale;
            inverse[c][j] = inverse[c][j] * scale;
        }
        for (var i = 0; i < t; i++) {
            var times = i == c ? 0 : m[i][c];
            for (var j = 0; j < t; j++) {
                m[i][j] = m[i][j] - times * m[c][j];
                inverse[i][j] = inverse[i][j] - times * inverse[c][j];
            }
        }
    }
    return inverse;
}

/// @return by partial round, the factor that solves its sparse matrix for what left the S-box
function partial_pivots(t, R, S) {
    var pivots[70];
    for (var r = 0; r < R; r++) {
        var at = (2 * t - 1) * r;
        var pivot = S[at];
        for (var i = 1; i < t; i++) { pivot -= S[at + i] * S[at + t + i - 1]; }
        pivots[r] = 1 / pivot;
    }
    return pivots;
}

template Fourth() {
    signal input in;
    signal output out;
    signal square <== in * in;
    out <== square * square;
}

/// Pins the hinted states of the permutation.
/// @param  n        inputs; the state has n + 1 elements
/// @param  inverse, inverse_middle, pivot  of the matrices of full rounds, of the last one before the partial rounds,
///                  and of the partial rounds
/// @input  first    what enters the S-boxes of full rounds 2 to 4
/// @input  partial  what enters the S-box of each partial round
/// @input  last     what enters the S-boxes of full rounds 5 to 8
/// @input  final    the state after the permutation
/// @ensures         final is the permutation of (initial, inputs): each round's matrix is invertible, so what leaves its
///                  S-boxes determines what enters the next round
template PermutationCheck(n, inverse, inverse_middle, pivot) {
    var t = n + 1;
    var R = partial_rounds(t);
    var C[t * 8 + R] = POSEIDON_C(t);
    var S[R * (2 * t - 1)] = POSEIDON_S(t);
    signal input initial;
    signal input inputs[n];
    signal input first[3][t];
    signal input partial[R];
    signal input last[4][t];
    signal input final[t];

    signal full_fourth[8][t];
    signal partial_fourth[R];

    // Full rounds 1 to 3, and what enters the fourth.
    for (var k = 0; k < t; k++) { full_fourth[0][k] <== Fourth()((k == 0 ? initial : inputs[k - 1]) + C[k]); }
    for (var f = 1; f < 4; f++) {
        for (var k = 0; k < t; k++) { full_fourth[f][k] <== Fourth()(first[f - 1][k]); }
    }
    for (var k = 0; k < t; k++) {
        var left = 0;
        for (var j = 0; j < t; j++) { left += inverse[j][k] * first[0][j]; }
        full_fourth[0][k] * ((k == 0 ? initial : inputs[k - 1]) + C[k]) === left - C[t + k];
    }
    for (var f = 1; f < 3; f++) {
        for (var k = 0; k < t; k++) {
            var left = 0;
            for (var j = 0; j < t; j++) { left += inverse[j][k] * first[f][j]; }
            full_fourth[f][k] * first[f - 1][k] === left - C[(f + 1) * t + k];
        }
    }

    // Partial rounds, from the last to the first: a state is what its successor says it was.
    var state[t];
    for (var k = 0; k < t; k++) { state[k] = last[0][k]; }
    for (var r = R - 1; r >= 0; r--) {
        var at = (2 * t - 1) * r;
        var left = state[0];
        for (var i = 1; i < t; i++) { left -= S[at + i] * state[i]; }
        left = left * pivot[r];
        partial_fourth[r] <== Fourth()(partial[r]);
        partial_fourth[r] * partial[r] === left - C[5 * t + r];
        state[0] = partial[r];
        for (var i = 1; i < t; i++) { state[i] -= S[at + t + i - 1] * left; }
    }

    // Full round 4 leads to the state before the first partial round.
    for (var k = 0; k < t; k++) {
        var left = 0;
        for (var j = 0; j < t; j++) { left += inverse_middle[j][k] * state[j]; }
        full_fourth[3][k] * first[2][k] === left - C[4 * t + k];
    }

    // Full rounds 5 to 8.
    for (var f = 4; f < 8; f++) {
        for (var k = 0; k < t; k++) {
            var left = 0;
            for (var j = 0; j < t; j++) { left += inverse[j][k] * (f < 7 ? last[f - 3][j] : final[j]); }
            full_fourth[f][k] <== Fourth()(last[f - 4][k]);
            full_fourth[f][k] * last[f - 4][k] === left - (f < 7 ? C[5 * t + R + (f - 4) * t + k] : 0);
        }
    }
}

/// circomlib's PoseidonEx with the whole state as output.
/// @input  initial  the capacity element
/// @output out      the state after the permutation
template Permutation(n) {
    var t = n + 1;
    var R = partial_rounds(t);
    var C[t * 8 + R] = POSEIDON_C(t);
    var S[R * (2 * t - 1)] = POSEIDON_S(t);
    var M[t][t] = POSEIDON_M(t);
    var P[t][t] = POSEIDON_P(t);
    signal input initial;
    signal input inputs[n];
    signal output out[t];
    signal first[3][t];
    signal partial[R];
    signal last[4][t];
    signal final[t];

    var state[t];
    var next[t];
    for (var k = 0; k < t; k++) { state[k] = (k == 0 ? initial : inputs[k - 1]) + C[k]; }
    for (var f = 0; f < 4; f++) {
        for (var k = 0; k < t; k++) { state[k] = state[k] ** 5 + C[(f + 1) * t + k]; }
        for (var i = 0; i < t; i++) {
            next[i] = 0;
            for (var j = 0; j < t; j++) { next[i] += (f < 3 ? M[j][i] : P[j][i]) * state[j]; }
        }
        for (var k = 0; k < t; k++) {
            state[k] = next[k];
            if (f < 3) { first[f][k] <-- state[k]; }
        }
    }
    for (var r = 0; r < R; r++) {
        var at = (2 * t - 1) * r;
        partial[r] <-- state[0];
        var left = state[0] ** 5 + C[5 * t + r];
        state[0] = S[at] * left;
        for (var i = 1; i < t; i++) {
            state[0] += S[at + i] * state[i];
            state[i] += S[at + t + i - 1] * left;
        }
    }
    for (var f = 4; f < 8; f++) {
        for (var k = 0; k < t; k++) {
            last[f - 4][k] <-- state[k];
            state[k] = state[k] ** 5 + (f < 7 ? C[5 * t + R + (f - 4) * t + k] : 0);
        }
        for (var i = 0; i < t; i++) {
            next[i] = 0;
            for (var j = 0; j < t; j++) { next[i] += M[j][i] * state[j]; }
        }
        for (var k = 0; k < t; k++) { state[k] = next[k]; }
    }
    for (var k = 0; k < t; k++) { final[k] <-- state[k]; }
    PermutationCheck(n, inverted(t, M), inverted(t, P), partial_pivots(t, R, S))(
        initial <== initial, inputs <== inputs, first <== first, partial <== partial, last <== last, final <== final);
    for (var k = 0; k < t; k++) { out[k] <== final[k]; }
}

/// @ensures out = Poseidon(inputs), circomlib's
template Poseidon(n) {
    signal input inputs[n];
    signal output out;
    signal state[n + 1] <== Permutation(n)(0, inputs);
    out <== state[0];
}
