// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginGate} from "../../contracts/MarginGate.sol";
import {MarginSignals} from "../../contracts/generated/MarginSignals.sol";
import {IEpochBook} from "../../contracts/interfaces/IEpochBook.sol";
import {
    Account,
    AccountId,
    Action,
    Challenge,
    Claim,
    Consent,
    IMarginGate,
    Proof,
    RequirementSet,
    Status
} from "../../contracts/interfaces/IMarginGate.sol";
import {IMarginVerifier} from "../../contracts/interfaces/IMarginVerifier.sol";
import {IIndexOracle} from "../../contracts/interfaces/IIndexOracle.sol";
import {vm} from "./Cheats.sol";
import {IdealVerifier, covers, idealProof, initialRootOf, maintenanceRootOf} from "./IdealVerifier.sol";
import {Stand} from "./Stand.sol";

uint256 constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

/// @dev What an account's life is made of; the tests below take it apart.
abstract contract GateTest is Stand {
    AccountId id;
    uint256 good; // covers both sets at epochs 1 to 4, the initial one 1.5 times at 1 and 2
    uint256 bad; // covers neither there

    function setUp() public virtual {
        vm.warp(START);
        raise();
        (good, bad) = (find(true), find(false));
        id = gate.open(good, 4);
        publish(PRICE);
    }

    function find(bool healthy) internal pure returns (uint256 c) {
        for (c = 1; !like(c, healthy); ++c) {}
    }

    function like(uint256 c, bool healthy) internal pure returns (bool) {
        for (uint256 epoch = 1; epoch <= 4; ++epoch) {
            if (covers(c, maintenanceRootOf(epoch), 10_000) != healthy) return false;
            if (covers(c, initialRootOf(epoch), healthy && epoch < 3 ? 15_000 : 11_000) != healthy) return false;
        }
        return true;
    }

    function healthyProof(uint256 c, uint32 epoch, RequirementSet set, uint256 coverage, Action action, address by)
        internal
        view
        returns (Proof memory)
    {
        uint256 root = set == RequirementSet.Initial ? initialRootOf(epoch) : maintenanceRootOf(epoch);
        return idealProof(MarginSignals(1, c, root, coverage, gate.contextOf(id, action, by)));
    }

    function maintenanceProof(uint32 epoch) internal view returns (Proof memory) {
        uint256 c = gate.accountOf(id).commitment;
        return healthyProof(c, epoch, RequirementSet.Maintenance, 10_000, Action.Prove, address(this));
    }

    function initialProof(uint32 epoch, uint256 coverage) internal view returns (Proof memory) {
        uint256 c = gate.accountOf(id).commitment;
        return healthyProof(c, epoch, RequirementSet.Initial, coverage, Action.Prove, address(this));
    }

    function breachProof(uint256 c, uint32 epoch, address by) internal view returns (Proof memory) {
        uint256 context = gate.contextOf(id, Action.Flag, by);
        return idealProof(MarginSignals(0, c, maintenanceRootOf(epoch), 10_000, context));
    }

    function proveMaintenance(uint32 epoch) internal {
        gate.prove(id, epoch, RequirementSet.Maintenance, maintenanceProof(epoch));
    }

    function proveInitial(uint32 epoch) internal {
        gate.prove(id, epoch, RequirementSet.Initial, initialProof(epoch, 11_000));
    }

    function cure(uint32 epoch) internal {
        uint256 c = gate.accountOf(id).commitment;
        Proof memory proof = healthyProof(c, epoch, RequirementSet.Initial, 11_000, Action.Cure, address(this));
        gate.cure(id, epoch, proof, inPerson());
    }

    function update(uint256 c) internal {
        gate.update(id, c, 4, inPerson());
    }

    function flag(uint256 c, uint32 epoch) internal {
        gate.flag(id, epoch, c, 4, breachProof(c, epoch, address(this)));
    }

    /// @dev Publishes every quarter of an hour, at this price, until `time`.
    function keepAlive(uint256 time, uint64 price) internal {
        while (block.timestamp + 15 minutes <= time) {
            vm.warp(block.timestamp + 15 minutes);
            publish(price);
        }
        vm.warp(time);
    }

    function refuses(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function expects(Status status, string memory what) internal view {
        require(gate.statusOf(id) == status, what);
        require(gate.isHealthy(id) == (status == Status.Current), "isHealthy is not Current");
    }

    receive() external payable {}
}

contract TermsTest is GateTest {
    function refusesTerm(bytes32 term, uint256 value, uint256 least, uint256 most) internal {
        refuses(abi.encodeWithSelector(IMarginGate.TermOutOfBounds.selector, term, value, least, most));
        deploy();
    }

    function testFuzz_keepsEveryTermWithinItsBounds(uint8 which, uint256 value) public {
        which %= 10;
        (bytes32 term, uint256 least, uint256 most) = boundsOf(which);
        // Half the values within, and the edges often.
        uint256 span = most - least;
        if (value % 4 == 0) value = value % 8 < 4 ? least - 1 : most + 1;
        else if (value % 4 == 1) value = value % 8 < 4 ? least : most;
        else value = least / 2 + value % (2 * span);
        set(which, value);
        bool within = value >= least && value <= most;
        // Moving one term moves what the next may be.
        if (within && which == 0 && value > terms.leaseMaintenance) return;
        if (within && which == 1 && value > terms.leaseInitial) return;
        if (within && which == 5 && value > terms.coverageInitial) return;
        if (within && which == 7 && value > terms.challengeCooldown) return;
        if (within && which == 0 && value - 10 minutes < terms.challengeWindow) return;
        if (!within) refusesTerm(term, value, least, most);
        else deploy();
    }

    function boundsOf(uint8 which) internal view returns (bytes32 term, uint256 least, uint256 most) {
        if (which == 0) return ("maxEpochAge", 40 minutes, 2 days);
        if (which == 1) return ("leaseMaintenance", terms.maxEpochAge, 7 days);
        if (which == 2) return ("leaseInitial", terms.leaseMaintenance, 1024 minutes);
        if (which == 3) return ("grace", 20 minutes, 7 days);
        if (which == 4) return ("band", 20_202_021, 0.2e9);
        if (which == 5) return ("coverageMaintenance", 10_000, 2 ** 20 - 1);
        if (which == 6) return ("coverageInitial", terms.coverageMaintenance, 2 ** 20 - 1);
        if (which == 7) return ("challengeWindow", 5 minutes, 50 minutes);
        if (which == 8) return ("challengeCooldown", terms.challengeWindow, 30 days);
        return ("challengeBond", 0.001 ether, 100 ether);
    }

    function set(uint8 which, uint256 value) internal {
        if (which == 0) terms.maxEpochAge = uint32(value);
        if (which == 1) terms.leaseMaintenance = uint32(value);
        if (which == 2) terms.leaseInitial = uint32(value);
        if (which == 3) terms.grace = uint32(value);
        if (which == 4) terms.band = uint32(value);
        if (which == 5) terms.coverageMaintenance = uint32(value);
        if (which == 6) terms.coverageInitial = uint32(value);
        if (which == 7) terms.challengeWindow = uint32(value);
        if (which == 8) terms.challengeCooldown = uint32(value);
        if (which == 9) terms.challengeBond = uint96(value);
    }

    function test_takesEveryTermAtItsEdges() public {
        for (uint8 which; which < 10; ++which) {
            (bytes32 term, uint256 least, uint256 most) = boundsOf(which);
            (uint256 low, uint256 high) = (least - 1, most + 1);
            uint256 kept = valueOf(which);
            set(which, low);
            refusesTerm(term, low, least, most);
            set(which, high);
            refusesTerm(term, high, least, most);
            set(which, least);
            deploy();
            set(which, kept);
        }
        require(keccak256(abi.encode(gate.terms())) == keccak256(abi.encode(terms)), "the gate says other terms");
    }

    function valueOf(uint8 which) internal view returns (uint256) {
        if (which == 0) return terms.maxEpochAge;
        if (which == 1) return terms.leaseMaintenance;
        if (which == 2) return terms.leaseInitial;
        if (which == 3) return terms.grace;
        if (which == 4) return terms.band;
        if (which == 5) return terms.coverageMaintenance;
        if (which == 6) return terms.coverageInitial;
        if (which == 7) return terms.challengeWindow;
        if (which == 8) return terms.challengeCooldown;
        return terms.challengeBond;
    }

    /// @dev Lie: a band so narrow that two honest epochs at one price of the oracle lie outside each other's.
    function test_aBandHoldsWhateverTheBookMayPublishAtOnePrice() public {
        terms.band = 20_202_021;
        gate = deploy();
        quote(PRICE);
        vm.warp(START + 1 hours);
        quote(PRICE);
        uint32 low = publishOff(PRICE - PRICE / 100);
        vm.warp(START + 1 hours + 1 minutes);
        publishOff(PRICE + PRICE / 100);
        require(gate.isLatest(low), "an honest epoch expired another");
    }

    function publishOff(uint64 price) internal returns (uint32) {
        uint40 time = uint40(block.timestamp);
        return book.publish(epochAt(time, price, SIDE), signed(epochAt(time, price, SIDE)));
    }

    function test_longLeasesAndShortGracesHaveBoundsOfTheirOwn() public {
        (bookTerms.minSpacing, bookTerms.maxDelay) = (20 minutes, 1 minutes);
        raiseBook();
        terms.leaseInitial = 7 days + 1;
        refusesTerm("leaseInitial", 7 days + 1, 2 hours, 7 days);
        terms.leaseInitial = 7 days;
        terms.grace = 10 minutes - 1;
        refusesTerm("grace", 10 minutes - 1, 10 minutes, 7 days);
        terms.grace = 10 minutes;
        deploy();
    }

    function test_wantsABookOfTwoSets() public {
        bookTerms.sets = 3;
        raiseBook();
        refuses(abi.encodeWithSelector(IMarginGate.WrongRootCount.selector, 3));
        deploy();
    }

    function testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal(uint64 chain, uint8 slot) public {
        IMarginVerifier development = new IdealVerifier(true, true);
        vm.chainId(chain);
        if (chain != 31337 && chain != 1337) {
            refuses(abi.encodeWithSelector(IMarginGate.DevelopmentKey.selector, development, uint256(chain)));
        }
        deployWith(development, slot);
    }

    function test_acceptsADevelopmentKeyOnALocalChain() public {
        IMarginVerifier development = new IdealVerifier(true, true);
        vm.chainId(31337);
        deployWith(development, 0);
        vm.chainId(1337);
        deployWith(development, 0);
    }

    function testFuzz_refusesAnUncontributedKeyOnEveryChain(uint64 chain, uint8 slot) public {
        IMarginVerifier uncontributed = new IdealVerifier(false, false);
        vm.chainId(chain);
        refuses(abi.encodeWithSelector(IMarginGate.UncontributedKey.selector, uncontributed));
        deployWith(uncontributed, slot);
    }

    function deployWith(IMarginVerifier verifier, uint8 slot) internal {
        IMarginVerifier[4] memory verifiers = [sound, sound, sound, sound];
        verifiers[slot % 4] = verifier;
        new MarginGate(book, terms, verifiers, address(0));
    }
}

contract OwnersTest is GateTest {
    uint256 constant KEY = 0xA11CE;

    function openFor(address owner) internal returns (AccountId theirs) {
        vm.prank(owner);
        theirs = gate.open(good, 4);
    }

    function testFuzz_refusesCommitmentsThatAreNoFieldElements(uint256 value) public {
        bytes memory reason = abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, value);
        bool wrong = value == 0 || value >= FIELD;
        if (wrong) refuses(reason);
        gate.open(value, 4);
        if (wrong) refuses(reason);
        update(value);
    }

    function test_refusesTheFieldsOrderAndTakesTheValueBelowIt() public {
        gate.open(FIELD - 1, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, FIELD));
        gate.open(FIELD, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, 0));
        update(0);
    }

    function testFuzz_knowsFourSizes(uint8 size) public {
        bool known = size == 4 || size == 8 || size == 16 || size == 32;
        if (!known) refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, size));
        gate.open(1, size);
        if (!known) refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, size));
        gate.update(id, 1, size, inPerson());
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
        require(gate.accountsOf(owner) == 2 && gate.statusOf(first) == Status.Soft, "the account is not open");
        require(gate.ownerOf(first) == owner, "the account is somebody else's");
    }

    function testFuzz_letsOnlyTheOwnerAct(address other) public {
        vm.assume(other != address(this));
        bytes memory reason = abi.encodeWithSelector(IMarginGate.NotOwner.selector, id, other);
        Proof memory none;
        vm.prank(other);
        refuses(reason);
        gate.update(id, 5, 4, inPerson());
        vm.prank(other);
        refuses(reason);
        gate.cure(id, 1, none, inPerson());
        vm.prank(other);
        refuses(reason);
        gate.pledge(id, other, 15_000, inPerson());
        gate.pledge(id, other, 15_000, inPerson());
        vm.prank(other);
        refuses(reason);
        gate.retract(id, other, inPerson());
    }

    function testFuzz_refusesEverythingForAnUnknownAccount(uint248 number) public {
        AccountId unknown = AccountId.wrap(number);
        vm.assume(number != AccountId.unwrap(id));
        bytes memory reason = abi.encodeWithSelector(IMarginGate.UnknownAccount.selector, unknown);
        Proof memory none;
        refuses(reason);
        gate.update(unknown, 1, 4, inPerson());
        refuses(reason);
        gate.prove(unknown, 1, RequirementSet.Initial, none);
        refuses(reason);
        gate.flag(unknown, 1, 1, 4, none);
        refuses(reason);
        gate.flagSilent(unknown, 0);
        refuses(reason);
        gate.cure(unknown, 1, none, inPerson());
        refuses(reason);
        gate.challenge{value: 1 ether}(unknown);
        refuses(reason);
        gate.settleChallenge(unknown);
        refuses(reason);
        gate.pledge(unknown, address(this), 15_000, inPerson());
        refuses(reason);
        gate.retract(unknown, address(this), inPerson());
        require(gate.leaseOf(unknown) == 0 && gate.statusOf(unknown) == Status.None, "nothing is known of it");
    }

    /// @dev The EIP-712 digest, written out anew.
    function digest(bytes memory words) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tacit margin gate"),
                keccak256("1"),
                block.chainid,
                address(gate)
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, keccak256(words)));
    }

    function updateWords(AccountId who, uint256 c, uint8 size, address relayer, uint32 consents, uint40 deadline)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 kind = keccak256(
            "Update(uint256 id,uint256 commitment,uint8 size,address relayer,uint32 consents,uint40 deadline)"
        );
        return abi.encode(kind, who, c, size, relayer, consents, deadline);
    }

    function consentTo(bytes memory words, address relayer, uint40 deadline) internal view returns (Consent memory) {
        return Consent(relayer, deadline, signatureOf(KEY, digest(words)));
    }

    function test_takesTheOwnersSignatureFromTheRelayerItNames() public {
        AccountId theirs = openFor(vm.addr(KEY));
        Consent memory consent = consentTo(updateWords(theirs, 7, 8, address(this), 0, START), address(this), START);
        vm.prank(address(0xBAD));
        refuses(abi.encodeWithSelector(IMarginGate.NotRelayer.selector, address(0xBAD), address(this)));
        gate.update(theirs, 7, 8, consent);
        gate.update(theirs, 7, 8, consent);
        Account memory account = gate.accountOf(theirs);
        require(account.commitment == 7 && account.size == 8 && account.consents == 1, "the update was not made");
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, theirs, vm.addr(KEY)));
        gate.update(theirs, 7, 8, consent);
    }

    /// @dev Every signed field, one at a time: what differs from what was signed is not consented to.
    function testFuzz_everyFieldOfAConsentIsSigned(uint8 field, uint8 size) public {
        AccountId theirs = openFor(vm.addr(KEY));
        AccountId twin = openFor(vm.addr(KEY));
        Consent memory consent = consentTo(updateWords(theirs, 7, 8, address(0), 0, START), address(0), START);
        AccountId who = theirs;
        uint256 c = 7;
        uint8 s = 8;
        MarginGate to = gate;
        field %= 7;
        if (field == 0) who = twin;
        if (field == 1) c = 8;
        if (field == 2) s = size % 2 == 0 ? 4 : 16;
        if (field == 3) consent.relayer = address(this);
        if (field == 4) consent.deadline = START + 1;
        if (field == 5) {
            vm.prank(vm.addr(KEY));
            gate.update(theirs, 9, 4, inPerson()); // a later act voids what was signed before
        }
        if (field == 6) vm.chainId(10);
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, who, vm.addr(KEY)));
        to.update(who, c, s, consent);
    }

    function test_aConsentExpires() public {
        AccountId theirs = openFor(vm.addr(KEY));
        Consent memory consent = consentTo(updateWords(theirs, 7, 8, address(0), 0, START), address(0), START);
        vm.warp(START + 1);
        refuses(abi.encodeWithSelector(IMarginGate.ConsentExpired.selector, START));
        gate.update(theirs, 7, 8, consent);
    }

    function test_aConsentHoldsForOneGateOnly() public {
        AccountId theirs = openFor(vm.addr(KEY));
        Consent memory consent = consentTo(updateWords(theirs, 7, 8, address(0), 0, START), address(0), START);
        gate = deploy();
        AccountId there = openFor(vm.addr(KEY));
        require(AccountId.unwrap(there) != AccountId.unwrap(theirs), "ids of two gates are different");
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, there, vm.addr(KEY)));
        gate.update(there, 7, 8, consent);
    }

    function test_asksAnOwnerWithCodeByErc1271() public {
        Wallet wallet = new Wallet();
        AccountId theirs = openFor(address(wallet));
        bytes memory words = updateWords(theirs, 7, 8, address(0), 0, START);
        Consent memory consent = Consent(address(0), START, hex"01");
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, theirs, address(wallet)));
        gate.update(theirs, 7, 8, consent);
        wallet.approve(digest(words));
        gate.update(theirs, 7, 8, consent);
        require(gate.accountOf(theirs).commitment == 7, "the wallet's consent did nothing");
    }

    function test_takesSignaturesForCuresAndPledges() public {
        AccountId theirs = openFor(vm.addr(KEY));
        bytes32 kind = keccak256(
            "Pledge(uint256 id,address beneficiary,uint32 coverage,address relayer,uint32 consents,uint40 deadline)"
        );
        bytes memory words = abi.encode(kind, theirs, address(this), uint32(15_000), address(0), uint32(0), START);
        Consent memory consent = consentTo(words, address(0), START);
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, theirs, vm.addr(KEY)));
        gate.pledge(theirs, address(this), 14_999, consent);
        gate.pledge(theirs, address(this), 15_000, consent);

        kind = keccak256("Retract(uint256 id,address beneficiary,address relayer,uint32 consents,uint40 deadline)");
        words = abi.encode(kind, theirs, address(this), address(0), uint32(1), START);
        gate.retract(theirs, address(this), consentTo(words, address(0), START));
        require(gate.accountOf(theirs).pledged == 0, "the pledge was not retracted");

        kind = keccak256("Cure(uint256 id,uint32 epoch,address relayer,uint32 consents,uint40 deadline)");
        words = abi.encode(kind, theirs, uint32(1), address(0), uint32(2), START);
        Proof memory none;
        consent = consentTo(words, address(0), START);
        refuses(abi.encodeWithSelector(IMarginGate.BadConsent.selector, theirs, vm.addr(KEY)));
        gate.cure(theirs, 2, none, consent);
        refuses(abi.encodeWithSelector(IMarginGate.AccountNotHard.selector, theirs));
        gate.cure(theirs, 1, none, consent);
    }
}

