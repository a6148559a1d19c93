pragma circom 2.2.2;

include "hash.circom";
include "select.circom";

/// One step up a tree: a node stands at `index` among its siblings, and the parent hashes them all.
/// @input  siblings  all 2^n children of the parent, the node's own place included
/// @ensures          siblings[index] = node and parent = Poseidon(siblings)
template Ascend(n) {
    signal input node;
    signal input {binary} index[n];
    signal input siblings[1 << n];
    signal output parent;
    signal at_index <== Pick(n)(siblings, index);
    at_index === node;
    parent <== Poseidon(1 << n)(siblings);
}

/// The 64 nodes of the cap, hashed once for all positions.
/// @ensures quarter[i] = Poseidon(16) of the i-th 16 neighbours
template CapQuarters() {
    signal input cap[64];
    signal output quarter[4];
    for (var i = 0; i < 4; i++) {
        var values[16];
        for (var j = 0; j < 16; j++) { values[j] = cap[16 * i + j]; }
        quarter[i] <== Poseidon(16)(values);
    }
}
