// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BookTerms, Epoch, IEpochBook, PublishedEpoch} from "./interfaces/IEpochBook.sol";
import {IIndexOracle, Index} from "./interfaces/IIndexOracle.sol";
import {Signature} from "./interfaces/ISigners.sol";
import {SignerSet, Signers} from "./oracle/Signers.sol";

/// @title See `IEpochBook` for powers, assumptions and warnings.
contract EpochBook is IEpochBook, EIP712 {
    using Signers for SignerSet;

    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant RATIO = 1e9;
    uint256 private constant PRICES_PER_WORD = 4;
    bytes32 private constant EPOCH = keccak256(
        "Epoch(uint40 timestamp,uint64[] index,uint256[] requirementRoots,uint256 settlementRoot,bytes32 dataHash,string dataURI)"
    );

    /// @dev An epoch without its roots. Prices lie four to a word.
    struct Stored {
        uint40 timestamp;
        uint40 publishedAt;
        uint40 aliveSince;
        bytes32 dataHash;
        uint256 settlementRoot;
        mapping(uint256 set => uint256) roots;
        mapping(uint256 word => uint256) index;
    }

    IIndexOracle public immutable oracle;
    address public immutable governor;
    uint256 private immutable assets;
    uint8 private immutable sets;
    uint32 private immutable minSpacing;
    uint32 private immutable maxSpacing;
    uint32 private immutable maxDelay;
    uint32 private immutable maxGap;
    uint32 private immutable setDelay;

    uint32 public latestEpoch;
    /// @dev The ruling set until `_nextFrom`, from when on it is `_next`; `_nextFrom` 0 when none is proposed.
    uint32 private _ruling;
    uint32 private _next;
    uint40 private _nextFrom;
    uint32 private _setCount;
    mapping(uint32 number => Stored) private _epochs;
    mapping(uint32 set => SignerSet) private _sets;

    constructor(IIndexOracle oracle_, address governor_, BookTerms memory t, uint8 threshold, address[] memory members)
        EIP712("Tacit epoch book", "1")
    {
        bool spaced = t.minSpacing > 0 && t.minSpacing < t.maxSpacing && t.maxSpacing <= 1 days && t.maxDelay <= t.maxSpacing;
        bool bounded = t.sets > 0 && t.maxGap > 0 && t.maxGap <= RATIO / 5 && t.setDelay >= 1 days && t.setDelay <= 30 days;
        if (!spaced || !bounded) revert BadTerms();

        oracle = oracle_;
        governor = governor_;
        assets = oracle_.assetCount();
        sets = t.sets;
        minSpacing = t.minSpacing;
        maxSpacing = t.maxSpacing;
        maxDelay = t.maxDelay;
        maxGap = t.maxGap;
        setDelay = t.setDelay;
        _sets[0].fill(threshold, members);
        emit PublishersProposed(0, uint40(block.timestamp), threshold, members);
    }

    /// @inheritdoc IEpochBook
    function publish(Epoch calldata epoch, Signature[] calldata signatures) external returns (uint32 number) {
        _requireTime(epoch.timestamp);
        if (epoch.requirementRoots.length != sets) revert WrongRootCount(epoch.requirementRoots.length, sets);
        for (uint256 i; i < sets; ++i) _requireFieldElement(epoch.requirementRoots[i]);
        _requireFieldElement(epoch.settlementRoot);
        _sets[_rulingSet()].requireQuorum(digestOf(epoch), signatures);
        _requireNearOracle(epoch.index);

        uint40 alive = aliveSince();
        number = ++latestEpoch;
        Stored storage stored = _epochs[number];
        (stored.timestamp, stored.publishedAt) = (epoch.timestamp, uint40(block.timestamp));
        stored.aliveSince = alive == 0 ? uint40(block.timestamp) : alive;
        (stored.dataHash, stored.settlementRoot) = (epoch.dataHash, epoch.settlementRoot);
        for (uint256 i; i < sets; ++i) stored.roots[i] = epoch.requirementRoots[i];
        for (uint256 i; i < assets; i += PRICES_PER_WORD) stored.index[i / PRICES_PER_WORD] = _pack(epoch.index, i);
        emit EpochPublished(number, epoch);
    }

    /// @inheritdoc IEpochBook
    function digestOf(Epoch calldata epoch) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    EPOCH,
                    epoch.timestamp,
                    keccak256(abi.encodePacked(epoch.index)),
                    keccak256(abi.encodePacked(epoch.requirementRoots)),
                    epoch.settlementRoot,
                    epoch.dataHash,
                    keccak256(bytes(epoch.dataURI))
                )
            )
        );
    }

    /// @inheritdoc IEpochBook
    function proposePublishers(uint8 threshold, address[] calldata members) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender);
        _ruling = _rulingSet();
        _next = ++_setCount;
        _nextFrom = uint40(block.timestamp) + setDelay;
        _sets[_next].fill(threshold, members);
        emit PublishersProposed(_next, _nextFrom, threshold, members);
    }

    /// @inheritdoc IEpochBook
    function withdrawProposal() external {
        if (msg.sender != governor) revert NotGovernor(msg.sender);
        if (!_waits()) revert NothingProposed();
        _nextFrom = 0;
        emit ProposalWithdrawn(_next);
    }

    /// @inheritdoc IEpochBook
    function publishers() external view returns (uint8 threshold, address[] memory members) {
        SignerSet storage set = _sets[_rulingSet()];
        return (set.threshold, set.members);
    }

    /// @inheritdoc IEpochBook
    function proposed() external view returns (uint40 rulesFrom, uint8 threshold, address[] memory members) {
        if (_waits()) return (_nextFrom, _sets[_next].threshold, _sets[_next].members);
    }

    /// @inheritdoc IEpochBook
    function epochOf(uint32 number) external view returns (PublishedEpoch memory epoch) {
        Stored storage stored = _existing(number);
        epoch.timestamp = stored.timestamp;
        epoch.publishedAt = stored.publishedAt;
        epoch.aliveSince = stored.aliveSince;
        epoch.dataHash = stored.dataHash;
        epoch.settlementRoot = stored.settlementRoot;
        epoch.requirementRoots = new uint256[](sets);
        for (uint256 i; i < sets; ++i) epoch.requirementRoots[i] = stored.roots[i];
        epoch.index = new uint64[](assets);
        for (uint256 i; i < assets; ++i) epoch.index[i] = uint64(_price(stored, i));
    }

    /// @inheritdoc IEpochBook
    function rootOf(uint32 number, uint256 set)
        external
        view
        returns (uint40 timestamp, uint256 requirementRoot, uint256 gap)
    {
        Stored storage epoch = _existing(number);
        if (set >= sets) revert UnknownSet(set);
        uint32 newest = latestEpoch;
        if (number != newest) gap = _gap(_epochs[newest], epoch);
        return (epoch.timestamp, epoch.roots[set], gap);
    }

    /// @inheritdoc IEpochBook
    function settlementRoot() external view returns (uint256) {
        return _existing(latestEpoch).settlementRoot;
    }

    /// @inheritdoc IEpochBook
    function timesOf(uint32 number) external view returns (uint40 timestamp, uint40 publishedAt) {
        Stored storage epoch = _existing(number);
        return (epoch.timestamp, epoch.publishedAt);
    }

    /// @inheritdoc IEpochBook
    function gapOf(uint32 number, uint32 from) external view returns (uint256) {
        return _gap(_existing(number), _existing(from));
    }

    /// @inheritdoc IEpochBook
    function firstOutside(uint32 number, uint256 band, uint256 until)
        external
        view
        returns (uint32 outside, uint40 timestamp)
    {
        Stored storage from = _existing(number);
        uint32 newest = latestEpoch;
        for (outside = number + 1; outside <= newest; ++outside) {
            Stored storage later = _epochs[outside];
            timestamp = later.timestamp;
            if (timestamp > until) break;
            if (_gap(later, from) > band) return (outside, timestamp);
        }
        return (0, 0);
    }

    /// @inheritdoc IEpochBook
    function driftOf(uint32 number) external view returns (uint256 drift) {
        Stored storage epoch = _existing(number);
        Index[] memory now_ = oracle.indices();
        for (uint256 i; i < now_.length; ++i) {
            uint256 moved = _moved(now_[i].price, _price(epoch, i));
            if (moved > drift) drift = moved;
        }
    }

    /// @inheritdoc IEpochBook
    function overdue() external view returns (bool) {
        return aliveSince() == 0;
    }

    /// @inheritdoc IEpochBook
    function aliveSince() public view returns (uint40) {
        Stored storage latest = _epochs[latestEpoch];
        return block.timestamp > uint256(latest.timestamp) + maxSpacing ? 0 : latest.aliveSince;
    }

    /// @inheritdoc IEpochBook
    function terms() external view returns (BookTerms memory) {
        return BookTerms(sets, minSpacing, maxSpacing, maxDelay, maxGap, setDelay);
    }

    function _requireTime(uint40 timestamp) private view {
        if (timestamp > block.timestamp) revert EpochInFuture(timestamp, block.timestamp);
        uint256 delay = block.timestamp - timestamp;
        if (delay > maxDelay) revert EpochTooOld(delay, maxDelay);
        Stored storage latest = _epochs[latestEpoch];
        uint256 earliest = uint256(latest.timestamp) + minSpacing;
        if (timestamp < earliest) revert EpochTooSoon(timestamp, earliest);
        // Spaced timestamps alone could still come all at once after a pause.
        earliest = uint256(latest.publishedAt) + minSpacing;
        if (block.timestamp < earliest) revert PublishedTooSoon(block.timestamp, earliest);
    }

    /// @dev The oracle's price is positive, so an index price of 0 is off by all of it and refused.
    function _requireNearOracle(uint64[] calldata index) private view {
        if (index.length != assets) revert WrongIndexCount(index.length, assets);
        Index[] memory now_ = oracle.indices();
        for (uint256 i; i < now_.length; ++i) {
            uint64 price = now_[i].price;
            if (_distance(index[i], price) * RATIO > uint256(maxGap) * price) revert IndexOffOracle(i, index[i], price);
        }
    }

    function _requireFieldElement(uint256 value) private pure {
        if (value == 0 || value >= FIELD) revert NotFieldElement(value);
    }

    function _existing(uint32 number) private view returns (Stored storage epoch) {
        epoch = _epochs[number];
        if (epoch.timestamp == 0) revert UnknownEpoch(number);
    }

    function _rulingSet() private view returns (uint32) {
        return _nextFrom != 0 && block.timestamp >= _nextFrom ? _next : _ruling;
    }

    function _waits() private view returns (bool) {
        return block.timestamp < _nextFrom;
    }

    /// @dev No price is 0, so a word is read to its end when nothing is left of it.
    function _gap(Stored storage epoch, Stored storage from) private view returns (uint256 gap) {
        for (uint256 i; i < assets; i += PRICES_PER_WORD) {
            uint256 prices = epoch.index[i / PRICES_PER_WORD];
            for (uint256 old = from.index[i / PRICES_PER_WORD]; old != 0; (old, prices) = (old >> 64, prices >> 64)) {
                uint256 moved = _moved(uint64(prices), uint64(old));
                if (moved > gap) gap = moved;
            }
        }
    }

    function _price(Stored storage epoch, uint256 asset) private view returns (uint256) {
        return uint64(epoch.index[asset / PRICES_PER_WORD] >> (64 * (asset % PRICES_PER_WORD)));
    }

    function _pack(uint64[] calldata prices, uint256 first) private pure returns (uint256 word) {
        for (uint256 k; k < PRICES_PER_WORD && first + k < prices.length; ++k) {
            word |= uint256(prices[first + k]) << (64 * k);
        }
    }

    /// @dev In 1e-9 of the price it moved from, rounded up, so that a band is never left unnoticed.
    function _moved(uint256 price, uint256 from) private pure returns (uint256) {
        return (_distance(price, from) * RATIO + from - 1) / from;
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
