// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

// OpenZeppelin's: low s, malformed signatures, ERC-1271 and forked chain ids are where home-made checks have failed.
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISigners, Signature} from "../interfaces/ISigners.sol";

struct SignerSet {
    uint8 threshold;
    address[] members;
    mapping(address signer => bool) has;
}

/// @title Sets of signers of which `threshold` must sign.
library Signers {
    uint256 private constant MAX_MEMBERS = 32;

    /// @param members strictly increasing
    function fill(SignerSet storage set, uint8 threshold, address[] memory members) internal {
        uint256 n = members.length;
        if (threshold > n || 2 * uint256(threshold) <= n || n > MAX_MEMBERS) revert ISigners.BadThreshold(threshold, n);
        address last;
        for (uint256 i; i < n; ++i) {
            if (members[i] <= last) revert ISigners.SignersNotIncreasing(members[i]);
            last = members[i];
            set.has[last] = true;
        }
        set.threshold = threshold;
        set.members = members;
    }

    /// @param signatures exactly `threshold`, by strictly increasing signers: who submits leaves the others out, so no
    /// member can spoil a quorum that does not need it
    function requireQuorum(SignerSet storage set, bytes32 digest, Signature[] calldata signatures) internal view {
        if (signatures.length != set.threshold) revert ISigners.WrongSignatureCount(signatures.length, set.threshold);
        address last;
        for (uint256 i; i < signatures.length; ++i) {
            address signer = signatures[i].signer;
            if (signer <= last) revert ISigners.SignersNotIncreasing(signer);
            last = signer;
            if (!set.has[signer]) revert ISigners.NotASigner(signer);
            if (!SignatureChecker.isValidSignatureNow(signer, digest, signatures[i].data)) {
                revert ISigners.BadSignature(signer);
            }
        }
    }
}
