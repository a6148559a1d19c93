// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @param data 65 bytes r, s, v with s in the lower half; for a signer with code whatever its ERC-1271 check takes
struct Signature {
    address signer;
    bytes data;
}

/// @title Refusals of a k-of-n set of signers.
/// @dev A set has at most 32 members and a threshold above half, so that no two quorums are disjoint.
interface ISigners {
    error BadThreshold(uint256 threshold, uint256 members);
    error SignersNotIncreasing(address signer);
    error WrongSignatureCount(uint256 given, uint256 threshold);
    error NotASigner(address signer);
    error BadSignature(address signer);
}
