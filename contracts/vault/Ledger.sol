// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginGate} from "../interfaces/IMarginGate.sol";
import {AccountId} from "../interfaces/IMarginGateReader.sol";
import {IVault, VaultTerms} from "../interfaces/IVault.sol";

/// @dev One word: what the vault knows of an account besides what the gate does.
/// @param guardian number; 0 for an account that is none
/// @param nonce    transitions so far
/// @param window   number of the fee window in which it last reduced
/// @param spent    sum of its reductions' bounds in that window
struct Stored {
    uint32 guardian;
    uint32 nonce;
    uint32 window;
    uint128 spent;
}

/// @title The gate that keeps the accounts, what is counted of each, and what its reductions may give up.
abstract contract Ledger is IVault {
    address private immutable deployer;
    uint128 internal immutable feeBound;
    uint128 private immutable feeBudget;
    uint32 private immutable feeWindow;

    IMarginGate public gate;
    mapping(AccountId id => Stored) internal _accounts;

    constructor(VaultTerms memory t) {
        bool bounded = t.feeBound >> 102 == 0 && t.feeBound <= t.feeBudget; // the circuit's signal has 102 bits
        if (!bounded || t.feeWindow < 1 hours || t.feeWindow > 30 days) revert BadTerms();
        deployer = msg.sender;
        (feeBound, feeBudget, feeWindow) = (t.feeBound, t.feeBudget, t.feeWindow);
    }

    /// @inheritdoc IVault
    function bind(IMarginGate gate_) external {
        if (msg.sender != deployer) revert NotDeployer(msg.sender);
        if (address(gate) != address(0)) revert GateIsBound(gate);
        if (gate_.vault() != address(this)) revert NotOurGate(gate_);
        gate = gate_;
        emit GateBound(gate_);
    }

    /// @inheritdoc IVault
    function accountOf(AccountId id) external view returns (uint32 guardian, uint32 nonce, uint128 spent) {
        Stored memory a = _accounts[id];
        return (a.guardian, a.nonce, a.window == _window() ? a.spent : 0);
    }

    /// @inheritdoc IVault
    function contextOf(AccountId id) external view returns (uint256) {
        return _context(id, _accounts[id].nonce);
    }

    /// @inheritdoc IVault
    function terms() external view returns (VaultTerms memory) {
        return VaultTerms(feeBound, feeBudget, feeWindow);
    }

    function _context(AccountId id, uint32 nonce) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), id, nonce))) >> 8;
    }

    function _existing(AccountId id) internal view returns (Stored storage account) {
        account = _accounts[id];
        if (account.guardian == 0) revert UnknownAccount(id);
    }

    /// @dev Each reduction may give up its bound: a thousand of them a thousand times as much, hence a budget.
    function _spend(AccountId id, Stored storage account, uint256 bounds) internal {
        uint256 spent = bounds + (account.window == _window() ? account.spent : 0);
        if (spent > feeBudget) revert FeeBudgetSpent(id, spent, feeBudget);
        (account.window, account.spent) = (_window(), uint128(spent));
    }

    function _window() private view returns (uint32) {
        return uint32(block.timestamp / feeWindow);
    }
}
