// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MarginGate} from "../../contracts/MarginGate.sol";
import {Vault} from "../../contracts/Vault.sol";
import {IEpochBook} from "../../contracts/interfaces/IEpochBook.sol";
import {Account, AccountId, Action, IMarginGate, Proof, RequirementSet, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {Collateral, Disclosure, IVault, Mode, Step} from "../../contracts/interfaces/IVault.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Change} from "../../contracts/vault/Changes.sol";
import {vm} from "../contracts/Cheats.sol";
import {maintenanceRootOf} from "../contracts/IdealVerifier.sol";
import {VaultStand, pointOf, settlementRootOf} from "./VaultStand.sol";
import {VaultTest} from "./VaultTest.sol";
import {FIELD, Hidden, IdealDisclose, IdealTransition, proofOf} from "./World.sol";

contract DeploymentTests is VaultStand {
    function setUp() public {
        vm.warp(START);
        raiseVault();
    }

    function refusesCollateral(uint256 index, Collateral[] memory list) private {
        refuses(abi.encodeWithSelector(IVault.BadCollateral.selector, index));
        new Vault(guardians, transitions, disclosures, vaultTerms, list);
    }

    function test_namesWhatItWasDeployedWith() public view {
        Collateral[] memory list = vault.collaterals();
        require(list.length == 3 && address(list[1].token) == address(token), "collaterals");
        require(list[1].asset == 1 && list[1].unit == 10e12 && list[2].asset == 2 && list[0].unit == 1, "units");
        require(vault.terms().feeBudget == vaultTerms.feeBudget && vault.terms().feeWindow == 1 days, "terms");
        require(vault.terms().feeBound == vaultTerms.feeBound && address(vault.gate()) == address(gate), "terms, gate");
        require(address(vault.guardians()) == address(guardians), "guardians");
        require(address(vault.transitionVerifier()) == address(transitions), "transition");
        require(address(vault.discloseVerifier()) == address(disclosures), "disclose");
    }

    function test_refusesATokenOrAnAssetTwice() public {
        Collateral[] memory list = tokens();
        list[2].asset = 1;
        refusesCollateral(2, list);
        list = tokens();
        list[1].asset = 0;
        list[1].unit = 1e12;
        refusesCollateral(1, list);
        list = tokens();
        list[2].token = coin;
        refusesCollateral(2, list);
    }

    function test_wantsExactlyOneSettlementCoin() public {
        Collateral[] memory list = tokens();
        list[0].asset = 3;
        refusesCollateral(3, list);
        refusesCollateral(0, new Collateral[](0));
    }

    function test_knowsTheSpotsIdsAlone() public {
        Collateral[] memory list = tokens();
        list[1].asset = 256;
        refusesCollateral(1, list);
        list[1].asset = 255;
        new Vault(guardians, transitions, disclosures, vaultTerms, list);
    }

    function test_wantsAUnitThatIsWholeMicroUnits() public {
        Collateral[] memory list = tokens();
        uint128[4] memory bad = [uint128(0), 1e12 - 1, 1e12 + 1, uint128(type(uint96).max) + 1];
        for (uint256 i; i < 4; ++i) {
            list[1].unit = bad[i];
            refusesCollateral(1, list);
        }
        list[1].unit = 1e12;
        new Vault(guardians, transitions, disclosures, vaultTerms, list);
        list[0].unit = 10; // cash counts USD, not lots of ten
        refusesCollateral(0, list);
    }

    function test_wantsAtLeastSixDecimals() public {
        Collateral[] memory list = tokens();
        list[1] = Collateral(new TokenMock("FIVE", 5), 1, 1);
        refusesCollateral(1, list);
        list[1] = Collateral(new TokenMock("THIRTYONE", 31), 1, 1e25);
        refusesCollateral(1, list);
        list[1] = Collateral(new TokenMock("SIX", 6), 1, 1);
        new Vault(guardians, transitions, disclosures, vaultTerms, list);
    }

    function test_keepsEveryTermWithinItsBounds() public {
        refusesTerms(2 ** 102, 2 ** 102, 1 days);
        refusesTerms(11, 10, 1 days);
        refusesTerms(1, 1, 1 hours - 1);
        refusesTerms(1, 1, 30 days + 1);
        vaultTerms.feeWindow = 1 hours;
        (vaultTerms.feeBound, vaultTerms.feeBudget) = (2 ** 102 - 1, 2 ** 102 - 1);
        deployVault();
        (vaultTerms.feeBound, vaultTerms.feeBudget, vaultTerms.feeWindow) = (0, 0, 30 days);
        deployVault();
    }

    function refusesTerms(uint128 bound, uint128 budget, uint32 window) private {
        (vaultTerms.feeBound, vaultTerms.feeBudget, vaultTerms.feeWindow) = (bound, budget, window);
        refuses(abi.encodeWithSelector(IVault.BadTerms.selector));
        deployVault();
    }

    function testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal(uint64 chain) public {
        vm.assume(chain != 0 && chain != 31337 && chain != 1337);
        (transitions, disclosures) = (new IdealTransition(world, true, true), new IdealDisclose(true, true));
        vm.chainId(1337);
        deployVault();
        vm.chainId(31337);
        deployVault();
        vm.chainId(chain);
        refuses(abi.encodeWithSelector(IVault.DevelopmentKey.selector, transitions, chain));
        deployVault();
        transitions = new IdealTransition(world, false, true);
        refuses(abi.encodeWithSelector(IVault.DevelopmentKey.selector, disclosures, chain));
        deployVault();
        disclosures = new IdealDisclose(false, true);
        deployVault();
    }

    function test_refusesAnUncontributedKeyOnEveryChain() public {
        transitions = new IdealTransition(world, false, false);
        refuses(abi.encodeWithSelector(IVault.UncontributedKey.selector, transitions));
        deployVault();
        transitions = new IdealTransition(world, false, true);
        disclosures = new IdealDisclose(true, false);
        refuses(abi.encodeWithSelector(IVault.UncontributedKey.selector, disclosures));
        deployVault();
    }

    function test_isBoundByItsDeployerOnceToAGateThatNamesIt() public {
        Vault other = deployVault();
        refuses(abi.encodeWithSelector(IVault.NotOurGate.selector, gate));
        other.bind(gate);
        MarginGate free = deploy();
        refuses(abi.encodeWithSelector(IVault.NotOurGate.selector, free));
        other.bind(free);
        MarginGate its = new MarginGate(book, terms, [sound, sound, sound, sound], address(other));
        vm.prank(SOMEBODY);
        refuses(abi.encodeWithSelector(IVault.NotDeployer.selector, SOMEBODY));
        other.bind(its);
        other.bind(its);
        MarginGate second = new MarginGate(book, terms, [sound, sound, sound, sound], address(other));
        refuses(abi.encodeWithSelector(IVault.GateIsBound.selector, its));
        other.bind(second);
    }

    function test_itsGateIsClosedToEverybodyElse() public {
        market(PRICE);
        AccountId mine = open(0);
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), vault));
        gate.open(1, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), vault));
        gate.openFor(address(this), 1, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), vault));
        gate.update(mine, 1, 4, inPerson());
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), vault));
        gate.replace(mine, 1, 4, true);
    }
}

