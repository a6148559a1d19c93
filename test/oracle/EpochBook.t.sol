// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {EpochBook} from "../../contracts/EpochBook.sol";
import {BookTerms, Epoch, IEpochBook, PublishedEpoch} from "../../contracts/interfaces/IEpochBook.sol";
import {IAggregatorV3} from "../../contracts/interfaces/IAggregatorV3.sol";
import {Asset, IIndexOracle, Source, Uptime} from "../../contracts/interfaces/IIndexOracle.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {ISigners, Signature} from "../../contracts/interfaces/ISigners.sol";
import {IndexOracle} from "../../contracts/oracle/IndexOracle.sol";
import {vm} from "../contracts/Cheats.sol";
import {Keys} from "./Keys.sol";
import {Manner, Venue} from "./Venues.sol";

contract EpochBookTest is Keys {
    uint256 constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint40 constant START = 1_760_130_000;
    uint64[2] PRICES = [uint64(121_000e6), 4_350e6];
    BookTerms terms = BookTerms(2, 10 minutes, 2 hours, 5 minutes, 0.01e9, 2 days);
    Venue[6] venues;
    IndexOracle oracle;
    EpochBook book;

    function setUp() public {
        vm.warp(START);
        Asset[] memory assets = new Asset[](2);
        for (uint256 i; i < 6; ++i) {
            if (i % 3 == 0) assets[i / 3] = Asset(i == 0 ? bytes32("BTC") : bytes32("ETH"), 2, new Source[](3));
            venues[i] = new Venue();
            assets[i / 3].sources[i % 3] = Source(IPriceSource(address(venues[i])), 1 hours, 0, 0.05e9);
        }
        oracle = new IndexOracle(assets, Uptime(IAggregatorV3(address(0)), 0));
        book = deploy();
        quote(PRICES[0], PRICES[1]);
    }

    function deploy() internal returns (EpochBook) {
        return new EpochBook(oracle, address(this), terms, 2, members(3));
    }

    function quote(uint256 btc, uint256 eth) internal {
        for (uint256 i; i < 6; ++i) venues[i].set(Manner.Answers, i < 3 ? btc : eth, 0, block.timestamp);
    }

    function go(uint256 time) internal {
        vm.warp(time);
        quote(PRICES[0], PRICES[1]);
    }

    function epochAt(uint40 timestamp) internal view returns (Epoch memory e) {
        e = Epoch(timestamp, new uint64[](2), new uint256[](2), 13, bytes32(uint256(14)), "ipfs://epoch");
        (e.index[0], e.index[1]) = (PRICES[0], PRICES[1]);
        (e.requirementRoots[0], e.requirementRoots[1]) = (11, 12);
    }

    function publish(Epoch memory e) internal returns (uint32) {
        return book.publish(e, signatures(book.digestOf(e), 3, 0));
    }

    function refuses(Epoch memory e, bytes memory reason) internal {
        Signature[] memory two = signatures(book.digestOf(e), 3, 0);
        vm.expectRevert(reason);
        book.publish(e, two);
    }

    function test_keepsEveryEpochAsItWasSigned() public {
        require(book.latestEpoch() == 0 && book.overdue(), "nothing yet");
        Epoch memory first = epochAt(START - 5);
        require(publish(first) == 1, "numbered from 1");
        go(START + 10 minutes);
        Epoch memory second = epochAt(START + 10 minutes);
        (second.requirementRoots[0], second.requirementRoots[1], second.settlementRoot) = (21, FIELD - 1, 23);
        require(publish(second) == 2 && book.latestEpoch() == 2, "numbered on");

        PublishedEpoch memory old = book.epochOf(1);
        require(old.timestamp == START - 5 && old.publishedAt == START && old.dataHash == bytes32(uint256(14)), "times");
        require(old.settlementRoot == 13 && old.requirementRoots.length == 2 && old.index.length == 2, "roots");
        require(old.index[0] == PRICES[0] && old.index[1] == PRICES[1], "index");
        (uint40 time, uint256 root,) = book.rootOf(1, 1);
        require(time == START - 5 && root == 12, "root");
        (, root,) = book.rootOf(2, 1);
        require(root == FIELD - 1 && book.epochOf(2).settlementRoot == 23, "the latest");
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, 3));
        book.rootOf(3, 0);
    }

    /// @dev Every signed field, one at a time: what differs from what was signed has no quorum.
    function testFuzz_everyFieldIsSigned(uint8 field, uint256 other) public {
        Epoch memory e = epochAt(START);
        Signature[] memory two = signatures(book.digestOf(e), 3, 1);
        field %= 9;
        if (field == 0) e.timestamp = START - uint40(1 + other % 200);
        if (field == 1) e.index[0] += uint64(1 + other % 1e6);
        if (field == 2) e.index[1] -= uint64(1 + other % 1e6);
        if (field == 3) e.requirementRoots[0] = 100 + other % 1e9;
        if (field == 4) e.requirementRoots[1] = 100 + other % 1e9;
        if (field == 5) e.settlementRoot = 100 + other % 1e9;
        if (field == 6) e.dataHash = bytes32(100 + other % 1e9);
        if (field == 7) e.dataURI = "ipfs://epocH";
        EpochBook to = field == 8 ? deploy() : book;
        vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, two[0].signer));
        to.publish(e, two);
    }

    function test_signaturesHoldOnOneChainOnly() public {
        Epoch memory e = epochAt(START);
        Signature[] memory two = signatures(book.digestOf(e), 3, 1);
        vm.chainId(10);
        vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, two[0].signer));
        book.publish(e, two);
    }

    function testFuzz_publishesOnlyInTime(uint40 wait, uint40 back) public {
        publish(epochAt(START));
        wait %= 20 minutes;
        go(START + wait);
        uint40 timestamp = START + wait - back % 7 minutes;
        Epoch memory e = epochAt(timestamp);
        if (block.timestamp - timestamp > 5 minutes) {
            refuses(e, abi.encodeWithSelector(IEpochBook.EpochTooOld.selector, block.timestamp - timestamp, 5 minutes));
        } else if (timestamp < START + 10 minutes) {
            refuses(e, abi.encodeWithSelector(IEpochBook.EpochTooSoon.selector, timestamp, START + 10 minutes));
        } else {
            publish(e);
        }
    }

    function test_publishesUpToTheLastSecondAndNeverAhead() public {
        refuses(epochAt(START + 1), abi.encodeWithSelector(IEpochBook.EpochInFuture.selector, START + 1, START));
        refuses(epochAt(START - 301), abi.encodeWithSelector(IEpochBook.EpochTooOld.selector, 301, 5 minutes));
        publish(epochAt(START - 300));
        go(START + 300);
        refuses(
            epochAt(START + 299), abi.encodeWithSelector(IEpochBook.EpochTooSoon.selector, START + 299, START + 300)
        );
        // The timestamp is far enough, the publication is not: epochs saved up cannot come all at once.
        refuses(
            epochAt(START + 300),
            abi.encodeWithSelector(IEpochBook.PublishedTooSoon.selector, START + 300, START + 600)
        );
        go(START + 599);
        refuses(
            epochAt(START + 300),
            abi.encodeWithSelector(IEpochBook.PublishedTooSoon.selector, START + 599, START + 600)
        );
        go(START + 600);
        publish(epochAt(START + 300));
        require(book.latestEpoch() == 2, "on time");
    }

    function test_isOverdueOneSecondAfterItsLongestSpacing() public {
        publish(epochAt(START - 7));
        vm.warp(START - 7 + 2 hours);
        require(!book.overdue(), "still in time");
        vm.warp(START - 7 + 2 hours + 1);
        require(book.overdue(), "late");
        go(START + 1 days);
        publish(epochAt(START + 1 days));
        require(!book.overdue(), "a gap does not close the book");
    }

    function test_refusesRootsThatAreNoFieldElements() public {
        uint256[3] memory bad = [uint256(0), FIELD, type(uint256).max];
        for (uint256 i; i < 9; ++i) {
            Epoch memory e = epochAt(START);
            uint256 value = bad[i / 3];
            if (i % 3 == 2) e.settlementRoot = value;
            else e.requirementRoots[i % 3] = value;
            refuses(e, abi.encodeWithSelector(IEpochBook.NotFieldElement.selector, value));
        }
    }

    function test_wantsOneRootForEachSetAndOnePriceForEachAsset() public {
        Epoch memory e = epochAt(START);
        e.requirementRoots = new uint256[](3);
        refuses(e, abi.encodeWithSelector(IEpochBook.WrongRootCount.selector, 3, 2));
        e.requirementRoots = new uint256[](1);
        refuses(e, abi.encodeWithSelector(IEpochBook.WrongRootCount.selector, 1, 2));
        e = epochAt(START);
        e.index = new uint64[](1);
        refuses(e, abi.encodeWithSelector(IEpochBook.WrongIndexCount.selector, 1, 2));
    }

    function testFuzz_keepsIndexPricesNearTheOracle(uint8 asset, uint64 price) public {
        asset %= 2;
        Epoch memory e = epochAt(START);
        uint64 real = PRICES[asset];
        e.index[asset] = price = real - real / 50 + price % (real / 25);
        uint256 distance = price > real ? price - real : real - price;
        if (distance * 100 > real) {
            refuses(e, abi.encodeWithSelector(IEpochBook.IndexOffOracle.selector, asset, price, real));
        } else {
            publish(e);
        }
    }

    function test_takesTheLastPriceInsideItsBoundAndNoneOutside() public {
        Epoch memory e = epochAt(START);
        e.index[1] = 4_350e6 + 43.5e6 + 1;
        refuses(e, abi.encodeWithSelector(IEpochBook.IndexOffOracle.selector, 1, e.index[1], PRICES[1]));
        e.index[1] = 0;
        refuses(e, abi.encodeWithSelector(IEpochBook.IndexOffOracle.selector, 1, 0, PRICES[1]));
        e.index[1] = 4_350e6 - 43.5e6;
        publish(e);
    }

    function test_waitsWhileTheOracleHasNoIndex() public {
        venues[3].set(Manner.Reverts, 0, 0, 0);
        venues[4].set(Manner.BurnsGas, 0, 0, 0);
        refuses(epochAt(START), abi.encodeWithSelector(IIndexOracle.NoQuorum.selector, bytes32("ETH"), 1, 2));
        quote(PRICES[0], PRICES[1]);
        venues[4].set(Manner.BurnsGas, 0, 0, 0);
        publish(epochAt(START));
    }

    function test_measuresHowFarTheMarketHasMovedSinceAnEpoch() public {
        publish(epochAt(START));
        require(book.driftOf(1) == 0, "not at all");
        quote(uint256(PRICES[0]) * 99 / 100, uint256(PRICES[1]) * 103 / 100);
        require(book.driftOf(1) == 0.03e9, "by the asset that moved most");
        quote(PRICES[0], PRICES[1] - 1);
        require(book.driftOf(1) == 1, "rounded up");
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, 2));
        book.driftOf(2);
    }

    function publishAt(uint40 time, uint64 btc, uint64 eth) internal returns (uint32) {
        vm.warp(time);
        quote(btc, eth);
        Epoch memory e = epochAt(time);
        (e.index[0], e.index[1]) = (btc, eth);
        return publish(e);
    }

    function test_measuresHowFarEpochsAreApart() public {
        uint32 first = publishAt(START, 100_000e6, 4_000e6);
        (,, uint256 gap) = book.rootOf(first, 0);
        require(gap == 0 && book.gapOf(first, first) == 0, "the newest is where it is");
        uint32 second = publishAt(START + 10 minutes, 99_000e6, 4_000e6 + 1);
        (,, gap) = book.rootOf(first, 0);
        require(gap == 0.01e9 && book.gapOf(second, first) == 0.01e9, "by the asset that moved most, from the older");
        require(book.gapOf(first, second) == 10_101_011, "rounded up, from the other");
        (,, gap) = book.rootOf(second, 0);
        require(gap == 0, "the newest is where it is");
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.UnknownSet.selector, 2));
        book.rootOf(first, 2);
        (uint40 timestamp, uint40 publishedAt) = book.timesOf(second);
        require(timestamp == START + 10 minutes && publishedAt == START + 10 minutes, "times");
    }

    function test_findsTheFirstEpochOutsideABand() public {
        uint32 first = publishAt(START, 100_000e6, 4_000e6);
        publishAt(START + 10 minutes, 95_000e6, 4_000e6);
        publishAt(START + 20 minutes, 100_000e6, 4_200e6 + 1);
        publishAt(START + 30 minutes, 50_000e6, 4_000e6);
        outsideIs(first, 0.05e9, START + 1 hours, 3);
        outsideIs(first, 0.05e9 - 1, START + 1 hours, 2);
        outsideIs(first, 0.4e9, START + 30 minutes, 4);
        outsideIs(first, 0.4e9, START + 30 minutes - 1, 0);
        outsideIs(first, 0.5e9, START + 1 hours, 0);
        outsideIs(4, 0, START + 1 hours, 0);
    }

    function outsideIs(uint32 number, uint256 band, uint256 until, uint32 wanted) internal view {
        (uint32 outside, uint40 timestamp) = book.firstOutside(number, band, until);
        require(outside == wanted, "another epoch");
        require(timestamp == (wanted == 0 ? 0 : START + (wanted - 1) * 10 minutes), "another time");
    }

    function test_knowsSinceWhenItHasNotBeenOverdue() public {
        require(book.aliveSince() == 0, "nothing yet");
        publishAt(START + 7, PRICES[0], PRICES[1]);
        publishAt(START + 7 + 2 hours, PRICES[0], PRICES[1]);
        require(book.aliveSince() == START + 7, "in time to the second");
        vm.warp(START + 7 + 4 hours + 1);
        require(book.aliveSince() == 0 && book.overdue(), "overdue");
        publishAt(START + 5 hours, PRICES[0], PRICES[1]);
        require(book.aliveSince() == START + 5 hours && book.epochOf(3).aliveSince == START + 5 hours, "anew");
    }

    function testFuzz_keepsThePricesOfManyAssets(uint64[6] memory prices) public {
        Asset[] memory assets = new Asset[](6);
        Venue[18] memory many;
        Epoch memory e = epochAt(START);
        e.index = new uint64[](6);
        for (uint256 i; i < 18; ++i) {
            uint64 price = e.index[i / 3] = prices[i / 3] % ((1 << 47) - 1) + 1;
            if (i % 3 == 0) assets[i / 3] = Asset(bytes32(i + 1), 2, new Source[](3));
            many[i] = new Venue();
            many[i].set(Manner.Answers, price, 0, START);
            assets[i / 3].sources[i % 3] = Source(IPriceSource(address(many[i])), 1 hours, 0, 0.05e9);
        }
        oracle = new IndexOracle(assets, Uptime(IAggregatorV3(address(0)), 0));
        book = deploy();
        publish(e);
        uint64[] memory kept = book.epochOf(1).index;
        for (uint256 i; i < 6; ++i) require(kept[i] == e.index[i], "a price was lost");
        require(kept.length == 6 && book.driftOf(1) == 0, "the oracle says the same");
        for (uint256 i = 15; i < 18; ++i) many[i].set(Manner.Answers, uint256(e.index[5]) + 1, 0, START);
        if (e.index[5] == (1 << 47) - 1) return;
        uint256 drift = book.driftOf(1);
        require(drift != 0, "the last asset's drift goes unnoticed");
        vm.warp(e.timestamp = START + 10 minutes);
        ++e.index[5];
        publish(e);
        require(book.gapOf(2, 1) == drift, "the last asset's gap is another");
    }

    function test_changesItsPublishersOnlyAfterTheDelay() public {
        book.proposePublishers(1, one(9));
        (uint40 from, uint8 threshold, address[] memory next) = book.proposed();
        require(from == START + 2 days && threshold == 1 && next[0] == vm.addr(9), "proposed");
        go(START + 2 days - 1);
        Epoch memory e = epochAt(START + 2 days - 1);
        Signature[] memory theirs = nines(e);
        vm.expectRevert(abi.encodeWithSelector(ISigners.WrongSignatureCount.selector, 1, 2));
        book.publish(e, theirs);
        publish(e);

        go(START + 2 days + 1 hours);
        (from,,) = book.proposed();
        require(from == 0, "nothing waits");
        (threshold, next) = book.publishers();
        require(threshold == 1 && next[0] == vm.addr(9), "ruling");
        e = epochAt(START + 2 days + 1 hours);
        refuses(e, abi.encodeWithSelector(ISigners.WrongSignatureCount.selector, 2, 1));
        book.publish(e, nines(e));
        require(book.epochOf(1).timestamp == START + 2 days - 1, "old epochs stay");
    }

    function test_aLaterProposalLeavesTheRulingSetInPlace() public {
        book.proposePublishers(1, one(9));
        vm.warp(START + 3 days);
        book.proposePublishers(1, one(8));
        (, address[] memory ruling) = book.publishers();
        require(ruling[0] == vm.addr(9), "the set that ruled rules on");
        book.withdrawProposal();
        (, ruling) = book.publishers();
        require(ruling[0] == vm.addr(9), "still");
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.NothingProposed.selector));
        book.withdrawProposal();
        vm.warp(START + 30 days);
        (, ruling) = book.publishers();
        require(ruling[0] == vm.addr(9), "a withdrawn proposal never rules");
    }

    function test_aReplacedProposalStartsItsDelayAnew() public {
        book.proposePublishers(1, one(9));
        vm.warp(START + 1 days);
        book.proposePublishers(1, one(8));
        vm.warp(START + 3 days - 1);
        (uint8 threshold,) = book.publishers();
        require(threshold == 2, "the first still rule");
        vm.warp(START + 3 days);
        (, address[] memory ruling) = book.publishers();
        require(ruling[0] == vm.addr(8), "the second proposal rules");
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.NothingProposed.selector));
        book.withdrawProposal();
    }

    function testFuzz_letsOnlyTheGovernorPropose(address caller) public {
        vm.assume(caller != address(this));
        address[] memory nine = one(9);
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.NotGovernor.selector, caller));
        vm.prank(caller);
        book.proposePublishers(1, nine);
        book.proposePublishers(1, nine);
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.NotGovernor.selector, caller));
        vm.prank(caller);
        book.withdrawProposal();
    }

    function test_refusesTermsOutOfBounds() public {
        deploy();
        refusesTerms(BookTerms(0, 600, 7200, 300, 0.01e9, 2 days));
        refusesTerms(BookTerms(2, 0, 7200, 300, 0.01e9, 2 days));
        refusesTerms(BookTerms(2, 7200, 7200, 300, 0.01e9, 2 days));
        refusesTerms(BookTerms(2, 600, 1 days + 1, 300, 0.01e9, 2 days));
        refusesTerms(BookTerms(2, 600, 7200, 7201, 0.01e9, 2 days));
        refusesTerms(BookTerms(2, 600, 7200, 300, 0, 2 days));
        refusesTerms(BookTerms(2, 600, 7200, 300, 0.2e9 + 1, 2 days));
        refusesTerms(BookTerms(2, 600, 7200, 300, 0.01e9, 1 days - 1));
        refusesTerms(BookTerms(2, 600, 7200, 300, 0.01e9, 30 days + 1));
        terms = BookTerms(1, 1, 1 days, 1 days, 0.2e9, 30 days);
        deploy();
    }

    function refusesTerms(BookTerms memory bad) internal {
        terms = bad;
        vm.expectRevert(abi.encodeWithSelector(IEpochBook.BadTerms.selector));
        deploy();
    }

    function one(uint256 key) internal pure returns (address[] memory set) {
        set = new address[](1);
        set[0] = vm.addr(key);
    }

    function nines(Epoch memory e) internal view returns (Signature[] memory all) {
        all = new Signature[](1);
        all[0] = Signature(vm.addr(9), signatureOf(9, book.digestOf(e)));
    }
}
