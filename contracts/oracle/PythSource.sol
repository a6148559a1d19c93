// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {IPyth, PythPrice} from "../interfaces/IPyth.sol";
import {Scale} from "./Scale.sol";

/// @title A Pyth price quoted in USD. Anybody updates it at Pyth; here it is only read.
/// @dev WARNING: whoever updates may choose among the signed prices younger than the one stored: `maxAge` bounds the choice.
contract PythSource is IPriceSource {
    error ExponentChanged(int32 exponent, int32 pinned);
    error PriceNotPositive(int64 price);
    error TimeOutOfRange(uint256 time);

    IPyth public immutable pyth;
    bytes32 public immutable id;
    int32 public immutable exponent;

    /// @dev Reverts while Pyth has no price for `id_`: there is no exponent to pin.
    constructor(IPyth pyth_, bytes32 id_) {
        pyth = pyth_;
        id = id_;
        exponent = pyth_.getPriceUnsafe(id_).expo;
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint64 price, uint64 confidence, uint40 timestamp) {
        PythPrice memory p = pyth.getPriceUnsafe(id);
        if (p.expo != exponent) revert ExponentChanged(p.expo, exponent);
        if (p.price <= 0) revert PriceNotPositive(p.price);
        if (p.publishTime > type(uint40).max) revert TimeOutOfRange(p.publishTime);
        return (Scale.down(uint256(int256(p.price)), exponent), Scale.up(p.conf, exponent), uint40(p.publishTime));
    }
}
