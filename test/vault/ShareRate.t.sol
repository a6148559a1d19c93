// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IShareRate} from "../../contracts/interfaces/IShareRate.sol";
import {ShareMock} from "../../contracts/mocks/ShareMock.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {ShareRate} from "../../contracts/vault/ShareRate.sol";
import {vm} from "../contracts/Cheats.sol";

contract ShareRateTest {
    uint256 constant START = 1_770_240_788;
    /// @dev 10% a year.
    uint256 constant GROWTH = 0.1e18;

    TokenMock coin;
    ShareMock share;
    ShareRate rate;

    function setUp() public {
        vm.warp(START);
        build(18, 0);
    }

    /// @dev A vault that holds 1,000 coins for 1,000 shares.
    function build(uint8 decimals, uint8 offset) internal {
        coin = new TokenMock("ETH", decimals);
        share = new ShareMock("sETH", coin, offset);
        coin.mint(address(this), 1_000 * 10 ** decimals);
        coin.approve(address(share), type(uint256).max);
        share.deposit(1_000 * 10 ** decimals, address(this));
        rate = new ShareRate(share, GROWTH);
    }

    function earn(uint256 thousandths) internal {
        coin.mint(address(share), share.totalAssets() * thousandths / 1000);
    }

    /// @dev To what a vault can tell: its virtual share and asset cost a part in 10^9 at six decimals.
    function near(uint256 a, uint256 b) internal pure {
        require((a > b ? a - b : b - a) * 1e8 <= b, "another rate");
    }

    function test_isOneForAFreshVaultWhateverTheDecimals() public {
        uint8[2][5] memory cases = [[18, 0], [6, 0], [6, 12], [0, 0], [18, 6]];
        for (uint256 i; i < cases.length; ++i) {
            build(cases[i][0], cases[i][1]);
            require(rate.rate() == 1e18 && rate.told() == 1e18, "not one");
            earn(50);
            // Without decimals the virtual asset is a thousandth of what the vault holds.
            if (cases[i][0] > 0) near(rate.told(), 1.05e18);
        }
    }

    function test_tellsTheRateMoreFinelyThanTheUnderlyingsDecimals() public {
        build(6, 12);
        coin.mint(address(share), 1);
        require(rate.told() > 1e18 && rate.told() < 1e18 + 1.1e9, "a coin's last digit is lost");
    }

    function test_aDonationWithinABlockMovesNothing() public {
        earn(500);
        near(rate.told(), 1.5e18);
        require(rate.rate() == 1e18, "moved in one block");
        require(rate.poke() == 1e18, "poked up in one block");
        vm.warp(block.timestamp + 1 days);
        require(rate.rate() == 1e18 + GROWTH * 1 days / 365 days, "moved faster than the bound");
    }

    function test_noNumberOfPokesOutrunsTheBound() public {
        earn(500);
        for (uint256 i; i < 365; ++i) {
            vm.warp(block.timestamp + 1 days);
            rate.poke();
        }
        // Compounded daily: e^0.1 at most.
        require(rate.rate() < 1.1052e18 && rate.rate() >= 1.1e18, "outran the bound");
    }

    function test_aSlowYieldCountsInFull() public {
        for (uint256 week = 1; week <= 52; ++week) {
            vm.warp(block.timestamp + 7 days);
            earn(1);
            require(rate.rate() == rate.told(), "an honest yield is cut");
            rate.poke();
        }
        // 1.001^52
        require(rate.rate() > 1.0533e18 && rate.rate() < 1.0534e18, "another yield");
    }

    function test_aLossCountsAtOnceAndIsRegainedSlowly() public {
        share.lose(300 * 1e18);
        near(rate.rate(), 0.7e18);
        rate.poke();
        coin.mint(address(share), 300 * 1e18);
        near(rate.told(), 1e18);
        near(rate.rate(), 0.7e18);
        vm.warp(block.timestamp + 365 days);
        near(rate.rate(), 0.77e18);
    }

    function test_aLossThatNobodyPokedIsForgottenOnceRegained() public {
        share.lose(300 * 1e18);
        coin.mint(address(share), 300 * 1e18);
        near(rate.rate(), 1e18);
    }

    function test_anEmptiedVaultCountsForNothingEverAfter() public {
        build(6, 0);
        share.lose(share.totalAssets());
        // The virtual asset leaves a part in 10^9 of a coin.
        require(rate.poke() <= 1e9, "counts");
        earn(0);
        coin.mint(address(share), 1_000e6);
        require(rate.rate() <= 1e9, "came back");
    }

    function test_saysWhatItAnchored() public {
        vm.warp(block.timestamp + 10 days);
        earn(1);
        uint256 poked = rate.poke();
        (uint216 from, uint40 time) = rate.anchor();
        require(from == poked && time == block.timestamp && poked == rate.told(), "another anchor");
        require(rate.most() == from, "the bound begins at the anchor");
    }

    /// @dev Whatever the vault does between pokes, the rate never exceeds what it tells nor the bound, and a rise within a
    /// block never counts.
    function testFuzz_neverAboveTheVaultNorTheBound(uint16[8] memory moves, uint24[8] memory waits) public {
        for (uint256 i; i < moves.length; ++i) {
            (uint216 from, uint40 time) = rate.anchor();
            vm.warp(block.timestamp + waits[i]);
            if (moves[i] % 2 == 0) share.lose(share.totalAssets() * (moves[i] % 900) / 1000);
            else earn(moves[i] % 900);
            uint256 most = uint256(from) + uint256(from) * GROWTH * (block.timestamp - time) / (365 days * 1e18);
            uint256 told = rate.told();
            uint256 counted = rate.poke();
            require(counted == (told < most ? told : most), "not the smaller of both");
            earn(999);
            require(rate.rate() == counted && rate.poke() == counted, "rose within a block");
        }
    }

    function test_refusesGrowthThatIsNone() public {
        vm.expectRevert(abi.encodeWithSelector(IShareRate.BadGrowth.selector, 1e18 + 1));
        new ShareRate(share, 1e18 + 1);
    }

    function test_refusesTokensOfWhichNoRateCanBeTold() public {
        TokenMock fine = new TokenMock("FINE", 19);
        ShareMock finer = new ShareMock("sFINE", fine, 0);
        vm.expectRevert(abi.encodeWithSelector(IShareRate.BadShare.selector, address(finer)));
        new ShareRate(finer, GROWTH);
        share.lose(share.totalAssets());
        // One wei of virtual assets for 1,000 shares is no rate.
        vm.expectRevert(abi.encodeWithSelector(IShareRate.BadShare.selector, address(share)));
        new ShareRate(share, GROWTH);
    }
}
