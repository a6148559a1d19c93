// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MarginGate} from "../../contracts/MarginGate.sol";
import {Vault} from "../../contracts/Vault.sol";
import {Proof, RequirementSet} from "../../contracts/interfaces/IMarginGate.sol";
import {Collateral, Disclosure, IVault, Step} from "../../contracts/interfaces/IVault.sol";
import {vm} from "../contracts/Cheats.sol";
import {OddToken} from "./Tokens.sol";
import {VaultTest} from "./VaultTest.sol";

/// @dev Called by a token in the middle of a transfer: reads what a vault says of itself then.
contract Onlooker {
    Vault private immutable vault;
    uint256 public looks;

    constructor(Vault vault_) {
        vault = vault_;
    }

    function look(uint32 asset, OddToken token) external {
        require(vault.held(asset) <= token.balanceOf(address(vault)), "it says that it holds more than it has");
        ++looks;
    }
}

/// @dev Spot 2 is a token that changes its manners, with 18 decimals.
contract OddTokenTests is VaultTest {
    OddToken odd = new OddToken(18);

    function setUp() public override {
        super.setUp();
        Collateral[] memory list = tokens();
        list[2] = Collateral(odd, 2, 1e12);
        vault = new Vault(guardians, transitions, disclosures, vaultTerms, list);
        gate = new MarginGate(book, terms, [sound, sound, sound, sound], address(vault));
        vault.bind(gate);
        odd.mint(address(this), 1e30);
        odd.approve(address(vault), type(uint256).max);
        coin.approve(address(vault), type(uint256).max);
        mine = open(0);
        deposit(mine, 0, RICH);
        deposit(mine, 2, 100e6);
    }

    function test_refusesATokenThatTakesAFee() public {
        odd.be(OddToken.Oddity.FeeFromAmount);
        Step memory step = depositStep(mine, 2, 100e6);
        bytes memory reason = abi.encodeWithSelector(IVault.WrongTransfer.selector, odd, 99e18, 100e18);
        sendDeposit(reason, address(0), 2, 100e6, step);
        // What it takes on the way out is the recipient's loss, who knows the token; the vault's count is right.
        withdraw(mine, 2, 50e6, SOMEBODY);
        requireHeld(2, 50e18);
    }

    function test_refusesATokenThatTakesMoreThanItGives() public {
        odd.be(OddToken.Oddity.FeeFromSender);
        Step memory step = withdrawStep(mine, 2, 50e6, SOMEBODY);
        bytes memory reason = abi.encodeWithSelector(IVault.WrongTransfer.selector, odd, 50.5e18, 50e18);
        sendWithdraw(reason, address(0), 2, 50e6, SOMEBODY, latest(), step);
        requireHeld(2, 100e18);
    }

    function test_refusesAWithdrawalThatMovesNothing() public {
        Step memory step = withdrawStep(mine, 2, 50e6, address(vault));
        bytes memory reason = abi.encodeWithSelector(IVault.WrongTransfer.selector, odd, 0, 50e18);
        sendWithdraw(reason, address(0), 2, 50e6, address(vault), latest(), step);
    }

    function test_refusesATokenThatSaysNo() public {
        odd.be(OddToken.Oddity.SaysFalse);
        bytes memory reason = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd);
        sendDeposit(reason, address(0), 2, 100e6, depositStep(mine, 2, 100e6));
        Step memory step = withdrawStep(mine, 2, 50e6, SOMEBODY);
        sendWithdraw(reason, address(0), 2, 50e6, SOMEBODY, latest(), step);
    }

    function test_takesATokenThatSaysNothing() public {
        odd.be(OddToken.Oddity.SaysNothing);
        deposit(mine, 2, 100e6);
        withdraw(mine, 2, 150e6, SOMEBODY);
        require(odd.balanceOf(SOMEBODY) == 150e18, "paid");
        requireHeld(2, 50e18);
    }

    /// @dev A token that calls back with anything the vault knows how to do.
    function test_aTokenThatCallsBackChangesNothing() public {
        for (uint256 act; act < 6; ++act) {
            for (uint256 way; way < 2; ++way) {
                bytes memory data = actOf(act);
                odd.callBack(address(vault), data);
                // The token's call comes when this account has moved on, so the guard speaks first or not at all.
                if (way == 0) deposit(mine, 2, 1e6);
                else withdraw(mine, 2, 1e6, SOMEBODY);
                bytes memory guarded = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
                require(odd.calledBack() && keccak256(odd.answer()) == keccak256(guarded), "it got in");
                odd.be(OddToken.Oddity.None);
            }
        }
        requireHeld(2, 100e18);
    }

    function actOf(uint256 act) private returns (bytes memory) {
        Step memory step = depositStep(mine, 0, 1e6);
        Disclosure memory d = disclosureOf(step.commitment);
        if (act == 0) return abi.encodeCall(IVault.deposit, (0, 1e6, step, d));
        if (act == 1) return abi.encodeCall(IVault.withdraw, (0, 1e6, SOMEBODY, latest(), step.proof, step, d));
        if (act == 2) return abi.encodeCall(IVault.settle, (step, d));
        if (act == 3) return abi.encodeCall(IVault.move, (4, step, d));
        if (act == 4) return abi.encodeCall(IVault.open, (1, 4, step.commitment, step.proof, d));
        Block memory b = blockOf(buy(mine, mine, 1, 1));
        return abi.encodeCall(IVault.trade, (b.epoch, b.fills, b.parties));
    }

    function test_neverSaysThatItHoldsMoreThanItHas() public {
        Onlooker onlooker = new Onlooker(vault);
        bytes memory data = abi.encodeCall(Onlooker.look, (2, odd));
        odd.callBack(address(onlooker), data);
        deposit(mine, 2, 10e6);
        odd.callBack(address(onlooker), data);
        withdraw(mine, 2, 5e6, SOMEBODY);
        require(onlooker.looks() == 2, "it did not look, or saw what it should not");
    }

    function test_aShareIsATokenLikeAnyOther() public {
        (vault, gate) = (deployVault(), gate);
        gate = new MarginGate(book, terms, [sound, sound, sound, sound], address(vault));
        vault.bind(gate);
        share.approve(address(vault), type(uint256).max);
        coin.approve(address(vault), type(uint256).max);
        mine = open(0);
        deposit(mine, 2, 100e6);
        coin.transfer(address(share), 1e24); // its rate doubles: the vault counts shares
        require(share.convertToAssets(100e6) == 200e6 - 1, "not as meant");
        requireHeld(2, 100e6);
        withdraw(mine, 2, 60e6, address(this));
        requireHeld(2, 40e6);
        uint256 before = coin.balanceOf(address(this));
        share.redeem(60e6, address(this), address(this));
        require(coin.balanceOf(address(this)) - before == 120e6 - 1, "redeemed");
    }

    function test_takesFromWhoSendsAlone() public {
        // Somebody who allowed the vault everything pays nothing for a stranger's deposit.
        odd.mint(SOMEBODY, 1e30);
        vm.prank(SOMEBODY);
        odd.approve(address(vault), type(uint256).max);
        deposit(mine, 2, 10e6);
        require(odd.balanceOf(SOMEBODY) == 1e30, "it paid");
    }

    function test_takesNothingThatTheSenderHasNot() public {
        Step memory step = depositStep(mine, 2, 10e6);
        Disclosure memory d = disclosureOf(step.commitment);
        odd.transfer(SOMEBODY, odd.balanceOf(address(this)));
        refuses(abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", this, 0, 10e18));
        vault.deposit(2, 10e6, step, d);
    }
}
