// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginGate} from "../../contracts/MarginGate.sol";
import {MarginSignals} from "../../contracts/generated/MarginSignals.sol";
import {
    AccountId,
    Action,
    Epoch,
    IMarginGate,
    Proof,
    RequirementSet,
    Status,
    Terms
} from "../../contracts/interfaces/IMarginGate.sol";
import {IMarginVerifier} from "../../contracts/interfaces/IMarginVerifier.sol";
import {vm} from "./Cheats.sol";
import {IdealVerifier, covers, idealProof, initialRootOf, maintenanceRootOf} from "./IdealVerifier.sol";

uint256 constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

contract MarginGateTest {
    uint40 constant START = 1_770_210_007;
    Terms terms = Terms(1 hours, 2 hours, 12 hours, 10_000, 11_000);
    IMarginVerifier sound = new IdealVerifier(false, true);
    MarginGate gate;
    AccountId id;

    function setUp() public {
        vm.warp(START);
        gate = deploy(sound);
        id = gate.open(1, 4);
    }

    function deploy(IMarginVerifier verifier) internal returns (MarginGate) {
        return deploy(verifier, 0);
    }

    function deploy(IMarginVerifier verifier, uint8 slot) internal returns (MarginGate) {
        IMarginVerifier[4] memory verifiers = [sound, sound, sound, sound];
        verifiers[slot % 4] = verifier;
        return new MarginGate(address(this), terms, verifiers);
    }

    function publish(uint40 timestamp) internal returns (uint32) {
        uint256 next = gate.latestEpoch() + 1;
        return gate.publishEpoch(timestamp, maintenanceRootOf(next), initialRootOf(next), bytes32(next), "uri");
    }

    /// @dev The first commitment from `from` that is (or is not) covered under the latest epoch's maintenance set.
    function commitmentThat(bool healthy, uint256 from) internal view returns (uint256 c) {
        uint256 root = maintenanceRootOf(gate.latestEpoch());
        for (c = from; covers(c, root, 10_000) != healthy || covers(c, root + 1, 11_000) != healthy; ++c) {}
    }

    function healthyProof(uint256 commitment) internal view returns (Proof memory) {
        uint256 root = maintenanceRootOf(gate.latestEpoch());
        uint256 context = gate.contextOf(id, Action.Prove, address(this));
        return idealProof(MarginSignals(1, commitment, root, 10_000, context));
    }

    function breachProof(uint256 commitment) internal view returns (Proof memory) {
        uint256 root = maintenanceRootOf(gate.latestEpoch());
        uint256 context = gate.contextOf(id, Action.Flag, address(this));
        return idealProof(MarginSignals(0, commitment, root, 10_000, context));
    }

    function refuses(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function testFuzz_refusesALeaseThatEndsBeforeItsEpochDoes(uint32 maxAge, uint32 maintenance, uint32 initial) public {
        (terms.maxEpochAge, terms.leaseMaintenance, terms.leaseInitial) = (maxAge, maintenance, initial);
        if (maintenance < maxAge) {
            refuses(abi.encodeWithSelector(IMarginGate.LeaseTooShort.selector, maintenance, maxAge));
        } else if (initial < maintenance) {
            refuses(abi.encodeWithSelector(IMarginGate.LeaseTooShort.selector, initial, maintenance));
        }
        deploy(sound);
    }

    function testFuzz_refusesACoverageBelowOneOrBeyondItsSignal(uint32 coverage, bool initial) public {
        if (initial) terms.coverageInitial = coverage;
        else terms.coverageMaintenance = coverage;
        if (coverage < 10_000 || coverage >= 2 ** 20) {
            refuses(abi.encodeWithSelector(IMarginGate.CoverageOutOfRange.selector, coverage));
        }
        deploy(sound);
    }

    function test_takesTheSmallestAndTheLargestCoverage() public {
        (terms.coverageMaintenance, terms.coverageInitial) = (10_000, 2 ** 20 - 1);
        deploy(sound);
        (terms.coverageMaintenance, terms.coverageInitial) = (9_999, 2 ** 20);
        refuses(abi.encodeWithSelector(IMarginGate.CoverageOutOfRange.selector, 9_999));
        deploy(sound);
        terms.coverageMaintenance = 10_000;
        refuses(abi.encodeWithSelector(IMarginGate.CoverageOutOfRange.selector, 2 ** 20));
        deploy(sound);
    }

    function testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal(uint64 chain, uint8 slot) public {
        IMarginVerifier development = new IdealVerifier(true, true);
        vm.chainId(chain);
        if (chain != 31337 && chain != 1337) {
            refuses(abi.encodeWithSelector(IMarginGate.DevelopmentKey.selector, development, uint256(chain)));
        }
        deploy(development, slot);
    }

    function test_acceptsADevelopmentKeyOnALocalChain() public {
        IMarginVerifier development = new IdealVerifier(true, true);
        vm.chainId(31337);
        deploy(development);
        vm.chainId(1337);
        deploy(development);
    }

    function testFuzz_refusesAnUncontributedKeyOnEveryChain(uint64 chain, uint8 slot) public {
        IMarginVerifier uncontributed = new IdealVerifier(false, false);
        vm.chainId(chain);
        refuses(abi.encodeWithSelector(IMarginGate.UncontributedKey.selector, uncontributed));
        deploy(uncontributed, slot);
    }

    function testFuzz_letsOnlyThePublisherPublish(address other) public {
        vm.assume(other != address(this));
        refuses(abi.encodeWithSelector(IMarginGate.NotPublisher.selector, other));
        vm.prank(other);
        gate.publishEpoch(START, 1, 1, 0, "");
    }

    function testFuzz_publishesOnlyForwardInTimeAndNeverAhead(uint40[4] memory timestamps) public {
        uint40 latest;
        for (uint256 i; i < timestamps.length; ++i) {
            uint40 timestamp = timestamps[i] % (START + START / 4);
            bool refused = timestamp <= latest || timestamp > START;
            if (timestamp <= latest) {
                refuses(abi.encodeWithSelector(IMarginGate.EpochNotAfter.selector, timestamp, latest));
            } else if (timestamp > START) {
                refuses(abi.encodeWithSelector(IMarginGate.EpochInFuture.selector, timestamp, START));
            }
            gate.publishEpoch(timestamp, 1, 1, 0, "");
            if (!refused) latest = timestamp;
        }
    }

    function testFuzz_keepsOldEpochsReadable(uint40 first, uint40 step) public {
        first = first % (START - 1) + 1;
        uint40 second = first + step % (START - first) + 1;
        require(publish(first) == 1 && publish(second > START ? START : second) == 2, "epochs are numbered from 1");
        Epoch memory old = gate.epochOf(1);
        require(old.timestamp == first && old.maintenanceRoot == 2 && old.initialRoot == 3, "epoch 1 changed");
        require(old.dataHash == bytes32(uint256(1)), "epoch 1 lost its data");
    }

    function testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements(uint256 value) public {
        bool bad = value == 0 || value >= FIELD;
        bytes memory reason = abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, value);
        if (bad) refuses(reason);
        gate.publishEpoch(START - 1, value, 1, 0, "");
        if (bad) refuses(reason);
        gate.publishEpoch(START, 1, value, 0, "");
        if (bad) refuses(reason);
        gate.open(value, 4);
        if (bad) refuses(reason);
        gate.update(id, value, 4);
    }

    function test_refusesTheFieldsOrderAndTakesTheValueBelowIt() public {
        gate.open(FIELD - 1, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, FIELD));
        gate.open(FIELD, 4);
    }

    function testFuzz_knowsFourSizes(uint8 size) public {
        bool known = size == 4 || size == 8 || size == 16 || size == 32;
        if (!known) refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, size));
        gate.open(1, size);
        if (!known) refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, size));
        gate.update(id, 1, size);
    }

    function testFuzz_opensTheAccountItPredicted(address owner, uint256 commitment) public {
        vm.assume(owner != address(0) && owner != address(this));
        commitment = commitment % (FIELD - 1) + 1;
        AccountId predicted = gate.accountIdOf(owner, 0);
        require(gate.statusOf(predicted) == Status.None, "an account exists before it is opened");
        vm.prank(owner);
        AccountId first = gate.open(commitment, 8);
        vm.prank(owner);
        AccountId second = gate.open(commitment, 8);
        require(AccountId.unwrap(first) == AccountId.unwrap(predicted), "the id was not the predicted one");
        require(AccountId.unwrap(first) != AccountId.unwrap(second), "an id was reused");
        require(AccountId.unwrap(first) >> 248 == 0, "an id is wider than a commitment holds");
        require(gate.accountsOf(owner) == 2 && gate.statusOf(first) == Status.Lapsed, "the account is not open");
    }

    function testFuzz_letsOnlyTheOwnerUpdateOrCure(address other) public {
        vm.assume(other != address(this));
        Proof memory none;
        refuses(abi.encodeWithSelector(IMarginGate.NotOwner.selector, id, other));
        vm.prank(other);
        gate.update(id, 2, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotOwner.selector, id, other));
        vm.prank(other);
        gate.cure(id, 1, none);
    }

    function testFuzz_refusesEverythingForAnUnknownAccount(AccountId unknown) public {
        vm.assume(AccountId.unwrap(unknown) != AccountId.unwrap(id));
        Proof memory none;
        bytes memory reason = abi.encodeWithSelector(IMarginGate.UnknownAccount.selector, unknown);
        refuses(reason);
        gate.update(unknown, 2, 4);
        refuses(reason);
        gate.prove(unknown, 1, RequirementSet.Maintenance, none);
        refuses(reason);
        gate.flag(unknown, 1, 1, 4, none);
        refuses(reason);
        gate.cure(unknown, 1, none);
        require(gate.statusOf(unknown) == Status.None, "an unknown account has a status");
    }

    function test_takesProofsAtTheLatestEpochOnly() public {
        Proof memory none;
        refuses(abi.encodeWithSelector(IMarginGate.NotLatestEpoch.selector, 0, 0));
        gate.prove(id, 0, RequirementSet.Maintenance, none);
        publish(START - 1);
        publish(START);
        refuses(abi.encodeWithSelector(IMarginGate.NotLatestEpoch.selector, 1, 2));
        gate.prove(id, 1, RequirementSet.Maintenance, none);
        refuses(abi.encodeWithSelector(IMarginGate.NotLatestEpoch.selector, 3, 2));
        gate.flag(id, 3, 1, 4, none);
    }

    function test_takesProofsUntilTheEpochIsOneSecondTooOld() public {
        publish(START - 10);
        uint256 c = commitmentThat(true, 1);
        gate.update(id, c, 4);
        vm.warp(START - 10 + 1 hours + 1);
        Proof memory proof = healthyProof(c);
        refuses(abi.encodeWithSelector(IMarginGate.EpochTooOld.selector, 1 hours + 1, 1 hours));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        vm.warp(START - 10 + 1 hours);
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        require(gate.leaseOf(id) == START - 10 + 2 hours, "the lease does not run from the epoch");
    }

    function test_isCurrentThroughTheLastSecondOfItsLease() public {
        publish(START);
        uint256 c = commitmentThat(true, 1);
        gate.update(id, c, 4);
        gate.prove(id, 1, RequirementSet.Maintenance, healthyProof(c));
        vm.warp(START + 2 hours);
        require(gate.statusOf(id) == Status.Current && gate.isHealthy(id), "the lease ended early");
        vm.warp(START + 2 hours + 1);
        require(gate.statusOf(id) == Status.Lapsed && !gate.isHealthy(id), "the lease ended late");
    }

    function test_aFlagEndsTheLeaseAndOutlivesEveryUpdate() public {
        publish(START - 1);
        uint256 c = 1; // healthy in the first epoch, in breach in the second
        while (!covers(c, maintenanceRootOf(1), 10_000) || covers(c, maintenanceRootOf(2), 10_000)) ++c;
        gate.update(id, c, 4);
        gate.prove(id, 1, RequirementSet.Maintenance, healthyProof(c));
        publish(START);
        require(gate.statusOf(id) == Status.Current, "a new epoch ended the lease");
        gate.flag(id, 2, c, 4, breachProof(c));
        require(gate.leaseOf(id) == 0 && gate.statusOf(id) == Status.Flagged, "the flag left a lease");

        uint256 good = commitmentThat(true, 1);
        gate.update(id, good, 4);
        require(gate.statusOf(id) == Status.Flagged, "an update took the flag away");
        Proof memory proof = healthyProof(good);
        refuses(abi.encodeWithSelector(IMarginGate.AccountFlagged.selector, id));
        gate.prove(id, 2, RequirementSet.Maintenance, proof);
    }

    function test_dustUpdatesDoNotDodgeABreachProofOnItsWay() public {
        publish(START);
        uint256 bad = commitmentThat(false, 1);
        gate.update(id, bad, 4);
        Proof memory proof = breachProof(bad);
        gate.update(id, commitmentThat(true, 1), 4);
        gate.update(id, commitmentThat(true, bad + 1), 32);
        gate.flag(id, 1, bad, 4, proof);
    }

    function test_aHealthyProofAfterAReplacementExcusesIt() public {
        publish(START);
        uint256 bad = commitmentThat(false, 1);
        uint256 good = commitmentThat(true, 1);
        gate.update(id, bad, 4);
        gate.update(id, good, 4);
        gate.prove(id, 1, RequirementSet.Maintenance, healthyProof(good));
        Proof memory proof = breachProof(bad);
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, bad));
        gate.flag(id, 1, bad, 4, proof);
    }

    function test_anEarlierHealthyProofExcusesNoLaterCommitment() public {
        publish(START);
        uint256 good = commitmentThat(true, 1);
        uint256 bad = commitmentThat(false, 1);
        gate.update(id, good, 4);
        gate.prove(id, 1, RequirementSet.Maintenance, healthyProof(good));
        gate.update(id, bad, 4);
        gate.update(id, good, 4);
        gate.flag(id, 1, bad, 4, breachProof(bad));
    }
}
