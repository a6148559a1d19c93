// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "./IAggregatorV3.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @dev One source of one asset. Ratios in 1e-9.
/// @param maxAge        seconds; an older price is stale. At most 2 days
/// @param maxConfidence of the price; a wider interval is uncertain. At most 20%
/// @param maxDeviation  from the median; a price further away does not agree. Above 0, at most 20%
struct Source {
    IPriceSource source;
    uint32 maxAge;
    uint32 maxConfidence;
    uint32 maxDeviation;
}

/// @param symbol  "BTC", left-aligned
/// @param quorum  sources that must agree with the median; at least 2 and fewer than there are, so that one may fail
/// @param sources 3 to 16, all different
struct Asset {
    bytes32 symbol;
    uint8 quorum;
    Source[] sources;
}

/// @param sequencer Chainlink's uptime feed of a layer 2; 0 where there is no sequencer
/// @param grace     seconds after it comes back during which there is no index; at most a day
struct Uptime {
    IAggregatorV3 sequencer;
    uint32 grace;
}

/// @param price     1e-6 USD per unit, in [1, 2^47)
/// @param spread    how far an agreeing source's interval reaches from the price, at most
/// @param timestamp of the oldest agreeing source
/// @param agreeing  sources within their deviation bound
struct Index {
    uint64 price;
    uint64 spread;
    uint40 timestamp;
    uint8 agreeing;
}

/// @dev Why a source does not count. `Deviates` alone takes part in the median.
enum Fault {
    None,
    Absent,
    OutOfRange,
    Future,
    Stale,
    Uncertain,
    Deviates
}

struct Reading {
    uint256 price;
    uint256 confidence;
    uint256 timestamp;
    Fault fault;
}

/// @title Index prices: per asset the median of what its sources say now.
///
/// @notice Powers. None: assets, sources and bounds are fixed at deployment, nobody can pause or change anything.
/// Vendors and reporters set their own source's price and nothing else.
///
/// @notice What holds. Let `h` be the honest sources of an asset that answer in time and `b` those that are bad in any
/// way: wrong, silent, reverting, burning gas, answering megabytes.
/// - `b < h`: the index lies between the lowest and the highest honest price.
/// - `b < h`, `h >= quorum` and honest prices no further apart than the deviation bound: there is an index.
/// - `b < quorum`: if there is an index, it lies within the deviation bound of an honest price.
/// So with a quorum of 2 of 3 one bad source neither moves the index out of the honest range nor blocks it.
///
/// @notice Assumptions. Sources fail independently. Two that quote in the same stablecoin do not: count them as one.
///
/// @notice WARNING: an index is a price of the recent past, up to `maxAge` old.
interface IIndexOracle {
    error BadAsset(bytes32 symbol);
    error BadQuorum(bytes32 symbol, uint256 quorum, uint256 sources);
    error BadSource(bytes32 symbol, IPriceSource source);
    error GracePeriodTooLong(uint32 grace);

    error NoQuorum(bytes32 symbol, uint256 agreeing, uint256 quorum);
    error SequencerDown(uint256 since);
    error SequencerJustUp(uint256 since, uint32 grace);
    /// @dev Too little gas would make an honest source look absent, so the call as a whole is refused.
    error NotEnoughGas(uint256 gas, uint256 needed);

    /// @notice The asset's index now. Reverts when fewer than a quorum agree, and while the layer-2 sequencer is down or
    /// was so within the grace period: users could not act on the prices of that time.
    function indexOf(uint256 asset) external view returns (Index memory);

    /// @notice All assets' indices, in their order.
    function indices() external view returns (Index[] memory);

    /// @notice What each source of the asset says, and why it counts or not: for operators, and for whoever asks why
    /// there is no index. Ignores the sequencer.
    function readingsOf(uint256 asset) external view returns (Reading[] memory);

    function assetCount() external view returns (uint256);
    function assetOf(uint256 asset) external view returns (Asset memory);

    function sequencer() external view returns (IAggregatorV3);
    function grace() external view returns (uint32);
}
