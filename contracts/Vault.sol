// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Batch, newBatch} from "./Batch.sol";
import {IDiscloseVerifier} from "./generated/IDiscloseVerifier.sol";
import {ITransitionVerifier} from "./generated/ITransitionVerifier.sol";
import {IGuardians} from "./interfaces/IGuardians.sol";
import {Account, RequirementSet} from "./interfaces/IMarginGate.sol";
import {AccountId} from "./interfaces/IMarginGateReader.sol";
import {Proof} from "./interfaces/IMarginVerifier.sol";
import {Collateral, Disclosure, IVault, Mode, Step, VaultTerms} from "./interfaces/IVault.sol";
import {Change} from "./vault/Changes.sol";
import {Collaterals} from "./vault/Collaterals.sol";
import {Disclosures} from "./vault/Disclosures.sol";
import {Ledger, Stored} from "./vault/Ledger.sol";
import {Statements} from "./vault/Statements.sol";
import {Trades} from "./vault/Trades.sol";

/// @title See `IVault` for powers, assumptions and warnings.
contract Vault is Trades, Collaterals {
    constructor(
        IGuardians guardians_,
        ITransitionVerifier transition,
        IDiscloseVerifier disclose,
        VaultTerms memory terms_,
        Collateral[] memory list
    ) Ledger(terms_) Statements(transition, disclose) Disclosures(guardians_) Collaterals(list) {}

    /// @inheritdoc IVault
    function open(uint32 guardian, uint8 size, uint256 commitment, Proof calldata proof, Disclosure calldata disclosure)
        external
        nonReentrant
        returns (AccountId id)
    {
        if (!guardians.isOpen(guardian)) revert GuardianClosed(guardian);
        id = gate.accountIdOf(msg.sender, gate.accountsOf(msg.sender));
        (_accounts[id].guardian, _accounts[id].nonce) = (guardian, 1);
        gate.openFor(msg.sender, commitment, size);
        emit AccountOpened(id, msg.sender, guardian);
        Change memory change; // of mode `Open`
        _requireProven(id, 0, 0, commitment, change, proof);
        _requireDisclosed(id, guardian, commitment, disclosure);
    }

    /// @inheritdoc IVault
    function deposit(uint32 asset, uint64 amount, Step calldata step, Disclosure calldata disclosure)
        external
        nonReentrant
    {
        _requireMove(asset, amount);
        Change memory change;
        (change.mode, change.subject, change.amount) = (Mode.Transfer, asset, int256(uint256(amount)));
        _change(step, change, disclosure, true);
        emit Deposited(step.id, asset, amount, msg.sender);
        _pull(asset, amount);
    }

    /// @inheritdoc IVault
    function withdraw(
        uint32 asset,
        uint64 amount,
        address to,
        uint32 epoch,
        Proof calldata health,
        Step calldata step,
        Disclosure calldata disclosure
    ) external nonReentrant {
        _requireMove(asset, amount);
        if (to == address(0)) revert NoRecipient();
        if (!gate.isLatest(epoch)) revert EpochNotLatest(epoch);
        Change memory change;
        (change.mode, change.subject, change.amount) = (Mode.Transfer, asset, -int256(uint256(amount)));
        change.recipient = to;
        _change(step, change, disclosure, false);
        gate.prove(step.id, epoch, RequirementSet.Initial, health);
        emit Withdrawn(step.id, asset, amount, to);
        _push(asset, amount, to);
    }

    /// @inheritdoc IVault
    function settle(Step calldata step, Disclosure calldata disclosure) external nonReentrant {
        Change memory change;
        (change.mode, change.root) = (Mode.Settle, gate.book().settlementRoot());
        _change(step, change, disclosure, true);
    }

    /// @inheritdoc IVault
    function move(uint8 size, Step calldata step, Disclosure calldata disclosure) external nonReentrant {
        Change memory change;
        (change.mode, change.size) = (Mode.Move, size);
        _change(step, change, disclosure, true);
    }

    /// @dev One change of one account, with its owner's consent. @param keep as in `IMarginGate.replace`
    function _change(Step calldata step, Change memory change, Disclosure calldata disclosure, bool keep) private {
        AccountId id = step.id;
        Stored storage account = _existing(id);
        (uint32 guardian, uint32 nonce) = (account.guardian, account.nonce);
        account.nonce = nonce + 1;
        Account memory a = gate.accountOf(id);
        _requireConsent(id, a.owner, nonce, step.commitment, change, step.consent);
        gate.replace(id, step.commitment, change.mode == Mode.Move ? change.size : a.size, keep);
        _requireProven(id, nonce, a.commitment, step.commitment, change, step.proof);
        _requireDisclosed(id, guardian, step.commitment, disclosure);
    }

    function _requireProven(
        AccountId id,
        uint32 nonce,
        uint256 from,
        uint256 to,
        Change memory change,
        Proof calldata proof
    ) private {
        Batch memory batch = newBatch(1, 10);
        batch.add(0, proof, _signals(id, nonce, from, to, change).toArray());
        if (batch.firstWrong(_ofTransitions()) == 0) revert TransitionRejected(id);
        emit Transitioned(id, change.mode, to, nonce);
    }

    function _requireDisclosed(AccountId id, uint32 guardian, uint256 commitment, Disclosure calldata disclosure)
        private
    {
        Batch memory batch = newBatch(1, 7);
        _disclose(batch, 0, id, guardian, commitment, disclosure);
        if (batch.firstWrong(_ofDisclosures()) == 0) revert DisclosureRejected(id);
    }
}
