// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";

/// @title For tests and local chains only: anybody sets its prices.
/// @dev A Chainlink feed as its proxy behaves: rounds count up, `updatedAt` is the block that answered, and an answer
/// may be anything an int256 holds. Also an uptime feed: 0 up, 1 down, `startedAt` the last change.
contract ChainlinkMock is IAggregatorV3 {
    uint8 public decimals;
    bool public dead;
    uint80 private _round;
    int256 private _answer;
    uint256 private _startedAt;
    uint256 private _updatedAt;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function answer(int256 value, uint256 time) external {
        (_answer, _startedAt, _updatedAt) = (value, time, time);
        ++_round;
    }

    function changeDecimals(uint8 value) external {
        decimals = value;
    }

    function die() external {
        dead = true;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        require(!dead, "No data present");
        return (_round, _answer, _startedAt, _updatedAt, _round);
    }
}
