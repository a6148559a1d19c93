// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, Consent, Covenant, IMarginGate} from "../interfaces/IMarginGate.sol";
import {Accounts, Stored} from "./Accounts.sol";
import {Standing} from "./Standing.sol";

/// @title Coverage that owners pledged to others. The gate calls no beneficiary, so none can stand in an account's way.
abstract contract Covenants is Accounts {
    /// @dev Bounds what finding the largest pledge costs.
    uint256 private constant MOST_COVENANTS = 4;
    bytes32 private constant PLEDGE = keccak256(
        "Pledge(uint256 id,address beneficiary,uint32 coverage,address relayer,uint32 consents,uint40 deadline)"
    );
    bytes32 private constant RETRACT =
        keccak256("Retract(uint256 id,address beneficiary,address relayer,uint32 consents,uint40 deadline)");

    mapping(AccountId id => Covenant[]) private _covenants;

    /// @inheritdoc IMarginGate
    function pledge(AccountId id, address beneficiary, uint32 coverage, Consent calldata consent) external {
        Stored storage account = _existing(id);
        _requireConsent(id, account.holder, PLEDGE, abi.encode(beneficiary, coverage), consent);
        if (coverage < coverageInitial || coverage > MOST_COVERAGE) revert PledgeOutOfRange(coverage);
        Covenant[] storage covenants = _covenants[id];
        (bool found,) = _find(covenants, beneficiary);
        if (found) revert AlreadyPledged(id, beneficiary);
        if (covenants.length == MOST_COVENANTS) revert TooManyCovenants(id);

        covenants.push(Covenant(beneficiary, coverage, false));
        Standing memory s = _read(account);
        if (coverage > s.pledged) s.pledged = uint24(coverage);
        _write(account, s);
        emit Pledged(id, beneficiary, coverage);
    }

    /// @inheritdoc IMarginGate
    function retract(AccountId id, address beneficiary, Consent calldata consent) external {
        _requireConsent(id, _existing(id).holder, RETRACT, abi.encode(beneficiary), consent);
        if (_end(id, beneficiary)) revert PledgeIsAccepted(id, beneficiary);
        emit PledgeRetracted(id, beneficiary);
    }

    /// @inheritdoc IMarginGate
    function accept(AccountId id, uint32 least) external {
        Covenant[] storage covenants = _covenants[id];
        (bool found, uint256 i) = _find(covenants, msg.sender);
        if (!found) revert NotPledged(id, msg.sender);
        if (covenants[i].coverage < least) revert PledgeTooSmall(covenants[i].coverage, least);
        covenants[i].accepted = true;
        emit PledgeAccepted(id, msg.sender);
    }

    /// @inheritdoc IMarginGate
    function release(AccountId id) external {
        _end(id, msg.sender);
        emit PledgeReleased(id, msg.sender);
    }

    /// @inheritdoc IMarginGate
    function covenantsOf(AccountId id) external view returns (Covenant[] memory) {
        return _covenants[id];
    }

    /// @return accepted whether the beneficiary relied on the covenant that ends here
    function _end(AccountId id, address beneficiary) private returns (bool accepted) {
        Covenant[] storage covenants = _covenants[id];
        (bool found, uint256 i) = _find(covenants, beneficiary);
        if (!found) revert NotPledged(id, beneficiary);
        accepted = covenants[i].accepted;
        covenants[i] = covenants[covenants.length - 1];
        covenants.pop();
        uint32 largest;
        for (i = 0; i < covenants.length; ++i) {
            if (covenants[i].coverage > largest) largest = covenants[i].coverage;
        }
        Standing memory s = _read(_accounts[id]);
        s.pledged = uint24(largest);
        _write(_accounts[id], s);
    }

    function _find(Covenant[] storage covenants, address beneficiary) private view returns (bool, uint256 i) {
        for (; i < covenants.length; ++i) {
            if (covenants[i].beneficiary == beneficiary) return (true, i);
        }
        return (false, i);
    }
}