contract OpeningTests is VaultTest {
    function test_opensEmptyAccountsOneAfterTheOther() public {
        require(same(mine, gate.accountIdOf(address(this), 0)), "id");
        AccountId second = open(0);
        require(same(second, gate.accountIdOf(address(this), 1)), "second id");
        (uint32 guardian, uint32 nonce,) = vault.accountOf(second);
        require(guardian == 1 && nonce == 1, "guardian, nonce");
        require(gate.statusOf(second) == Status.Soft && gate.ownerOf(second) == address(this), "soft, of its owner");
        require(gate.accountOf(second).size == 4, "size");
    }

    function test_opensNothingThatIsNotEmpty() public {
        AccountId id = gate.accountIdOf(address(this), 1);
        Hidden memory s;
        (s.account, s.cash) = (AccountId.unwrap(id), 1);
        refusesOpening(err(IVault.TransitionRejected.selector, id), id, 1, s);
        s.cash = 0;
        s.account = AccountId.unwrap(alice);
        refusesOpening(err(IVault.TransitionRejected.selector, id), id, 1, s);
    }

    function test_opensOnlyWithAGuardianThatIsOpen() public {
        AccountId id = gate.accountIdOf(address(this), 1);
        Hidden memory s;
        s.account = AccountId.unwrap(id);
        refusesOpening(abi.encodeWithSelector(IVault.GuardianClosed.selector, 2), id, 2, s);
        refusesOpening(abi.encodeWithSelector(IVault.GuardianClosed.selector, 0), id, 0, s);
        guardians.retire(1);
        refusesOpening(abi.encodeWithSelector(IVault.GuardianClosed.selector, 1), id, 1, s);
        deposit(mine, 0, 1); // who picked it keeps it
    }

    function test_aCopiedOpeningOpensNothingForAnotherOwner() public {
        AccountId id = gate.accountIdOf(address(this), 1);
        Hidden memory s;
        s.account = AccountId.unwrap(id);
        AccountId theirs = gate.accountIdOf(SOMEBODY, 0);
        uint256 commitment = commit(s);
        Change memory c;
        Proof memory proof = transitionProof(id, 0, 0, commitment, c);
        Disclosure memory d = disclosureOf(commitment);
        vm.prank(SOMEBODY);
        refuses(err(IVault.TransitionRejected.selector, theirs));
        vault.open(1, 4, commitment, proof, d);
    }

    function test_disclosesTheEmptyStateToo() public {
        AccountId id = gate.accountIdOf(address(this), 1);
        Hidden memory s;
        s.account = AccountId.unwrap(id);
        uint256 commitment = commit(s);
        Change memory c;
        Proof memory proof = transitionProof(id, 0, 0, commitment, c);
        Disclosure memory d = disclosureOf(commitmentOf(mine));
        refuses(err(IVault.DisclosureRejected.selector, id));
        vault.open(1, 4, commitment, proof, d);
    }

    function refusesOpening(bytes memory reason, AccountId id, uint32 guardian, Hidden memory s) private {
        uint256 commitment = commit(s);
        Change memory c;
        Proof memory proof = transitionProof(id, 0, 0, commitment, c);
        Disclosure memory d = disclosureOf(commitment);
        refuses(reason);
        vault.open(guardian, 4, commitment, proof, d);
    }
}

