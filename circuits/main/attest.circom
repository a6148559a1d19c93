pragma circom 2.2.2;

include "attestation.circom";

component main {public [
    commitment, requirementRoot, equityFloor, deltaLow, deltaHigh, absent, context
]} = Attestation(32, 26, 2, 10);
