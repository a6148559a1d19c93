// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IPyth, PythPrice} from "../interfaces/IPyth.sol";

/// @title For tests and local chains only: anybody sets its prices.
/// @dev Pyth as its contract behaves: a price per id with its own exponent, and a refusal for unknown ids.
contract PythMock is IPyth {
    error PriceFeedNotFound();

    mapping(bytes32 id => PythPrice) private _prices;

    function update(bytes32 id, int64 price, uint64 conf, int32 expo, uint256 time) external {
        _prices[id] = PythPrice(price, conf, expo, time);
    }

    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory price) {
        price = _prices[id];
        if (price.publishTime == 0) revert PriceFeedNotFound();
    }
}
