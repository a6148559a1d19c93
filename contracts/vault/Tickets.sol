// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId} from "../interfaces/IMarginGateReader.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Ledger} from "./Ledger.sol";

/// @title What two accounts agreed on off chain: each ticket is filled whole, once, between the two, in time.
abstract contract Tickets is Ledger {
    mapping(uint256 ticket => bool) public filled;
    mapping(AccountId id => mapping(uint256 ticket => bool)) public cancelled;

    /// @inheritdoc IVault
    function cancel(AccountId id, uint256 ticket) external {
        if (msg.sender != gate.ownerOf(id)) revert NotOwner(id, msg.sender);
        cancelled[id][ticket] = true;
        emit Cancelled(id, ticket);
    }

    /// @inheritdoc IVault
    function termsOf(AccountId side1, AccountId side2, uint40 expiry) public view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), side1, side2, expiry))) >> 8;
    }

    /// @dev Uses the ticket up.
    function _use(uint256 ticket, uint40 expiry, AccountId side1, AccountId side2) internal {
        if (AccountId.unwrap(side1) == AccountId.unwrap(side2)) revert SelfTrade(side1);
        if (block.timestamp > expiry) revert TicketExpired(ticket, expiry);
        if (filled[ticket]) revert TicketUsed(ticket);
        if (cancelled[side1][ticket]) revert TicketCancelled(side1, ticket);
        if (cancelled[side2][ticket]) revert TicketCancelled(side2, ticket);
        filled[ticket] = true;
    }
}