/// @dev An owner with code that takes one digest.
contract Wallet is IERC1271 {
    bytes32 public digest;

    function take(bytes32 digest_) external {
        digest = digest_;
    }

    function isValidSignature(bytes32 hash, bytes memory) external view returns (bytes4) {
        return hash == digest ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract ConsentTests is VaultTest {
    function test_anybodySendsWhatTheOwnerSigned() public {
        coin.mint(SOMEBODY, 5e6);
        vm.prank(SOMEBODY);
        coin.approve(address(vault), 5e6);
        Step memory step = depositStep(alice, 0, 5e6);
        sendDeposit("", SOMEBODY, 0, 5e6, step);
        require(coin.balanceOf(SOMEBODY) == 0, "the sender pays");
        require(nonceOf(alice) == 3, "counted");
    }

    function test_knowingAnOpeningIsNotConsent() public {
        Step memory step = depositStep(alice, 0, 5e6);
        step.consent = inPerson();
        sendDeposit(abi.encodeWithSelector(IVault.NotOwner.selector, alice, SOMEBODY), SOMEBODY, 0, 5e6, step);
        Change memory c = transferOf(0, 5e6);
        step.consent = consentOf(alice, nonceOf(alice), step.commitment, c, address(0), BOB);
        bytes memory reason = abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE));
        sendDeposit(reason, SOMEBODY, 0, 5e6, step);
        step.consent.signature = hex"1234";
        sendDeposit(reason, SOMEBODY, 0, 5e6, step);
    }

    function test_theRelayerNamedAloneSendsIt() public {
        Step memory step = depositStep(alice, 0, 5e6);
        Change memory c = transferOf(0, 5e6);
        step.consent = consentOf(alice, nonceOf(alice), step.commitment, c, address(this), ALICE);
        sendDeposit(
            abi.encodeWithSelector(IVault.NotRelayer.selector, SOMEBODY, address(this)), SOMEBODY, 0, 5e6, step
        );
        sendDeposit("", address(0), 0, 5e6, step);
    }

    function test_lastsThroughItsDeadline() public {
        Step memory step = depositStep(alice, 0, 5e6);
        vm.warp(step.consent.deadline + 1);
        bytes memory reason = abi.encodeWithSelector(IVault.ConsentExpired.selector, step.consent.deadline);
        sendDeposit(reason, address(0), 0, 5e6, step);
        vm.warp(step.consent.deadline);
        sendDeposit("", address(0), 0, 5e6, step);
    }

    function test_isVoidOnceUsed() public {
        Step memory step = depositStep(alice, 0, 5e6);
        sendDeposit("", address(0), 0, 5e6, step);
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
    }

    function test_isVoidAfterAnyOtherTransition() public {
        Step memory step = depositStep(alice, 0, 5e6);
        move(alice, 4);
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
    }

    function testFuzz_everyFieldOfAConsentIsSigned(uint8 field) public {
        field %= 9;
        Step memory step = depositStep(alice, 0, 5e6);
        Change memory c = transferOf(0, 5e6);
        (uint256 commitment, uint32 nonce) = (step.commitment, nonceOf(alice));
        if (field == 0) ++commitment;
        if (field == 1) c.mode = Mode.Fill;
        if (field == 2) c.subject = 1;
        if (field == 3) c.amount = -c.amount;
        if (field == 4) c.terms = 1;
        if (field == 5) c.feeBound = 1;
        if (field == 6) c.recipient = SOMEBODY;
        if (field == 7) c.size = 4;
        if (field == 8) ++nonce;
        step.consent = consentOf(alice, nonce, commitment, c);
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
        step = depositStep(alice, 0, 5e6);
        ++step.consent.deadline;
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
        step = depositStep(alice, 0, 5e6);
        step.consent.relayer = address(this);
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
        step = depositStep(alice, 0, 5e6);
        step.consent = consentOf(bob, nonceOf(alice), step.commitment, transferOf(0, 5e6), address(0), ALICE);
        sendDeposit(badConsent(), address(0), 0, 5e6, step);
        // And with all of them true it is one.
        sendDeposit("", address(0), 0, 5e6, depositStep(alice, 0, 5e6));
    }

    function test_isForOneVaultOnOneChain() public {
        Step memory step = depositStep(alice, 0, 5e6);
        Disclosure memory d = disclosureOf(step.commitment);
        vm.chainId(1);
        refuses(badConsent());
        vault.deposit(0, 5e6, step, d);
        vm.chainId(31337);
        Vault honest = vault;
        vault = deployVault();
        step.consent = consentOf(alice, 2, step.commitment, transferOf(0, 5e6));
        vault = honest;
        refuses(badConsent());
        vault.deposit(0, 5e6, step, d);
    }

    function test_asksAnOwnerWithCode() public {
        Wallet wallet = new Wallet();
        AccountId id = gate.accountIdOf(address(wallet), 0);
        Hidden memory s;
        s.account = AccountId.unwrap(id);
        uint256 commitment = commit(s);
        Change memory c;
        Proof memory proof = transitionProof(id, 0, 0, commitment, c);
        Disclosure memory d = disclosureOf(commitment);
        vm.prank(address(wallet));
        vault.open(1, 4, commitment, proof, d);
        keyOfOwner[id] = ALICE; // what it signs is not looked at
        Step memory step = depositStep(id, 0, 5e6);
        sendDeposit(abi.encodeWithSelector(IVault.BadConsent.selector, id, wallet), address(0), 0, 5e6, step);
        wallet.take(digestOfConsent(id, nonceOf(id), step.commitment, transferOf(0, 5e6), address(0)));
        sendDeposit("", address(0), 0, 5e6, step);
    }

    function badConsent() private view returns (bytes memory) {
        return abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE));
    }
}

