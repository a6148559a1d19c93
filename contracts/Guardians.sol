// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Guardian, IGuardians, ViewingKey} from "./interfaces/IGuardians.sol";

/// @title Viewing keys by number: see `IGuardians` for powers and warnings.
contract Guardians is IGuardians {
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev Baby Jubjub as circomlib has it: A x^2 + y^2 = 1 + D x^2 y^2.
    uint256 private constant A = 168700;
    uint256 private constant D = 168696;

    address public immutable venue;
    uint32 public immutable overlap;
    uint32 private _guardianCount;
    uint32 private _keyCount;
    mapping(uint32 number => Guardian) private _guardians;
    mapping(uint32 number => ViewingKey) private _keys;
    mapping(bytes32 point => uint32 key) private _numberOf;

    constructor(address venue_, uint32 overlap_) {
        if (overlap_ < 10 minutes) revert OverlapTooShort(overlap_);
        if (overlap_ > 1 days) revert OverlapTooLong(overlap_);
        venue = venue_;
        overlap = overlap_;
    }

    /// @inheritdoc IGuardians
    function register(address keeper, uint256 x, uint256 y) external returns (uint32 guardian) {
        if (msg.sender != venue) revert NotVenue(msg.sender);
        guardian = ++_guardianCount;
        _guardians[guardian].keeper = keeper;
        emit Registered(guardian, keeper);
        _setKey(guardian, x, y);
    }

    /// @inheritdoc IGuardians
    function retire(uint32 guardian) external {
        if (msg.sender != venue) revert NotVenue(msg.sender);
        _existing(guardian).retired = true;
        emit Retired(guardian);
    }

    /// @inheritdoc IGuardians
    function rotate(uint32 guardian, uint256 x, uint256 y) external returns (uint32 key) {
        _requireKeeper(guardian);
        // Else two in a row would close what was on its way to the first: a keeper could hold its accounts up for ever.
        uint256 until = uint256(_keys[_guardians[guardian].key].since) + overlap;
        if (block.timestamp <= until) revert RotatedTooSoon(guardian, until);
        return _setKey(guardian, x, y);
    }

    /// @inheritdoc IGuardians
    function handOn(uint32 guardian, address keeper) external {
        _requireKeeper(guardian);
        _guardians[guardian].keeper = keeper;
        emit KeeperChanged(guardian, keeper);
    }

    /// @inheritdoc IGuardians
    function guardianOf(uint32 guardian) external view returns (Guardian memory) {
        return _existing(guardian);
    }

    /// @inheritdoc IGuardians
    function keyOf(uint32 key) external view returns (ViewingKey memory k) {
        k = _keys[key];
        if (k.guardian == 0) revert UnknownKey(key);
    }

    /// @inheritdoc IGuardians
    function accepts(uint32 guardian, uint32 key) external view returns (bool) {
        Guardian storage g = _guardians[guardian];
        if (key == 0) return false;
        if (key == g.key) return true;
        return key == g.before && block.timestamp <= uint256(_keys[g.key].since) + overlap;
    }

    /// @inheritdoc IGuardians
    function isOpen(uint32 guardian) external view returns (bool) {
        Guardian storage g = _guardians[guardian];
        return g.key != 0 && !g.retired;
    }

    /// @dev One key a point: who reads what was disclosed to a key is one guardian's business.
    function _setKey(uint32 guardian, uint256 x, uint256 y) private returns (uint32 key) {
        _requireStrong(x, y);
        bytes32 point = keccak256(abi.encode(x, y));
        if (_numberOf[point] != 0) revert KeyInUse(_numberOf[point]);
        key = ++_keyCount;
        _numberOf[point] = key;
        _keys[key] = ViewingKey(guardian, uint40(block.timestamp), x, y);
        Guardian storage g = _guardians[guardian];
        (g.before, g.key) = (g.key, key);
        emit KeyRotated(guardian, key, x, y);
    }

    /// @dev The same point in other words would be another key, one off the curve means nothing to the circuit, and of a
    /// small order it makes every stream public: 8 times such a point is the identity (0, 1), because the curve's order
    /// is 8 times a prime.
    function _requireStrong(uint256 x, uint256 y) private pure {
        if (x >= FIELD) revert KeyNotReduced(x);
        if (y >= FIELD) revert KeyNotReduced(y);
        uint256 xx = mulmod(x, x, FIELD);
        uint256 yy = mulmod(y, y, FIELD);
        uint256 left = addmod(mulmod(A, xx, FIELD), yy, FIELD);
        if (left != addmod(1, mulmod(D, mulmod(xx, yy, FIELD), FIELD), FIELD)) revert KeyNotOnCurve(x, y);
        (uint256 px, uint256 py, uint256 pz) = (x, y, 1);
        for (uint256 i; i < 3; ++i) (px, py, pz) = _double(px, py, pz);
        if (px == 0 && py == pz) revert KeyOfSmallOrder(x, y);
    }

    /// @dev Projective doubling on a twisted Edwards curve (Bernstein, Birkner, Joye, Lange, Peters 2008): complete, since
    /// A is a square and D is none, so z is never 0.
    function _double(uint256 x, uint256 y, uint256 z) private pure returns (uint256, uint256, uint256) {
        uint256 b = addmod(x, y, FIELD);
        b = mulmod(b, b, FIELD);
        uint256 c = mulmod(x, x, FIELD);
        uint256 d = mulmod(y, y, FIELD);
        uint256 e = mulmod(A, c, FIELD);
        uint256 f = addmod(e, d, FIELD);
        uint256 j = addmod(f, FIELD - mulmod(2, mulmod(z, z, FIELD), FIELD), FIELD);
        uint256 sum = addmod(c, d, FIELD);
        return (
            mulmod(addmod(b, FIELD - sum, FIELD), j, FIELD),
            mulmod(f, addmod(e, FIELD - d, FIELD), FIELD),
            mulmod(f, j, FIELD)
        );
    }

    function _existing(uint32 guardian) private view returns (Guardian storage g) {
        g = _guardians[guardian];
        if (g.key == 0) revert UnknownGuardian(guardian);
    }

    function _requireKeeper(uint32 guardian) private view {
        if (msg.sender != _existing(guardian).keeper) revert NotKeeper(guardian, msg.sender);
    }
}
