pragma circom 2.2.2;

include "merkle.circom";

/// A leaf stands at `index` in the tree whose cap is given: two steps up, then a look at the cap.
/// @input  siblings  the 8 children of the parent, at level 0 and at level 1
/// @requires         cap is the tree's cap (CapQuarters, once for all positions)
template Membership() {
    signal input leaf;
    signal input {binary} index[12];
    signal input siblings[2][8];
    signal input cap[64];
    signal node <== Ascend(3)(leaf, [index[0], index[1], index[2]], siblings[0]);
    signal subtree <== Ascend(3)(node, [index[3], index[4], index[5]], siblings[1]);
    signal expected <== Pick(6)(cap, [index[6], index[7], index[8], index[9], index[10], index[11]]);
    subtree === expected;
}
