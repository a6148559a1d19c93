// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {NotEnoughGas} from "../Batch.sol";
import {AccountId, IMarginGate, RequirementSet} from "../interfaces/IMarginGate.sol";
import {IMarginGateReader, Status} from "../interfaces/IMarginGateReader.sol";
import {Challenges} from "./Challenges.sol";
import {Standing} from "./Standing.sol";

/// @title How long a proof counts, and what an account is once it no longer does. Statuses are derived, never stored:
/// only a flag is.
abstract contract Leases is Challenges {
    mapping(uint32 epoch => uint40 time) public exitOf;

    /// @inheritdoc IMarginGate
    function recordExit(uint32 epoch, uint32 outside) public {
        if (outside <= epoch || book.gapOf(outside, epoch) <= band) revert NotOutside(epoch, outside);
        (uint40 time,) = book.timesOf(outside);
        uint40 known = exitOf[epoch];
        if (known != 0 && known <= time) return;
        exitOf[epoch] = time;
        emit ExitRecorded(epoch, outside, time);
    }

    /// @inheritdoc IMarginGateReader
    function statusOf(AccountId id) public view returns (Status) {
        Standing memory s = _read(_accounts[id]);
        if (s.size == 0) return Status.None;
        if (_isHard(id, s)) return Status.Hard;
        return block.timestamp <= _trueEnd(id, s) ? Status.Current : Status.Soft;
    }

    /// @inheritdoc IMarginGateReader
    function isHealthy(AccountId id) external view returns (bool) {
        return statusOf(id) == Status.Current;
    }

    /// @inheritdoc IMarginGateReader
    function leaseOf(AccountId id) external view returns (uint40 until) {
        return _trueEnd(id, _read(_accounts[id]));
    }

    /// @inheritdoc IMarginGateReader
    function isLatest(uint32 epoch) external view returns (bool) {
        if (epoch == 0 || epoch > book.latestEpoch()) return false;
        (uint40 timestamp,, uint256 gap) = book.rootOf(epoch, 0);
        if (block.timestamp - timestamp > maxEpochAge || gap > band) return false;
        uint256 given = gasleft();
        try book.driftOf(epoch) returns (uint256 drift) {
            return drift <= band;
        } catch (bytes memory reason) {
            // Out of gas, of which a 64th stays here, or refused for want of it: no word about the index.
            if (gasleft() < given / 32 || bytes4(reason) == NotEnoughGas.selector) revert NotEnoughGas(given, 2 * given);
            return false;
        }
    }

    /// @dev What `prove` asks of an epoch.
    function _usable(uint32 epoch, RequirementSet set) internal view returns (uint40 timestamp, uint256 root) {
        uint256 gap;
        (timestamp, root, gap) = book.rootOf(epoch, uint256(set));
        uint256 age = block.timestamp - timestamp;
        if (age > maxEpochAge) revert EpochTooOld(age, maxEpochAge);
        if (gap > band) revert EpochLeft(epoch, gap);
    }

    /// @dev What a flag and a cure ask besides, as `isLatest` does: they say what an account is worth now. Reverts while
    /// the oracle has no index, on which nobody is judged.
    function _latest(uint32 epoch, RequirementSet set) internal view returns (uint40 timestamp, uint256 root) {
        (timestamp, root) = _usable(epoch, set);
        uint256 drift = book.driftOf(epoch);
        if (drift > band) revert EpochLeft(epoch, drift);
    }

    /// @dev A flag, or silence of more than the grace since the lease ended or the book last came back, whichever is
    /// later; never while the book is overdue. An account without a lease so far has no deadline.
    function _isHard(AccountId id, Standing memory s) internal view returns (bool) {
        if (s.flagged) return true;
        // Spares the usual proof the rest: no lease ends before its unconditional part but by a missed challenge.
        if (!s.challenged && block.timestamp <= uint256(s.leaseUntil) + grace) return false;
        uint40 end = _leaseEnd(id, s);
        if (end == 0 || block.timestamp <= uint256(end) + grace) return false;
        uint40 alive = book.aliveSince();
        return alive != 0 && block.timestamp > uint256(alive) + grace;
    }

    /// @dev Counts the exits that were recorded, at a bounded cost. 0 for an account never proven.
    function _leaseEnd(AccountId id, Standing memory s) internal view override returns (uint40 end) {
        return _endAt(id, s, s.bandedUntil > s.leaseUntil ? exitOf[s.bandedEpoch] : 0);
    }

    /// @dev Counts every published exit, recorded or not.
    function _trueEnd(AccountId id, Standing memory s) private view returns (uint40) {
        if (s.bandedUntil <= s.leaseUntil) return _leaseEnd(id, s);
        (, uint40 exit) = book.firstOutside(s.bandedEpoch, band, s.bandedUntil);
        return _endAt(id, s, exit);
    }

    /// @param exit from the band of the longer lease; 0 if there was none
    function _endAt(AccountId id, Standing memory s, uint40 exit) private view returns (uint40 end) {
        end = s.bandedUntil;
        if (exit != 0 && exit < end) end = exit;
        if (end < s.leaseUntil) end = s.leaseUntil;
        if (!s.challenged) return end;
        uint40 missed = _missedDeadline(id);
        if (missed != 0 && missed < end) end = missed;
    }
}
