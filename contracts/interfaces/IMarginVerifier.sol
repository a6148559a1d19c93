// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev A Groth16 proof in the limb order of the EVM's pairing. Malleable, so never an id of anything.
struct Proof {
    uint256[2] a;
    uint256[2][2] b;
    uint256[2] c;
}

/// @dev A proof and what it proves: healthy, commitment, requirementRoot, coverage, context.
struct Statement {
    Proof proof;
    uint256[5] signals;
}

/// @title A Groth16 verifier of one `margin_P` circuit, as the build generates it.
/// @dev Proofs are malleable: (rA, B/r, C) verifies wherever (A, B, C) does. Proof bytes identify nothing.
interface IMarginVerifier {
    /// @notice Whether the key was made with published secrets, so that anybody can prove anything with it.
    function DEVELOPMENT() external view returns (bool);

    /// @notice The two points of the verification key that only a phase-2 contribution makes different. While they are
    /// equal, anybody forges a proof of any statement from the verification key alone.
    /// @return gamma (x1, x0, y1, y0), in the limb order of the EVM's pairing
    /// @return delta in the same order
    function gammaDelta() external view returns (uint256[4] memory gamma, uint256[4] memory delta);

    /// @notice Whether the proof holds for the signals. False, never a revert, for a signal at or above the field's order.
    /// @param signals healthy, commitment, requirementRoot, coverage, context
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[5] calldata signals
    ) external view returns (bool);

    /// @notice Whether all proofs hold, each for its own signals, by one pairing check. A batch with a proof that does not
    /// hold passes with probability 2^-128. An empty batch does not hold.
    /// @dev WARNING: a point that is none burns the gas of the call, as in `verifyProof`. Limit it.
    function verifyBatch(Statement[] calldata batch) external view returns (bool);
}
