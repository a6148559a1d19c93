// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, IMarginGate, RequirementSet, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {Fill, IVault, Leg, Mode, Party} from "../../contracts/interfaces/IVault.sol";
import {Proof} from "../../contracts/interfaces/IMarginVerifier.sol";
import {Change} from "../../contracts/vault/Changes.sol";
import {vm} from "../contracts/Cheats.sol";
import {maintenanceRootOf} from "../contracts/IdealVerifier.sol";
import {VaultTest} from "./VaultTest.sol";
import {Hidden} from "./World.sol";

abstract contract TradeTest is VaultTest {
    AccountId carol; // also this contract's own

    function setUp() public virtual override {
        super.setUp();
        carol = open(0);
        deposit(carol, 0, RICH);
    }

    function refusesBlock(bytes memory reason, Block memory b) internal {
        refuses(reason);
        submit(b);
    }

    function deals(Deal memory a, Deal memory b) internal pure returns (Deal[] memory both) {
        both = new Deal[](2);
        (both[0], both[1]) = (a, b);
    }

    /// @dev The leg's proof, made anew for what it says now and without a signature.
    function prove(Block memory b, uint256 k, uint256 from, Change memory c) internal view {
        Leg memory leg = b.fills[0].legs[k];
        AccountId id = b.parties[leg.party].id;
        leg.proof = transitionProof(id, nonceOf(id), from, leg.commitment, c);
    }
}

