// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

// Pyth's own mock and its Chainlink-shaped adapter, as published (Apache-2.0). Chainlink's package is BUSL and heavy: its
// mock is not used, and what ours must share with a real feed is pinned below.
import {MockPyth} from "@pythnetwork/pyth-sdk-solidity/MockPyth.sol";
import {PythAggregatorV3} from "@pythnetwork/pyth-sdk-solidity/PythAggregatorV3.sol";
import {PythErrors} from "@pythnetwork/pyth-sdk-solidity/PythErrors.sol";

import {IAggregatorV3} from "../../contracts/interfaces/IAggregatorV3.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {IPyth} from "../../contracts/interfaces/IPyth.sol";
import {ChainlinkMock} from "../../contracts/mocks/ChainlinkMock.sol";
import {PythMock} from "../../contracts/mocks/PythMock.sol";
import {ChainlinkSource} from "../../contracts/oracle/ChainlinkSource.sol";
import {PythSource} from "../../contracts/oracle/PythSource.sol";
import {vm} from "../contracts/Cheats.sol";

contract VendorsTest {
    uint40 constant START = 1_760_130_000;
    bytes32 constant ID = "BTC";

    MockPyth vendor = new MockPyth(60, 0);
    PythMock ours = new PythMock();
    PythSource source;
    PythSource sourceOfOurs;

    function setUp() public {
        vm.warp(START);
        update(1, 0, -8, 1);
        source = new PythSource(IPyth(address(vendor)), ID);
        sourceOfOurs = new PythSource(ours, ID);
    }

    function test_readsPythsOwnMock() public {
        update(12_100_000_000_199, 101, -8, START - 3);
        (uint64 price, uint64 confidence, uint40 time) = source.read();
        require(price == 121_000_000_001 && confidence == 2 && time == START - 3, "not what Pyth says");
        update(12_000_000_000_000, 0, -8, START - 4);
        (price,,) = source.read();
        require(price == 121_000_000_001, "an older update is none");
    }

    function test_findsNoPriceWherePythHasNone() public {
        vm.expectRevert(abi.encodeWithSelector(PythErrors.PriceFeedNotFound.selector));
        new PythSource(IPyth(address(vendor)), "ETH");
        require(PythErrors.PriceFeedNotFound.selector == PythMock.PriceFeedNotFound.selector, "ours refuses otherwise");
    }

    /// @dev Our mock, which other tests and local chains use, answers as Pyth's does: same price, or none.
    function testFuzz_ourMockOfPythIsAsFaithfulAsItsOwn(int64 price, uint64 confidence, int32 exponent, uint32 later) public {
        exponent = exponent % 3 == 0 ? -8 : exponent % 20;
        update(price, confidence, exponent, uint256(START) + later);
        (bool ok, bytes memory said) = address(source).staticcall(abi.encodeCall(IPriceSource.read, ()));
        (bool okOfOurs, bytes memory saidOfOurs) = address(sourceOfOurs).staticcall(abi.encodeCall(IPriceSource.read, ()));
        require(ok == okOfOurs && keccak256(said) == keccak256(saidOfOurs), "the mocks differ");
    }

    function test_readsAnAggregatorThatWeDidNotWrite() public {
        update(12_100_000_000_000, 7, -8, START - 3);
        ChainlinkSource chainlink =
            new ChainlinkSource(IAggregatorV3(address(new PythAggregatorV3(address(vendor), ID))));
        (uint64 price, uint64 confidence, uint40 time) = chainlink.read();
        require(price == 121_000_000_000 && confidence == 0 && time == START - 3, "not what the aggregator says");
        update(12_100_000_000_000, 7, -6, START - 2);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.DecimalsChanged.selector, 6, 8));
        chainlink.read();
    }

    /// @dev What a feed's proxy does: rounds count up by one, a round is answered in itself, and starts when it is answered.
    function testFuzz_ourMockOfChainlinkCountsRoundsAsAFeedDoes(int256 first, int256 second, uint40 time) public {
        ChainlinkMock feed = new ChainlinkMock(8);
        (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = feed.latestRoundData();
        require(round == 0 && answer == 0 && startedAt == 0 && updatedAt == 0 && answeredIn == 0, "answers before its time");
        int256[2] memory answers = [first, second];
        for (uint80 i; i < 2; ++i) {
            feed.answer(answers[i], uint256(time) + i);
            (round, answer, startedAt, updatedAt, answeredIn) = feed.latestRoundData();
            require(round == i + 1 && answeredIn == round && answer == answers[i], "another round");
            require(updatedAt == uint256(time) + i && startedAt == updatedAt, "another time");
        }
        feed.die();
        vm.expectRevert("No data present");
        feed.latestRoundData();
    }

    /// @dev The same update for both mocks.
    function update(int64 price, uint64 confidence, int32 exponent, uint256 time) internal {
        bytes[] memory data = new bytes[](1);
        data[0] = vendor.createPriceFeedUpdateData(ID, price, confidence, exponent, price, confidence, uint64(time), 0);
        (bool known, uint256 last) = (vendor.priceFeedExists(ID), 0);
        if (known) last = vendor.getPriceUnsafe(ID).publishTime;
        vendor.updatePriceFeeds(data);
        if (last < time) ours.update(ID, price, confidence, exponent, time);
    }
}
