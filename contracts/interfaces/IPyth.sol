// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev `price` and `conf` in units of 10^expo USD.
struct PythPrice {
    int64 price;
    uint64 conf;
    int32 expo;
    uint256 publishTime;
}

/// @title What is read of Pyth. Written from the vendor's documentation.
interface IPyth {
    /// @dev Reverts for an id without a price; says nothing about age.
    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory);
}
