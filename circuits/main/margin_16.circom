pragma circom 2.2.2;

include "margin.circom";

component main {public [commitment, requirementRoot, coverage, context]} = Margin(16, 26, 2, 4);
