// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginVerifier, Proof, Statement} from "./interfaces/IMarginVerifier.sol";

/// @dev Proofs of one circuit to be checked together. Arrays have room for all items; `count` were added.
struct Batch {
    uint256 count;
    uint256[] items;
    Statement[] statements;
}

/// @dev Without it a call sent with too little gas would call good proofs bad, and gas estimates would find that call.
error NotEnoughGas(uint256 gas, uint256 needed);

using BatchLib for Batch global;

function newBatch(uint256 room) pure returns (Batch memory) {
    return Batch(0, new uint256[](room), new Statement[](room));
}

/// @title Which proofs of a batch hold: all by one check if it passes, else each by its own.
/// @dev A precompile that refuses a point burns all gas it was given, so every check gets a limit, about twice what it
/// costs under EIP-1108: a point made for that purpose costs its sender the limit and blocks nobody. Should a fork make
/// pairings dearer than that, batches fail, while single proofs, which have no limit, still verify.
library BatchLib {
    uint256 private constant CHECK_GAS = 400_000;
    uint256 private constant PROOF_GAS = 100_000;

    /// @param item the caller's number for it
    function add(Batch memory batch, uint256 item, Proof calldata proof, uint256[5] memory signals) internal pure {
        uint256 k = batch.count++;
        batch.items[k] = item;
        batch.statements[k] = Statement(proof, signals);
    }

    /// @return holds for each proof in the order added, whether it holds for its signals
    function check(Batch memory batch, IMarginVerifier verifier) internal view returns (bool[] memory holds) {
        (uint256 count, Statement[] memory statements) = (batch.count, batch.statements);
        assembly ("memory-safe") {
            mstore(statements, count)
        }
        holds = new bool[](count);
        bool all = count > 1 && _together(verifier, statements);
        for (uint256 k; k < count; ++k) holds[k] = all || _alone(verifier, statements[k]);
    }

    function _together(IMarginVerifier verifier, Statement[] memory statements) private view returns (bool) {
        try verifier.verifyBatch{gas: _gasFor(statements.length)}(statements) returns (bool ok) {
            return ok;
        } catch {
            return false;
        }
    }

    function _alone(IMarginVerifier verifier, Statement memory one) private view returns (bool) {
        Proof memory proof = one.proof;
        try verifier.verifyProof{gas: _gasFor(1)}(proof.a, proof.b, proof.c, one.signals) returns (bool ok) {
            return ok;
        } catch {
            return false;
        }
    }

    /// @dev A call passes on 63/64 of the gas at most, silently.
    function _gasFor(uint256 count) private view returns (uint256 limit) {
        limit = CHECK_GAS + PROOF_GAS * count;
        uint256 needed = limit + limit / 60 + 10_000;
        if (gasleft() < needed) revert NotEnoughGas(gasleft(), needed);
    }
}