contract DepositTests is VaultTest {
    function test_takesTokensOfEveryKindInTheirUnits() public {
        requireHeld(0, 3 * uint256(RICH));
        deposit(alice, 1, 3e6);
        requireHeld(1, 3e6 * 10e12);
        deposit(alice, 2, 7);
        requireHeld(2, 7);
        require(stateOf(alice).spot[0] == 3e6 && stateOf(alice).spot[1] == 7, "folded in");
    }

    function test_takesOnlyWhatItKnowsAndNotNothing() public {
        Step memory step = depositStep(alice, 1, 5e6);
        sendDeposit(abi.encodeWithSelector(IVault.UnknownAsset.selector, 3), address(0), 3, 5e6, step);
        step = depositStep(alice, 0, 0);
        sendDeposit(abi.encodeWithSelector(IVault.NothingMoved.selector), address(0), 0, 0, step);
    }

    function test_anUnknownAccountHasNothingToAddTo() public {
        Step memory step = depositStep(mine, 0, 5e6);
        step.id = AccountId.wrap(5);
        sendDeposit(err(IVault.UnknownAccount.selector, step.id), address(0), 0, 5e6, step);
    }

    function test_creditsNoMoreThanItTakes() public {
        Step memory step = depositStep(mine, 0, 10e6);
        sendDeposit(err(IVault.TransitionRejected.selector, mine), address(0), 0, 5e6, step);
        step = depositStep(mine, 0, 5e6);
        sendDeposit(err(IVault.TransitionRejected.selector, mine), address(0), 1, 5e6, step);
        // One change beside the deposit.
        Hidden memory s = moved(stateOf(mine), 0, 5e6);
        s.perp = 1;
        step = stepOf(mine, s, transferOf(0, 5e6));
        sendDeposit(err(IVault.TransitionRejected.selector, mine), address(0), 0, 5e6, step);
    }

    function test_startsFromTheStateOfNow() public {
        uint256 stale = commitmentOf(mine);
        withdraw(mine, 0, RICH, SOMEBODY);
        // The rich state of before, with what is needed now but for its age.
        Hidden memory s = world.stateOf(stale);
        s.cash += 1e12;
        uint256 to = commit(s);
        Change memory c = transferOf(0, 1e6);
        Step memory step = Step(mine, to, transitionProof(mine, nonceOf(mine), stale, to, c), inPerson());
        sendDeposit(err(IVault.TransitionRejected.selector, mine), address(0), 0, 1e6, step);
    }

    function test_isForTheNonceItWasProvenFor() public {
        Step memory step = depositStep(mine, 0, 5e6);
        step.proof = transitionProof(mine, nonceOf(mine) + 1, commitmentOf(mine), step.commitment, transferOf(0, 5e6));
        sendDeposit(err(IVault.TransitionRejected.selector, mine), address(0), 0, 5e6, step);
    }

    function test_aProofIsForOneVaultOnOneChain() public {
        Step memory step = depositStep(mine, 0, 5e6);
        Disclosure memory d = disclosureOf(step.commitment);
        vm.chainId(1);
        refuses(err(IVault.TransitionRejected.selector, mine));
        vault.deposit(0, 5e6, step, d);
        vm.chainId(31337);
        Vault honest = vault;
        vault = deployVault();
        step.proof = transitionProof(mine, 2, commitmentOf(mine), step.commitment, transferOf(0, 5e6));
        vault = honest;
        refuses(err(IVault.TransitionRejected.selector, mine));
        vault.deposit(0, 5e6, step, d);
    }

    function test_anotherVaultsAccountIsNoneHere() public {
        (Vault first, MarginGate firstGate) = (vault, gate);
        vault = deployVault();
        gate = new MarginGate(book, terms, [sound, sound, sound, sound], address(vault));
        vault.bind(gate);
        AccountId there = open(0);
        coin.approve(address(vault), type(uint256).max);
        Step memory step = depositStep(there, 0, 5e6);
        sendDeposit("", address(0), 0, 5e6, step);
        (vault, gate) = (first, firstGate);
        sendDeposit(err(IVault.UnknownAccount.selector, there), address(0), 0, 5e6, step);
    }

    function test_changesNothingOfASoftAccount() public {
        keeps(Status.Soft);
    }

    function test_changesNothingOfACurrentAccount() public {
        aliceLong();
        keeps(Status.Current);
    }

    function test_changesNothingOfAHardAccount() public {
        aliceLong();
        markAt(30_000e6);
        flag(alice);
        keeps(Status.Hard);
    }

    /// @dev Deposits, moves and settlements change the commitment alone.
    function keeps(Status status) private {
        require(gate.statusOf(alice) == status, "not as meant");
        world.settleAt(settlementRootOf(latest()), 50_000e6);
        Account memory a = gate.accountOf(alice);
        uint256 lease = gate.leaseOf(alice);
        (uint32 epoch, uint32 coverage) = gate.provenOf(alice);
        for (uint256 act; act < 3; ++act) {
            if (act == 0) deposit(alice, 0, 1);
            if (act == 1) move(alice, 4);
            if (act == 2) settle(alice);
            Account memory b = gate.accountOf(alice);
            (uint32 provenEpoch, uint32 proven) = gate.provenOf(alice);
            require(gate.statusOf(alice) == status && gate.leaseOf(alice) == lease, "status, lease");
            require(provenEpoch == epoch && proven == coverage, "what is proven");
            require(a.commitment != b.commitment, "the commitment");
            a.commitment = b.commitment;
            require(keccak256(abi.encode(a)) == keccak256(abi.encode(b)), "another word of the account");
        }
    }

    function test_emitsItsCountWithTheNonce() public {
        require(vault.contextOf(mine) == uint256(keccak256(abi.encode(block.chainid, vault, mine, 2))) >> 8, "context");
        deposit(mine, 0, 1);
        require(vault.contextOf(mine) == uint256(keccak256(abi.encode(block.chainid, vault, mine, 3))) >> 8, "next");
    }
}

