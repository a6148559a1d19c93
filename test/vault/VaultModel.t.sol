// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, Proof, RequirementSet, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {Collateral, Disclosure, Step} from "../../contracts/interfaces/IVault.sol";
import {vm} from "../contracts/Cheats.sol";
import {initialRootOf, maintenanceRootOf} from "../contracts/IdealVerifier.sol";
import {VaultStand, settlementRootOf} from "./VaultStand.sol";
import {Hidden} from "./World.sol";

/// @dev Plays random lives of accounts against a vault, and keeps what they must come to: per token what went in and out,
/// per account its state. All openings are known here, so that hidden cash and positions are summed as well.
contract Trader is VaultStand {
    uint256 constant ACCOUNTS = 4;
    address constant OUTSIDE = address(0xface);

    AccountId[ACCOUNTS] public ids;
    Hidden[ACCOUNTS] states;
    uint32[ACCOUNTS] public nonces;
    uint256[ACCOUNTS] public commitments;
    uint256[3] public inflow;
    uint256[3] public outflow;
    uint256[3] public donated;
    /// @dev Positions are closed by settlement on each side by itself: what longs got more than shorts paid.
    int256 public settledCash;
    int256 public settledQuantity;
    uint256 public reductions;
    /// @dev By act, so that a game in which nothing happens is noticed.
    mapping(bytes4 act => uint256) public done;
    mapping(bytes4 act => uint256) public refused;
    uint256 time = START;

    constructor() {
        vm.warp(time);
        raiseVault();
        market(PRICE);
        for (uint256 i; i < ACCOUNTS; ++i) {
            ids[i] = open(ALICE + i);
            remember(i);
            deposit(ids[i], 0, RICH);
            inflow[0] += RICH;
            remember(i);
        }
    }

    function remember(uint256 i) private {
        states[i] = stateOf(ids[i]);
        commitments[i] = commitmentOf(ids[i]);
        nonces[i]++;
    }

    function wait(uint16 duration, uint8 price) external {
        vm.warp(time += 1 minutes + duration % 20 minutes);
        market(PRICE * (98 + price % 5) / 100);
        if (price % 7 == 0) world.settleAt(settlementRootOf(latest()), int256(uint256(PRICE)));
    }

    function donate(uint8 asset, uint32 amount) external {
        asset %= 3;
        Collateral memory c = vault.collaterals()[asset];
        c.token.transfer(address(vault), amount);
        donated[asset] += amount;
    }

    function putIn(uint8 account, uint8 asset, uint64 amount) external {
        vm.warp(time);
        (uint256 i, uint32 which) = (account % ACCOUNTS, asset % 3);
        amount = 1 + amount % (1000 * 1e6);
        Status before = gate.statusOf(ids[i]);
        deposit(ids[i], which, amount);
        require(gate.statusOf(ids[i]) == before, "a deposit changed a status");
        inflow[which] += uint256(amount) * vault.collaterals()[which].unit;
        states[i] = moved(states[i], which, int256(uint256(amount)));
        carry(i);
    }

    /// @dev More than it has, half the time.
    function takeOut(uint8 account, uint8 asset, uint64 amount) external {
        vm.warp(time);
        (uint256 i, uint32 which) = (account % ACCOUNTS, asset % 3);
        AccountId id = ids[i];
        amount = 1 + amount % (which == 0 ? RICH : 1000 * 1e6);
        Step memory step = withdrawStep(id, which, amount, OUTSIDE);
        Proof memory health = healthProof(id, step.commitment, latest(), RequirementSet.Initial);
        Disclosure memory d = disclosureOf(step.commitment);
        uint256 paid = uint256(amount) * vault.collaterals()[which].unit;
        Hidden memory after_ = moved(states[i], which, -int256(uint256(amount)));
        bool may = (which == 0 || after_.spot[which - 1] >= 0) && inflow[which] - outflow[which] >= paid
            && world.covers(step.commitment, initialRootOf(latest()), terms.coverageInitial)
            && gate.statusOf(id) != Status.Hard && gate.isLatest(latest());
        uint32 epoch = latest();
        try vault.withdraw(which, amount, OUTSIDE, epoch, health, step, d) {
            require(may, "it paid what it should not");
            outflow[which] += paid;
            states[i] = after_;
            carry(i);
        } catch {
            require(!may, "it did not pay what it should");
            ++refused[msg.sig];
        }
    }

    function exchange(uint8 from, uint8 to, int32 quantity, int8 off, bool twice, bool reduces) external {
        vm.warp(time);
        (uint256 i, uint256 k) = (from % ACCOUNTS, to % ACCOUNTS);
        if (i == k) return;
        // A reduction, if it is one, closes the half.
        int256 size = reduces && quantity % 4 != 0 ? -states[i].perp / 2 : int256(quantity % 3e6);
        Deal memory d = buy(ids[i], ids[k], size, int256(uint256(PRICE)) + int256(off) * 1e6);
        d.reduce1 = reduces;
        Deal[] memory deals = new Deal[](twice ? 2 : 1);
        deals[0] = d;
        // The same two again, the other way round, so that both have a chain of legs.
        if (twice) deals[1] = buy(ids[k], ids[i], size / 2, d.price);
        Block memory b = blockOf(deals);
        bool may = gate.isLatest(b.epoch);
        for (uint256 p; p < 2; ++p) {
            uint256 last = lastOf(b, b.parties[p].id);
            bool initial = b.parties[p].set == RequirementSet.Initial;
            uint256 root = initial ? initialRootOf(b.epoch) : maintenanceRootOf(b.epoch);
            uint256 coverage = initial ? terms.coverageInitial : terms.coverageMaintenance;
            may = may && gate.statusOf(b.parties[p].id) != Status.Hard && world.covers(last, root, coverage);
        }
        if (reduces) may = may && shrinks(states[i].perp, size) && fair(d, b.epoch) && withinBudget(ids[i]);
        try vault.trade(b.epoch, b.fills, b.parties) {
            require(may, "it filled what it should not");
            for (uint256 t; t < deals.length; ++t) {
                int256 side = t == 0 ? int256(1) : -1;
                apply_(i, side * deals[t].quantity, d.price);
                apply_(k, -side * deals[t].quantity, d.price);
            }
            carry(i);
            carry(k);
            if (twice) (nonces[i]++, nonces[k]++);
            if (reduces) ++reductions;
        } catch {
            require(!may, "it did not fill what it should");
            ++refused[msg.sig];
        }
    }

    function toCash(uint8 account) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        int256 price = world.settledAt(settlementRootOf(latest()));
        if (price == 0) return;
        Status before = gate.statusOf(ids[i]);
        settle(ids[i]);
        require(gate.statusOf(ids[i]) == before, "a settlement changed a status");
        settledQuantity += states[i].perp;
        settledCash += states[i].perp * price;
        (states[i].cash, states[i].perp) = (states[i].cash + states[i].perp * price, 0);
        carry(i);
    }

    function renew(uint8 account, uint8 size) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        Status before = gate.statusOf(ids[i]);
        move(ids[i], uint8(4 << (size % 4)));
        require(gate.statusOf(ids[i]) == before, "a move changed a status");
        carry(i);
    }

    function apply_(uint256 i, int256 quantity, int256 price) private {
        states[i].perp += quantity;
        states[i].cash -= quantity * price;
    }

    /// @dev The salt is new, all else must be as modelled.
    function carry(uint256 i) private {
        Hidden memory now_ = stateOf(ids[i]);
        states[i].salt = now_.salt;
        require(keccak256(abi.encode(now_)) == keccak256(abi.encode(states[i])), "another state than modelled");
        commitments[i] = commitmentOf(ids[i]);
        nonces[i]++;
        ++done[msg.sig];
    }

    function lastOf(Block memory b, AccountId id) private pure returns (uint256 last) {
        for (uint256 i; i < b.fills.length; ++i) {
            for (uint256 k; k < 2; ++k) {
                if (same(b.parties[b.fills[i].legs[k].party].id, id)) last = b.fills[i].legs[k].commitment;
            }
        }
    }

    function shrinks(int256 held, int256 quantity) private pure returns (bool) {
        return held > 0 ? quantity <= 0 && held + quantity >= 0 : quantity >= 0 && held + quantity <= 0;
    }

    function fair(Deal memory d, uint32 epoch) private view returns (bool) {
        return d.quantity * (d.price - world.markOf(maintenanceRootOf(epoch))) <= int256(uint256(vaultTerms.feeBound));
    }

    function withinBudget(AccountId id) private view returns (bool) {
        (,, uint128 spent) = vault.accountOf(id);
        return spent + vaultTerms.feeBound <= vaultTerms.feeBudget;
    }

    function hiddenSums() external view returns (int256 cash, int256 perp, int256[2] memory spot) {
        for (uint256 i; i < ACCOUNTS; ++i) {
            Hidden memory s = world.stateOf(gate.accountOf(ids[i]).commitment);
            cash += s.cash;
            perp += s.perp;
            spot[0] += s.spot[0];
            spot[1] += s.spot[1];
        }
    }

    function check() external view {
        Collateral[] memory list = vault.collaterals();
        for (uint32 a; a < 3; ++a) {
            require(vault.held(a) == inflow[a] - outflow[a], "held is not deposits less withdrawals");
            require(list[a].token.balanceOf(address(vault)) == vault.held(a) + donated[a], "the balance is another");
        }
        for (uint256 i; i < ACCOUNTS; ++i) {
            require(gate.accountOf(ids[i]).commitment == commitments[i], "another commitment");
            require(nonceOf(ids[i]) == nonces[i], "another nonce");
        }
        (int256 cash, int256 perp, int256[2] memory spot) = this.hiddenSums();
        require(cash == int256(vault.held(0)) * 1e6 + settledCash, "cash was made or lost");
        require(perp == -settledQuantity, "quantity was made or lost");
        require(uint256(spot[0]) * list[1].unit == vault.held(1), "spot was made or lost");
        require(uint256(spot[1]) * list[2].unit == vault.held(2), "shares were made or lost");
    }
}