contract FillTests is TradeTest {
    function test_fillsBothSidesOfATicket() public {
        trade(buy(alice, bob, 1e6, 50_000e6));
        require(stateOf(alice).perp == 1e6 && stateOf(bob).perp == -1e6, "quantity");
        require(stateOf(alice).cash == 50_000e12 && stateOf(bob).cash == 150_000e12, "cash");
        require(gate.isHealthy(alice) && gate.isHealthy(bob), "leased");
        require(nonceOf(alice) == 3 && nonceOf(bob) == 3, "counted");
    }

    function test_fillsBetweenAccountsOfAnySizes() public {
        move(bob, 16);
        trade(buy(alice, bob, 1e6, 50_000e6));
        trade(buy(bob, alice, 1e6, 50_000e6));
        require(stateOf(alice).perp == 0 && gate.accountOf(bob).size == 16, "sizes");
    }

    function test_fillsBetweenTwoAccountsOfOneOwner() public {
        trade(buy(mine, carol, 1e6, 50_000e6));
        require(stateOf(mine).perp == 1e6 && stateOf(carol).perp == -1e6, "quantity");
    }

    function test_fillsABlockAndProvesEachAccountOnce() public {
        // Carol passes on what she could not have covered.
        uint256 before = commitmentOf(carol);
        Block memory b = throughCarol();
        require(b.parties.length == 3, "three parties");
        submit(b);
        require(stateOf(carol).perp == 0 && stateOf(bob).perp == 10e6 && stateOf(alice).perp == -10e6, "quantities");
        require(nonceOf(carol) == 4 && nonceOf(bob) == 4, "every leg counts, and Bob deposited");
        require(commitmentOf(carol) != before && gate.accountOf(carol).nonce == 1, "one proof");
    }

    /// @dev Carol buys ten from Alice and sells them to Bob; 110,000 are required of whoever ends with them.
    function throughCarol() private returns (Block memory) {
        deposit(alice, 0, RICH);
        deposit(bob, 0, RICH);
        return blockOf(deals(buy(carol, alice, 10e6, 50_000e6), buy(bob, carol, 10e6, 50_000e6)));
    }

    function test_theStateInTheMiddleIsNoWayOut() public {
        // A front-runner takes the first fill of a block alone, whose state Carol never meant to stand in.
        Block memory b = throughCarol();
        Block memory half;
        (half.epoch, half.fills, half.parties) = (b.epoch, new Fill[](1), new Party[](2));
        half.fills[0] = b.fills[0];
        uint256 count;
        for (uint256 i; i < 3; ++i) {
            if (same(b.parties[i].id, bob)) continue;
            half.parties[count] = b.parties[i];
            half.fills[0].legs[same(b.parties[i].id, carol) ? 0 : 1].party = count++;
        }
        // Everybody knows the state, so it is disclosed and proven; but it is not covered.
        uint256 place = placeOf(carol, half.parties);
        uint256 middle = half.fills[0].legs[0].commitment;
        half.parties[place].disclosure = disclosureOf(middle);
        half.parties[place].health = healthProof(carol, middle, latest(), RequirementSet.Initial);
        refusesBlock(err(IVault.HealthRejected.selector, carol), half);
    }

    function test_anybodySendsWhatBothSigned() public {
        Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        vm.prank(SOMEBODY);
        vault.trade(b.epoch, b.fills, b.parties);
        refusesBlock(abi.encodeWithSelector(IVault.TicketUsed.selector, b.fills[0].ticket), b);
    }

    function test_needsBothOwners() public {
        for (uint256 k; k < 2; ++k) {
            Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
            b.fills[0].legs[k].consent = inPerson();
            refusesBlock(abi.encodeWithSelector(IVault.NotOwner.selector, k == 0 ? alice : bob, address(this)), b);
            b = blockOf(buy(alice, bob, 1e6, 50_000e6));
            b.fills[0].legs[k].consent.relayer = SOMEBODY;
            refusesBlock(abi.encodeWithSelector(IVault.NotRelayer.selector, address(this), SOMEBODY), b);
        }
    }

    function test_refusesABlockOfNothing() public {
        Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        b.fills = new Fill[](0);
        refusesBlock(abi.encodeWithSelector(IVault.NoFills.selector), b);
    }

    function test_bothOrNeither() public {
        // True for Alice, false for Bob, who would keep his coins; and the other way round.
        for (uint256 k; k < 2; ++k) {
            Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
            AccountId id = k == 0 ? mine : carol;
            Hidden memory s = world.stateOf(b.fills[0].legs[k].commitment);
            s.cash += 1;
            b.fills[0].legs[k].commitment = commit(s);
            prove(b, k, commitmentOf(id), legChange(b.fills[0], k));
            refusesBlock(err(IVault.TransitionRejected.selector, id), b);
        }
        require(stateOf(mine).perp == 0 && stateOf(carol).perp == 0, "one side stands");
    }

    function test_nobodyTakesTheOthersSide() public {
        // Both buy.
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        Hidden memory s = stateOf(carol);
        (s.perp, s.cash) = (s.perp + 1e6, s.cash - 50_000e12);
        b.fills[0].legs[1].commitment = commit(s);
        Change memory c = legChange(b.fills[0], 1);
        c.amount = 1;
        prove(b, 1, commitmentOf(carol), c);
        refusesBlock(err(IVault.TransitionRejected.selector, carol), b);
        // The sides change places: the terms of the ticket are not theirs.
        b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        (b.fills[0].legs[0], b.fills[0].legs[1]) = (b.fills[0].legs[1], b.fills[0].legs[0]);
        refusesBlock(err(IVault.TransitionRejected.selector, carol), b);
        b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        (b.fills[0].legs[0], b.fills[0].legs[1]) = (b.fills[0].legs[1], b.fills[0].legs[0]);
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, bob, vm.addr(BOB)), b);
    }

    function test_nobodyTakesATicketMadeForAnother() public {
        // Carol steps into what Alice and this account agreed on.
        Block memory b = blockOf(buy(alice, mine, 1e6, 50_000e6));
        Block memory own = blockOf(buy(alice, carol, 1e6, 50_000e6));
        own.fills[0].ticket = b.fills[0].ticket;
        own.fills[0].legs[0].consent = b.fills[0].legs[0].consent;
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE)), own);
        own = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b = blockOf(buy(mine, alice, 1e6, 50_000e6));
        own.fills[0].ticket = b.fills[0].ticket;
        // True proofs of the ticket's own terms, which are not those of this pair.
        for (uint256 k; k < 2; ++k) prove(own, k, commitmentOf(k == 0 ? mine : carol), legChange(own.fills[0], k));
        refusesBlock(err(IVault.TransitionRejected.selector, mine), own);
    }

    function test_refusesATradeWithItself() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.fills[0].legs[1].party = b.fills[0].legs[0].party;
        refusesBlock(err(IVault.SelfTrade.selector, mine), b);
    }

    function test_startsFromTheStateOfNow() public {
        // Carol's state from before she withdrew.
        uint256 stale = commitmentOf(carol);
        withdraw(carol, 0, RICH, SOMEBODY);
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        Hidden memory s = world.stateOf(stale);
        (s.perp, s.cash) = (s.perp - 1e6, s.cash + 50_000e12);
        b.fills[0].legs[1].commitment = commit(s);
        prove(b, 1, stale, legChange(b.fills[0], 1));
        refusesBlock(err(IVault.TransitionRejected.selector, carol), b);
    }

    function test_aConsentIsForItsLeg() public {
        // Two legs of one account in a block, signed for one nonce each.
        Block memory b = blockOf(deals(buy(alice, bob, 1e6, 50_000e6), buy(alice, bob, 2e6, 50_000e6)));
        (b.fills[0].legs[0].consent, b.fills[1].legs[0].consent) =
            (b.fills[1].legs[0].consent, b.fills[0].legs[0].consent);
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE)), b);
        b = blockOf(deals(buy(alice, bob, 1e6, 50_000e6), buy(alice, bob, 2e6, 50_000e6)));
        (b.fills[0], b.fills[1]) = (b.fills[1], b.fills[0]);
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE)), b);
        // A deposit in between voids both.
        b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        deposit(alice, 0, 1);
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE)), b);
    }

    function test_aBoundIsForReductions() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.fills[0].legs[0].feeBound = 1;
        refusesBlock(abi.encodeWithSelector(IVault.FeeBoundTooLarge.selector, mine, 1, 0), b);
    }

    function test_aHardAccountDoesNotTrade() public {
        aliceLong();
        markAt(30_000e6);
        flag(alice);
        markAt(50_000e6);
        // By a batch, and alone in its size.
        refusesBlock(err(IVault.HealthRejected.selector, alice), blockOf(buy(alice, mine, 1, 50_000e6)));
        move(alice, 8);
        refusesBlock(err(IMarginGate.AccountHard.selector, alice), blockOf(buy(alice, mine, 1, 50_000e6)));
        Deal memory d = buy(mine, alice, 1e6, 50_000e6);
        d.reduce2 = true;
        refusesBlock(err(IMarginGate.AccountHard.selector, alice), blockOf(d));
    }

    function test_asksForALatestEpoch() public {
        Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        quote(PRICE * 106 / 100);
        refusesBlock(abi.encodeWithSelector(IVault.EpochNotLatest.selector, 1), b);
        silenceOracle();
        refusesBlock(abi.encodeWithSelector(IVault.EpochNotLatest.selector, 1), b);
        quote(PRICE);
        b.epoch = 2;
        refusesBlock(abi.encodeWithSelector(IVault.EpochNotLatest.selector, 2), b);
        b.epoch = 0;
        refusesBlock(abi.encodeWithSelector(IVault.EpochNotLatest.selector, 0), b);
        vm.warp(START + 1 hours + 1);
        b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        refusesBlock(abi.encodeWithSelector(IVault.EpochNotLatest.selector, 1), b);
    }
}

