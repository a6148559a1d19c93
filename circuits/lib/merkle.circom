pragma circom 2.2.2;

include "poseidon.circom";
include "select.circom";

/// One step up a tree: a node stands at `index` among its siblings, and the parent hashes them all.
/// @input  siblings  all 2^n children of the parent, the node's own place included
/// @ensures          siblings[index] = node and parent = Poseidon(siblings)
template Ascend(n) {
    signal input node;
    signal input {binary} index[n];
    signal input siblings[1 << n];
    signal output parent;
    signal at_index <== Select(1 << n)(siblings, OneHot(n)(index));
    at_index === node;
    parent <== Poseidon(1 << n)(siblings);
}

/// The element at a 6-bit index among 64.
/// @ensures out = in[index]
template SelectCap() {
    signal input in[64];
    signal input {binary} index[6];
    signal output out;
    signal {binary} column[8] <== OneHot(3)([index[0], index[1], index[2]]);
    signal {binary} row[8] <== OneHot(3)([index[3], index[4], index[5]]);
    signal in_row[8];
    for (var r = 0; r < 8; r++) {
        var values[8];
        for (var c = 0; c < 8; c++) { values[c] = in[8 * r + c]; }
        in_row[r] <== Select(8)(values, column);
    }
    out <== Select(8)(in_row, row);
}

/// The root over the 64 nodes of the cap.
/// @ensures root = Poseidon(4) of the Poseidon(16) of each 16 neighbours
template CapRoot() {
    signal input cap[64];
    signal output root;
    signal quarter[4];
    for (var i = 0; i < 4; i++) {
        var values[16];
        for (var j = 0; j < 16; j++) { values[j] = cap[16 * i + j]; }
        quarter[i] <== Poseidon(16)(values);
    }
    root <== Poseidon(4)(quarter);
}