contract Wallet {
    mapping(bytes32 digest => bool) private _good;

    function approve(bytes32 digest) external {
        _good[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return _good[digest] ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

contract LeasesTest is GateTest {
    function test_isSoftWithoutADeadlineBeforeItsFirstProof() public {
        vm.warp(START + 300 days);
        publish(PRICE);
        keepAlive(START + 301 days, PRICE);
        expects(Status.Soft, "an account that was never proven is not Soft");
        refuses(abi.encodeWithSelector(IMarginGate.NeverProven.selector, id));
        gate.flagSilent(id, 0);
        update(good);
        require(gate.leaseOf(id) == 0, "an update gave it a lease");
        update(coveredAt(book.latestEpoch()));
        proveMaintenance(book.latestEpoch());
        expects(Status.Current, "it was not proven");
    }

    function test_isCurrentThroughTheLastSecondOfItsLeaseThenSoftThroughTheGrace() public {
        proveMaintenance(1);
        require(gate.leaseOf(id) == START + 2 hours, "the lease does not count from the epoch");
        keepAlive(START + 2 hours, PRICE);
        expects(Status.Current, "the lease ended early");
        keepAlive(START + 2 hours + 1, PRICE);
        expects(Status.Soft, "the lease ended late");
        refuses(abi.encodeWithSelector(IMarginGate.NotSilentYet.selector, id, START + 3 hours));
        gate.flagSilent(id, 0);
        keepAlive(START + 3 hours, PRICE);
        expects(Status.Soft, "the grace ended early");
        keepAlive(START + 3 hours + 1, PRICE);
        expects(Status.Hard, "the grace ended late");
        require(!gate.accountOf(id).flagged, "nobody has flagged it");
        gate.flagSilent(id, 0);
        require(gate.accountOf(id).flagged, "it was not flagged");
        expects(Status.Hard, "a flag is not Hard");
        refuses(abi.encodeWithSelector(IMarginGate.AccountHard.selector, id));
        gate.flagSilent(id, 0);
    }

    function test_silenceNeedsACureEvenIfNobodyFlaggedIt() public {
        proveMaintenance(1);
        keepAlive(START + 3 hours + 1, PRICE);
        uint32 epoch = book.latestEpoch();
        Proof memory proof = maintenanceProof(epoch);
        refuses(abi.encodeWithSelector(IMarginGate.AccountHard.selector, id));
        gate.prove(id, epoch, RequirementSet.Maintenance, proof);
        update(coveredAt(epoch));
        cure(epoch);
        expects(Status.Current, "it was not cured");
        require(gate.leaseOf(id) == book.epochOf(epoch).timestamp + 12 hours, "a cure leases as an initial proof does");
    }

    function coveredAt(uint32 epoch) internal pure returns (uint256 c) {
        for (c = 1; !covers(c, initialRootOf(epoch), 11_000); ++c) {}
    }

    function test_aProofInTheGraceMakesItCurrentAgain() public {
        proveMaintenance(1);
        keepAlive(START + 2 hours + 20 minutes, PRICE);
        uint32 epoch = book.latestEpoch();
        update(coveredAt(epoch));
        proveMaintenance(epoch);
        expects(Status.Current, "it is not current again");
    }

    function test_anInitialProofLeasesLongerWhileItsBandHolds() public {
        proveInitial(1);
        require(gate.leaseOf(id) == START + 12 hours, "the longer lease is another");
        keepAlive(START + 12 hours, PRICE);
        expects(Status.Current, "the longer lease ended early");
        vm.warp(START + 12 hours + 1);
        expects(Status.Soft, "the longer lease ended late");
    }

    function test_anUnrecordedExitEndsTheLongerLeaseForEverybodyWhoAsks() public {
        proveInitial(1);
        keepAlive(START + 3 hours, PRICE);
        expects(Status.Current, "in band");
        vm.warp(START + 3 hours + 1 minutes);
        uint32 outside = publish(PRICE + PRICE / 20 + 1);
        vm.warp(START + 3 hours + 2 minutes);
        expects(Status.Soft, "the band was left");
        require(gate.leaseOf(id) == START + 3 hours + 1 minutes, "the lease ends with the epoch outside");
        publish(PRICE); // coming back heals nothing
        keepAlive(START + 4 hours + 1 minutes, PRICE);
        expects(Status.Soft, "in the grace");
        refuses(abi.encodeWithSelector(IMarginGate.NotSilentYet.selector, id, START + 4 hours + 1 minutes));
        gate.flagSilent(id, outside);
        keepAlive(START + 4 hours + 1 minutes + 1, PRICE);
        refuses(abi.encodeWithSelector(IMarginGate.NotSilentYet.selector, id, START + 13 hours));
        gate.flagSilent(id, 0);
        gate.flagSilent(id, outside);
        expects(Status.Hard, "one call did not flag it");
        require(gate.exitOf(1) == START + 3 hours + 1 minutes, "the exit was not recorded");
    }

    function test_theOtherAssetLeavesABandAsWell() public {
        proveInitial(1);
        keepAlive(START + 3 hours, PRICE);
        vm.warp(START + 3 hours + 1 minutes);
        publish(PRICE, SIDE - SIDE / 20 - 1, uint40(block.timestamp));
        vm.warp(START + 3 hours + 2 minutes);
        expects(Status.Soft, "one asset is enough");
    }

    function test_aBandHoldsItsEdges() public {
        proveInitial(1);
        keepAlive(START + 3 hours, PRICE);
        vm.warp(START + 3 hours + 1 minutes);
        uint32 edge = publish(PRICE + PRICE / 20);
        vm.warp(START + 3 hours + 2 minutes);
        expects(Status.Current, "the edge is inside");
        refuses(abi.encodeWithSelector(IMarginGate.NotOutside.selector, 1, edge));
        gate.recordExit(1, edge);
    }

    function test_anExitDoesNotTouchTheUnconditionalLease() public {
        proveInitial(1);
        vm.warp(START + 10 minutes);
        uint32 outside = publish(PRICE * 2);
        gate.recordExit(1, outside);
        expects(Status.Current, "a maintenance proof would have leased it as long");
        require(gate.leaseOf(id) == START + 2 hours, "the unconditional lease is another");
        keepAlive(START + 3 hours, PRICE * 2);
        expects(Status.Soft, "grace runs from the end of the unconditional lease");
        keepAlive(START + 3 hours + 1, PRICE * 2);
        expects(Status.Hard, "a recorded exit ends the grace");
    }

    function test_anEarlierExitMayBeRecordedLater() public {
        proveInitial(1);
        keepAlive(START + 3 hours, PRICE);
        vm.warp(START + 3 hours + 1 minutes);
        uint32 first = publish(PRICE * 2);
        vm.warp(START + 3 hours + 31 minutes);
        uint32 second = publish(PRICE * 2);
        gate.recordExit(1, second);
        require(gate.exitOf(1) == START + 3 hours + 31 minutes, "the exit is another");
        gate.recordExit(1, first);
        require(gate.exitOf(1) == START + 3 hours + 1 minutes, "the earlier exit did not count");
        gate.recordExit(1, second);
        require(gate.exitOf(1) == START + 3 hours + 1 minutes, "a later exit undid an earlier one");
        refuses(abi.encodeWithSelector(IMarginGate.NotOutside.selector, first, 1)); // it was before
        gate.recordExit(first, 1);
        refuses(abi.encodeWithSelector(IMarginGate.NotOutside.selector, first, first));
        gate.recordExit(first, first);
        refuses(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, second + 1));
        gate.recordExit(1, second + 1);
    }

    function test_aMaintenanceProofKeepsTheLongerLease() public {
        proveInitial(1);
        vm.warp(START + 30 minutes);
        uint32 epoch = publish(PRICE);
        proveMaintenance(epoch);
        require(gate.leaseOf(id) == START + 12 hours, "a shorter lease replaced a longer one");
        vm.warp(START + 31 minutes);
        uint32 outside = publish(PRICE * 2);
        gate.recordExit(1, outside);
        require(gate.leaseOf(id) == START + 2 hours + 30 minutes, "the shorter lease was lost");
    }

    function test_anUpdateEndsTheLeaseAtOnceAndGainsNoTime() public {
        proveInitial(1);
        vm.warp(START + 10 minutes);
        update(bad);
        expects(Status.Soft, "an unproven commitment is current");
        require(gate.leaseOf(id) == START + 10 minutes - 1, "the lease ended at another time");
        (uint32 epoch, uint32 coverage) = gate.provenOf(id);
        require(epoch == 0 && coverage == 0, "something is proven of an unproven commitment");
        for (uint256 i; i < 3; ++i) {
            keepAlive(block.timestamp + 15 minutes, PRICE);
            update(good + i);
        }
        keepAlive(START + 70 minutes, PRICE);
        expects(Status.Hard, "updates gained time");
    }

    /// @dev The band was left before the update, which nobody had recorded: the update must not hide that.
    function test_anUpdateDoesNotHideAnExit() public {
        proveInitial(1);
        keepAlive(START + 3 hours, PRICE);
        vm.warp(START + 3 hours + 1 minutes);
        uint32 outside = publish(PRICE * 2);
        keepAlive(START + 4 hours, PRICE * 2);
        update(bad);
        keepAlive(START + 4 hours + 1 minutes + 1, PRICE * 2);
        gate.flagSilent(id, outside);
        expects(Status.Hard, "an update after an exit gained time");
    }

    function test_silenceDoesNotCountWhileTheBookIsOverdue() public {
        proveMaintenance(1);
        // The last epoch is of START; from START + 40 minutes on the book is overdue.
        vm.warp(START + 3 days);
        expects(Status.Soft, "nobody could prove anything");
        refuses(abi.encodeWithSelector(IMarginGate.BookOverdue.selector));
        gate.flagSilent(id, 0);
        publish(PRICE);
        expects(Status.Soft, "the grace starts anew");
        refuses(abi.encodeWithSelector(IMarginGate.NotSilentYet.selector, id, START + 3 days + 1 hours));
        gate.flagSilent(id, 0);
        keepAlive(START + 3 days + 1 hours, PRICE);
        expects(Status.Soft, "the new grace ended early");
        keepAlive(START + 3 days + 1 hours + 1, PRICE);
        gate.flagSilent(id, 0);
        expects(Status.Hard, "nothing keeps it unflaggable once epochs are usable");
    }

    function test_aFlagOutlivesAnOutage() public {
        proveMaintenance(1);
        keepAlive(START + 3 hours + 1, PRICE);
        gate.flagSilent(id, 0);
        vm.warp(START + 3 days);
        expects(Status.Hard, "an outage took a flag away");
    }

    function test_takesProofsUntilTheEpochIsOneSecondTooOld() public {
        vm.warp(START + 1 hours);
        proveMaintenance(1);
        vm.warp(START + 1 hours + 1);
        Proof memory proof = maintenanceProof(1);
        refuses(abi.encodeWithSelector(IMarginGate.EpochTooOld.selector, 3601, 3600));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        Claim[] memory claims = new Claim[](1);
        refuses(abi.encodeWithSelector(IMarginGate.EpochTooOld.selector, 3601, 3600));
        gate.proveMany(1, RequirementSet.Maintenance, 4, claims);
        refuses(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, 2));
        gate.prove(id, 2, RequirementSet.Maintenance, proof);
        refuses(abi.encodeWithSelector(IEpochBook.UnknownEpoch.selector, 0));
        gate.prove(id, 0, RequirementSet.Maintenance, proof);
    }

    /// @dev Publishing as fast as the book allows, anywhere within the oracle's bound, expires nothing.
    function testFuzz_publishingFastExpiresNoHonestProofOfAMinuteAgo(uint8 count, uint64 seed) public {
        Proof memory proof = maintenanceProof(1);
        for (uint256 i; i < count % 50 + 1; ++i) {
            vm.warp(block.timestamp + 1 minutes);
            uint64 drift = uint64(uint256(keccak256(abi.encode(seed, i))) % (PRICE / 50));
            publish(PRICE - PRICE / 100 + drift);
        }
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        expects(Status.Current, "it did not count");
    }

    function test_takesNoProofAtAnEpochWhoseBandTheNewestLeft() public {
        vm.warp(START + 1 minutes);
        publish(PRICE - PRICE / 20 - 1);
        Proof memory proof = maintenanceProof(1);
        refuses(abi.encodeWithSelector(IMarginGate.EpochLeft.selector, 1, 0.05e9 + 1));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        require(!gate.isLatest(1) && gate.isLatest(2), "what is latest is another");
        vm.warp(START + 2 minutes);
        publish(PRICE);
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
    }

    function test_proofsNeverGoBackInTime() public {
        vm.warp(START + 1 minutes);
        publish(PRICE);
        proveMaintenance(2);
        Proof memory proof = maintenanceProof(1);
        refuses(abi.encodeWithSelector(IMarginGate.EpochOvertaken.selector, 1, 2));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        proveMaintenance(2);
    }

    function test_latestIsYoungAndAgreesWithTheNewestEpochAndTheOracle() public {
        require(gate.isLatest(1) && !gate.isLatest(0) && !gate.isLatest(2), "one epoch is latest");
        quote(PRICE + PRICE / 20);
        require(gate.isLatest(1), "the edge of the band is inside");
        quote(PRICE + PRICE / 20 + 1);
        require(!gate.isLatest(1), "the oracle left the band");
        quote(PRICE);
        require(gate.isLatest(1), "the oracle came back");
        silenceOracle();
        require(!gate.isLatest(1), "nothing is latest without an index");
        quote(PRICE);
        vm.warp(START + 1 minutes);
        publish(PRICE * 2);
        quote(PRICE);
        require(!gate.isLatest(1), "the newest epoch lies outside");
        vm.warp(START + 2 minutes);
        publish(PRICE);
        vm.warp(START + 1 hours);
        require(gate.isLatest(1), "an hour is young");
        vm.warp(START + 1 hours + 1);
        require(!gate.isLatest(1), "more is not");
    }

    /// @dev The lie: a consumer that is sent too little gas sees a market without an index, and acts on it.
    function test_tooLittleGasIsNoMarketWithoutAnIndex() public {
        uint256 answered;
        for (uint256 gas = 10_000; gas < 500_000; gas += gas / 50) {
            try gate.isLatest{gas: gas}(1) returns (bool latest) {
                require(latest, "a starved call says what is not so");
                ++answered;
            } catch {}
        }
        require(answered > 10, "no amount of gas suffices");
        silenceOracle();
        require(!gate.isLatest{gas: 1_000_000}(1), "an index that is not there needs no gas without end");
    }
}

contract FlagsTest is GateTest {
    function test_aBreachProofFlagsAndOnlyACureAtItsEpochOrLaterHelps() public {
        update(bad);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        flag(bad, 2);
        expects(Status.Hard, "a breach is not Hard");
        update(good);
        expects(Status.Hard, "an update took the flag away");
        Proof memory proof = maintenanceProof(2);
        refuses(abi.encodeWithSelector(IMarginGate.AccountHard.selector, id));
        gate.prove(id, 2, RequirementSet.Maintenance, proof);
        proof = healthyProof(good, 1, RequirementSet.Initial, 11_000, Action.Cure, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.EpochOvertaken.selector, 1, 2));
        gate.cure(id, 1, proof, inPerson());
        cure(2);
        expects(Status.Current, "it was not cured");
        proof = breachProof(bad, 2, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, bad));
        gate.flag(id, 2, bad, 4, proof);
        refuses(abi.encodeWithSelector(IMarginGate.AccountNotHard.selector, id));
        gate.cure(id, 2, proof, inPerson());
    }

    function test_dustUpdatesDoNotDodgeABreachProofOnItsWay() public {
        update(bad);
        Proof memory proof = breachProof(bad, 1, address(this));
        update(good);
        gate.update(id, good + 1, 32, inPerson());
        vm.warp(START + 1 minutes);
        publish(PRICE);
        gate.flag(id, 1, bad, 4, proof);
    }

    /// @dev The lie: a healthy proof at an older epoch, accepted first, voids the breach proof's context.
    function test_aHealthyProofAtAnEarlierEpochDodgesNothing() public {
        uint256 turning = turningBad();
        update(turning);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        Proof memory proof = breachProof(turning, 2, address(0xF1A6));
        proveMaintenance(1);
        expects(Status.Current, "it is current by the earlier epoch");
        vm.prank(address(0xF1A6));
        gate.flag(id, 2, turning, 4, proof);
        expects(Status.Hard, "the earlier proof dodged the breach");
        require(gate.leaseOf(id) < block.timestamp, "a flag left a lease");
    }

    /// @dev Healthy at epoch 1, in breach at epoch 2.
    function turningBad() internal pure returns (uint256 c) {
        for (c = 1; !covers(c, maintenanceRootOf(1), 10_000) || covers(c, maintenanceRootOf(2), 10_000); ++c) {}
    }

    function test_aHealthyProofAtThatEpochOrLaterExcusesWhatWasHeldBefore() public {
        update(bad);
        update(good);
        proveMaintenance(1);
        Proof memory proof = breachProof(bad, 1, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, bad));
        gate.flag(id, 1, bad, 4, proof);
    }

    function test_anEarlierHealthyProofExcusesNoLaterCommitment() public {
        proveMaintenance(1);
        update(bad);
        update(good);
        flag(bad, 1);
    }

    /// @dev The proof came while it was held, at a later epoch at which it was healthy again.
    function test_aHealthyProofWhileHeldExcusesEarlierEpochs() public {
        uint256 turning = turningGood();
        update(turning);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        proveMaintenance(2);
        Proof memory proof = breachProof(turning, 1, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, turning));
        gate.flag(id, 1, turning, 4, proof);
        update(good);
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, turning));
        gate.flag(id, 1, turning, 4, proof);
    }

    function turningGood() internal pure returns (uint256 c) {
        for (c = 1; covers(c, maintenanceRootOf(1), 10_000) || !covers(c, maintenanceRootOf(2), 10_000); ++c) {}
    }

    function test_whatWasGivenUpBeforeAnEpochIsNotHeldAtIt() public {
        update(bad);
        update(good);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        Proof memory proof = breachProof(bad, 2, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, bad));
        gate.flag(id, 2, bad, 4, proof);
        flag(bad, 1);
    }

    function test_judgesNobodyWhileTheOracleIsElsewhereOrSilent() public {
        update(bad);
        Proof memory proof = breachProof(bad, 1, address(this));
        quote(PRICE + PRICE / 20 + 1);
        refuses(abi.encodeWithSelector(IMarginGate.EpochLeft.selector, 1, 0.05e9 + 1));
        gate.flag(id, 1, bad, 4, proof);
        silenceOracle();
        refuses(abi.encodeWithSelector(IIndexOracle.NoQuorum.selector, bytes32("COIN"), 0, 2));
        gate.flag(id, 1, bad, 4, proof);
        quote(PRICE);
        gate.flag(id, 1, bad, 4, proof);
        quote(PRICE + PRICE / 20 + 1);
        proof = healthyProof(good, 1, RequirementSet.Initial, 11_000, Action.Cure, address(this));
        update(good);
        refuses(abi.encodeWithSelector(IMarginGate.EpochLeft.selector, 1, 0.05e9 + 1));
        gate.cure(id, 1, proof, inPerson());
    }

    function test_breachProofsAreForTheCallerTheyWereMadeFor() public {
        update(bad);
        Proof memory proof = breachProof(bad, 1, address(0xF1A6));
        refuses(abi.encodeWithSelector(IMarginGate.ProofRejected.selector));
        gate.flag(id, 1, bad, 4, proof);
    }
}