contract VaultModelTest {
    Trader trader;

    function setUp() public {
        trader = new Trader();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    /// hardhat-config: invariant.runs = 24
    /// hardhat-config: invariant.depth = 60
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_whatIsHeldIsWhatIsOwed() external view {
        trader.check();
    }

    /// @dev The game as played by one seed: every act happens, and what can be refused is refused at times.
    function test_everyActHappensAndIsRefusedWhereItCanBe() external {
        for (uint256 i; i < 400; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            (uint8 a, uint8 b, uint8 c) = (uint8(r), uint8(r >> 8), uint8(r >> 16));
            (bool x, bool y) = (r >> 24 & 1 == 0, r >> 25 & 1 == 0);
            uint256 act = (r >> 32) % 10;
            if (act == 0) trader.wait(uint16(r >> 40), a);
            if (act == 1) trader.donate(a, uint32(r >> 40));
            if (act == 2) trader.putIn(a, b, uint64(r >> 64));
            if (act == 3) trader.takeOut(a, b, uint64(r >> 64));
            if (act == 4) trader.toCash(a);
            if (act == 5) trader.renew(a, b);
            if (act > 5) trader.exchange(a, b, int32(uint32(r >> 64)), int8(c), x, y);
            trader.check();
        }
        require(trader.done(Trader.putIn.selector) > 9 && trader.done(Trader.renew.selector) > 9, "in, renewed");
        require(trader.done(Trader.takeOut.selector) > 4 && trader.refused(Trader.takeOut.selector) > 4, "out");
        require(trader.done(Trader.exchange.selector) > 9 && trader.refused(Trader.exchange.selector) > 9, "exchanged");
        require(trader.done(Trader.toCash.selector) > 0 && trader.reductions() > 1, "settled, reduced");
    }
}
