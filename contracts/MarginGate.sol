// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Batch, newBatch} from "./Batch.sol";
import {MarginSignals} from "./generated/MarginSignals.sol";
import {
    Account,
    AccountId,
    Action,
    Claim,
    Epoch,
    IMarginGate,
    Proof,
    RequirementSet,
    Status,
    Terms
} from "./interfaces/IMarginGate.sol";
import {IMarginVerifier} from "./interfaces/IMarginVerifier.sol";

/// @title The first form of the gate: see `IMarginGate` for powers, assumptions and warnings.
contract MarginGate is IMarginGate {
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint32 private constant FULL_COVERAGE = 10_000;
    uint32 private constant COVERAGE_LIMIT = 1 << 20;

    /// @dev A replaced commitment stays breachable while the epoch and the nonce of its replacement are the latest.
    struct Replaced {
        uint32 epoch;
        uint32 nonce;
    }

    address public immutable publisher;
    uint32 public immutable maxEpochAge;
    uint32 public immutable leaseMaintenance;
    uint32 public immutable leaseInitial;
    uint32 public immutable coverageMaintenance;
    uint32 public immutable coverageInitial;
    IMarginVerifier private immutable verifier4;
    IMarginVerifier private immutable verifier8;
    IMarginVerifier private immutable verifier16;
    IMarginVerifier private immutable verifier32;

    uint32 public latestEpoch;
    mapping(address owner => uint256) public accountsOf;
    mapping(uint32 epoch => Epoch) private _epochs;
    mapping(AccountId id => Account) private _accounts;
    mapping(AccountId id => mapping(uint256 commitment => Replaced)) private _replaced;

    /// @param verifiers of margin_4, margin_8, margin_16 and margin_32
    constructor(address publisher_, Terms memory terms, IMarginVerifier[4] memory verifiers) {
        _atLeast(terms.leaseMaintenance, terms.maxEpochAge);
        _atLeast(terms.leaseInitial, terms.leaseMaintenance);
        _requireCoverage(terms.coverageMaintenance);
        _requireCoverage(terms.coverageInitial);
        for (uint256 i; i < 4; ++i) _requireSoundKey(verifiers[i]);

        publisher = publisher_;
        maxEpochAge = terms.maxEpochAge;
        leaseMaintenance = terms.leaseMaintenance;
        leaseInitial = terms.leaseInitial;
        coverageMaintenance = terms.coverageMaintenance;
        coverageInitial = terms.coverageInitial;
        verifier4 = verifiers[0];
        verifier8 = verifiers[1];
        verifier16 = verifiers[2];
        verifier32 = verifiers[3];
    }

    /// @inheritdoc IMarginGate
    function publishEpoch(
        uint40 timestamp,
        uint256 maintenanceRoot,
        uint256 initialRoot,
        bytes32 dataHash,
        string calldata dataURI
    ) external returns (uint32 epoch) {
        if (msg.sender != publisher) revert NotPublisher(msg.sender);
        uint40 latest = _epochs[latestEpoch].timestamp;
        if (timestamp <= latest) revert EpochNotAfter(timestamp, latest);
        if (timestamp > block.timestamp) revert EpochInFuture(timestamp, block.timestamp);
        _requireFieldElement(maintenanceRoot);
        _requireFieldElement(initialRoot);

        epoch = ++latestEpoch;
        _epochs[epoch] = Epoch(timestamp, maintenanceRoot, initialRoot, dataHash);
        emit EpochPublished(epoch, timestamp, maintenanceRoot, initialRoot, dataHash, dataURI);
    }

    /// @inheritdoc IMarginGate
    function open(uint256 commitment, uint8 size) external returns (AccountId id) {
        _requireFieldElement(commitment);
        verifierOf(size);

        id = accountIdOf(msg.sender, accountsOf[msg.sender]++);
        Account storage account = _accounts[id];
        account.owner = msg.sender;
        account.size = size;
        account.commitment = commitment;
        emit Opened(id, msg.sender, commitment, size);
    }

    /// @inheritdoc IMarginGate
    function update(AccountId id, uint256 commitment, uint8 size) external {
        Account storage account = _owned(id);
        _requireFieldElement(commitment);
        verifierOf(size);

        _replaced[id][account.commitment] = Replaced(latestEpoch, account.nonce);
        account.commitment = commitment;
        account.size = size;
        account.leaseUntil = 0;
        emit Updated(id, commitment, size);
    }

    /// @inheritdoc IMarginGate
    function prove(AccountId id, uint32 epoch, RequirementSet set, Proof calldata proof) external {
        Account storage account = _existing(id);
        if (account.flagged) revert AccountFlagged(id);
        _acceptHealthy(id, account, epoch, set, Action.Prove, proof);
    }

    /// @inheritdoc IMarginGate
    function proveMany(uint32 epoch, RequirementSet set, uint8 size, Claim[] calldata claims)
        external
        returns (bool[] memory accepted)
    {
        if (claims.length == 0) revert EmptyBatch();
        _latest(epoch);
        accepted = new bool[](claims.length);
        Batch memory batch = newBatch(claims.length);
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata claim = claims[i];
            if (!_claimable(claim, size)) continue;
            batch.add(i, claim.proof, _healthySignals(claim.commitment, epoch, set, claim.context).toArray());
        }
        bool[] memory holds = batch.check(verifierOf(size));
        for (uint256 k; k < holds.length; ++k) {
            uint256 i = batch.items[k];
            AccountId id = claims[i].id;
            if (!holds[k]) emit Skipped(id, ProofRejected.selector);
            else accepted[i] = _claimable(claims[i], size); // asked again: an account may stand here twice
            if (accepted[i]) _grant(id, _accounts[id], epoch, set);
        }
    }

    /// @inheritdoc IMarginGate
    function flag(AccountId id, uint32 epoch, uint256 commitment, uint8 size, Proof calldata proof) external {
        Account storage account = _existing(id);
        if (account.flagged) revert AccountFlagged(id);
        Epoch storage latest = _latest(epoch);
        if (!_breachable(id, account, commitment)) revert CommitmentNotHeld(id, commitment);

        MarginSignals memory signals = MarginSignals({
            healthy: 0,
            commitment: commitment,
            requirementRoot: latest.maintenanceRoot,
            coverage: FULL_COVERAGE,
            context: contextOf(id, Action.Flag, msg.sender)
        });
        account.nonce++;
        account.flagged = true;
        account.leaseUntil = 0;
        _requireProof(size, signals, proof);
        emit Flagged(id, epoch, commitment, msg.sender);
    }

    /// @inheritdoc IMarginGate
    function cure(AccountId id, uint32 epoch, Proof calldata proof) external {
        Account storage account = _owned(id);
        if (!account.flagged) revert AccountNotFlagged(id);
        account.flagged = false;
        _acceptHealthy(id, account, epoch, RequirementSet.Initial, Action.Cure, proof);
        emit Cured(id, epoch);
    }

    /// @inheritdoc IMarginGate
    function accountIdOf(address owner, uint256 index) public view returns (AccountId) {
        return AccountId.wrap(uint256(keccak256(abi.encode(block.chainid, address(this), owner, index))) >> 8);
    }

    /// @inheritdoc IMarginGate
    function contextOf(AccountId id, Action action, address caller) public view returns (uint256) {
        bytes memory bound = abi.encode(block.chainid, address(this), id, action, caller, _accounts[id].nonce);
        return uint256(keccak256(bound)) >> 8;
    }

    /// @inheritdoc IMarginGate
    function accountOf(AccountId id) external view returns (Account memory) {
        return _accounts[id];
    }

    /// @inheritdoc IMarginGate
    function statusOf(AccountId id) public view returns (Status) {
        Account storage account = _accounts[id];
        if (account.owner == address(0)) return Status.None;
        if (account.flagged) return Status.Flagged;
        return block.timestamp <= account.leaseUntil ? Status.Current : Status.Lapsed;
    }

    /// @inheritdoc IMarginGate
    function isHealthy(AccountId id) external view returns (bool) {
        return statusOf(id) == Status.Current;
    }

    /// @inheritdoc IMarginGate
    function leaseOf(AccountId id) external view returns (uint40 leaseUntil) {
        return _accounts[id].leaseUntil;
    }

    /// @inheritdoc IMarginGate
    function epochOf(uint32 epoch) external view returns (Epoch memory) {
        return _epochs[epoch];
    }

    /// @inheritdoc IMarginGate
    function verifierOf(uint8 size) public view returns (IMarginVerifier) {
        if (size == 4) return verifier4;
        if (size == 8) return verifier8;
        if (size == 16) return verifier16;
        if (size == 32) return verifier32;
        revert UnknownSize(size);
    }

    function _acceptHealthy(
        AccountId id,
        Account storage account,
        uint32 epoch,
        RequirementSet set,
        Action action,
        Proof calldata proof
    ) private {
        _latest(epoch);
        uint256 context = contextOf(id, action, msg.sender);
        MarginSignals memory signals = _healthySignals(account.commitment, epoch, set, context);
        _grant(id, account, epoch, set);
        _requireProof(account.size, signals, proof);
    }

    function _healthySignals(uint256 commitment, uint32 epoch, RequirementSet set, uint256 context)
        private
        view
        returns (MarginSignals memory)
    {
        bool initial = set == RequirementSet.Initial;
        Epoch storage latest = _epochs[epoch];
        return MarginSignals({
            healthy: 1,
            commitment: commitment,
            requirementRoot: initial ? latest.initialRoot : latest.maintenanceRoot,
            coverage: initial ? coverageInitial : coverageMaintenance,
            context: context
        });
    }

    /// @dev What a healthy proof gets.
    function _grant(AccountId id, Account storage account, uint32 epoch, RequirementSet set) private {
        bool initial = set == RequirementSet.Initial;
        uint40 leaseUntil = _epochs[epoch].timestamp + (initial ? leaseInitial : leaseMaintenance);
        if (leaseUntil < account.leaseUntil) leaseUntil = account.leaseUntil;
        account.nonce++;
        account.leaseUntil = leaseUntil;
        emit Proven(id, epoch, set, initial ? coverageInitial : coverageMaintenance, leaseUntil);
    }

    /// @dev Whether the claim names what the account holds now, so that its proof is worth verifying.
    function _claimable(Claim calldata claim, uint8 size) private returns (bool) {
        AccountId id = claim.id;
        Account storage account = _accounts[id];
        bytes4 reason;
        if (account.owner == address(0)) reason = UnknownAccount.selector;
        else if (account.flagged) reason = AccountFlagged.selector;
        else if (
            account.size != size || account.commitment != claim.commitment
                || contextOf(id, Action.Prove, msg.sender) != claim.context
        ) reason = ProofOvertaken.selector;
        else return true;
        emit Skipped(id, reason);
        return false;
    }

    function _requireProof(uint8 size, MarginSignals memory signals, Proof calldata proof) private view {
        if (!verifierOf(size).verifyProof(proof.a, proof.b, proof.c, signals.toArray())) revert ProofRejected();
    }

    /// @dev The nonce counts accepted proofs and an update leaves it alone, so an owner cannot void a breach proof on
    /// its way here by anything but a proof that the account is healthy.
    function _breachable(AccountId id, Account storage account, uint256 commitment) private view returns (bool) {
        if (commitment == account.commitment) return true;
        Replaced storage replaced = _replaced[id][commitment];
        return replaced.epoch == latestEpoch && replaced.nonce == account.nonce;
    }

    function _latest(uint32 epoch) private view returns (Epoch storage latest) {
        if (epoch == 0 || epoch != latestEpoch) revert NotLatestEpoch(epoch, latestEpoch);
        latest = _epochs[epoch];
        uint256 age = block.timestamp - latest.timestamp;
        if (age > maxEpochAge) revert EpochTooOld(age, maxEpochAge);
    }

    function _existing(AccountId id) private view returns (Account storage account) {
        account = _accounts[id];
        if (account.owner == address(0)) revert UnknownAccount(id);
    }

    function _owned(AccountId id) private view returns (Account storage account) {
        account = _existing(id);
        if (account.owner != msg.sender) revert NotOwner(id, msg.sender);
    }

    function _requireFieldElement(uint256 value) private pure {
        if (value == 0 || value >= FIELD) revert NotFieldElement(value);
    }

    function _requireCoverage(uint32 coverage) private pure {
        if (coverage < FULL_COVERAGE || coverage >= COVERAGE_LIMIT) revert CoverageOutOfRange(coverage);
    }

    function _atLeast(uint32 lease, uint32 least) private pure {
        if (lease < least) revert LeaseTooShort(lease, least);
    }

    /// @dev A development key is for chains where nothing is at stake: Hardhat's and Ganache's.
    function _requireSoundKey(IMarginVerifier verifier) private view {
        bool local = block.chainid == 31337 || block.chainid == 1337;
        if (!local && verifier.DEVELOPMENT()) revert DevelopmentKey(verifier, block.chainid);
        (uint256[4] memory gamma, uint256[4] memory delta) = verifier.gammaDelta();
        if (keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))) revert UncontributedKey(verifier);
    }
}