contract PartyTests is TradeTest {
    function test_provesEveryPartyInTheStateItEndsIn() public {
        // Ten at 50,000 require more than Alice has; Bob covers them.
        deposit(bob, 0, RICH);
        Block memory b = blockOf(buy(alice, bob, 10e6, 50_000e6));
        refusesBlock(err(IVault.HealthRejected.selector, alice), b);
        move(alice, 8);
        b = blockOf(buy(alice, bob, 10e6, 50_000e6));
        refusesBlock(abi.encodeWithSelector(IMarginGate.ProofRejected.selector), b);
        // Proven, but of the state before.
        b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        uint256 place = placeOf(carol, b.parties);
        b.parties[place].health = healthProof(carol, commitmentOf(carol), latest(), RequirementSet.Initial);
        refusesBlock(err(IVault.HealthRejected.selector, carol), b);
    }

    function test_disclosesEveryPartyInTheStateItEndsIn() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        uint256 place = placeOf(carol, b.parties);
        b.parties[place].disclosure = disclosureOf(commitmentOf(carol));
        refusesBlock(err(IVault.DisclosureRejected.selector, carol), b);
        b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.parties[0].disclosure = b.parties[1].disclosure;
        refusesBlock(err(IVault.DisclosureRejected.selector, b.parties[0].id), b);
    }

    function test_standsInOrderAndOnce() public {
        move(carol, 8);
        Block memory b = blockOf(deals(buy(alice, bob, 1e6, 50_000e6), buy(mine, carol, 1e6, 50_000e6)));
        // By size, then by id.
        for (uint256 i; i < 3; ++i) {
            (b.parties[i], b.parties[i + 1]) = (b.parties[i + 1], b.parties[i]);
            refusesBlock(abi.encodeWithSelector(IVault.PartiesNotIncreasing.selector, i + 1), b);
            (b.parties[i], b.parties[i + 1]) = (b.parties[i + 1], b.parties[i]);
        }
        // Twice: the second would be proven in a state that the first one has left.
        Party[] memory twice = new Party[](5);
        for (uint256 i; i < 4; ++i) twice[i + 1] = b.parties[i];
        twice[0] = twice[1];
        b.parties = twice;
        refusesBlock(abi.encodeWithSelector(IVault.PartiesNotIncreasing.selector, 1), b);
    }

    function test_standsOnceUnderBothSets() public {
        trade(buy(mine, carol, 1e6, 50_000e6));
        Block memory b = blockOf(buy(carol, mine, 1e6, 50_000e6));
        // Mine twice: once as one that only reduces, idle here, once as one that fills.
        Party[] memory three = new Party[](3);
        (three[1], three[2]) = (b.parties[0], b.parties[1]);
        uint256 place = placeOf(mine, b.parties);
        three[0] = Party(mine, RequirementSet.Maintenance, b.parties[place].health, b.parties[place].disclosure);
        for (uint256 k; k < 2; ++k) ++b.fills[0].legs[k].party;
        b.parties = three;
        refusesBlock(err(IVault.IdleParty.selector, mine), b);
    }

    function test_maintenanceStandsBeforeInitial() public {
        trade(buy(mine, carol, 1e6, 50_000e6));
        Deal memory d = buy(alice, mine, 1e6, 50_000e6);
        d.reduce2 = true;
        Block memory b = blockOf(d);
        require(b.parties[0].set == RequirementSet.Maintenance && same(b.parties[0].id, mine), "not as meant");
        (b.parties[0], b.parties[1]) = (b.parties[1], b.parties[0]);
        refusesBlock(abi.encodeWithSelector(IVault.PartiesNotIncreasing.selector, 1), b);
    }

    function test_doesSomething() public {
        Block memory b = blockOf(deals(buy(alice, bob, 1e6, 50_000e6), buy(mine, carol, 1e6, 50_000e6)));
        Block memory half;
        (half.epoch, half.fills, half.parties) = (b.epoch, new Fill[](1), b.parties);
        half.fills[0] = b.fills[0];
        AccountId idle = b.parties[0].id;
        for (uint256 i; i < 4; ++i) {
            if (same(b.parties[i].id, mine) || same(b.parties[i].id, carol)) {
                idle = b.parties[i].id;
                break;
            }
        }
        refusesBlock(err(IVault.IdleParty.selector, idle), half);
    }

    function test_isAnAccountOfThisVault() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.fills[0].legs[1].party = 2;
        refusesBlock(abi.encodeWithSelector(IVault.UnknownParty.selector, 2), b);
        b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.fills[0].legs[0].party = type(uint256).max;
        refusesBlock(abi.encodeWithSelector(IVault.UnknownParty.selector, type(uint256).max), b);
        b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.parties[0].id = AccountId.wrap(5);
        refusesBlock(err(IVault.UnknownAccount.selector, AccountId.wrap(5)), b);
    }
}

