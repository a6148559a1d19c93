// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev A viewing key: a point of Baby Jubjub as circomlib has it, and whose it is.
/// @param guardian number, from 1
/// @param since    when it became the guardian's
struct ViewingKey {
    uint32 guardian;
    uint40 since;
    uint256 x;
    uint256 y;
}

/// @param keeper  who rotates the key
/// @param key     number of the key in force
/// @param before  number of the key before it, accepted for `overlap` more; 0 without one
/// @param retired no new account picks it
struct Guardian {
    address keeper;
    uint32 key;
    uint32 before;
    bool retired;
}

/// @title Who may read accounts, so that a silent one can be closed: viewing keys by number, none ever changed or reused.
///
/// @notice Powers.
/// - Venue, fixed at deployment: registers guardians and retires them from being picked. It reads nothing.
/// - A guardian's keeper: rotates its own key, hands its office on. Who holds the secret of a key reads every account that
///   was disclosed to it, past ones included, and can do nothing with what it reads but prove it healthy or in breach.
/// - Nobody removes a key: what was encrypted to it stays readable to who holds its secret.
///
/// @notice What holds of every key: its coordinates are reduced, it is a point of the curve, and 8 times it is not the
/// identity, so that no stream is public.
///
/// @notice WARNING: nothing shows that anybody still holds a key's secret. An account picks its guardian, and lives on
/// without it; only nobody then proves it in breach while it is silent.
interface IGuardians {
    event Registered(uint32 indexed guardian, address indexed keeper);
    event KeyRotated(uint32 indexed guardian, uint32 indexed key, uint256 x, uint256 y);
    event KeeperChanged(uint32 indexed guardian, address indexed keeper);
    event Retired(uint32 indexed guardian);

    error NotVenue(address caller);
    error NotKeeper(uint32 guardian, address caller);
    error UnknownGuardian(uint32 guardian);
    error UnknownKey(uint32 key);
    error KeyNotReduced(uint256 coordinate);
    error KeyNotOnCurve(uint256 x, uint256 y);
    error KeyOfSmallOrder(uint256 x, uint256 y);
    error KeyInUse(uint32 key);
    error OverlapTooShort(uint32 overlap);
    error OverlapTooLong(uint32 overlap);
    error RotatedTooSoon(uint32 guardian, uint256 until);

    /// @notice Venue only. @return guardian number, from 1
    function register(address keeper, uint256 x, uint256 y) external returns (uint32 guardian);

    /// @notice Venue only. Accounts that picked it keep it.
    function retire(uint32 guardian) external;

    /// @notice Keeper only. The key before stays accepted for `overlap`, so that what is on its way still arrives; no other
    /// rotation until that is over, so that no keeper closes what its accounts are sending.
    function rotate(uint32 guardian, uint256 x, uint256 y) external returns (uint32 key);

    /// @notice Keeper only.
    function handOn(uint32 guardian, address keeper) external;

    function guardianOf(uint32 guardian) external view returns (Guardian memory);
    function keyOf(uint32 key) external view returns (ViewingKey memory);

    /// @notice Whether a disclosure to this key is one to the guardian now.
    function accepts(uint32 guardian, uint32 key) external view returns (bool);

    /// @notice Whether new accounts may pick it.
    function isOpen(uint32 guardian) external view returns (bool);

    function venue() external view returns (address);
    /// @notice Seconds; from 10 minutes to a day.
    function overlap() external view returns (uint32);
}
