// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @title Vendors' decimals to 1e-6 USD. Whatever does not fit reverts, so that the source is absent, not wrong.
library Scale {
    error OutOfRange(uint256 value, int256 exponent);

    /// @param value in units of 10^exponent USD
    function down(uint256 value, int256 exponent) internal pure returns (uint64) {
        return _fit(_scale(value, exponent, false), value, exponent);
    }

    function up(uint256 value, int256 exponent) internal pure returns (uint64) {
        return _fit(_scale(value, exponent, true), value, exponent);
    }

    function _scale(uint256 value, int256 exponent, bool roundUp) private pure returns (uint256) {
        if (exponent >= -6) return value * 10 ** uint256(exponent + 6);
        uint256 divisor = 10 ** uint256(-exponent - 6);
        return value / divisor + (roundUp && value % divisor != 0 ? 1 : 0);
    }

    function _fit(uint256 scaled, uint256 value, int256 exponent) private pure returns (uint64) {
        if (scaled > type(uint64).max) revert OutOfRange(value, exponent);
        return uint64(scaled);
    }
}