contract ChallengesTest is GateTest {
    function challenged() internal returns (uint96 bond) {
        proveMaintenance(1);
        bond = 0.02 ether;
        vm.deal(address(0xC4A1), 1 ether);
        vm.warp(START + 1 minutes);
        vm.prank(address(0xC4A1));
        gate.challenge{value: bond}(id);
    }

    function collected(address by) internal returns (uint256) {
        uint256 before = by.balance;
        vm.prank(by);
        gate.collect();
        return by.balance - before;
    }

    function test_anAnswerPaysTheOwnerAndCostsNoLease() public {
        uint96 bond = challenged();
        (Challenge memory c, uint40 deadline) = gate.challengeOf(id);
        require(c.epoch == 2 && c.bond == bond && deadline == 0, "the challenge is another");
        proveMaintenance(1); // of an epoch before the question: no answer
        require(gate.accountOf(id).challenged, "an old epoch answered");
        vm.warp(START + 2 minutes);
        publish(PRICE);
        (, deadline) = gate.challengeOf(id);
        require(deadline == START + 17 minutes, "the deadline is another");
        vm.warp(START + 17 minutes);
        expects(Status.Current, "the challenge ended the lease before its deadline");
        proveMaintenance(2);
        require(!gate.accountOf(id).challenged && gate.owedTo(address(this)) == bond, "the answer was not paid");
        require(gate.leaseOf(id) == START + 2 minutes + 2 hours, "the lease is another");
        require(collected(address(this)) == bond && address(gate).balance == 0, "the bond was not collected");
        refuses(abi.encodeWithSelector(IMarginGate.NothingOwed.selector, address(this)));
        gate.collect();
    }

    function test_aMissedChallengeEndsTheLeaseAtItsDeadlineAndReturnsTheBond() public {
        uint96 bond = challenged();
        vm.warp(START + 2 minutes);
        publish(PRICE);
        refuses(abi.encodeWithSelector(IMarginGate.ChallengeRuns.selector, id));
        gate.settleChallenge(id);
        vm.warp(START + 17 minutes + 1);
        expects(Status.Soft, "a missed challenge left a lease");
        require(gate.leaseOf(id) == START + 17 minutes, "the lease ended at another time");
        gate.settleChallenge(id);
        require(gate.leaseOf(id) == START + 17 minutes, "settling changed the lease");
        require(collected(address(0xC4A1)) == bond, "the bond did not return");
        refuses(abi.encodeWithSelector(IMarginGate.NotChallenged.selector, id));
        gate.settleChallenge(id);
        keepAlive(START + 77 minutes + 1, PRICE);
        expects(Status.Hard, "grace runs from the deadline");
    }

    function test_aLateAnswerPaysNobodyAndGrantsItsLease() public {
        proveInitial(1);
        uint96 bond = challenged();
        vm.warp(START + 2 minutes);
        publish(PRICE);
        vm.warp(START + 17 minutes + 1);
        proveMaintenance(2);
        expects(Status.Current, "a proof in the grace does not count");
        require(gate.leaseOf(id) == START + 2 minutes + 2 hours, "the longer lease outlived its end");
        require(gate.owedTo(address(0xC4A1)) == bond && gate.owedTo(address(this)) == 0, "the bond went elsewhere");
    }

    function test_aProofHeldBackUntilTheDeadlineRevivesNoLease() public {
        uint96 bond = challenged();
        vm.warp(START + 2 minutes);
        publish(PRICE);
        vm.warp(START + 17 minutes + 1);
        for (uint256 i; i < 2; ++i) {
            Proof memory proof = maintenanceProof(1);
            refuses(abi.encodeWithSelector(IMarginGate.EpochOvertaken.selector, 1, 2));
            gate.prove(id, 1, RequirementSet.Maintenance, proof);
            if (i == 0) gate.settleChallenge(id); // which forgets the bond and not the question
        }
        expects(Status.Soft, "a proof that was no answer in time is one afterwards");
        require(gate.owedTo(address(0xC4A1)) == bond, "the bond did not return");
        proveMaintenance(2);
        expects(Status.Current, "a late answer grants nothing");
        require(!gate.accountOf(id).challenged && gate.owedTo(address(0xC4A1)) == bond, "the bond returned twice");
    }

    function test_anUpdateShakesOffNoChallenge() public {
        challenged();
        update(good);
        refuses(abi.encodeWithSelector(IMarginGate.ChallengeRuns.selector, id));
        gate.settleChallenge(id);
        proveMaintenance(1);
        vm.warp(START + 2 minutes);
        publish(PRICE);
        vm.warp(START + 17 minutes + 1);
        expects(Status.Soft, "an update and an old epoch stand for an answer");
    }

    function test_aFlagEndsAMissedChallengeThatWasSettled() public {
        uint96 bond = challenged();
        vm.warp(START + 2 minutes);
        publish(PRICE);
        vm.warp(START + 17 minutes + 1);
        gate.settleChallenge(id);
        update(bad);
        flag(bad, 2);
        require(!gate.accountOf(id).challenged && gate.owedTo(address(0xC4A1)) == bond, "the bond returned twice");
    }

    function test_noDeadlineRunsBeforeAnEpochThatCouldAnswer() public {
        challenged();
        vm.warp(START + 1 hours);
        expects(Status.Current, "the deadline ran without an epoch");
        vm.warp(START + 2 hours + 1);
        expects(Status.Soft, "the lease lasts no longer for it");
        gate.settleChallenge(id);
        require(gate.owedTo(address(0xC4A1)) != 0, "the bond of a challenge that came to nothing is stuck");
    }

    function test_oneAtATimeWithACooldown() public {
        challenged();
        refuses(abi.encodeWithSelector(IMarginGate.ChallengeOpen.selector, id));
        gate.challenge{value: 1 ether}(id);
        vm.warp(START + 2 minutes);
        publish(PRICE);
        proveInitial(2);
        refuses(abi.encodeWithSelector(IMarginGate.ChallengeTooSoon.selector, id, START + 6 hours + 1 minutes));
        gate.challenge{value: 1 ether}(id);
        keepAlive(START + 6 hours + 1 minutes, PRICE);
        gate.challenge{value: 1 ether}(id);
    }

    function test_wantsABondThatRepaysTheAnswer() public {
        proveMaintenance(1);
        refuses(abi.encodeWithSelector(IMarginGate.BondTooSmall.selector, 0.01 ether - 1, 0.01 ether));
        gate.challenge{value: 0.01 ether - 1}(id);
        vm.fee(100 gwei);
        require(gate.leastBond() == 0.04 ether, "the bond ignores the base fee");
        refuses(abi.encodeWithSelector(IMarginGate.BondTooSmall.selector, 0.04 ether - 1, 0.04 ether));
        gate.challenge{value: 0.04 ether - 1}(id);
        gate.challenge{value: 0.04 ether}(id);
    }

    function test_challengesOnlyWhatIsCurrent() public {
        refuses(abi.encodeWithSelector(IMarginGate.AccountNotCurrent.selector, id));
        gate.challenge{value: 1 ether}(id);
        proveMaintenance(1);
        vm.warp(START + 2 hours + 1);
        refuses(abi.encodeWithSelector(IMarginGate.AccountNotCurrent.selector, id));
        gate.challenge{value: 1 ether}(id);
    }

    function test_aChallengeDelaysNoFlag() public {
        uint96 bond = challenged();
        update(bad);
        flag(bad, 1);
        expects(Status.Hard, "a challenge held a breach proof up");
        require(gate.owedTo(address(0xC4A1)) == bond, "the bond did not return");
        require(!gate.accountOf(id).challenged, "the challenge is still open");
        refuses(abi.encodeWithSelector(IMarginGate.AccountHard.selector, id));
        gate.flag(id, 1, bad, 4, idealProof(MarginSignals(0, bad, 2, 10_000, 0)));
        vm.warp(START + 7 hours);
        refuses(abi.encodeWithSelector(IMarginGate.AccountNotCurrent.selector, id));
        gate.challenge{value: 1 ether}(id);
    }

    function test_aChallengeDelaysNoSilence() public {
        challenged();
        // Epoch 2 comes at START + 16 minutes, and with it the deadline at START + 31 minutes.
        keepAlive(START + 91 minutes + 1, PRICE);
        gate.flagSilent(id, 0);
        expects(Status.Hard, "a challenge held silence up");
        require(gate.owedTo(address(0xC4A1)) != 0, "the bond did not return");
    }

    function test_paysNoContractThatRefuses() public {
        vm.deal(address(book), 1 ether);
        proveMaintenance(1);
        vm.prank(address(book));
        gate.challenge{value: 0.01 ether}(id);
        vm.warp(START + 2 hours + 1);
        gate.settleChallenge(id);
        vm.prank(address(book));
        refuses(abi.encodeWithSelector(IMarginGate.TransferFailed.selector, address(book)));
        gate.collect();
        require(gate.owedTo(address(book)) == 0.01 ether, "the debt was lost");
    }

    function test_collectPaysOnceToWhoReenters() public {
        Reenterer thief = new Reenterer(gate);
        proveMaintenance(1);
        vm.deal(address(thief), 1 ether);
        thief.challenge(id);
        vm.warp(START + 10 minutes);
        publish(PRICE);
        vm.deal(address(this), 1 ether);
        vm.warp(START + 2 hours + 1);
        gate.settleChallenge(id);
        vm.deal(address(gate), 1 ether); // others' bonds
        thief.collect();
        require(address(gate).balance == 1 ether - 0.01 ether, "it was paid twice");
    }
}