contract WithdrawalTests is VaultTest {
    function test_paysAndLeasesAnew() public {
        withdraw(alice, 0, 40_000e6, SOMEBODY);
        require(coin.balanceOf(SOMEBODY) == 40_000e6, "paid");
        requireHeld(0, 3 * uint256(RICH) - 40_000e6);
        (uint32 epoch, uint32 coverage) = gate.provenOf(alice);
        require(gate.statusOf(alice) == Status.Current && epoch == latest() && coverage == 11_000, "leased");
    }

    function test_paysWhomTheOwnerNamed() public {
        Step memory step = withdrawStep(alice, 0, 5e6, vm.addr(ALICE));
        bytes memory reason = abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE));
        sendWithdraw(reason, SOMEBODY, 0, 5e6, SOMEBODY, latest(), step);
        sendWithdraw(
            abi.encodeWithSelector(IVault.NoRecipient.selector), address(0), 0, 5e6, address(0), latest(), step
        );
        sendWithdraw("", SOMEBODY, 0, 5e6, vm.addr(ALICE), latest(), step);
        require(coin.balanceOf(vm.addr(ALICE)) == 5e6, "paid");
    }

    function test_paysOnce() public {
        Step memory step = withdrawStep(mine, 0, RICH, SOMEBODY);
        sendWithdraw("", address(0), 0, RICH, SOMEBODY, latest(), step);
        sendWithdraw(
            err(IVault.TransitionRejected.selector, mine), address(0), 0, RICH, SOMEBODY, latest(), step
        );
    }

    function test_paysNoMoreThanTheStateGivesUp() public {
        Step memory step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        bytes memory reason = err(IVault.TransitionRejected.selector, mine);
        sendWithdraw(reason, address(0), 0, 6e6, SOMEBODY, latest(), step);
        step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        sendWithdraw(reason, address(0), 1, 5e6, SOMEBODY, latest(), step);
        // A withdrawal that adds, as a deposit would.
        step = depositStep(mine, 0, 5e6);
        sendWithdraw(reason, address(0), 0, 5e6, SOMEBODY, latest(), step);
    }

    function test_paysNoTokenIntoANegativeSpotPosition() public {
        deposit(alice, 1, 10e6);
        Step memory step = withdrawStep(mine, 1, 1, SOMEBODY);
        sendWithdraw(err(IVault.TransitionRejected.selector, mine), address(0), 1, 1, SOMEBODY, latest(), step);
    }

    function test_asksForTheInitialRequirementOfTheStateAfter() public {
        aliceLong();
        // Long five at 50,000 requires 55,000 with the coverage asked: of 100,000 no more than 45,000 may leave.
        Step memory step = withdrawStep(alice, 0, 45_000e6 + 1, SOMEBODY);
        bytes memory rejected = abi.encodeWithSelector(IMarginGate.ProofRejected.selector);
        sendWithdraw(rejected, address(0), 0, 45_000e6 + 1, SOMEBODY, latest(), step);
        step = withdrawStep(alice, 0, 45_000e6, SOMEBODY);
        Disclosure memory d = disclosureOf(step.commitment);
        Proof memory health = healthProof(alice, step.commitment, latest(), RequirementSet.Maintenance);
        uint32 epoch = latest();
        refuses(rejected);
        vault.withdraw(0, 45_000e6, SOMEBODY, epoch, health, step, d);
        // That the state before was covered says nothing.
        health = healthProof(alice, commitmentOf(alice), latest(), RequirementSet.Initial);
        refuses(rejected);
        vault.withdraw(0, 45_000e6, SOMEBODY, epoch, health, step, d);
        withdrawBy(alice, 0, 45_000e6, SOMEBODY, step);
    }

    function test_aHealthProofIsForTheVault() public {
        Step memory step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        Disclosure memory d = disclosureOf(step.commitment);
        uint256 context = gate.contextOf(mine, Action.Prove, address(this));
        uint256[5] memory signals = [1, step.commitment, maintenanceRootOf(latest()) + 1, 11_000, context];
        uint32 epoch = latest();
        refuses(abi.encodeWithSelector(IMarginGate.ProofRejected.selector));
        vault.withdraw(0, 5e6, SOMEBODY, epoch, proofOf(keccak256(abi.encode(signals))), step, d);
    }

    function test_asksForALatestEpoch() public {
        vm.warp(START + 1 minutes);
        uint32 second = market(PRICE);
        Step memory step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        bytes memory notLatest = abi.encodeWithSelector(IVault.EpochNotLatest.selector, 3);
        Disclosure memory d = disclosureOf(step.commitment);
        refuses(notLatest);
        vault.withdraw(0, 5e6, SOMEBODY, 3, step.proof, step, d);
        // The oracle has left.
        quote(PRICE * 106 / 100);
        notLatest = abi.encodeWithSelector(IVault.EpochNotLatest.selector, second);
        sendWithdraw(notLatest, address(0), 0, 5e6, SOMEBODY, second, step);
        silenceOracle();
        sendWithdraw(notLatest, address(0), 0, 5e6, SOMEBODY, second, step);
        quote(PRICE);
        // An hour old is young enough, a second more is not.
        vm.warp(START + 1 hours);
        step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        sendWithdraw("", address(0), 0, 5e6, SOMEBODY, 1, step);
        vm.warp(START + 1 hours + 1);
        step = withdrawStep(mine, 0, 5e6, SOMEBODY);
        notLatest = abi.encodeWithSelector(IVault.EpochNotLatest.selector, 1);
        sendWithdraw(notLatest, address(0), 0, 5e6, SOMEBODY, 1, step);
    }

    function test_aHardAccountPaysNothingOut() public {
        aliceLong();
        markAt(30_000e6);
        flag(alice);
        markAt(50_000e6);
        Step memory step = withdrawStep(alice, 0, 5e6, SOMEBODY);
        bytes memory hard = abi.encodeWithSelector(IMarginGate.AccountHard.selector, alice);
        sendWithdraw(hard, address(0), 0, 5e6, SOMEBODY, latest(), step);
        deposit(alice, 0, 5e6); // in, but not out
    }

    function test_takesOnlyWhatItKnowsAndNotNothing() public {
        Step memory step = withdrawStep(mine, 1, 5e6, SOMEBODY);
        bytes memory reason = abi.encodeWithSelector(IVault.UnknownAsset.selector, 3);
        sendWithdraw(reason, address(0), 3, 5e6, SOMEBODY, latest(), step);
        reason = abi.encodeWithSelector(IVault.NothingMoved.selector);
        sendWithdraw(reason, address(0), 0, 0, SOMEBODY, latest(), step);
    }

    function test_paysWhatItHolds() public {
        // Tokens worth twice all coins: an account may owe cash against them, and so take what others deposited.
        deposit(mine, 1, 300_000e6);
        Step memory step = withdrawStep(mine, 0, 3 * RICH + 1, SOMEBODY);
        bytes memory reason = abi.encodeWithSelector(
            IVault.HeldTooLittle.selector, coin, 3 * uint256(RICH), 3 * uint256(RICH) + 1
        );
        sendWithdraw(reason, address(0), 0, 3 * RICH + 1, SOMEBODY, latest(), step);
        withdraw(mine, 0, 3 * RICH, SOMEBODY);
        require(stateOf(mine).cash == -int256(2 * uint256(RICH)) * 1e6, "it owes");
        requireHeld(0, 0);
        // Alice is owed what lies here as tokens.
        step = withdrawStep(alice, 0, 1, SOMEBODY);
        reason = abi.encodeWithSelector(IVault.HeldTooLittle.selector, coin, 0, 1);
        sendWithdraw(reason, address(0), 0, 1, SOMEBODY, latest(), step);
        deposit(mine, 0, RICH);
        withdraw(alice, 0, RICH, SOMEBODY);
    }

    function test_aDonationIsNobodys() public {
        coin.transfer(address(vault), 5e6);
        require(vault.held(0) == 3 * uint256(RICH), "it was counted");
        deposit(mine, 1, 300_000e6);
        Step memory step = withdrawStep(mine, 0, 3 * RICH + 1, SOMEBODY);
        bytes memory reason = abi.encodeWithSelector(
            IVault.HeldTooLittle.selector, coin, 3 * uint256(RICH), 3 * uint256(RICH) + 1
        );
        sendWithdraw(reason, address(0), 0, 3 * RICH + 1, SOMEBODY, latest(), step);
    }
}

