// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Check} from "../Batch.sol";
import {IDiscloseVerifier} from "../generated/IDiscloseVerifier.sol";
import {ITransitionVerifier} from "../generated/ITransitionVerifier.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @title The two verifiers a vault trusts, fixed at deployment.
abstract contract Statements is IVault {
    ITransitionVerifier public immutable transitionVerifier;
    IDiscloseVerifier public immutable discloseVerifier;

    constructor(ITransitionVerifier transition, IDiscloseVerifier disclose) {
        (uint256[4] memory gamma, uint256[4] memory delta) = transition.gammaDelta();
        _requireSoundKey(address(transition), transition.DEVELOPMENT(), gamma, delta);
        (gamma, delta) = disclose.gammaDelta();
        _requireSoundKey(address(disclose), disclose.DEVELOPMENT(), gamma, delta);
        (transitionVerifier, discloseVerifier) = (transition, disclose);
    }

    function _ofTransitions() internal view returns (Check memory) {
        (bytes4 all, bytes4 one) = (ITransitionVerifier.verifyBatch.selector, ITransitionVerifier.verifyProof.selector);
        return Check(address(transitionVerifier), all, one);
    }

    function _ofDisclosures() internal view returns (Check memory) {
        (bytes4 all, bytes4 one) = (IDiscloseVerifier.verifyBatch.selector, IDiscloseVerifier.verifyProof.selector);
        return Check(address(discloseVerifier), all, one);
    }

    /// @dev A development key is for chains where nothing is at stake: Hardhat's and Ganache's.
    function _requireSoundKey(address verifier, bool development, uint256[4] memory gamma, uint256[4] memory delta)
        private
        view
    {
        bool local = block.chainid == 31337 || block.chainid == 1337;
        if (!local && development) revert DevelopmentKey(verifier, block.chainid);
        if (keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))) revert UncontributedKey(verifier);
    }
}
