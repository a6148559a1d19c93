// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginVerifier, Proof} from "./interfaces/IMarginVerifier.sol";

/// @dev Statements of one circuit to be checked together. `words` is the ABI's array of them, which is also the ABI's
/// arguments of `verifyProof`, one after the other: encoding them anew would cost more than the rest of this file.
/// @param size of a statement, in bytes
struct Batch {
    uint256 count;
    uint256 size;
    uint256[] items;
    uint256[] words;
}

/// @dev A circuit's verifier, and what it is asked with: `all` for an array of statements, `one` for a statement's words.
struct Check {
    address verifier;
    bytes4 all;
    bytes4 one;
}

/// @dev Without it a call sent with too little gas would call good proofs bad, and gas estimates would find that call.
error NotEnoughGas(uint256 gas, uint256 needed);

using BatchLib for Batch global;

function newBatch(uint256 room, uint256 signals) pure returns (Batch memory) {
    return Batch(0, 256 + 32 * signals, new uint256[](room), new uint256[]((8 + signals) * room));
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
        uint256 words;
        assembly ("memory-safe") {
            words := signals
        }
        _add(batch, item, proof, words);
    }

    function add(Batch memory batch, uint256 item, Proof calldata proof, uint256[7] memory signals) internal pure {
        uint256 words;
        assembly ("memory-safe") {
            words := signals
        }
        _add(batch, item, proof, words);
    }

    function add(Batch memory batch, uint256 item, Proof calldata proof, uint256[10] memory signals) internal pure {
        uint256 words;
        assembly ("memory-safe") {
            words := signals
        }
        _add(batch, item, proof, words);
    }

    /// @return holds for each proof in the order added, whether it holds for its signals
    function check(Batch memory batch, IMarginVerifier verifier) internal view returns (bool[] memory holds) {
        uint256 count = batch.count;
        holds = new bool[](count);
        Check memory by =
            Check(address(verifier), IMarginVerifier.verifyBatch.selector, IMarginVerifier.verifyProof.selector);
        bool all = count > 1 && _limited(batch, by, 0, count);
        for (uint256 k; k < count; ++k) holds[k] = all || _limited(batch, by, k, 1);
    }

    /// @notice For a sender who pays for all that fails: without limits, so that a fork which makes pairings dearer closes
    /// nothing.
    /// @return wrong the number of proofs if all hold, else the first that does not hold by itself (the very first, where
    /// a point that is none has burnt what the search would take)
    function firstWrong(Batch memory batch, Check memory by) internal view returns (uint256 wrong) {
        uint256 count = batch.count;
        if (count > 1 && _call(batch, by, 0, count, gasleft())) return count;
        while (wrong < count && _call(batch, by, wrong, 1, gasleft())) ++wrong;
        // Each holds by itself and all together do not: there was too little gas for them, not for each.
        if (count > 1 && wrong == count) revert NotEnoughGas(gasleft(), CHECK_GAS + PROOF_GAS * count);
    }

    function _add(Batch memory batch, uint256 item, Proof calldata proof, uint256 signals) private pure {
        uint256 k = batch.count++;
        batch.items[k] = item;
        uint256[] memory words = batch.words;
        uint256 size = batch.size;
        assembly ("memory-safe") {
            let to := add(add(words, 32), mul(size, k))
            calldatacopy(to, proof, 256)
            mcopy(add(to, 256), signals, sub(size, 256))
        }
    }

    function _limited(Batch memory batch, Check memory by, uint256 from, uint256 count) private view returns (bool) {
        // A call passes on 63/64 of the gas at most, silently.
        uint256 limit = CHECK_GAS + PROOF_GAS * count;
        uint256 needed = limit + limit / 60 + 20_000;
        if (gasleft() < needed) revert NotEnoughGas(gasleft(), needed);
        return _call(batch, by, from, count, limit);
    }

    /// @dev Asks about `count` statements from number `from` on: one by its words, more as an array.
    function _call(Batch memory batch, Check memory by, uint256 from, uint256 count, uint256 limit)
        private
        view
        returns (bool ok)
    {
        bytes memory head = count == 1 ? abi.encodeWithSelector(by.one) : abi.encodeWithSelector(by.all, 32, count);
        (address verifier, uint256 size, uint256[] memory words) = (by.verifier, batch.size, batch.words);
        assembly ("memory-safe") {
            let data := mload(0x40)
            let headed := mload(head)
            mcopy(data, add(head, 32), headed)
            mcopy(add(data, headed), add(add(words, 32), mul(size, from)), mul(size, count))
            ok := staticcall(limit, verifier, data, add(headed, mul(size, count)), 0, 32)
            ok := and(ok, and(gt(returndatasize(), 31), eq(mload(0), 1)))
        }
    }
}
