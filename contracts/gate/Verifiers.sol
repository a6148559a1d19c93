// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginSignals} from "../generated/MarginSignals.sol";
import {IMarginGate} from "../interfaces/IMarginGate.sol";
import {IMarginVerifier, Proof} from "../interfaces/IMarginVerifier.sol";

/// @title The four verifiers a gate trusts, one a size, fixed at deployment.
abstract contract Verifiers is IMarginGate {
    IMarginVerifier private immutable verifier4;
    IMarginVerifier private immutable verifier8;
    IMarginVerifier private immutable verifier16;
    IMarginVerifier private immutable verifier32;

    /// @param verifiers of margin_4, margin_8, margin_16 and margin_32
    constructor(IMarginVerifier[4] memory verifiers) {
        for (uint256 i; i < 4; ++i) _requireSoundKey(verifiers[i]);
        verifier4 = verifiers[0];
        verifier8 = verifiers[1];
        verifier16 = verifiers[2];
        verifier32 = verifiers[3];
    }

    /// @inheritdoc IMarginGate
    function verifierOf(uint8 size) public view returns (IMarginVerifier) {
        if (size == 4) return verifier4;
        if (size == 8) return verifier8;
        if (size == 16) return verifier16;
        if (size == 32) return verifier32;
        revert UnknownSize(size);
    }

    /// @dev The proof and then the signals are the arguments of `verifyProof`: Solidity's own encoding would copy each
    /// word by itself.
    function _requireProof(uint8 size, MarginSignals memory signals, Proof calldata proof) internal view {
        IMarginVerifier verifier = verifierOf(size);
        uint256[5] memory words = signals.toArray();
        bytes4 selector = IMarginVerifier.verifyProof.selector;
        bool ok;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 4), proof, 256)
            mcopy(add(data, 260), words, 160)
            ok := staticcall(gas(), verifier, data, 420, 0, 32)
            ok := and(ok, and(gt(returndatasize(), 31), eq(mload(0), 1)))
        }
        if (!ok) revert ProofRejected();
    }

    /// @dev A development key is for chains where nothing is at stake: Hardhat's and Ganache's.
    function _requireSoundKey(IMarginVerifier verifier) private view {
        bool local = block.chainid == 31337 || block.chainid == 1337;
        if (!local && verifier.DEVELOPMENT()) revert DevelopmentKey(verifier, block.chainid);
        (uint256[4] memory gamma, uint256[4] memory delta) = verifier.gammaDelta();
        if (keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))) revert UncontributedKey(verifier);
    }
}
