// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev Prices and confidences are 1e-6 USD per unit; a price lies in [1, 2^47).
uint256 constant PRICE_LIMIT = 1 << 47;

/// @title One price of one asset from one venue: all that the oracle knows of a vendor.
/// @dev A source translates and pins its vendor's units; it judges neither age nor plausibility, which is the oracle's
/// job. Whatever it cannot translate it reverts on, which counts as absence.
interface IPriceSource {
    /// @return price      1e-6 USD per unit, rounded down
    /// @return confidence half width of the vendor's interval, 1e-6 USD, rounded up; 0 where the vendor states none
    /// @return timestamp  unix seconds of the observation
    function read() external view returns (uint64 price, uint64 confidence, uint40 timestamp);
}
