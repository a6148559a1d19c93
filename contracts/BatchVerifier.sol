// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Proof} from "./interfaces/IMarginVerifier.sol";

/// @dev A Groth16 verification key; G2 in the limb order of the EVM's pairing.
/// @param ic one point more than there are signals
struct VerifyingKey {
    uint256[2] alpha;
    uint256[4] beta;
    uint256[4] gamma;
    uint256[4] delta;
    uint256[2][] ic;
}

/// @title Many proofs of one circuit, one pairing check: what every generated verifier inherits.
/// @dev Proof i holds if e(A_i, B_i) = e(alpha, beta) e(IC_i, gamma) e(C_i, delta), where IC_i = ic_0 + sum_j s_ij ic_j.
/// Multiplied together, each raised to its own challenge r_i, all equations become one:
///
///     prod_i e(r_i A_i, B_i) = e(sum_i r_i alpha, beta) e(sum_i r_i IC_i, gamma) e(sum_i r_i C_i, delta)
///
/// Let x_i be the logarithm of the quotient of equation i's sides: an element of Z_p, because all points lie in groups of
/// prime order p (on G1 every point does; the pairing precompile refuses a B_i outside its subgroup, without which small
/// orders would cancel). The check passes iff sum_i r_i x_i = 0. If some x_k is not 0, then for any choice of the other
/// challenges at most one r_k of 2^128 satisfies this, r_k = 0 counted: a bad batch passes with probability 2^-128. The
/// challenges come from a hash of every proof and signal, chain and contract (its code holds the key). Whatever is changed in view of them
/// draws all of them anew, so trying costs 2^128 hashes.
abstract contract BatchVerifier {
    uint256 private constant P = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    function _key() internal pure virtual returns (VerifyingKey memory);

    /// @dev Whether all of `count` statements hold; none does where there is none.
    /// @param batch where they begin in the calldata: each a proof and then its signals, as many as the key is for
    function _allHold(uint256 batch, uint256 count) internal view returns (bool) {
        if (count == 0) return false;
        VerifyingKey memory key = _key();
        uint256 size = 224 + 32 * key.ic.length; // of a statement, in bytes
        bytes32 seed = keccak256(abi.encode(block.chainid, address(this), _hash(batch, size * count)));
        uint256[] memory pairs = new uint256[](6 * (count + 3));
        uint256[] memory scalars = new uint256[](key.ic.length); // sum of r_i, then of r_i times each signal
        uint256[5] memory c; // sum of r_i C_i, then room for the next term
        for (uint256 i; i < count; ++i) {
            Proof calldata proof = _proofAt(batch);
            uint256 r = _challenge(seed, i);
            bool ok = _addScalars(scalars, batch + 256, r) && _putScaled(pairs, 6 * i, proof.a, proof.b, r)
                && _accumulate(c, proof.c[0], proof.c[1], r);
            if (!ok) return false;
            batch += size;
        }
        return _pairingHolds(key, pairs, scalars, c);
    }

    /// @dev Appends the three pairs of the right side, with its points negated, and asks whether the product is one.
    function _pairingHolds(
        VerifyingKey memory key,
        uint256[] memory pairs,
        uint256[] memory scalars,
        uint256[5] memory c
    ) private view returns (bool ok) {
        uint256[5] memory alpha;
        uint256[5] memory ic;
        ok = _accumulate(alpha, key.alpha[0], key.alpha[1], scalars[0]);
        for (uint256 j; j < scalars.length; ++j) ok = _accumulate(ic, key.ic[j][0], key.ic[j][1], scalars[j]) && ok;

        _putNegated(pairs, 18, alpha, key.beta);
        _putNegated(pairs, 12, ic, key.gamma);
        _putNegated(pairs, 6, c, key.delta);
        assembly ("memory-safe") {
            ok := and(ok, staticcall(gas(), 8, add(pairs, 32), mul(32, mload(pairs)), 0, 32))
            ok := and(ok, mload(0))
        }
    }

    /// @dev 128 bits. `seed` binds the whole batch, so no challenge is known before every proof and signal is.
    function _challenge(bytes32 seed, uint256 i) private pure returns (uint256 r) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(32, i)
            r := shr(128, keccak256(0, 64))
        }
    }

    function _hash(uint256 batch, uint256 size) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, batch, size)
            digest := keccak256(free, size)
        }
    }

    function _proofAt(uint256 offset) private pure returns (Proof calldata proof) {
        assembly ("memory-safe") {
            proof := offset
        }
    }

    /// @dev Adds r times (1, signals) to the scalars. False for a signal at or above the field's order.
    /// @param signals where they begin in the calldata
    function _addScalars(uint256[] memory scalars, uint256 signals, uint256 r) private pure returns (bool ok) {
        assembly ("memory-safe") {
            ok := 1
            let sum := add(scalars, 32)
            let end := add(sum, mul(32, mload(scalars)))
            mstore(sum, add(mload(sum), r))
            for { sum := add(sum, 32) } lt(sum, end) { sum := add(sum, 32) } {
                let signal := calldataload(signals)
                ok := and(ok, lt(signal, P))
                mstore(sum, addmod(mload(sum), mulmod(r, signal, P), P))
                signals := add(signals, 32)
            }
        }
    }

    /// @dev Writes the pair (r A, B). False for an A off the curve or not reduced.
    function _putScaled(
        uint256[] memory pairs,
        uint256 first,
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256 r
    ) private view returns (bool ok) {
        assembly ("memory-safe") {
            let to := add(add(pairs, 32), mul(32, first))
            calldatacopy(to, a, 64)
            mstore(add(to, 64), r)
            ok := staticcall(gas(), 7, to, 96, to, 64)
            calldatacopy(add(to, 64), b, 128)
        }
    }

    /// @dev Adds r times (x, y) to the point in the first two words of `sum`. False for a point off the curve or not reduced.
    function _accumulate(uint256[5] memory sum, uint256 x, uint256 y, uint256 r) private view returns (bool ok) {
        assembly ("memory-safe") {
            let term := add(sum, 64)
            mstore(term, x)
            mstore(add(sum, 96), y)
            mstore(add(sum, 128), r)
            ok := staticcall(gas(), 7, term, 96, term, 64)
            ok := and(ok, staticcall(gas(), 6, sum, 128, sum, 64))
        }
    }

    /// @dev Writes the pair (-g1, g2), `fromEnd` words before the end.
    function _putNegated(uint256[] memory pairs, uint256 fromEnd, uint256[5] memory g1, uint256[4] memory g2) private pure {
        uint256 i = pairs.length - fromEnd;
        pairs[i] = g1[0];
        pairs[i + 1] = (Q - g1[1]) % Q;
        for (uint256 k; k < 4; ++k) pairs[i + 2 + k] = g2[k];
    }
}
