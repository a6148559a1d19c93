// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev 248 bits, because the id is inside the commitment. Never reused.
type AccountId is uint256;

/// @dev `Soft`: no proof in force, which proves nothing bad. `Hard`: in breach, or silent for longer than the grace.
enum Status {
    None,
    Current,
    Soft,
    Hard
}

/// @title What other protocols ask a margin gate. Every answer is derived from time and storage when asked: none waits
/// for anybody's call.
/// @notice WARNING: `Current` says that the account was proven at an epoch whose lease still runs, not that it would be
/// proven now. Who lets value go on it also asks that `isLatest` holds for the epoch that `provenOf` names.
interface IMarginGateReader {
    /// @notice Whether the account is `Current`.
    function isHealthy(AccountId id) external view returns (bool);

    /// @notice See docs/GATE.md for the four statuses and what moves an account between them.
    function statusOf(AccountId id) external view returns (Status);

    /// @notice The last second of the account's lease as things stand, band exits and a missed challenge counted; 0 for
    /// an account that was never proven. In the past for one that is not `Current`.
    function leaseOf(AccountId id) external view returns (uint40 until);

    /// @notice What is proven of the commitment that the account holds now.
    /// @return epoch    of its last accepted proof; 0 when this commitment has none
    /// @return coverage of the *initial* requirement in that proof, in basis points; 0 when it was about maintenance. After
    /// a deposit, no more than the gate itself asks for: what was pledged beyond has to be proven again
    function provenOf(AccountId id) external view returns (uint32 epoch, uint32 coverage);

    /// @notice Whether the epoch is younger than the gate's `maxEpochAge` and its band holds both the newest epoch's
    /// prices and the oracle's index now. False while the oracle has no index; reverts when sent too little gas to tell.
    function isLatest(uint32 epoch) external view returns (bool);

    function ownerOf(AccountId id) external view returns (address);
}