contract Reenterer {
    MarginGate private immutable gate;

    constructor(MarginGate gate_) {
        gate = gate_;
    }

    function challenge(AccountId id) external {
        gate.challenge{value: 0.01 ether}(id);
    }

    function collect() external {
        gate.collect();
    }

    receive() external payable {
        try gate.collect() {} catch {}
    }
}

contract CovenantsTest is GateTest {
    address constant LENDER = address(0x1E4D);

    function pledge(address to, uint32 coverage) internal {
        gate.pledge(id, to, coverage, inPerson());
    }

    function test_everyLaterHealthyProofMustMeetTheLargestPledge() public {
        proveInitial(1);
        pledge(LENDER, 15_000);
        expects(Status.Current, "a pledge touched the lease");
        Proof memory proof = maintenanceProof(1);
        refuses(abi.encodeWithSelector(IMarginGate.CovenantStands.selector, id, 15_000));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);
        proof = initialProof(1, 11_000);
        refuses(abi.encodeWithSelector(IMarginGate.ProofRejected.selector));
        gate.prove(id, 1, RequirementSet.Initial, proof);
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
        (uint32 epoch, uint32 coverage) = gate.provenOf(id);
        require(epoch == 1 && coverage == 15_000, "the proven coverage is another");
        pledge(address(0x2), 12_000);
        require(gate.accountOf(id).pledged == 15_000, "a smaller pledge lowered the larger");
        vm.prank(LENDER);
        gate.release(id);
        require(gate.accountOf(id).pledged == 12_000, "the smaller pledge was forgotten");
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 12_000));
        vm.prank(address(0x2));
        gate.release(id);
        proveMaintenance(1);
        (epoch, coverage) = gate.provenOf(id);
        require(epoch == 1 && coverage == 0, "a maintenance proof says something of the initial requirement");
    }

    function test_aCureMustMeetItToo() public {
        pledge(LENDER, 15_000);
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
        update(bad);
        flag(bad, 1);
        update(good);
        Proof memory proof = healthyProof(good, 1, RequirementSet.Initial, 11_000, Action.Cure, address(this));
        refuses(abi.encodeWithSelector(IMarginGate.ProofRejected.selector));
        gate.cure(id, 1, proof, inPerson());
        proof = healthyProof(good, 1, RequirementSet.Initial, 15_000, Action.Cure, address(this));
        gate.cure(id, 1, proof, inPerson());
    }

    function test_onlyTheBeneficiaryEndsWhatItAccepted() public {
        pledge(LENDER, 15_000);
        refuses(abi.encodeWithSelector(IMarginGate.AlreadyPledged.selector, id, LENDER));
        gate.pledge(id, LENDER, 20_000, inPerson());
        gate.retract(id, LENDER, inPerson());
        refuses(abi.encodeWithSelector(IMarginGate.NotPledged.selector, id, LENDER));
        gate.retract(id, LENDER, inPerson());
        vm.prank(LENDER);
        refuses(abi.encodeWithSelector(IMarginGate.NotPledged.selector, id, LENDER));
        gate.accept(id, 0);
        pledge(LENDER, 15_000);
        vm.prank(LENDER);
        refuses(abi.encodeWithSelector(IMarginGate.PledgeTooSmall.selector, 15_000, 15_001));
        gate.accept(id, 15_001);
        vm.prank(LENDER);
        gate.accept(id, 15_000);
        require(gate.covenantsOf(id)[0].accepted, "it was not accepted");
        refuses(abi.encodeWithSelector(IMarginGate.PledgeIsAccepted.selector, id, LENDER));
        gate.retract(id, LENDER, inPerson());
        refuses(abi.encodeWithSelector(IMarginGate.NotPledged.selector, id, address(this)));
        gate.release(id);
        vm.prank(LENDER);
        gate.release(id);
        require(gate.covenantsOf(id).length == 0 && gate.accountOf(id).pledged == 0, "it was not released");
    }

    function test_takesAtMostFourWithinTheCircuitsRange() public {
        refuses(abi.encodeWithSelector(IMarginGate.PledgeOutOfRange.selector, 10_999));
        gate.pledge(id, LENDER, 10_999, inPerson());
        refuses(abi.encodeWithSelector(IMarginGate.PledgeOutOfRange.selector, 2 ** 20));
        gate.pledge(id, LENDER, 2 ** 20, inPerson());
        pledge(address(1), 11_000);
        pledge(address(2), 2 ** 20 - 1);
        pledge(address(3), 11_000);
        pledge(address(4), 12_000);
        refuses(abi.encodeWithSelector(IMarginGate.TooManyCovenants.selector, id));
        gate.pledge(id, LENDER, 12_000, inPerson());
        vm.prank(address(2));
        gate.release(id);
        require(gate.accountOf(id).pledged == 12_000 && gate.covenantsOf(id).length == 3, "the rest is not kept");
    }

    function test_aPledgeDelaysNoFlag() public {
        proveInitial(1);
        pledge(LENDER, 2 ** 20 - 1);
        vm.prank(LENDER);
        gate.accept(id, 0);
        update(bad);
        flag(bad, 1);
        expects(Status.Hard, "a pledge held a breach proof up");
    }

    function test_failingAPledgeIsSilence() public {
        proveMaintenance(1);
        pledge(LENDER, 2 ** 20 - 1);
        keepAlive(START + 3 hours + 1, PRICE);
        expects(Status.Hard, "an account that cannot meet its pledge falls silent");
    }
}