contract SettlementTests is VaultTest {
    function setUp() public override {
        super.setUp();
        trade(buy(mine, bob, 1e6, 50_000e6));
        world.settleAt(settlementRootOf(1), 60_000e6);
    }

    function test_turnsAPositionIntoCash() public {
        settle(mine);
        require(stateOf(mine).perp == 0 && stateOf(mine).cash == 110_000e12, "cash");
        settle(bob);
        require(stateOf(mine).cash + stateOf(bob).cash == 200_000e12, "conserved");
    }

    function test_onlyTheNewestRootCounts() public {
        Step memory step = settleStep(mine, settlementRootOf(1));
        markAt(50_000e6);
        sendSettle(err(IVault.TransitionRejected.selector, mine), step);
        // Not even where the newest knows the instrument as well, at another price.
        world.settleAt(settlementRootOf(2), 40_000e6);
        sendSettle(err(IVault.TransitionRejected.selector, mine), step);
        settle(mine);
        require(stateOf(mine).cash == 90_000e12, "the newest price");
    }

    function test_settlesNothingThatHasNoPrice() public {
        markAt(50_000e6);
        Step memory step = settleStep(mine, settlementRootOf(2));
        sendSettle(err(IVault.TransitionRejected.selector, mine), step);
    }

    function test_settlesOnce() public {
        Step memory step = settleStep(mine, settlementRootOf(1));
        sendSettle("", step);
        sendSettle(err(IVault.TransitionRejected.selector, mine), step);
    }

    function test_needsTheOwner() public {
        Step memory step = settleStep(bob, settlementRootOf(1));
        step.consent = inPerson();
        sendSettle(abi.encodeWithSelector(IVault.NotOwner.selector, bob, address(this)), step);
    }

    function test_needsAnEpoch() public {
        raiseVault();
        mine = open(0);
        Step memory step = settleStep(mine, settlementRootOf(0));
        sendSettle(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, 0), step);
    }
}

