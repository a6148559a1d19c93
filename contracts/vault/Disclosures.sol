// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Batch} from "../Batch.sol";
import {DiscloseSignals} from "../generated/DiscloseSignals.sol";
import {IGuardians, ViewingKey} from "../interfaces/IGuardians.sol";
import {AccountId} from "../interfaces/IMarginGateReader.sol";
import {Disclosure} from "../interfaces/IVault.sol";
import {Changes} from "./Changes.sol";
import {Statements} from "./Statements.sol";

/// @title Every state, to its guardian: on chain, and proven to be that state.
abstract contract Disclosures is Changes, Statements {
    /// @dev A state and its salt, sealed: always as long.
    uint256 private constant COPY = 544;

    IGuardians public immutable guardians;

    constructor(IGuardians guardians_) {
        guardians = guardians_;
    }

    /// @dev The event stands only if the batch holds: else the call reverts.
    function _disclose(
        Batch memory batch,
        uint256 item,
        AccountId id,
        uint32 guardian,
        uint256 commitment,
        Disclosure calldata d
    ) internal {
        if (!guardians.accepts(guardian, d.key)) revert NotGuardiansKey(guardian, d.key);
        if (d.copy.length > COPY) revert CopyTooLong(d.copy.length);
        ViewingKey memory key = guardians.keyOf(d.key);
        uint256 challenge = uint256(keccak256(abi.encode(commitment, key.x, key.y, d.ephemeral, d.cipher))) >> 8;
        DiscloseSignals memory signals = DiscloseSignals({
            commitment: commitment,
            guardianX: key.x,
            guardianY: key.y,
            ephemeralX: d.ephemeral[0],
            ephemeralY: d.ephemeral[1],
            challenge: challenge,
            digest: _digest(d.cipher, challenge)
        });
        batch.add(item, d.proof, signals.toArray());
        emit Disclosed(id, commitment, d.key, d.ephemeral, d.cipher, d.copy);
    }

    /// @dev The text as a polynomial at the challenge: docs/SPEC.md says why that binds it.
    function _digest(uint256[14] calldata cipher, uint256 challenge) private pure returns (uint256 sum) {
        for (uint256 i = cipher.length; i > 0; --i) {
            uint256 element = cipher[i - 1];
            if (element >= FIELD) revert NotFieldElement(element);
            sum = addmod(element, mulmod(challenge, sum, FIELD), FIELD);
        }
    }
}
