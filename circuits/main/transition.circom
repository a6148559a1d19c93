pragma circom 2.2.2;

include "change.circom";

component main {public [
    oldCommitment, newCommitment, accountId, mode, subject, amount, terms, root, feeBound, context
]} = Change();
