// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginVerifier, Proof} from "./IMarginVerifier.sol";

/// @dev 248 bits, because the id is inside the commitment. Never reused.
type AccountId is uint256;

/// @dev What the gate demands of a proof and grants for one. Times in seconds, coverage in basis points of the requirement.
/// @param maxEpochAge        an epoch older than this proves nothing any more
/// @param leaseMaintenance   counted from the epoch's timestamp; at least `maxEpochAge`
/// @param leaseInitial       counted from the epoch's timestamp; at least `leaseMaintenance`
/// @param coverageMaintenance at least 10000, below 2^20
/// @param coverageInitial    at least 10000, below 2^20
struct Terms {
    uint32 maxEpochAge;
    uint32 leaseMaintenance;
    uint32 leaseInitial;
    uint32 coverageMaintenance;
    uint32 coverageInitial;
}

/// @dev One published state of the market. The roots bind every row and parameter of the requirement (docs/SPEC.md).
struct Epoch {
    uint40 timestamp;
    uint256 maintenanceRoot;
    uint256 initialRoot;
    bytes32 dataHash;
}

/// @param nonce      proofs accepted for the account so far: part of every context, so no proof is accepted twice
/// @param leaseUntil last second at which the account is `Current`; 0 without a lease
/// @param size       positions the circuit of the account's healthy proofs holds: 4, 8, 16 or 32
struct Account {
    address owner;
    uint32 nonce;
    uint40 leaseUntil;
    uint8 size;
    bool flagged;
    uint256 commitment;
}

/// @dev One account's part in `proveMany`.
/// @param commitment and `context`: the proof's own public signals. The gate computes both and takes neither from here;
/// an account that has moved on is passed over at the cost of a comparison instead of failing the common check.
struct Claim {
    AccountId id;
    uint256 commitment;
    uint256 context;
    Proof proof;
}

enum RequirementSet {
    Maintenance,
    Initial
}

/// @dev What a proof was made for: part of its context.
enum Action {
    Prove,
    Flag,
    Cure
}

enum Status {
    None,
    Current,
    Lapsed,
    Flagged
}

/// @title Accepts proofs that hidden accounts are margined, and flags those proven not to be.
///
/// @notice Powers. The publisher, fixed at deployment, chooses every requirement root: false rows pass or flag whom it
/// likes, so anybody should rebuild the roots from the published data. A new epoch voids proofs not yet accepted, so it
/// can also keep proofs out; it cannot end a lease. Nobody can pause, upgrade or withdraw anything. Proofs may come from whoever knows the opening of a commitment;
/// commitments are replaced, and flags cured, by the account's owner only.
///
/// @notice Assumptions. The trusted setups of the four circuits, `Required(initial) >= Required(maintenance)` in what
/// is published, and a clock that lies by seconds at most.
///
/// @notice WARNING: in this form nothing ties a commitment to deposits or to the commitment before it. What is proven
/// is that the committed portfolio covers its requirement, not that it exists.
interface IMarginGate {
    event EpochPublished(
        uint32 indexed epoch,
        uint40 timestamp,
        uint256 maintenanceRoot,
        uint256 initialRoot,
        bytes32 dataHash,
        string dataURI
    );
    event Opened(AccountId indexed id, address indexed owner, uint256 commitment, uint8 size);
    event Updated(AccountId indexed id, uint256 commitment, uint8 size);
    event Proven(AccountId indexed id, uint32 indexed epoch, RequirementSet set, uint32 coverage, uint40 leaseUntil);
    /// @param reason selector of the error in this interface that says why a claim of `proveMany` was passed over
    event Skipped(AccountId indexed id, bytes4 reason);
    event Flagged(AccountId indexed id, uint32 indexed epoch, uint256 commitment, address by);
    event Cured(AccountId indexed id, uint32 indexed epoch);

    error LeaseTooShort(uint32 lease, uint32 atLeast);
    error CoverageOutOfRange(uint32 coverage);
    error DevelopmentKey(IMarginVerifier verifier, uint256 chainId);
    error UncontributedKey(IMarginVerifier verifier);

    error NotPublisher(address caller);
    error EpochNotAfter(uint40 timestamp, uint40 latest);
    error EpochInFuture(uint40 timestamp, uint256 time);
    error NotFieldElement(uint256 value);