contract MoveTests is VaultTest {
    function test_givesTheAccountAnotherSize() public {
        move(mine, 16);
        require(gate.accountOf(mine).size == 16, "size");
        deposit(mine, 0, 1);
        require(gate.accountOf(mine).size == 16, "kept by what is no move");
    }

    function test_theSizeIsSigned() public {
        Step memory step = moveStep(alice, 16);
        sendMove(abi.encodeWithSelector(IVault.BadConsent.selector, alice, vm.addr(ALICE)), 32, step);
        sendMove("", 16, step);
    }

    function test_knowsFourSizes() public {
        Step memory step = moveStep(mine, 5);
        sendMove(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, 5), 5, step);
    }

    function test_changesNothingElse() public {
        Hidden memory s = stateOf(mine);
        s.cash += 1;
        Change memory c;
        (c.mode, c.size) = (Mode.Move, 4);
        sendMove(err(IVault.TransitionRejected.selector, mine), 4, stepOf(mine, s, c));
    }

    function test_keepsNoStateByItsName() public {
        // The same salt would show that nothing happened, and bring an old commitment back.
        uint256 same_ = commitmentOf(mine);
        Change memory c;
        (c.mode, c.size) = (Mode.Move, 4);
        Step memory step = Step(mine, same_, transitionProof(mine, nonceOf(mine), same_, same_, c), inPerson());
        sendMove(err(IVault.TransitionRejected.selector, mine), 4, step);
    }
}