contract TicketTests is TradeTest {
    function test_isFilledOnce() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        submit(b);
        bytes memory used = abi.encodeWithSelector(IVault.TicketUsed.selector, b.fills[0].ticket);
        require(vault.filled(b.fills[0].ticket), "not marked");
        refusesBlock(used, b);
        // With proofs of the state of now.
        Block memory again = blockOf(buy(mine, carol, 1e6, 50_000e6));
        again.fills[0].ticket = b.fills[0].ticket;
        for (uint256 k; k < 2; ++k) prove(again, k, commitmentOf(k == 0 ? mine : carol), legChange(again.fills[0], k));
        refusesBlock(used, again);
    }

    function test_isFilledOnceWithinABlock() public {
        Block memory b = blockOf(deals(buy(mine, carol, 1e6, 50_000e6), buy(mine, carol, 1e6, 50_000e6)));
        b.fills[1].ticket = b.fills[0].ticket;
        refusesBlock(abi.encodeWithSelector(IVault.TicketUsed.selector, b.fills[0].ticket), b);
    }

    function test_isGoodThroughItsLastSecond() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        vm.warp(b.fills[0].expiry + 1);
        bytes memory late = abi.encodeWithSelector(IVault.TicketExpired.selector, b.fills[0].ticket, b.fills[0].expiry);
        refusesBlock(late, b);
        vm.warp(b.fills[0].expiry);
        submit(b);
    }

    function test_itsExpiryIsPartOfIt() public {
        Block memory b = blockOf(buy(mine, carol, 1e6, 50_000e6));
        b.fills[0].expiry += 1 hours;
        refusesBlock(err(IVault.TransitionRejected.selector, mine), b);
        uint256 terms_ = vault.termsOf(mine, carol, 7);
        uint256 expected = uint256(keccak256(abi.encode(block.chainid, vault, mine, carol, 7))) >> 8;
        require(terms_ == expected, "terms");
    }

    function test_eitherSideCancelsIt() public {
        for (uint256 k; k < 2; ++k) {
            Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
            (AccountId id, uint256 key) = k == 0 ? (alice, ALICE) : (bob, BOB);
            vm.prank(vm.addr(key));
            vault.cancel(id, b.fills[0].ticket);
            require(vault.cancelled(id, b.fills[0].ticket), "not marked");
            refusesBlock(abi.encodeWithSelector(IVault.TicketCancelled.selector, id, b.fills[0].ticket), b);
        }
    }

    function test_onlyItsOwnersCancelIt() public {
        Block memory b = blockOf(buy(alice, bob, 1e6, 50_000e6));
        refuses(abi.encodeWithSelector(IVault.NotOwner.selector, alice, address(this)));
        vault.cancel(alice, b.fills[0].ticket);
        vm.prank(vm.addr(BOB));
        refuses(abi.encodeWithSelector(IVault.NotOwner.selector, alice, vm.addr(BOB)));
        vault.cancel(alice, b.fills[0].ticket);
        vault.cancel(mine, b.fills[0].ticket); // not its own: nothing is stopped
        submit(b);
    }
}

