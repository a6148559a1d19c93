// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @title What is read of a Chainlink feed: prices, and the uptime of a layer-2 sequencer.
/// @dev Written from the vendor's documentation. An uptime feed answers 0 while the sequencer is up and 1 while it is
/// down; `startedAt` is when that began.
interface IAggregatorV3 {
    function decimals() external view returns (uint8);
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
