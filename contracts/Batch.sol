// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginVerifier, Proof} from "./interfaces/IMarginVerifier.sol";

/// @dev Statements of one circuit to be checked together. `words` is the ABI's array of them, which is also the ABI's
/// arguments of `verifyProof`, one after the other: encoding them anew would cost more than the rest of this file.
struct Batch {
    uint256 count;
    uint256[] items;
    uint256[] words;
}

/// @dev Without it a call sent with too little gas would call good proofs bad, and gas estimates would find that call.
error NotEnoughGas(uint256 gas, uint256 needed);

using BatchLib for Batch global;

function newBatch(uint256 room) pure returns (Batch memory) {
    return Batch(0, new uint256[](room), new uint256[](13 * room));
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
        uint256[] memory words = batch.words;
        assembly ("memory-safe") {
            let to := add(add(words, 32), mul(416, k))
            calldatacopy(to, proof, 256)
            mcopy(add(to, 256), signals, 160)
        }
    }

    /// @return holds for each proof in the order added, whether it holds for its signals
    function check(Batch memory batch, IMarginVerifier verifier) internal view returns (bool[] memory holds) {
        uint256 count = batch.count;
        holds = new bool[](count);
        bytes memory head = abi.encodeWithSelector(IMarginVerifier.verifyBatch.selector, 32, count);
        bool all = count > 1 && _call(verifier, head, batch.words, 0, count);
        head = abi.encodeWithSelector(IMarginVerifier.verifyProof.selector);
        for (uint256 k; k < count; ++k) holds[k] = all || _call(verifier, head, batch.words, k, 1);
    }

    /// @dev Calls with `head` followed by `count` statements from number `from`.
    function _call(IMarginVerifier verifier, bytes memory head, uint256[] memory words, uint256 from, uint256 count)
        private
        view
        returns (bool ok)
    {
        // A call passes on 63/64 of the gas at most, silently.
        uint256 limit = CHECK_GAS + PROOF_GAS * count;
        uint256 needed = limit + limit / 60 + 20_000;
        if (gasleft() < needed) revert NotEnoughGas(gasleft(), needed);
        assembly ("memory-safe") {
            let data := mload(0x40)
            let size := mload(head)
            mcopy(data, add(head, 32), size)
            mcopy(add(data, size), add(add(words, 32), mul(416, from)), mul(416, count))
            ok := staticcall(limit, verifier, data, add(size, mul(416, count)), 0, 32)
            ok := and(ok, and(gt(returndatasize(), 31), eq(mload(0), 1)))
        }
    }
}