contract DisclosureTests is VaultTest {
    function sendDisclosed(bytes memory reason, Step memory step, Disclosure memory d) private {
        if (reason.length != 0) refuses(reason);
        vault.deposit(0, 5e6, step, d);
    }

    function test_refusesAnythingButTheState() public {
        Step memory step = depositStep(mine, 0, 5e6);
        bytes memory rejected = err(IVault.DisclosureRejected.selector, mine);
        for (uint256 i; i < 14; ++i) {
            Disclosure memory garbage = disclosureOf(step.commitment);
            garbage.cipher[i] = addmod(garbage.cipher[i], 1, FIELD);
            sendDisclosed(rejected, step, garbage);
            // With a proof that is true of the garbage's digest.
            garbage.proof = disclosureProof(step.commitment, guardians.keyOf(1), garbage);
            sendDisclosed(rejected, step, garbage);
        }
        Disclosure memory d = disclosureOf(commitmentOf(alice));
        sendDisclosed(rejected, step, d);
        d = disclosureOf(step.commitment);
        d.ephemeral[0] += 1;
        sendDisclosed(rejected, step, d);
        d = disclosureOf(step.commitment);
        d.ephemeral[1] += FIELD;
        sendDisclosed(rejected, step, d);
        sendDisclosed("", step, disclosureOf(step.commitment));
    }

    function test_refusesWhatIsNoFieldElement() public {
        Step memory step = depositStep(mine, 0, 5e6);
        for (uint256 i; i < 14; ++i) {
            Disclosure memory d = disclosureOf(step.commitment);
            d.cipher[i] += FIELD;
            d.proof = disclosureProof(step.commitment, guardians.keyOf(1), d);
            sendDisclosed(abi.encodeWithSelector(IVault.NotFieldElement.selector, d.cipher[i]), step, d);
        }
    }

    function test_isForTheAccountsOwnGuardian() public {
        (uint256 x, uint256 y) = pointOf(1);
        guardians.register(SOMEBODY, x, y);
        Step memory step = depositStep(mine, 0, 5e6);
        Disclosure memory d = disclosureOf(step.commitment, 2);
        sendDisclosed(abi.encodeWithSelector(IVault.NotGuardiansKey.selector, 1, 2), step, d);
        d.key = 1;
        sendDisclosed(err(IVault.DisclosureRejected.selector, mine), step, d);
        d.key = 0;
        sendDisclosed(abi.encodeWithSelector(IVault.NotGuardiansKey.selector, 1, 0), step, d);
        d.key = 3;
        sendDisclosed(abi.encodeWithSelector(IVault.NotGuardiansKey.selector, 1, 3), step, d);
    }

    function test_aKeyThatWasRotatedIsTakenThroughTheOverlap() public {
        vm.warp(START + 2 hours);
        (uint256 x, uint256 y) = pointOf(1);
        guardians.rotate(1, x, y);
        vm.warp(START + 3 hours);
        Step memory step = depositStep(mine, 0, 5e6);
        sendDisclosed("", step, disclosureOf(step.commitment, 1));
        vm.warp(START + 3 hours + 1);
        step = depositStep(mine, 0, 5e6);
        Disclosure memory d = disclosureOf(step.commitment, 1);
        sendDisclosed(abi.encodeWithSelector(IVault.NotGuardiansKey.selector, 1, 1), step, d);
        sendDisclosed("", step, disclosureOf(step.commitment, 2));
    }

    function test_theOwnersCopyHasALength() public {
        Step memory step = depositStep(mine, 0, 5e6);
        Disclosure memory d = disclosureOf(step.commitment);
        d.copy = new bytes(545);
        sendDisclosed(abi.encodeWithSelector(IVault.CopyTooLong.selector, 545), step, d);
        d.copy = "";
        sendDisclosed("", step, d);
    }
}