    error UnknownAccount(AccountId id);
    error UnknownSize(uint8 size);
    error NotOwner(AccountId id, address caller);
    error NotLatestEpoch(uint32 epoch, uint32 latest);
    error EpochTooOld(uint256 age, uint32 maxAge);
    error AccountFlagged(AccountId id);
    error AccountNotFlagged(AccountId id);
    error CommitmentNotHeld(AccountId id, uint256 commitment);
    error ProofRejected();

    /// @dev Only as a reason in `Skipped`: the proof is of another size, commitment, caller or nonce than the account's now.
    error ProofOvertaken(AccountId id);
    error EmptyBatch();

    /// @notice Publishes the market state that proofs must refer to from now on. Publisher only.
    /// @param timestamp unix seconds; after the latest epoch's and not in the future
    /// @param dataHash  of the file the roots are built from, so that anybody can rebuild them
    /// @param dataURI   where that file is; only emitted
    function publishEpoch(
        uint40 timestamp,
        uint256 maintenanceRoot,
        uint256 initialRoot,
        bytes32 dataHash,
        string calldata dataURI
    ) external returns (uint32 epoch);

    /// @notice Opens the caller's next account. It has no lease before its first proof.
    /// @param commitment to a state that contains `accountIdOf(caller, accountsOf(caller))`
    /// @param size       circuit of the account's healthy proofs: 4, 8, 16 or 32 positions
    function open(uint256 commitment, uint8 size) external returns (AccountId id);

    /// @notice Replaces the commitment. The lease ends; a flag stays; the old commitment remains open to breach proofs
    /// at the latest epoch until the account is proven healthy at it.
    function update(AccountId id, uint256 commitment, uint8 size) external;

    /// @notice Accepts a proof that the account covers the set's requirement at the latest epoch, and leases it for the
    /// set's time from that epoch's timestamp. Never shortens a lease.
    /// @param epoch the latest, named so that a proof overtaken by a new epoch fails cheaply
    function prove(AccountId id, uint32 epoch, RequirementSet set, Proof calldata proof) external;

    /// @notice `prove` for many accounts of one size, at a fraction of its cost each. A claim that `prove` would refuse is
    /// passed over with `Skipped` and keeps no other from being accepted.
    /// @dev Who checks the proofs before sending them pays for one check, whatever accounts do meanwhile. One proof that
    /// does not verify makes the gate check each by itself, which costs about four times as much.
    /// @return accepted for each claim in order, whether its account was proven
    function proveMany(uint32 epoch, RequirementSet set, uint8 size, Claim[] calldata claims)
        external
        returns (bool[] memory accepted);

    /// @notice Flags the account on a proof that it does not cover the maintenance requirement (1x) at the latest epoch.
    /// @param commitment the account's, or one replaced since that epoch was published with no healthy proof after it:
    /// replacing a commitment dodges nothing, and neither does a replacement that overtakes this call
    /// @param size       circuit of this proof; any that holds the positions, whatever size the account declares
    function flag(AccountId id, uint32 epoch, uint256 commitment, uint8 size, Proof calldata proof) external;

    /// @notice Lifts the owner's flag on a proof that the account covers the initial requirement at the latest epoch.
    function cure(AccountId id, uint32 epoch, Proof calldata proof) external;

    /// @notice The id of the owner's account number `index`, open or not.
    function accountIdOf(address owner, uint256 index) external view returns (AccountId);

    /// @notice How many accounts the owner has opened: the index of the next.
    function accountsOf(address owner) external view returns (uint256);

    /// @notice The public signal `context` of a proof that `caller` submits next.
    function contextOf(AccountId id, Action action, address caller) external view returns (uint256);

    function accountOf(AccountId id) external view returns (Account memory);

    /// @notice Derived from time and storage at every call. `Lapsed`: no proof in force, which proves nothing bad.
    function statusOf(AccountId id) external view returns (Status);

    /// @notice Whether the account is `Current`.
    /// @dev WARNING: says that it was proven at an epoch whose lease still runs, not that it would be proven now.
    function isHealthy(AccountId id) external view returns (bool);
    function leaseOf(AccountId id) external view returns (uint40 leaseUntil);

    /// @notice Epochs are numbered from 1; 0 before the first.
    function latestEpoch() external view returns (uint32);
    function epochOf(uint32 epoch) external view returns (Epoch memory);

    /// @notice The verifier for accounts of `size` positions.
    function verifierOf(uint8 size) external view returns (IMarginVerifier);
}
