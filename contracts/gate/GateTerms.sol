// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {BookTerms, IEpochBook} from "../interfaces/IEpochBook.sol";
import {IMarginGate, Terms} from "../interfaces/IMarginGate.sol";

/// @title A gate's parameters and the bounds that keep every account able to prove itself, and every silence finite.
abstract contract GateTerms is IMarginGate {
    uint32 internal constant FULL_COVERAGE = 10_000;
    /// @dev The circuit's coverage signal has 20 bits.
    uint32 internal constant MOST_COVERAGE = (1 << 20) - 1;
    uint256 private constant RATIO = 1e9;
    /// @dev Epochs that a view may have to read to find the end of a banded lease.
    uint256 private constant MOST_EPOCHS = 1024;

    IEpochBook public immutable book;
    uint32 internal immutable maxEpochAge;
    uint32 internal immutable leaseMaintenance;
    uint32 internal immutable leaseInitial;
    uint32 internal immutable grace;
    uint32 internal immutable band;
    uint32 internal immutable coverageMaintenance;
    uint32 internal immutable coverageInitial;
    uint32 internal immutable challengeWindow;
    uint32 internal immutable challengeCooldown;
    uint96 internal immutable challengeBond;

    constructor(IEpochBook book_, Terms memory t) {
        BookTerms memory b = book_.terms();
        if (b.sets != 2) revert WrongRootCount(b.sets);
        uint256 mostLease = MOST_EPOCHS * b.minSpacing;
        if (mostLease > 7 days) mostLease = 7 days;
        _within("maxEpochAge", t.maxEpochAge, b.maxSpacing, 2 days);
        _within("leaseMaintenance", t.leaseMaintenance, t.maxEpochAge, 7 days);
        _within("leaseInitial", t.leaseInitial, t.leaseMaintenance, mostLease);
        uint256 leastGrace = 2 * uint256(b.maxDelay);
        _within("grace", t.grace, leastGrace < 10 minutes ? 10 minutes : leastGrace, 7 days);
        // One epoch at the top of the oracle's bound, one at its bottom: rounded up, as the book rounds.
        uint256 leastBand = (2 * RATIO * b.maxGap + RATIO - b.maxGap - 1) / (RATIO - b.maxGap);
        _within("band", t.band, leastBand, RATIO / 5);
        _within("coverageMaintenance", t.coverageMaintenance, FULL_COVERAGE, MOST_COVERAGE);
        _within("coverageInitial", t.coverageInitial, t.coverageMaintenance, MOST_COVERAGE);
        _within("challengeWindow", t.challengeWindow, 5 minutes, t.maxEpochAge - b.maxDelay);
        _within("challengeCooldown", t.challengeCooldown, t.challengeWindow, 30 days);
        _within("challengeBond", t.challengeBond, 0.001 ether, 100 ether);

        book = book_;
        maxEpochAge = t.maxEpochAge;
        leaseMaintenance = t.leaseMaintenance;
        leaseInitial = t.leaseInitial;
        grace = t.grace;
        band = t.band;
        coverageMaintenance = t.coverageMaintenance;
        coverageInitial = t.coverageInitial;
        challengeWindow = t.challengeWindow;
        challengeCooldown = t.challengeCooldown;
        challengeBond = t.challengeBond;
    }

    /// @inheritdoc IMarginGate
    function terms() external view returns (Terms memory) {
        return Terms({
            maxEpochAge: maxEpochAge,
            leaseMaintenance: leaseMaintenance,
            leaseInitial: leaseInitial,
            grace: grace,
            band: band,
            coverageMaintenance: coverageMaintenance,
            coverageInitial: coverageInitial,
            challengeWindow: challengeWindow,
            challengeCooldown: challengeCooldown,
            challengeBond: challengeBond
        });
    }

    function _within(bytes32 term, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert TermOutOfBounds(term, value, least, most);
    }
}
