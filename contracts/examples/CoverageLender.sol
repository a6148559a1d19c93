// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AccountId, IMarginGate} from "../interfaces/IMarginGate.sol";

/// @dev Principal and what it had earned when it was last touched.
struct Loan {
    uint128 debt;
    uint40 touched;
}

/// @title An example of a protocol on the gate: lends to accounts proven to cover a multiple of their initial requirement,
/// knowing nothing else about them.
///
/// @notice Powers. The funder puts money in and takes out what is not lent. An account's owner pledges the lender's
/// coverage at the gate, proves it and borrows up to a limit. From then on the gate takes no healthy proof of less from the
/// account until its debt is repaid, which releases the pledge in the same call. Anybody repays.
///
/// @notice WARNING: the pledge makes a borrower who falls below it `Soft` when its lease ends and `Hard` after the grace,
/// where everybody sees it; this contract cannot seize anything. Limit loans to what that is worth.
/// @notice Assumptions. The token moves what it is told to, takes no fee and calls nobody.
contract CoverageLender {
    using SafeERC20 for IERC20;

    uint256 private constant RATE = 1e18;

    event Borrowed(AccountId indexed id, address indexed to, uint256 amount, uint256 debt);
    event Repaid(AccountId indexed id, address indexed by, uint256 amount, uint256 debt);

    error NotFunder(address caller);
    error NotOwner(AccountId id, address caller);
    error NotHealthy(AccountId id);
    error NotProven(AccountId id, uint32 coverage, uint32 least);
    error NotLatest(AccountId id, uint32 epoch);
    error OverLimit(uint256 debt, uint256 limit);
    error NothingBorrowed(AccountId id);

    IMarginGate public immutable gate;
    IERC20 public immutable token;
    address public immutable funder;
    /// @notice Of the initial requirement, in basis points.
    uint32 public immutable coverage;
    /// @notice Most that one account may owe when it borrows.
    uint128 public immutable limit;
    /// @notice Interest per second, in 1e-18 of the debt.
    uint64 public immutable rate;
    mapping(AccountId id => Loan) private _loans;

    constructor(IMarginGate gate_, IERC20 token_, uint32 coverage_, uint128 limit_, uint64 rate_) {
        (gate, token, funder) = (gate_, token_, msg.sender);
        (coverage, limit, rate) = (coverage_, limit_, rate_);
    }

    /// @notice Lends to the account's owner, who calls. The account is `Current`, its present commitment is proven at this
    /// lender's coverage, at an epoch that the market has not left, and its pledge becomes binding here.
    function borrow(AccountId id, uint128 amount, address to) external {
        if (amount == 0) revert NothingBorrowed(id);
        if (gate.ownerOf(id) != msg.sender) revert NotOwner(id, msg.sender);
        if (!gate.isHealthy(id)) revert NotHealthy(id);
        (uint32 epoch, uint32 proven) = gate.provenOf(id);
        if (proven < coverage) revert NotProven(id, proven, coverage);
        if (!gate.isLatest(epoch)) revert NotLatest(id, epoch);
        uint256 debt = debtOf(id) + amount;
        if (debt > limit) revert OverLimit(debt, limit);

        _loans[id] = Loan(uint128(debt), uint40(block.timestamp));
        emit Borrowed(id, to, amount, debt);
        gate.accept(id, coverage);
        token.safeTransfer(to, amount);
    }

    /// @notice Repays up to `most` of the account's debt. The last of it releases the account from its pledge.
    function repay(AccountId id, uint256 most) external {
        uint256 debt = debtOf(id);
        if (debt == 0) revert NothingBorrowed(id);
        uint256 amount = most < debt ? most : debt;
        debt -= amount;

        _loans[id] = Loan(uint128(debt), uint40(block.timestamp));
        emit Repaid(id, msg.sender, amount, debt);
        token.safeTransferFrom(msg.sender, address(this), amount);
        if (debt == 0) gate.release(id);
    }

    /// @notice Takes out what is not lent.
    function withdraw(uint256 amount, address to) external {
        if (msg.sender != funder) revert NotFunder(msg.sender);
        token.safeTransfer(to, amount);
    }

    /// @notice Interest included, rounded up; it compounds whenever the loan is touched.
    function debtOf(AccountId id) public view returns (uint256) {
        Loan memory loan = _loans[id];
        uint256 elapsed = block.timestamp - loan.touched;
        return loan.debt + (uint256(loan.debt) * rate * elapsed + RATE - 1) / RATE;
    }
}