contract ReductionTests is TradeTest {
    uint128 constant MOST = 10e12; // of a reduction; 25 of a day

    function setUp() public override {
        super.setUp();
        // Long four: 44,000 initially, 32,000 for maintenance.
        trade(buy(mine, carol, 4e6, 50_000e6));
    }

    /// @dev Mine sells some of it, at a price, to Alice.
    function sale(int256 quantity, int256 price) internal view returns (Deal memory d) {
        d = buy(alice, mine, quantity, price);
        d.reduce2 = true;
    }

    function spent(AccountId id) internal view returns (uint128 bounds) {
        (,, bounds) = vault.accountOf(id);
    }

    function test_asksForTheMaintenanceRequirementAlone() public {
        // At 29,000 equity is 16,000 after the sale; three of it require 19,140 initially, 13,920 for maintenance.
        markAt(29_000e6);
        Deal memory d = sale(1e6, 29_000e6);
        d.reduce2 = false;
        refusesBlock(err(IVault.HealthRejected.selector, mine), blockOf(d));
        submit(blockOf(sale(1e6, 29_000e6)));
        (uint32 epoch, uint32 coverage) = gate.provenOf(mine);
        require(epoch == latest() && coverage == 0, "proven for maintenance");
        require(stateOf(mine).perp == 3e6 && gate.isHealthy(mine), "reduced");
    }

    function test_isCoveredAfterIt() public {
        markAt(27_000e6);
        refusesBlock(abi.encodeWithSelector(IMarginGate.ProofRejected.selector), blockOf(sale(1e6, 27_000e6)));
    }

    function test_whoAlsoFillsProvesTheInitialRequirement() public {
        Deal memory other = buy(mine, alice, 1, 50_000e6);
        Block memory b = blockOf(deals(sale(1e6, 50_000e6), other));
        uint256 place = placeOf(mine, b.parties);
        require(b.parties[place].set == RequirementSet.Initial, "not as meant");
        for (uint256 i = place; i > 0; --i) (b.parties[i], b.parties[i - 1]) = (b.parties[i - 1], b.parties[i]);
        b.parties[0].set = RequirementSet.Maintenance;
        for (uint256 i; i < 2; ++i) {
            b.fills[i].legs[0].party = placeOf(i == 0 ? alice : mine, b.parties);
            b.fills[i].legs[1].party = placeOf(i == 0 ? mine : alice, b.parties);
        }
        refusesBlock(err(IVault.InitialNeeded.selector, mine), b);
        b = blockOf(buy(mine, alice, 1, 50_000e6));
        place = placeOf(mine, b.parties);
        if (place == 1) (b.parties[0], b.parties[1]) = (b.parties[1], b.parties[0]);
        b.parties[0].set = RequirementSet.Maintenance;
        (b.fills[0].legs[0].party, b.fills[0].legs[1].party) = (0, 1);
        refusesBlock(err(IVault.InitialNeeded.selector, mine), b);
    }

    function test_givesUpNoMoreThanTheBoundAtTheMark() public {
        // One at 10 USD below the mark is the bound; a cent more is not.
        refusesBlock(err(IVault.TransitionRejected.selector, mine), blockOf(sale(1e6, 49_989_990_000)));
        refusesBlock(err(IVault.TransitionRejected.selector, mine), blockOf(sale(1e6, 1)));
        submit(blockOf(sale(1e6, 49_990e6)));
        require(spent(mine) == MOST, "counted");
    }

    function test_isMeasuredAtTheEpochItIsProvenAt() public {
        uint32 old = latest();
        markAt(40_000e6);
        Block memory b = blockOf(sale(1e6, 40_000e6)); // fair now, 10,000 too cheap a minute ago
        b.epoch = old;
        for (uint256 i; i < 2; ++i) {
            Party memory p = b.parties[i];
            uint256 last = b.fills[0].legs[same(p.id, alice) ? 0 : 1].commitment;
            p.health = healthProof(p.id, last, old, p.set);
        }
        refusesBlock(err(IVault.TransitionRejected.selector, mine), b);
    }

    function test_neverGrowsNorFlips() public {
        refusesBlock(err(IVault.TransitionRejected.selector, mine), blockOf(sale(4e6 + 1, 50_000e6)));
        refusesBlock(err(IVault.TransitionRejected.selector, mine), blockOf(sale(-1, 50_000e6)));
        submit(blockOf(sale(4e6, 50_000e6)));
    }

    function test_theBoundHasABound() public {
        Block memory b = blockOf(sale(1e6, 50_000e6));
        b.fills[0].legs[1].feeBound = MOST + 1;
        refusesBlock(abi.encodeWithSelector(IVault.FeeBoundTooLarge.selector, mine, MOST + 1, MOST), b);
    }

    function test_theBoundIsSigned() public {
        trade(buy(bob, carol, 1e6, 50_000e6));
        Deal memory d = buy(carol, bob, 1e6, 50_000e6);
        d.reduce2 = true;
        Block memory b = blockOf(d);
        b.fills[0].legs[1].feeBound = MOST - 1;
        refusesBlock(abi.encodeWithSelector(IVault.BadConsent.selector, bob, vm.addr(BOB)), b);
        b.fills[0].legs[1].feeBound = MOST;
        submit(b);
    }

    function test_aWindowHasABudget() public {
        submit(blockOf(sale(1e5, 50_000e6)));
        submit(blockOf(sale(1e5, 50_000e6)));
        require(spent(mine) == 20e12, "counted");
        bytes memory reason = abi.encodeWithSelector(IVault.FeeBudgetSpent.selector, mine, 30e12, 25e12);
        refusesBlock(reason, blockOf(sale(1e5, 50_000e6)));
        // To the last second of the window; what is bound by nothing costs nothing.
        uint256 next = (block.timestamp / 1 days + 1) * 1 days;
        vm.warp(next - 1);
        market(PRICE);
        refusesBlock(reason, blockOf(sale(1e5, 50_000e6)));
        vm.warp(next);
        require(spent(mine) == 0, "a new window");
        submit(blockOf(sale(1e5, 50_000e6)));
        require(spent(mine) == 10e12, "a new count");
    }

    function test_aBlockHasNoBudgetOfItsOwn() public {
        Deal[] memory three = new Deal[](3);
        for (uint256 i; i < 3; ++i) three[i] = sale(1e5, 50_000e6);
        refusesBlock(
            abi.encodeWithSelector(IVault.FeeBudgetSpent.selector, mine, 30e12, 25e12), blockOf(three)
        );
        submit(blockOf(deals(three[0], three[1])));
        require(spent(mine) == 20e12, "counted together");
    }

    function test_nobodyLeavesTwoWaysFromOneState() public {
        // Mine sells all it has to Alice as one that only reduces, and as one that fills, from the same state once more, buys
        // a little of Bob. Were the second state stored over the first, the four would be Alice's, and still mine.
        Block memory b = blockOf(sale(4e6, 50_000e6));
        Block memory other = blockOf(buy(mine, bob, 1, 50_000e6));
        Block memory both;
        (both.epoch, both.fills, both.parties) = (b.epoch, new Fill[](2), new Party[](4));
        (both.fills[0], both.fills[1]) = (b.fills[0], other.fills[0]);
        Party memory p = other.parties[placeOf(mine, other.parties)];
        uint256 last = other.fills[0].legs[0].commitment;
        Proof memory health = healthProof(mine, last, b.epoch, RequirementSet.Maintenance);
        both.parties[0] = Party(mine, RequirementSet.Maintenance, health, disclosureOf(b.fills[0].legs[1].commitment));
        bool first = AccountId.unwrap(alice) < AccountId.unwrap(bob);
        Party memory a = b.parties[placeOf(alice, b.parties)];
        Party memory c = other.parties[placeOf(bob, other.parties)];
        (both.parties[1], both.parties[2]) = first ? (a, c) : (c, a);
        both.parties[3] = p;
        for (uint256 i = 3; i > 1 && AccountId.unwrap(both.parties[i].id) < AccountId.unwrap(both.parties[i - 1].id); --i) {
            (both.parties[i], both.parties[i - 1]) = (both.parties[i - 1], both.parties[i]);
        }
        uint256 second;
        for (uint256 i = 1; i < 4; ++i) {
            if (same(both.parties[i].id, mine)) second = i;
            if (same(both.parties[i].id, alice)) both.fills[0].legs[0].party = i;
            if (same(both.parties[i].id, bob)) both.fills[1].legs[1].party = i;
        }
        (both.fills[0].legs[1].party, both.fills[1].legs[0].party) = (0, second);
        refusesBlock(abi.encodeWithSelector(IVault.PartiesNotIncreasing.selector, second), both);
    }

    function test_aSoftAccountReduces() public {
        vm.warp(START + 13 hours);
        markAt(50_000e6);
        require(gate.statusOf(mine) == Status.Soft, "not as meant");
        submit(blockOf(sale(1e6, 50_000e6)));
        require(gate.statusOf(mine) == Status.Current, "leased");
    }
}
