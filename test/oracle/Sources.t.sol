// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {ISignedSource} from "../../contracts/interfaces/ISignedSource.sol";
import {ISigners, Signature} from "../../contracts/interfaces/ISigners.sol";
import {ChainlinkMock} from "../../contracts/mocks/ChainlinkMock.sol";
import {PythMock} from "../../contracts/mocks/PythMock.sol";
import {ChainlinkSource} from "../../contracts/oracle/ChainlinkSource.sol";
import {PythSource} from "../../contracts/oracle/PythSource.sol";
import {Scale} from "../../contracts/oracle/Scale.sol";
import {SignedSource} from "../../contracts/oracle/SignedSource.sol";
import {vm} from "../contracts/Cheats.sol";
import {Keys} from "./Keys.sol";
import {ContractSigner} from "./Venues.sol";

contract SourcesTest is Keys {
    uint40 constant START = 1_760_130_000;
    uint256 constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 constant ORDER = 2 * HALF_ORDER + 1;

    ChainlinkMock feed = new ChainlinkMock(8);
    ChainlinkSource chainlink = new ChainlinkSource(feed);
    PythMock pyth = new PythMock();
    PythSource pythSource;
    SignedSource signed;

    function setUp() public {
        vm.warp(START);
        pyth.update("BTC", 1, 0, -8, START);
        pythSource = new PythSource(pyth, "BTC");
        signed = new SignedSource("BTC", 2, members(3));
    }

    function testFuzz_translatesChainlinksDecimals(uint8 decimals, uint64 price) public {
        decimals %= 25;
        price = price % (1 << 40) + 1;
        ChainlinkMock own = new ChainlinkMock(decimals);
        uint256 answer = decimals < 6 ? price : uint256(price) * 10 ** (decimals - 6) + (decimals > 6 ? 1 : 0);
        own.answer(int256(answer), START - 5);
        (uint64 read, uint64 confidence, uint40 time) = new ChainlinkSource(own).read();
        uint256 micro = decimals < 6 ? uint256(price) * 10 ** (6 - decimals) : price;
        require(read == micro && confidence == 0 && time == START - 5, "lost in translation");
    }

    function test_isAbsentWhenChainlinkChangesItsDecimals() public {
        feed.answer(121_000e8, START);
        feed.changeDecimals(18);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.DecimalsChanged.selector, 18, 8));
        chainlink.read();
        feed.changeDecimals(8);
        (uint64 price,,) = chainlink.read();
        require(price == 121_000e6, "and back again");
    }

    function test_isAbsentWhenChainlinksAnswerIsNoPrice() public {
        int256[3] memory answers = [int256(0), -1, type(int256).min];
        for (uint256 i; i < 3; ++i) {
            feed.answer(answers[i], START);
            vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.AnswerNotPositive.selector, answers[i]));
            chainlink.read();
        }
        feed.answer(type(int256).max, START);
        vm.expectRevert(abi.encodeWithSelector(Scale.OutOfRange.selector, type(int256).max, -8));
        chainlink.read();
        feed.answer(1, uint256(1) << 40);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.TimeOutOfRange.selector, uint256(1) << 40));
        chainlink.read();
    }

    function test_roundsPythsPriceDownAndItsConfidenceUp() public {
        pyth.update("BTC", 12_100_000_000_199, 101, -8, START - 3);
        (uint64 price, uint64 confidence, uint40 time) = pythSource.read();
        require(price == 121_000_000_001 && confidence == 2 && time == START - 3, "rounded the other way");
    }

    function test_isAbsentWhenPythChangesItsExponentOrHasNoPrice() public {
        pyth.update("BTC", 121_000, 0, -7, START);
        vm.expectRevert(abi.encodeWithSelector(PythSource.ExponentChanged.selector, -7, -8));
        pythSource.read();
        int64[3] memory prices = [int64(0), -1, type(int64).min];
        for (uint256 i; i < 3; ++i) {
            pyth.update("BTC", prices[i], 0, -8, START);
            vm.expectRevert(abi.encodeWithSelector(PythSource.PriceNotPositive.selector, prices[i]));
            pythSource.read();
        }
        pyth.update("BTC", 1, 0, -8, uint256(1) << 40);
        vm.expectRevert(abi.encodeWithSelector(PythSource.TimeOutOfRange.selector, uint256(1) << 40));
        pythSource.read();
        vm.expectRevert(abi.encodeWithSelector(PythMock.PriceFeedNotFound.selector));
        new PythSource(pyth, "ETH");
    }

    function testFuzz_storesWhatAQuorumOfReportersSigned(uint64 price, uint64 confidence, uint8 absent) public {
        price = price % ((1 << 47) - 1) + 1;
        signed.report(price, confidence, START, signatures(signed.digestOf(price, confidence, START), 3, absent % 3));
        (uint64 p, uint64 c, uint40 t) = signed.read();
        require(p == price && c == confidence && t == START, "stored something else");
    }

    function test_refusesReportsThatAreNotNewer() public {
        signed.report(5, 0, START, signatures(signed.digestOf(5, 0, START), 3, 0));
        Signature[] memory again = signatures(signed.digestOf(5, 0, START), 3, 1);
        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportNotAfter.selector, START, START));
        signed.report(5, 0, START, again);
        Signature[] memory ahead = signatures(signed.digestOf(5, 0, START + 1), 3, 1);
        vm.expectRevert(abi.encodeWithSelector(ISignedSource.ReportInFuture.selector, START + 1, START));
        signed.report(5, 0, START + 1, ahead);
    }

    function test_refusesReportedPricesOutOfRange() public {
        uint64[2] memory prices = [uint64(0), 1 << 47];
        for (uint256 i; i < 2; ++i) {
            Signature[] memory all = signatures(signed.digestOf(prices[i], 0, START), 3, 0);
            vm.expectRevert(abi.encodeWithSelector(ISignedSource.PriceOutOfRange.selector, prices[i]));
            signed.report(prices[i], 0, START, all);
        }
    }

    function test_countsEverySignerOnce() public {
        bytes32 digest = signed.digestOf(5, 0, START);
        Signature[] memory two = signatures(digest, 3, 2);
        Signature[] memory twice = new Signature[](2);
        (twice[0], twice[1]) = (two[0], two[0]);
        vm.expectRevert(abi.encodeWithSelector(ISigners.SignersNotIncreasing.selector, two[0].signer));
        signed.report(5, 0, START, twice);
        (twice[0], twice[1]) = (two[1], two[0]);
        vm.expectRevert(abi.encodeWithSelector(ISigners.SignersNotIncreasing.selector, two[0].signer));
        signed.report(5, 0, START, twice);
        Signature[] memory one = new Signature[](1);
        one[0] = two[0];
        vm.expectRevert(abi.encodeWithSelector(ISigners.WrongSignatureCount.selector, 1, 2));
        signed.report(5, 0, START, one);
    }

    function test_refusesStrangersAndForeignSignatures() public {
        bytes32 digest = signed.digestOf(5, 0, START);
        Signature[] memory two = signatures(digest, 3, 2);
        two[1] = Signature(address(type(uint160).max), two[1].data);
        vm.expectRevert(abi.encodeWithSelector(ISigners.NotASigner.selector, address(type(uint160).max)));
        signed.report(5, 0, START, two);
        two = signatures(digest, 3, 2);
        two[1].data = two[0].data;
        vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, two[1].signer));
        signed.report(5, 0, START, two);
        // What was signed for another asset, price, confidence or time is a signature of something else.
        SignedSource other = new SignedSource("ETH", 2, members(3));
        bytes32[4] memory digests =
            [other.digestOf(5, 0, START), signed.digestOf(6, 0, START), signed.digestOf(5, 1, START), signed.digestOf(5, 0, START - 1)];
        for (uint256 i; i < 4; ++i) {
            two = signatures(digests[i], 3, 2);
            vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, two[0].signer));
            signed.report(5, 0, START, two);
        }
    }

    function test_refusesTheOtherFormOfASignature() public {
        bytes32 digest = signed.digestOf(5, 0, START);
        Signature[] memory two = signatures(digest, 3, 2);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(two[0].signer, 3), digest);
        two[0].data = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, two[0].signer));
        signed.report(5, 0, START, two);
    }

    function test_asksReportersThatAreContracts() public {
        ContractSigner multisig = new ContractSigner();
        address[] memory both = sorted2(address(multisig), vm.addr(1));
        signed = new SignedSource("BTC", 2, both);
        bytes32 digest = signed.digestOf(5, 0, START);
        Signature[] memory two = new Signature[](2);
        for (uint256 i; i < 2; ++i) two[i] = Signature(both[i], both[i] == vm.addr(1) ? signatureOf(1, digest) : bytes("any"));
        vm.expectRevert(abi.encodeWithSelector(ISigners.BadSignature.selector, address(multisig)));
        signed.report(5, 0, START, two);
        multisig.approve(digest);
        signed.report(5, 0, START, two);
    }

    function test_refusesSetsThatTwoDisjointQuorumsCouldRule() public {
        refusesSet(0, members(0), abi.encodeWithSelector(ISigners.BadThreshold.selector, 0, 0));
        refusesSet(0, members(1), abi.encodeWithSelector(ISigners.BadThreshold.selector, 0, 1));
        refusesSet(2, members(4), abi.encodeWithSelector(ISigners.BadThreshold.selector, 2, 4));
        refusesSet(4, members(3), abi.encodeWithSelector(ISigners.BadThreshold.selector, 4, 3));
        refusesSet(17, members(33), abi.encodeWithSelector(ISigners.BadThreshold.selector, 17, 33));
        address[] memory same = members(2);
        same[1] = same[0];
        refusesSet(2, same, abi.encodeWithSelector(ISigners.SignersNotIncreasing.selector, same[0]));
        new SignedSource("BTC", 17, members(32));
    }

    function refusesSet(uint8 threshold, address[] memory set, bytes memory reason) internal {
        vm.expectRevert(reason);
        new SignedSource("BTC", threshold, set);
    }
}
