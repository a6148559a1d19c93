// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, Action, Proof, RequirementSet} from "../../contracts/interfaces/IMarginGate.sol";
import {Disclosure, Step} from "../../contracts/interfaces/IVault.sol";
import {vm} from "../contracts/Cheats.sol";
import {maintenanceRootOf} from "../contracts/IdealVerifier.sol";
import {VaultStand} from "./VaultStand.sol";
import {proofOf} from "./World.sol";

/// @dev Alice and Bob sign; the third account is this contract's own, which needs no signature: what stops it is a proof.
abstract contract VaultTest is VaultStand {
    AccountId alice;
    AccountId bob;
    AccountId mine;

    function setUp() public virtual {
        vm.warp(START);
        raiseVault();
        market(PRICE);
        alice = open(ALICE);
        bob = open(BOB);
        mine = open(0);
        deposit(alice, 0, RICH);
        deposit(bob, 0, RICH);
        deposit(mine, 0, RICH);
    }

    function err(bytes4 selector, AccountId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, id);
    }

    /// @dev Makes the account `Hard` on a true breach proof: at a market where it is uncovered.
    function flag(AccountId id) internal {
        uint256 commitment = commitmentOf(id);
        uint256 context = gate.contextOf(id, Action.Flag, address(this));
        uint256[5] memory signals = [0, commitment, maintenanceRootOf(latest()), 10_000, context];
        gate.flag(id, latest(), commitment, 4, proofOf(keccak256(abi.encode(signals))));
    }

    /// @dev Alice long five, Bob short five: both healthy at `PRICE`, Alice in breach at 30,000.
    function aliceLong() internal {
        trade(buy(alice, bob, 5e6, 50_000e6));
    }

    /// @dev The perp's mark leaves the index: only it moves.
    function markAt(int256 mark) internal returns (uint32 epoch) {
        vm.warp(block.timestamp + 1 minutes);
        epoch = market(PRICE);
        world.quote(maintenanceRootOf(epoch), mark);
        world.quote(maintenanceRootOf(epoch) + 1, mark);
    }

    function sendDeposit(bytes memory reason, address from, uint32 asset, uint64 amount, Step memory step) internal {
        Disclosure memory d = disclosureOf(step.commitment);
        if (reason.length != 0) refuses(reason);
        if (from != address(0)) vm.prank(from);
        vault.deposit(asset, amount, step, d);
    }

    function sendWithdraw(
        bytes memory reason,
        address from,
        uint32 asset,
        uint64 amount,
        address to,
        uint32 epoch,
        Step memory step
    ) internal {
        Proof memory health = healthProof(step.id, step.commitment, epoch, RequirementSet.Initial);
        Disclosure memory d = disclosureOf(step.commitment);
        if (reason.length != 0) refuses(reason);
        if (from != address(0)) vm.prank(from);
        vault.withdraw(asset, amount, to, epoch, health, step, d);
    }

    function sendSettle(bytes memory reason, Step memory step) internal {
        Disclosure memory d = disclosureOf(step.commitment);
        if (reason.length != 0) refuses(reason);
        vault.settle(step, d);
    }

    function sendMove(bytes memory reason, uint8 size, Step memory step) internal {
        Disclosure memory d = disclosureOf(step.commitment);
        if (reason.length != 0) refuses(reason);
        vault.move(size, step, d);
    }

    /// @dev Deposits and withdrawals of the coin so far.
    function requireHeld(uint32 asset, uint256 expected) internal view {
        require(vault.held(asset) == expected, "what is held is not what was deposited and not withdrawn");
        require(vault.collaterals()[asset].token.balanceOf(address(vault)) == expected, "the balance is not what is held");
    }
}
