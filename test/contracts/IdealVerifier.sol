// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginSignals} from "../../contracts/generated/MarginSignals.sol";
import {IMarginVerifier, Proof, Statement} from "../../contracts/interfaces/IMarginVerifier.sol";

/// @dev A perfect proof system for tests of the state machine: a "proof" spells its five signals, and holds for exactly
/// those and only if their statement is true. Like a real proof it is malleable: `c` may be anything.
contract IdealVerifier is IMarginVerifier {
    bool public immutable DEVELOPMENT;
    bool private immutable CONTRIBUTED;

    constructor(bool development, bool contributed) {
        DEVELOPMENT = development;
        CONTRIBUTED = contributed;
    }

    function gammaDelta() external view returns (uint256[4] memory gamma, uint256[4] memory delta) {
        gamma = [uint256(1), 2, 3, 4];
        delta = [uint256(1), 2, 3, CONTRIBUTED ? 5 : 4];
    }

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata,
        uint256[5] calldata signals
    ) external pure returns (bool) {
        bool same = a[0] == signals[0] && a[1] == signals[1] && b[0][0] == signals[2] && b[0][1] == signals[3]
            && b[1][0] == signals[4];
        return same && (signals[0] == 1) == covers(signals[1], signals[2], signals[3]);
    }

    function verifyBatch(Statement[] calldata batch) external view returns (bool ok) {
        ok = batch.length != 0;
        for (uint256 i; ok && i < batch.length; ++i) {
            Proof calldata proof = batch[i].proof;
            ok = this.verifyProof(proof.a, proof.b, proof.c, batch[i].signals);
        }
    }
}

/// @dev The "proof" of five signals.
function idealProof(MarginSignals memory s) pure returns (Proof memory proof) {
    proof.a = [s.healthy, s.commitment];
    proof.b = [[s.requirementRoot, s.coverage], [s.context, 0]];
}

/// @dev Whether the committed account covers the requirement behind the root: arbitrary but fixed, and harder to
/// satisfy under an epoch's initial root (odd) than under its maintenance root (even).
function covers(uint256 commitment, uint256 root, uint256 coverage) pure returns (bool) {
    uint256 ratio = uint256(keccak256(abi.encode(commitment, root / 2))) % 25_000;
    return (root % 2 == 1 ? ratio * 8 / 10 : ratio) >= coverage;
}

function maintenanceRootOf(uint256 epoch) pure returns (uint256) {
    return 2 * epoch;
}

function initialRootOf(uint256 epoch) pure returns (uint256) {
    return 2 * epoch + 1;
}
