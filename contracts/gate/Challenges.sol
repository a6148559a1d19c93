// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {AccountId, Challenge, IMarginGate} from "../interfaces/IMarginGate.sol";
import {Accounts} from "./Accounts.sol";
import {Standing} from "./Standing.sol";

/// @title Bonded questions to an account, and what the gate owes for them. Nothing here touches a flag.
abstract contract Challenges is Accounts {
    /// @dev More than a proof with its calldata costs, so that a bond repays the answer at the base fee of the question.
    uint256 private constant ANSWER_GAS = 400_000;

    mapping(AccountId id => Challenge) internal _challenges;
    mapping(address to => uint256) public owedTo;

    /// @inheritdoc IMarginGate
    function challenge(AccountId id) external payable {
        Standing memory s = _read(_existing(id));
        if (s.challenged) revert ChallengeOpen(id);
        Challenge storage c = _challenges[id];
        if (block.timestamp < c.next) revert ChallengeTooSoon(id, c.next);
        if (block.timestamp > _leaseEnd(id, s)) revert AccountNotCurrent(id);
        uint256 least = leastBond();
        if (msg.value < least || msg.value > type(uint96).max) revert BondTooSmall(msg.value, least);

        (c.by, c.bond) = (msg.sender, uint96(msg.value));
        (c.epoch, c.next) = (book.latestEpoch() + 1, uint40(block.timestamp) + challengeCooldown);
        s.challenged = true;
        _write(_accounts[id], s);
        emit Challenged(id, msg.sender, c.bond, c.epoch, c.next);
    }

    /// @inheritdoc IMarginGate
    function settleChallenge(AccountId id) external {
        Standing memory s = _read(_existing(id));
        if (!s.challenged || _challenges[id].bond == 0) revert NotChallenged(id);
        uint40 missed = _missedDeadline(id);
        if (missed != 0) _miss(id, s, missed);
        else if (block.timestamp > _leaseEnd(id, s) && book.overdue()) _voidChallenge(id, s);
        else revert ChallengeRuns(id);
        _write(_accounts[id], s);
    }

    /// @inheritdoc IMarginGate
    function collect() external {
        uint256 amount = owedTo[msg.sender];
        if (amount == 0) revert NothingOwed(msg.sender);
        owedTo[msg.sender] = 0;
        emit Collected(msg.sender, amount);
        (bool paid,) = msg.sender.call{value: amount}("");
        if (!paid) revert TransferFailed(msg.sender);
    }

    /// @inheritdoc IMarginGate
    function leastBond() public view returns (uint256) {
        uint256 cost = ANSWER_GAS * block.basefee;
        return cost > challengeBond ? cost : challengeBond;
    }

    /// @inheritdoc IMarginGate
    function challengeOf(AccountId id) external view returns (Challenge memory last, uint40 deadline) {
        last = _challenges[id];
        if (last.epoch != 0) deadline = _deadline(last.epoch);
    }

    /// @dev Settles an open challenge as an accepted proof at `epoch` finds it: missed, answered, or, if the epoch is too
    /// early to answer, still open.
    function _closeChallenge(AccountId id, Standing memory s, uint32 epoch) internal {
        Challenge storage c = _challenges[id];
        if (epoch < c.epoch) return;
        s.challenged = false;
        uint40 missed = _missedDeadline(id);
        if (missed != 0) return _miss(id, s, missed);
        address owner = _accounts[id].holder.owner;
        emit ChallengeAnswered(id, owner, _owe(c, owner));
    }

    /// @dev Gives the bond back, if that is still here: whether the account would have answered no longer matters.
    function _voidChallenge(AccountId id, Standing memory s) internal {
        Challenge storage c = _challenges[id];
        s.challenged = false;
        if (c.bond != 0) emit ChallengeVoided(id, c.by, _owe(c, c.by));
    }

    /// @dev Gives the bond back, once. The question stands until a proof that could have answered it.
    function _miss(AccountId id, Standing memory s, uint40 deadline) private {
        Challenge storage c = _challenges[id];
        _cutLease(s, deadline);
        if (c.bond != 0) emit ChallengeUnanswered(id, c.by, _owe(c, c.by), deadline);
    }

    /// @dev Healthy proofs never go back in time, nor behind a question that was missed: a proof that was no answer in
    /// time, held back until the deadline, would undo the end of the lease.
    function _leastEpoch(AccountId id, Standing memory s) internal view returns (uint32) {
        return s.challenged && _missedDeadline(id) != 0 ? _challenges[id].epoch : s.provenEpoch;
    }

    /// @return missed deadline of the account's open challenge, once that has passed; else 0
    function _missedDeadline(AccountId id) internal view returns (uint40 missed) {
        missed = _deadline(_challenges[id].epoch);
        if (block.timestamp <= missed) missed = 0;
    }

    /// @dev 0 while the epoch is not published: who cannot answer has no deadline.
    function _deadline(uint32 epoch) private view returns (uint40) {
        if (epoch > book.latestEpoch()) return 0;
        (, uint40 publishedAt) = book.timesOf(epoch);
        return publishedAt + challengeWindow;
    }

    function _owe(Challenge storage c, address to) private returns (uint96 bond) {
        bond = c.bond;
        c.bond = 0;
        owedTo[to] += bond;
    }

    function _leaseEnd(AccountId id, Standing memory s) internal view virtual returns (uint40);
}
