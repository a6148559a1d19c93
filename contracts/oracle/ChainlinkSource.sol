// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Scale} from "./Scale.sol";

/// @title A Chainlink feed quoted in USD.
/// @notice Powers: Chainlink may replace the aggregator behind the feed, but not its decimals. Confidence is unknown: 0.
contract ChainlinkSource is IPriceSource {
    error DecimalsChanged(uint8 decimals, uint8 pinned);
    error AnswerNotPositive(int256 answer);
    error TimeOutOfRange(uint256 time);

    IAggregatorV3 public immutable feed;
    uint8 public immutable decimals;

    constructor(IAggregatorV3 feed_) {
        feed = feed_;
        decimals = feed_.decimals();
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint64 price, uint64 confidence, uint40 timestamp) {
        uint8 current = feed.decimals();
        if (current != decimals) revert DecimalsChanged(current, decimals);
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        if (answer <= 0) revert AnswerNotPositive(answer);
        if (updatedAt > type(uint40).max) revert TimeOutOfRange(updatedAt);
        return (Scale.down(uint256(answer), -int256(uint256(decimals))), 0, uint40(updatedAt));
    }
}
