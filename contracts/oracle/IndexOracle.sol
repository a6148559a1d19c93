// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";
import {Asset, Fault, IIndexOracle, Index, Reading, Source, Uptime} from "../interfaces/IIndexOracle.sol";
import {IPriceSource, PRICE_LIMIT} from "../interfaces/IPriceSource.sol";

/// @title See `IIndexOracle` for powers, assumptions and what holds.
contract IndexOracle is IIndexOracle {
    uint256 private constant RATIO = 1e9;
    uint32 private constant MAX_RATIO = 0.2e9;
    uint32 private constant MAX_AGE = 2 days;
    uint32 private constant MAX_GRACE = 1 days;
    uint256 private constant MAX_SOURCES = 16;

    /// @dev Several times what Chainlink's and Pyth's proxies take.
    uint256 private constant SOURCE_GAS = 200_000;
    /// @dev A call passes on at most 63/64 of what is left, after its own costs.
    uint256 private constant GAS_PER_CALL = SOURCE_GAS * 64 / 63 + 10_000;

    IAggregatorV3 public immutable sequencer;
    uint32 public immutable grace;
    Asset[] private _assets;

    constructor(Asset[] memory assets, Uptime memory uptime) {
        if (uptime.grace > MAX_GRACE) revert GracePeriodTooLong(uptime.grace);
        sequencer = uptime.sequencer;
        grace = uptime.grace;
        for (uint256 i; i < assets.length; ++i) _add(assets[i]);
    }

    /// @inheritdoc IIndexOracle
    function indexOf(uint256 asset) external view returns (Index memory) {
        _requireSequencer();
        return _index(_assets[asset]);
    }

    /// @inheritdoc IIndexOracle
    function indices() external view returns (Index[] memory all) {
        _requireSequencer();
        all = new Index[](_assets.length);
        for (uint256 i; i < all.length; ++i) all[i] = _index(_assets[i]);
    }

    /// @inheritdoc IIndexOracle
    function readingsOf(uint256 asset) external view returns (Reading[] memory readings) {
        (readings,) = _readings(_assets[asset]);
    }

    /// @inheritdoc IIndexOracle
    function assetCount() external view returns (uint256) {
        return _assets.length;
    }

    /// @inheritdoc IIndexOracle
    function assetOf(uint256 asset) external view returns (Asset memory) {
        return _assets[asset];
    }

    function _index(Asset storage asset) private view returns (Index memory index) {
        (Reading[] memory readings, uint256 median) = _readings(asset);
        index = Index(uint64(median), 0, type(uint40).max, 0);
        for (uint256 i; i < readings.length; ++i) {
            Reading memory reading = readings[i];
            if (reading.fault != Fault.None) continue;
            ++index.agreeing;
            if (reading.timestamp < index.timestamp) index.timestamp = uint40(reading.timestamp);
            uint256 reach = _distance(reading.price, median) + reading.confidence;
            if (reach > index.spread) index.spread = uint64(reach);
        }
        if (index.agreeing < asset.quorum) revert NoQuorum(asset.symbol, index.agreeing, asset.quorum);
    }

    /// @dev The median is that of all usable prices, deviating ones included: dropping them first would let who comes
    /// first decide. Of an even number it is the mean of the middle two, rounded down.
    function _readings(Asset storage asset) private view returns (Reading[] memory readings, uint256 median) {
        uint256 n = asset.sources.length;
        readings = new Reading[](n);
        uint256[] memory sorted = new uint256[](n);
        uint256 usable;
        for (uint256 i; i < n; ++i) {
            readings[i] = _reading(asset.sources[i]);
            if (readings[i].fault != Fault.None) continue;
            uint256 place = usable++;
            for (; place > 0 && sorted[place - 1] > readings[i].price; --place) sorted[place] = sorted[place - 1];
            sorted[place] = readings[i].price;
        }
        if (usable == 0) return (readings, 0);
        median = (sorted[(usable - 1) / 2] + sorted[usable / 2]) / 2;
        for (uint256 i; i < n; ++i) {
            if (readings[i].fault != Fault.None) continue;
            bool deviates = _distance(readings[i].price, median) * RATIO > asset.sources[i].maxDeviation * median;
            if (deviates) readings[i].fault = Fault.Deviates;
        }
    }

    function _reading(Source memory s) private view returns (Reading memory reading) {
        bool answered;
        (answered, reading.price, reading.confidence, reading.timestamp) = _ask(s.source);
        reading.fault = !answered
            ? Fault.Absent
            : reading.price == 0 || reading.price >= PRICE_LIMIT ? Fault.OutOfRange : _judge(s, reading);
    }

    /// @dev For a price in range. Confidences are compared before they are multiplied, as they may be of any size.
    function _judge(Source memory s, Reading memory reading) private view returns (Fault) {
        if (reading.timestamp > block.timestamp) return Fault.Future;
        if (block.timestamp - reading.timestamp > s.maxAge) return Fault.Stale;
        bool uncertain = reading.confidence >= PRICE_LIMIT || reading.confidence * RATIO > s.maxConfidence * reading.price;
        return uncertain ? Fault.Uncertain : Fault.None;
    }

    /// @dev Takes three words whatever comes back, and spends no more than `SOURCE_GAS` on it.
    function _ask(IPriceSource source) private view returns (bool ok, uint256 price, uint256 confidence, uint256 time) {
        if (gasleft() < GAS_PER_CALL) revert NotEnoughGas(gasleft(), GAS_PER_CALL);
        bytes4 selector = IPriceSource.read.selector;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, selector)
            // Arguments are evaluated from the right: the call, then the size of what it returned.
            ok := and(gt(returndatasize(), 0x5f), staticcall(SOURCE_GAS, source, words, 4, words, 0x60))
            price := mload(words)
            confidence := mload(add(words, 0x20))
            time := mload(add(words, 0x40))
        }
        if (!ok) (price, confidence, time) = (0, 0, 0);
    }

    function _requireSequencer() private view {
        if (address(sequencer) == address(0)) return;
        (, int256 answer, uint256 startedAt,,) = sequencer.latestRoundData();
        // A feed that was never started says 0 for everything: unknown is not up.
        if (answer != 0 || startedAt == 0 || startedAt > block.timestamp) revert SequencerDown(startedAt);
        if (block.timestamp - startedAt <= grace) revert SequencerJustUp(startedAt, grace);
    }

    function _add(Asset memory asset) private {
        uint256 n = asset.sources.length;
        if (asset.symbol == 0) revert BadAsset(asset.symbol);
        for (uint256 i; i < _assets.length; ++i) {
            if (_assets[i].symbol == asset.symbol) revert BadAsset(asset.symbol);
        }
        if (asset.quorum < 2 || asset.quorum >= n || n > MAX_SOURCES) revert BadQuorum(asset.symbol, asset.quorum, n);

        Asset storage stored = _assets.push();
        (stored.symbol, stored.quorum) = (asset.symbol, asset.quorum);
        for (uint256 i; i < n; ++i) {
            Source memory s = asset.sources[i];
            bool bounded = s.maxAge > 0 && s.maxAge <= MAX_AGE && s.maxConfidence <= MAX_RATIO && s.maxDeviation > 0
                && s.maxDeviation <= MAX_RATIO;
            if (!bounded) revert BadSource(asset.symbol, s.source);
            for (uint256 j; j < i; ++j) {
                if (address(asset.sources[j].source) == address(s.source)) revert BadSource(asset.symbol, s.source);
            }
            stored.sources.push(s);
        }
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
