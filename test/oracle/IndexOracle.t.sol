// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "../../contracts/interfaces/IAggregatorV3.sol";
import {Asset, Fault, IIndexOracle, Index, Source, Uptime} from "../../contracts/interfaces/IIndexOracle.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {ChainlinkMock} from "../../contracts/mocks/ChainlinkMock.sol";
import {IndexOracle} from "../../contracts/oracle/IndexOracle.sol";
import {vm} from "../contracts/Cheats.sol";
import {Manner, Venue} from "./Venues.sol";

contract IndexOracleTest {
    uint40 constant START = 1_760_130_000;
    uint32 constant AGE = 1 hours;
    uint32 constant CONFIDENCE = 0.01e9;
    uint32 constant DEVIATION = 0.05e9;
    uint256 constant RATIO = 1e9;
    uint256 constant PRICE = 100_000e6;

    Venue[] venues;
    ChainlinkMock uptime = new ChainlinkMock(0);
    IndexOracle oracle;

    function setUp() public {
        vm.warp(START);
        oracle = deploy(3, 2);
    }

    function assetOf(uint256 n, uint8 quorum) internal returns (Asset memory asset) {
        delete venues;
        asset = Asset("BTC", quorum, new Source[](n));
        for (uint256 i; i < n; ++i) {
            venues.push(new Venue());
            honest(i, PRICE);
            asset.sources[i] = Source(IPriceSource(address(venues[i])), AGE, CONFIDENCE, DEVIATION);
        }
    }

    function deploy(Asset memory asset, IAggregatorV3 sequencer, uint32 grace) internal returns (IndexOracle) {
        Asset[] memory assets = new Asset[](1);
        assets[0] = asset;
        return new IndexOracle(assets, Uptime(sequencer, grace));
    }

    function deploy(uint256 n, uint8 quorum) internal returns (IndexOracle) {
        return deploy(assetOf(n, quorum), IAggregatorV3(address(0)), 0);
    }

    function honest(uint256 i, uint256 price) internal {
        venues[i].set(Manner.Answers, price, 0, block.timestamp);
    }

    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + x % (high - low + 1);
    }

    function faultOf(uint256 i) internal view returns (Fault) {
        return oracle.readingsOf(0)[i].fault;
    }

    /// @dev One bad thing out of all that are known, with any numbers; small ones at times, which are more dangerous.
    function misbehave(uint256 i, uint256 seed) internal {
        Manner manner = Manner(seed % 7);
        uint256 price = uint256(keccak256(abi.encode(seed, 1)));
        uint256 confidence = uint256(keccak256(abi.encode(seed, 2)));
        uint256 time = uint256(keccak256(abi.encode(seed, 3)));
        if (seed / 7 % 4 != 0) price = bound(price, 0, 2 * PRICE);
        if (seed / 28 % 4 != 0) confidence = bound(confidence, 0, PRICE / 50);
        if (seed / 112 % 4 != 0) time = bound(time, block.timestamp - 2 * AGE, block.timestamp + 60);
        venues[i].set(manner, price, confidence, time);
    }

    /// @dev The main promise: one bad venue of any kind neither moves the index out of the honest range nor blocks it.
    function testFuzz_oneBadVenueNeitherMovesNorBlocksTheIndex(uint256 n, uint256 quorum, uint256 bad, uint256 seed)
        public
    {
        n = bound(n, 3, 7);
        oracle = deploy(n, uint8(bound(quorum, 2, n - 1)));
        bad = bad % n;
        (uint256 low, uint256 high) = (type(uint256).max, 0);
        for (uint256 i; i < n; ++i) {
            if (i == bad) continue;
            uint256 price = bound(uint256(keccak256(abi.encode(seed, i))), PRICE, PRICE * 1049 / 1000);
            honest(i, price);
            if (price < low) low = price;
            if (price > high) high = price;
        }
        misbehave(bad, seed);
        Index memory index = oracle.indexOf(0);
        require(index.price >= low && index.price <= high, "moved out of the honest range");
        require(index.agreeing >= n - 1, "an honest source was dropped");
    }

    /// @dev The second promise: while fewer than a quorum are bad, whatever answers lies within the bound of an honest price.
    function testFuzz_fewerThanAQuorumNeverFakeAnIndex(uint256 n, uint256 quorum, uint256 seed) public {
        n = bound(n, 3, 7);
        quorum = bound(quorum, 2, n - 1);
        oracle = deploy(n, uint8(quorum));
        uint256 fake = bound(uint256(keccak256(abi.encode(seed, "fake"))), PRICE / 2, PRICE * 2);
        for (uint256 i; i < n; ++i) {
            uint256 own = seed >> (16 * i);
            // The bad ones tell the same lie, which is worse than lies of their own.
            if (i < quorum - 1) honest(i, fake);
            else if (own % 3 == 0) misbehave(i, 7 * own + 1);
            else honest(i, bound(own, PRICE, PRICE * 11 / 10));
        }
        try oracle.indexOf(0) returns (Index memory index) {
            bool near;
            for (uint256 i = quorum - 1; i < n; ++i) {
                if (uint256(faultOf(i)) != 0) continue;
                uint256 price = oracle.readingsOf(0)[i].price;
                uint256 distance = price > index.price ? price - index.price : index.price - price;
                near = near || distance * RATIO <= uint256(DEVIATION) * index.price;
            }
            require(near, "no honest price near the index");
        } catch (bytes memory reason) {
            require(bytes4(reason) == IIndexOracle.NoQuorum.selector, "refused for another reason");
        }
    }

    /// @dev Starving a source of gas must not silence it.
    function testFuzz_anyGasGivesTheSameAnswerOrNone(uint256 gas, uint256 seed) public {
        honest(0, PRICE);
        honest(1, PRICE * 101 / 100);
        venues[2].set(seed % 2 == 0 ? Manner.BurnsGas : Manner.Answers, PRICE * 102 / 100, 0, START);
        Index memory full = oracle.indexOf(0);
        try oracle.indexOf{gas: bound(gas, 1000, 800_000)}(0) returns (Index memory index) {
            require(keccak256(abi.encode(index)) == keccak256(abi.encode(full)), "the gas chose the answer");
        } catch {}
    }

    function test_refusesToAskASourceWithLessThanItsShareOfGas() public {
        try oracle.indexOf{gas: 180_000}(0) {
            revert("asked");
        } catch (bytes memory reason) {
            require(bytes4(reason) == IIndexOracle.NotEnoughGas.selector, "refused for another reason");
        }
    }

    function test_aSourceThatBurnsItsGasLeavesTheOthersTheirs() public {
        venues[0].set(Manner.BurnsGas, 0, 0, 0);
        Index memory index = oracle.indexOf{gas: 700_000}(0);
        require(index.agreeing == 2, "blocked");
    }

    function test_aHugeAnswerCostsNoMoreThanItsShare() public {
        for (uint256 manner = uint256(Manner.RevertsWithFlood); manner <= uint256(Manner.AnswersFlood); ++manner) {
            venues[0].set(Manner(manner), PRICE, 0, START);
            uint256 before = gasleft();
            require(oracle.indexOf(0).agreeing >= 2, "blocked");
            require(before - gasleft() < 350_000, "paid for a bomb");
        }
    }

    function test_namesWhatIsWrongWithASource() public {
        for (uint256 manner = 1; manner < 7; ++manner) {
            venues[0].set(Manner(manner), PRICE, 0, START);
            require(faultOf(0) == (Manner(manner) == Manner.AnswersFlood ? Fault.None : Fault.Absent), "manner");
        }
        venues[0].set(Manner.Answers, 0, 0, START);
        require(faultOf(0) == Fault.OutOfRange, "zero");
        venues[0].set(Manner.Answers, 1 << 47, 0, START);
        require(faultOf(0) == Fault.OutOfRange, "2^47");
        venues[0].set(Manner.Answers, type(uint256).max, type(uint256).max, START);
        require(faultOf(0) == Fault.OutOfRange, "2^256");
        venues[0].set(Manner.Answers, PRICE, 0, START + 1);
        require(faultOf(0) == Fault.Future, "future");
        venues[0].set(Manner.Answers, PRICE, 0, type(uint256).max);
        require(faultOf(0) == Fault.Future, "far future");
        venues[0].set(Manner.Answers, PRICE, 0, START - AGE);
        require(faultOf(0) == Fault.None, "old enough");
        venues[0].set(Manner.Answers, PRICE, 0, START - AGE - 1);
        require(faultOf(0) == Fault.Stale, "stale");
        venues[0].set(Manner.Answers, PRICE, PRICE / 100, START);
        require(faultOf(0) == Fault.None, "sure enough");
        venues[0].set(Manner.Answers, PRICE, PRICE / 100 + 1, START);
        require(faultOf(0) == Fault.Uncertain, "unsure");
        venues[0].set(Manner.Answers, PRICE, type(uint256).max, START);
        require(faultOf(0) == Fault.Uncertain, "as unsure as can be");
        venues[0].set(Manner.Answers, PRICE * 105 / 100, 0, START);
        require(faultOf(0) == Fault.None, "near enough");
        venues[0].set(Manner.Answers, PRICE * 105 / 100 + 1, 0, START);
        require(faultOf(0) == Fault.Deviates, "too far above");
        venues[0].set(Manner.Answers, PRICE * 95 / 100 - 1, 0, START);
        require(faultOf(0) == Fault.Deviates, "too far below");
    }

    function test_takesTheMedianOfOddAndTheMeanOfTheMiddleTwoOfEven() public {
        oracle = deploy(4, 2);
        uint256[4] memory prices = [PRICE + 30, PRICE + 10, PRICE + 40, PRICE + 21];
        for (uint256 i; i < 4; ++i) honest(i, prices[i]);
        venues[1].set(Manner.Answers, PRICE + 10, 7, START - 9);
        Index memory index = oracle.indexOf(0);
        require(index.price == PRICE + 25, "mean of the middle two, rounded down");
        require(index.spread == 22, "reach of the lowest, its confidence included");
        require(index.timestamp == START - 9, "oldest");
        venues[2].set(Manner.Reverts, 0, 0, 0);
        require(oracle.indexOf(0).price == PRICE + 21, "middle one");
        require(oracle.indices()[0].price == PRICE + 21, "all of them");
    }

    function test_refusesWhatFewerThanAQuorumSay() public {
        venues[0].set(Manner.Reverts, 0, 0, 0);
        honest(1, PRICE * 105 / 100);
        require(oracle.indexOf(0).agreeing == 2, "two agree");
        honest(1, PRICE * 12 / 10);
        vm.expectRevert(abi.encodeWithSelector(IIndexOracle.NoQuorum.selector, bytes32("BTC"), 0, 2));
        oracle.indexOf(0);
        venues[1].set(Manner.Reverts, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IIndexOracle.NoQuorum.selector, bytes32("BTC"), 1, 2));
        oracle.indexOf(0);
        venues[2].set(Manner.Reverts, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IIndexOracle.NoQuorum.selector, bytes32("BTC"), 0, 2));
        oracle.indices();
    }

    function test_refusesWhileTheSequencerIsDownOrJustUp() public {
        oracle = deploy(assetOf(3, 2), uptime, 10 minutes);
        bytes4 down = IIndexOracle.SequencerDown.selector;
        vm.expectRevert(abi.encodeWithSelector(down, 0));
        oracle.indexOf(0);
        uptime.answer(1, START - 1 days);
        vm.expectRevert(abi.encodeWithSelector(down, START - 1 days));
        oracle.indexOf(0);
        uptime.answer(0, START + 1);
        vm.expectRevert(abi.encodeWithSelector(down, START + 1));
        oracle.indices();
        uptime.answer(0, START);
        vm.warp(START + 10 minutes);
        vm.expectRevert(abi.encodeWithSelector(IIndexOracle.SequencerJustUp.selector, START, 10 minutes));
        oracle.indices();
        vm.warp(START + 10 minutes + 1);
        require(oracle.indexOf(0).price == PRICE, "up again");
        require(oracle.indices()[0].price == PRICE, "up again");
    }

    function test_refusesQuorumsThatOneSourceCouldForgeOrBlock() public {
        refuses(assetOf(3, 1), IIndexOracle.BadQuorum.selector);
        refuses(assetOf(3, 3), IIndexOracle.BadQuorum.selector);
        refuses(assetOf(2, 2), IIndexOracle.BadQuorum.selector);
        refuses(assetOf(17, 9), IIndexOracle.BadQuorum.selector);
        deploy(16, 15);
    }

    function test_refusesSourcesWithoutBounds() public {
        bytes4 bad = IIndexOracle.BadSource.selector;
        Asset memory asset = assetOf(3, 2);
        asset.sources[2].maxAge = 0;
        refuses(asset, bad);
        asset.sources[2].maxAge = 2 days + 1;
        refuses(asset, bad);
        asset = assetOf(3, 2);
        asset.sources[1].maxConfidence = 0.2e9 + 1;
        refuses(asset, bad);
        asset = assetOf(3, 2);
        asset.sources[0].maxDeviation = 0;
        refuses(asset, bad);
        asset.sources[0].maxDeviation = 0.2e9 + 1;
        refuses(asset, bad);
        asset = assetOf(3, 2);
        asset.sources[2].source = asset.sources[0].source;
        refuses(asset, bad);
        asset = assetOf(3, 2);
        asset.symbol = 0;
        refuses(asset, IIndexOracle.BadAsset.selector);
        asset = assetOf(3, 2);
        asset.sources[0] = Source(asset.sources[0].source, 2 days, 0.2e9, 0.2e9);
        deploy(asset, uptime, 1 days);
        try this.deployed(asset, 1 days + 1) {
            revert("accepted");
        } catch (bytes memory reason) {
            require(bytes4(reason) == IIndexOracle.GracePeriodTooLong.selector, "another reason");
        }
    }

    function test_refusesTheSameAssetTwice() public {
        Asset[] memory assets = new Asset[](2);
        assets[0] = assetOf(3, 2);
        assets[1] = assets[0];
        vm.expectRevert(abi.encodeWithSelector(IIndexOracle.BadAsset.selector, bytes32("BTC")));
        new IndexOracle(assets, Uptime(IAggregatorV3(address(0)), 0));
    }

    function deployed(Asset memory asset, uint32 grace) external {
        deploy(asset, uptime, grace);
    }

    function refuses(Asset memory asset, bytes4 reason) internal {
        try this.deployed(asset, 0) {
            revert("accepted");
        } catch (bytes memory given) {
            require(bytes4(given) == reason, "another reason");
        }
    }
}
