// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IIndexOracle} from "./IIndexOracle.sol";
import {ISigners, Signature} from "./ISigners.sol";

/// @dev What publishers sign: one published state of the market.
/// @param timestamp        unix seconds of the prices and rows
/// @param index            index prices, 1e-6 USD, in the oracle's order of assets
/// @param requirementRoots one per requirement set, maintenance first (docs/SPEC.md); field elements, not 0
/// @param settlementRoot   of all settlement prices so far; a field element, not 0
/// @param dataHash         of the file the roots are built from, so that anybody can rebuild them
/// @param dataURI          where that file is; only emitted
struct Epoch {
    uint40 timestamp;
    uint64[] index;
    uint256[] requirementRoots;
    uint256 settlementRoot;
    bytes32 dataHash;
    string dataURI;
}

/// @param aliveSince publication of the first epoch after the book was last overdue
struct PublishedEpoch {
    uint40 timestamp;
    uint40 publishedAt;
    uint40 aliveSince;
    bytes32 dataHash;
    uint256 settlementRoot;
    uint256[] requirementRoots;
    uint64[] index;
}

/// @dev Fixed at deployment. Times in seconds.
/// @param sets       requirement roots of an epoch, at least 1
/// @param minSpacing between epochs' timestamps, and between their publications; above 0
/// @param maxSpacing the book is overdue when its latest epoch is older; above `minSpacing`, at most a day
/// @param maxDelay   from an epoch's timestamp to its publication, at most `maxSpacing`
/// @param maxGap     of an epoch's index prices to the oracle's at publication, in 1e-9; above 0, at most 20%
/// @param setDelay   from the proposal of a set of publishers to its rule; a day to 30 days
struct BookTerms {
    uint8 sets;
    uint32 minSpacing;
    uint32 maxSpacing;
    uint32 maxDelay;
    uint32 maxGap;
    uint32 setDelay;
}

/// @title The market's published states: what proofs refer to.
///
/// @notice Powers.
/// - Publishers, k of n: choose every requirement root and the settlement root. False rows pass or fail whom they like,
///   so anybody should rebuild the roots from the data. Their index prices are bounded by the oracle. They can stop
///   publishing, and cannot publish faster than `minSpacing`. Fewer than k can do nothing.
/// - Governor: proposes sets of publishers, which rule after `setDelay`, and withdraws proposals. Whoever does not trust
///   a proposed set has that long to leave. Governor 0: the set is fixed.
/// - Parameters and oracle: nobody. Nobody can pause, upgrade, change or remove an epoch.
/// - Anybody submits what publishers signed.
///
/// @notice WARNING: publication stops while the oracle has no index for one of its assets. Consumers must not let
/// deadlines that need an epoch run against users while `overdue()`.
interface IEpochBook is ISigners {
    event EpochPublished(uint32 indexed number, Epoch epoch);
    event PublishersProposed(uint32 indexed set, uint40 rulesFrom, uint8 threshold, address[] members);
    event ProposalWithdrawn(uint32 indexed set);

    error BadTerms();
    error NotGovernor(address caller);
    error NothingProposed();

    error EpochInFuture(uint40 timestamp, uint256 time);
    error EpochTooOld(uint256 delay, uint32 maxDelay);
    error EpochTooSoon(uint40 timestamp, uint256 earliest);
    error PublishedTooSoon(uint256 time, uint256 earliest);
    error WrongRootCount(uint256 roots, uint8 sets);
    error WrongIndexCount(uint256 prices, uint256 assets);
    error NotFieldElement(uint256 value);
    error IndexOffOracle(uint256 asset, uint64 price, uint64 oraclePrice);
    error UnknownEpoch(uint32 number);
    error UnknownSet(uint256 set);

    /// @notice Publishes what a quorum signed under EIP-712: domain `("Tacit epoch book", "1", chain, this contract)`,
    /// type `Epoch(uint40 timestamp,uint64[] index,uint256[] requirementRoots,uint256 settlementRoot,bytes32 dataHash,
    /// string dataURI)`. Timestamps only grow, so nothing is published twice.
    function publish(Epoch calldata epoch, Signature[] calldata signatures) external returns (uint32 number);

    /// @notice The digest that publishers sign.
    function digestOf(Epoch calldata epoch) external view returns (bytes32);

    /// @notice Governor only. Replaces a proposal that does not rule yet, whose delay is then lost.
    /// @param members strictly increasing, at most 32; the threshold is above half of them
    function proposePublishers(uint8 threshold, address[] calldata members) external;

    /// @notice Governor only. A set that rules already cannot be withdrawn.
    function withdrawProposal() external;

    /// @notice Those whose signatures count now: derived from time, nobody needs to enact a proposal.
    function publishers() external view returns (uint8 threshold, address[] memory members);

    /// @notice The set that rules from `rulesFrom` on; 0 when none waits.
    function proposed() external view returns (uint40 rulesFrom, uint8 threshold, address[] memory members);

    /// @notice Epochs are numbered from 1, and all of them stay; 0 before the first.
    function latestEpoch() external view returns (uint32);
    function epochOf(uint32 number) external view returns (PublishedEpoch memory);

    /// @notice What a proof's public signals are built from, and how far the newest epoch's prices are from this one's.
    /// @param set 0 maintenance, 1 initial
    /// @return timestamp of the epoch, unix seconds
    /// @return requirementRoot of the set
    /// @return gap as `gapOf` has it; 0 for the newest epoch
    function rootOf(uint32 number, uint256 set)
        external
        view
        returns (uint40 timestamp, uint256 requirementRoot, uint256 gap);

    /// @notice That of the newest epoch: the only one that counts, for it holds all before.
    function settlementRoot() external view returns (uint256);

    function timesOf(uint32 number) external view returns (uint40 timestamp, uint40 publishedAt);

    /// @notice How far the prices of one epoch are from those of another, over all assets the most, in 1e-9 of the
    /// latter's price, rounded up.
    function gapOf(uint32 number, uint32 from) external view returns (uint256);

    /// @notice The first later epoch, with a timestamp of at most `until`, whose prices are further than `band` from this
    /// one's; 0 if none is.
    /// @dev Reads every epoch on its way. Bound `until`.
    function firstOutside(uint32 number, uint256 band, uint256 until) external view returns (uint32 outside, uint40 timestamp);

    /// @notice How far the oracle's index is from the epoch's prices now, over all assets the most, in 1e-9 of the
    /// epoch's price: the epoch's band is left when this exceeds it. Reverts while the oracle has no index.
    function driftOf(uint32 number) external view returns (uint256);

    /// @notice Whether there is no epoch younger than `maxSpacing`.
    function overdue() external view returns (bool);

    /// @notice Since when there has always been an epoch younger than `maxSpacing`; 0 while `overdue()`.
    function aliveSince() external view returns (uint40);

    function oracle() external view returns (IIndexOracle);
    function governor() external view returns (address);
    function terms() external view returns (BookTerms memory);
}