contract BatchesTest is GateTest {
    function claim(AccountId who, uint256 c, RequirementSet set, uint256 coverage) internal view returns (Claim memory) {
        uint256 context = gate.contextOf(who, Action.Prove, address(this));
        uint256 root = set == RequirementSet.Initial ? initialRootOf(1) : maintenanceRootOf(1);
        return Claim(who, c, context, idealProof(MarginSignals(1, c, root, coverage, context)));
    }

    function test_passesOverWhatProveWouldRefuse() public {
        vm.warp(START + 1 minutes);
        publish(PRICE);
        Claim[] memory claims = new Claim[](5);
        AccountId[5] memory ids;
        for (uint256 i; i < 5; ++i) ids[i] = gate.open(good, 4);
        gate.pledge(ids[1], address(1), 15_000, inPerson());
        for (uint256 i; i < 5; ++i) claims[i] = claim(ids[i], good, RequirementSet.Maintenance, 10_000);
        // The third is proven at a later epoch, the fourth is hard.
        id = ids[2];
        proveMaintenance(2);
        claims[2] = claim(id, good, RequirementSet.Maintenance, 10_000);
        id = ids[3];
        update(bad);
        flag(bad, 2);
        update(good);
        bool[] memory accepted = gate.proveMany(1, RequirementSet.Maintenance, 4, claims);
        require(accepted[0] && !accepted[1] && !accepted[2] && !accepted[3] && accepted[4], "the batch took others");
    }

    function test_asksForEachAccountsOwnPledge() public {
        AccountId pledged = gate.open(good, 4);
        gate.pledge(pledged, address(1), 15_000, inPerson());
        Claim[] memory claims = new Claim[](2);
        claims[0] = claim(id, good, RequirementSet.Initial, 11_000);
        claims[1] = claim(pledged, good, RequirementSet.Initial, 15_000);
        bool[] memory accepted = gate.proveMany(1, RequirementSet.Initial, 4, claims);
        require(accepted[0] && accepted[1], "one of them was refused");
        (, uint32 coverage) = gate.provenOf(pledged);
        require(coverage == 15_000, "the pledge was not proven");
    }

    function test_anAnswerInABatchIsAnAnswer() public {
        proveMaintenance(1);
        gate.challenge{value: 0.01 ether}(id);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        Claim[] memory claims = new Claim[](1);
        uint256 context = gate.contextOf(id, Action.Prove, address(this));
        Proof memory proof = idealProof(MarginSignals(1, good, maintenanceRootOf(2), 10_000, context));
        claims[0] = Claim(id, good, context, proof);
        require(gate.proveMany(2, RequirementSet.Maintenance, 4, claims)[0], "the answer was refused");
        require(gate.owedTo(address(this)) == 0.01 ether, "the answer was not paid");
    }
}
