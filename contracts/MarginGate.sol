// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Batch, newBatch} from "./Batch.sol";
import {Accounts, Stored} from "./gate/Accounts.sol";
import {Covenants} from "./gate/Covenants.sol";
import {GateTerms} from "./gate/GateTerms.sol";
import {Leases} from "./gate/Leases.sol";
import {Standing} from "./gate/Standing.sol";
import {Verifiers} from "./gate/Verifiers.sol";
import {MarginSignals} from "./generated/MarginSignals.sol";
import {IEpochBook} from "./interfaces/IEpochBook.sol";
import {AccountId, Action, Claim, Consent, IMarginGate, Proof, RequirementSet, Terms} from "./interfaces/IMarginGate.sol";
import {IMarginVerifier} from "./interfaces/IMarginVerifier.sol";

/// @title Proof intake, flags and cures: see `IMarginGate` for powers, assumptions and warnings.
contract MarginGate is Leases, Covenants {
    bytes32 private constant CURE =
        keccak256("Cure(uint256 id,uint32 epoch,address relayer,uint32 consents,uint40 deadline)");

    /// @param verifiers of margin_4, margin_8, margin_16 and margin_32
    /// @param vault_    where commitments come from; 0 where owners replace them themselves
    constructor(IEpochBook book_, Terms memory terms_, IMarginVerifier[4] memory verifiers, address vault_)
        GateTerms(book_, terms_)
        Verifiers(verifiers)
        Accounts(vault_)
    {}

    /// @inheritdoc IMarginGate
    function prove(AccountId id, uint32 epoch, RequirementSet set, Proof calldata proof) external {
        Stored storage account = _existing(id);
        Standing memory s = _read(account);
        if (_isHard(id, s)) revert AccountHard(id);
        (uint40 timestamp, uint256 root) = _usable(epoch, set);
        _acceptHealthy(id, s, Measure(epoch, timestamp, root, set), Action.Prove, proof);
    }

    /// @inheritdoc IMarginGate
    function proveMany(uint32 epoch, RequirementSet set, uint8 size, Claim[] calldata claims)
        external
        returns (bool[] memory accepted)
    {
        if (claims.length == 0) revert EmptyBatch();
        (uint40 timestamp, uint256 root) = _usable(epoch, set);
        Measure memory m = Measure(epoch, timestamp, root, set);
        accepted = new bool[](claims.length);
        Batch memory batch = newBatch(claims.length, 5);
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata claim = claims[i];
            (bool claimable, Standing memory s) = _claimable(claim, size, m);
            if (!claimable) continue;
            batch.add(i, claim.proof, _healthySignals(claim.commitment, s.pledged, m, claim.context).toArray());
        }
        bool[] memory holds = batch.check(verifierOf(size));
        for (uint256 k; k < holds.length; ++k) {
            uint256 i = batch.items[k];
            if (!holds[k]) {
                emit Skipped(claims[i].id, ProofRejected.selector);
                continue;
            }
            Standing memory s;
            (accepted[i], s) = _claimable(claims[i], size, m); // asked again: an account may stand here twice
            if (accepted[i]) _grant(claims[i].id, s, m);
        }
    }

    /// @inheritdoc IMarginGate
    function flag(AccountId id, uint32 epoch, uint256 commitment, uint8 size, Proof calldata proof) external {
        Stored storage account = _existing(id);
        Standing memory s = _read(account);
        if (s.flagged) revert AccountHard(id);
        if (!_breachable(id, account, commitment, epoch)) revert CommitmentNotHeld(id, commitment);
        (, uint256 root) = _latest(epoch, RequirementSet.Maintenance);

        if (epoch > account.holder.flagEpoch) account.holder.flagEpoch = epoch;
        _setFlag(id, account, s);
        _requireProof(
            size,
            MarginSignals({
                healthy: 0,
                commitment: commitment,
                requirementRoot: root,
                coverage: FULL_COVERAGE,
                context: _context(id, Action.Flag, msg.sender, s.nonce)
            }),
            proof
        );
        emit Flagged(id, epoch, commitment, msg.sender);
    }

    /// @inheritdoc IMarginGate
    function flagSilent(AccountId id, uint32 outside) external {
        Stored storage account = _existing(id);
        Standing memory s = _read(account);
        if (s.flagged) revert AccountHard(id);
        if (outside != 0) recordExit(s.bandedEpoch, outside);
        uint40 end = _leaseEnd(id, s);
        if (end == 0) revert NeverProven(id);
        uint40 alive = book.aliveSince();
        if (alive == 0) revert BookOverdue();
        if (!_isHard(id, s)) revert NotSilentYet(id, uint256(end > alive ? end : alive) + grace);

        _setFlag(id, account, s);
        emit FlaggedSilent(id, end, msg.sender);
    }

    /// @inheritdoc IMarginGate
    function cure(AccountId id, uint32 epoch, Proof calldata proof, Consent calldata consent) external {
        Stored storage account = _existing(id);
        _requireConsent(id, account.holder, CURE, abi.encode(epoch), consent);
        Standing memory s = _read(account);
        if (!_isHard(id, s)) revert AccountNotHard(id);
        uint32 least = account.holder.flagEpoch;
        if (epoch < least) revert EpochOvertaken(epoch, least);
        (uint40 timestamp, uint256 root) = _latest(epoch, RequirementSet.Initial);

        s.flagged = false;
        emit Cured(id, epoch);
        _acceptHealthy(id, s, Measure(epoch, timestamp, root, RequirementSet.Initial), Action.Cure, proof);
    }

    /// @dev What a healthy proof is measured against.
    struct Measure {
        uint32 epoch;
        uint40 timestamp;
        uint256 root;
        RequirementSet set;
    }

    function _acceptHealthy(
        AccountId id,
        Standing memory s,
        Measure memory m,
        Action action,
        Proof calldata proof
    ) private {
        uint32 least = _leastEpoch(id, s);
        if (m.epoch < least) revert EpochOvertaken(m.epoch, least);
        if (s.pledged != 0 && m.set == RequirementSet.Maintenance) revert CovenantStands(id, s.pledged);
        uint256 context = _context(id, action, msg.sender, s.nonce);
        MarginSignals memory signals = _healthySignals(_accounts[id].commitment, s.pledged, m, context);
        uint8 size = s.size;
        _grant(id, s, m);
        _requireProof(size, signals, proof);
    }

    function _healthySignals(uint256 commitment, uint24 pledged, Measure memory m, uint256 context)
        private
        view
        returns (MarginSignals memory)
    {
        return MarginSignals({
            healthy: 1,
            commitment: commitment,
            requirementRoot: m.root,
            coverage: _coverage(m.set, pledged),
            context: context
        });
    }

    function _coverage(RequirementSet set, uint24 pledged) private view returns (uint32) {
        if (set == RequirementSet.Maintenance) return coverageMaintenance;
        return pledged > coverageInitial ? pledged : coverageInitial;
    }

    /// @dev What a healthy proof gets. Its epoch is none before the last proof's, so no lease gets shorter.
    function _grant(AccountId id, Standing memory s, Measure memory m) private {
        if (s.challenged) _closeChallenge(id, s, m.epoch);
        uint40 until = s.leaseUntil = m.timestamp + leaseMaintenance;
        uint32 coverage = _coverage(m.set, s.pledged);
        s.coverage = 0;
        if (m.set == RequirementSet.Initial) {
            until = s.bandedUntil = m.timestamp + leaseInitial;
            s.bandedEpoch = m.epoch;
            s.coverage = uint24(coverage);
        }
        s.nonce++;
        s.provenEpoch = m.epoch;
        s.fresh = true;
        _write(_accounts[id], s);
        emit Proven(id, m.epoch, m.set, coverage, until);
    }

    /// @dev Whether `prove` would look at the claim's proof.
    function _claimable(Claim calldata claim, uint8 size, Measure memory m)
        private
        returns (bool, Standing memory s)
    {
        AccountId id = claim.id;
        s = _read(_accounts[id]);
        bytes4 reason;
        if (s.size == 0) reason = UnknownAccount.selector;
        else if (_isHard(id, s)) reason = AccountHard.selector;
        else if (m.epoch < _leastEpoch(id, s)) reason = EpochOvertaken.selector;
        else if (s.pledged != 0 && m.set == RequirementSet.Maintenance) reason = CovenantStands.selector;
        else if (
            s.size != size || _accounts[id].commitment != claim.commitment
                || _context(id, Action.Prove, msg.sender, s.nonce) != claim.context
        ) reason = ProofOvertaken.selector;
        else return (true, s);
        emit Skipped(id, reason);
        return (false, s);
    }

    /// @dev The lease is over, and whatever was asked of the account with it.
    function _setFlag(AccountId id, Stored storage account, Standing memory s) private {
        if (s.challenged) _voidChallenge(id, s);
        _cutLease(s, uint40(block.timestamp) - 1);
        s.flagged = true;
        _write(account, s);
    }
}
