// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

/// @title What a share of an ERC-4626 vault counts as: the rate that the vault tells, but never above an anchor that grows
/// at a bounded speed. A rise that a donation makes within one block counts for nothing; a loss counts at once.
///
/// @notice Powers. None: nobody sets anything. Anybody moves the anchor to where the rate stands.
///
/// @notice WARNING: while nobody pokes, the bound goes on rising in a straight line from the last anchor, and what it has
/// gained over the vault's own rate is open to a donation. Poke at least as often as the rate is used.
/// @notice WARNING: a vault that can be made to tell a lower rate for a moment can be poked in that moment; the rate then
/// climbs back at the bounded speed. A vault that tells 0 once has told its last.
interface IShareRate {
    /// @param rate 1e-18 of the underlying per share
    event Anchored(uint256 rate, uint40 time);

    error BadShare(address share);
    error BadGrowth(uint256 growth);

    /// @notice Anchors the rate of this moment.
    function poke() external returns (uint256 rate);

    /// @notice What one share counts as, in 1e-18 of a whole underlying token: the smaller of `told` and `most`.
    function rate() external view returns (uint256);

    /// @notice What the vault tells of one whole share, in 1e-18 of a whole underlying token.
    function told() external view returns (uint256);

    /// @notice The bound now: `anchor * (1 + growth * seconds since / year)`, rounded down.
    function most() external view returns (uint256);

    function anchor() external view returns (uint216 rate, uint40 time);

    function share() external view returns (IERC4626);

    /// @notice 1e-18 a year of 365 days.
    function growth() external view returns (uint256);
}
