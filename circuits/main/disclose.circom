pragma circom 2.2.2;

include "disclosure.circom";

component main {public [
    commitment, guardianX, guardianY, ephemeralX, ephemeralY, challenge, digest
]} = Disclosure();
