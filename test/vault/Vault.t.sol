// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {vm} from "../contracts/Cheats.sol";
import {VaultStand} from "./VaultStand.sol";

/// @dev Two accounts with cash, at an epoch of now.
abstract contract VaultTest is VaultStand {
    AccountId alice;
    AccountId bob;

    function setUp() public virtual {
        vm.warp(START);
        raiseVault();
        market(PRICE);
        alice = open(ALICE);
        bob = open(BOB);
        deposit(alice, 0, RICH);
        deposit(bob, 0, RICH);
    }
}

contract VaultTests is VaultTest {
    function test_countsWhatIsDepositedAndWithdrawn() public {
        require(vault.held(0) == 2 * uint256(RICH) && coin.balanceOf(address(vault)) == 2 * uint256(RICH), "held");
        deposit(alice, 1, 3e6);
        require(vault.held(1) == 3e6 * 10e12 && token.balanceOf(address(vault)) == 3e6 * 10e12, "token held");
        withdraw(alice, 1, 1e6, SOMEBODY);
        require(token.balanceOf(SOMEBODY) == 1e6 * 10e12, "paid");
        require(gate.statusOf(alice) == Status.Current, "leased");
    }

    function test_fillsBothSidesOfATicket() public {
        trade(buy(alice, bob, 1e6, 50_000e6));
        require(stateOf(alice).perp == 1e6 && stateOf(bob).perp == -1e6, "perp");
        require(stateOf(alice).cash + stateOf(bob).cash == 2 * int256(uint256(RICH)) * 1e6, "cash");
        require(gate.isHealthy(alice) && gate.isHealthy(bob), "leased");
    }
}
