// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IEpochBook} from "./IEpochBook.sol";
import {AccountId, IMarginGateReader, Status} from "./IMarginGateReader.sol";
import {IMarginVerifier, Proof} from "./IMarginVerifier.sol";

/// @dev What the gate demands and grants, fixed at deployment. Times in seconds, coverage in basis points of the
/// requirement. Each lies between the bounds given, else `TermOutOfBounds`.
/// @param maxEpochAge         an older epoch proves nothing; from the book's `maxSpacing` (so that an epoch can be proven
/// at whenever the book is not overdue) to 2 days
/// @param leaseMaintenance    from the epoch's timestamp; from `maxEpochAge` to 7 days
/// @param leaseInitial        from the epoch's timestamp; from `leaseMaintenance` to 7 days and 1,024 `minSpacing` of the book
/// @param grace               from the end of a lease to `Hard`; from twice the book's `maxDelay` and 10 minutes to 7 days
/// @param band                by how much an index price may differ from an epoch's before its band is left, in 1e-9; from
/// what two epochs may differ by at one price of the oracle (twice the book's `maxGap` and a little) to 20%
/// @param coverageMaintenance from 10000 to 2^20 - 1
/// @param coverageInitial     from `coverageMaintenance` to 2^20 - 1
/// @param challengeWindow     from the publication of the first epoch after a challenge to its deadline; from 5 minutes
/// to `maxEpochAge` less the book's `maxDelay` (so that this very epoch answers it to the end)
/// @param challengeCooldown   from one challenge of an account to the next; from `challengeWindow` to 30 days
/// @param challengeBond       wei, the least; from 0.001 to 100 ether
struct Terms {
    uint32 maxEpochAge;
    uint32 leaseMaintenance;
    uint32 leaseInitial;
    uint32 grace;
    uint32 band;
    uint32 coverageMaintenance;
    uint32 coverageInitial;
    uint32 challengeWindow;
    uint32 challengeCooldown;
    uint96 challengeBond;
}

/// @param nonce       healthy proofs accepted: part of the context of the next, so no proof is accepted twice
/// @param provenEpoch of the last of them; they never go back in time
/// @param leaseUntil  last second that any healthy proof of what the account held has leased, whatever prices do
/// @param bandedUntil last second of the initial set's longer lease, which ends earlier with its epoch's band
/// @param bandedEpoch the epoch of that band
/// @param coverage    of the initial requirement in the last proof; 0 when that was of the maintenance set, and after an update
/// @param pledged     the largest coverage pledged to anybody; 0 without a covenant
/// @param size        positions the circuit of the account's healthy proofs holds: 4, 8, 16 or 32
/// @param fresh       whether a healthy proof was accepted since the commitment was last replaced
/// @param flagged     `Hard` until cured
/// @param challenged  a challenge is open, or was missed and no proof that could have answered it accepted since
/// @param consents    owner's acts so far: part of what an owner signs next
/// @param flagEpoch   of the last breach: no earlier epoch cures it
struct Account {
    uint256 commitment;
    uint32 nonce;
    uint32 provenEpoch;
    uint40 leaseUntil;
    uint40 bandedUntil;
    uint32 bandedEpoch;
    uint24 coverage;
    uint24 pledged;
    uint8 size;
    bool fresh;
    bool flagged;
    bool challenged;
    address owner;
    uint32 consents;
    uint32 flagEpoch;
}

/// @dev How the owner agrees to a call. Without a signature the sender must be the owner. Else the owner's EIP-712
/// signature (ERC-1271 for an owner with code) under the domain `("Tacit margin gate", "1", chain, gate)` of one of
///
///     Update(uint256 id,uint256 commitment,uint8 size,address relayer,uint32 consents,uint40 deadline)
///     Cure(uint256 id,uint32 epoch,address relayer,uint32 consents,uint40 deadline)
///     Pledge(uint256 id,address beneficiary,uint32 coverage,address relayer,uint32 consents,uint40 deadline)
///     Retract(uint256 id,address beneficiary,address relayer,uint32 consents,uint40 deadline)
///
/// where `consents` is the account's: any later act of the owner voids the signature.
/// @param relayer  the only sender who may use the signature; 0 for anybody
/// @param deadline last second at which it may be used
struct Consent {
    address relayer;
    uint40 deadline;
    bytes signature;
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

/// @param by    whose bond it is
/// @param bond  wei
/// @param epoch the first epoch that was not yet published when the challenge was made; it and all later ones answer
/// @param next  from when on the account may be challenged again
struct Challenge {
    address by;
    uint96 bond;
    uint32 epoch;
    uint40 next;
}

/// @param accepted from then on only the beneficiary can end it
struct Covenant {
    address beneficiary;
    uint32 coverage;
    bool accepted;
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

/// @title Accepts proofs that hidden accounts are margined; silence and proofs of the contrary flag them.
///
/// @notice Powers. Nobody can pause, upgrade, change a parameter or withdraw anything but what the gate owes them.
/// - Publishers of the book, k of n: choose every requirement root, and so pass or fail whom they like (`IEpochBook`). A
///   new epoch voids no proof: an epoch serves until it is `maxEpochAge` old or the market has left its band. While they
///   are silent nobody turns `Hard` for silence.
/// - Owner: every change of a commitment, cure and covenant takes the owner's call or signature (`Consent`). Knowing an
///   opening never suffices.
/// - Whoever knows the opening of a commitment: proves the account healthy or in breach, in its own name.
/// - Anybody: flags a silent account, names band exits, challenges against a bond.
/// - A covenant's beneficiary: ends it, and until then keeps the account to its pledge. It can do nothing else.
///
/// @notice Assumptions. The trusted setups of the four circuits, `Required(initial) >= Required(maintenance)` in what
/// is published, and a clock that lies by seconds at most.
///
/// - Vault, fixed at deployment: opens accounts and replaces commitments, which nobody else then can. It asks the owner.
///
/// @notice WARNING: at a gate without a vault nothing ties a commitment to deposits or to the commitment before it. What is
/// proven there is that the committed portfolio covers its requirement, not that it exists. Nothing liquidates yet: which
/// contract may do so will be fixed when a gate is deployed with one, and from then on a cure needs that it has not begun.
interface IMarginGate is IMarginGateReader {
    event Opened(AccountId indexed id, address indexed owner, uint256 commitment, uint8 size);
    /// @param epoch the newest when the old commitment was given up
    event Updated(AccountId indexed id, uint256 commitment, uint8 size, uint32 epoch);
    /// @param kept whether the lease and what is proven carried over
    event Replaced(AccountId indexed id, uint256 commitment, uint8 size, uint32 epoch, bool kept);
    /// @param leaseUntil what this proof leases: for the initial set to the end of the longer lease
    event Proven(AccountId indexed id, uint32 indexed epoch, RequirementSet set, uint32 coverage, uint40 leaseUntil);
    /// @param reason selector of the error in this interface that says why a claim of `proveMany` was passed over
    event Skipped(AccountId indexed id, bytes4 reason);
    event Flagged(AccountId indexed id, uint32 indexed epoch, uint256 commitment, address by);
    /// @param since end of the lease
    event FlaggedSilent(AccountId indexed id, uint40 since, address by);
    event Cured(AccountId indexed id, uint32 indexed epoch);
    /// @param time of `outside`: when leases under the band of `epoch` end
    event ExitRecorded(uint32 indexed epoch, uint32 indexed outside, uint40 time);

    event Challenged(AccountId indexed id, address indexed by, uint96 bond, uint32 epoch, uint40 next);
    event ChallengeAnswered(AccountId indexed id, address indexed paidTo, uint96 bond);
    /// @param deadline the account's lease ended with it
    event ChallengeUnanswered(AccountId indexed id, address indexed returnedTo, uint96 bond, uint40 deadline);
    /// @dev The account was flagged, or its lease ran out while the book was overdue.
    event ChallengeVoided(AccountId indexed id, address indexed returnedTo, uint96 bond);
    event Collected(address indexed by, uint256 amount);

    event Pledged(AccountId indexed id, address indexed beneficiary, uint32 coverage);
    event PledgeRetracted(AccountId indexed id, address indexed beneficiary);
    event PledgeAccepted(AccountId indexed id, address indexed beneficiary);
    event PledgeReleased(AccountId indexed id, address indexed beneficiary);

    error TermOutOfBounds(bytes32 term, uint256 value, uint256 least, uint256 most);
    error DevelopmentKey(IMarginVerifier verifier, uint256 chainId);
    error UncontributedKey(IMarginVerifier verifier);
    /// @dev The book must publish a root for each of the two sets.
    error WrongRootCount(uint256 roots);

    /// @dev The vault alone opens accounts and replaces commitments, where there is one; nobody calls for it elsewhere.
    error NotVault(address caller, address vault);
    error NotFieldElement(uint256 value);
    error UnknownAccount(AccountId id);
    error UnknownSize(uint8 size);
    error NotOwner(AccountId id, address caller);
    error NotRelayer(address caller, address relayer);
    error ConsentExpired(uint40 deadline);
    error BadConsent(AccountId id, address owner);

    error EpochTooOld(uint256 age, uint32 maxAge);
    /// @param moved by how much the newest epoch or the oracle is off this epoch's prices, in 1e-9
    error EpochLeft(uint32 epoch, uint256 moved);
    /// @param least the account was proven or flagged at this later epoch, or missed a challenge that asks from it on
    error EpochOvertaken(uint32 epoch, uint32 least);
    error AccountHard(AccountId id);
    error AccountNotHard(AccountId id);
    error CommitmentNotHeld(AccountId id, uint256 commitment);
    /// @dev A proof under the maintenance set proves no pledge, which is about the initial requirement.
    error CovenantStands(AccountId id, uint32 coverage);
    error ProofRejected();

    /// @dev Only as a reason in `Skipped`: the proof is of another size, commitment, caller or nonce than the account's now.
    error ProofOvertaken(AccountId id);
    error EmptyBatch();

    error NeverProven(AccountId id);
    error NotSilentYet(AccountId id, uint256 hardAfter);
    error BookOverdue();
    error NotOutside(uint32 epoch, uint32 outside);

    error AccountNotCurrent(AccountId id);
    error ChallengeOpen(AccountId id);
    error NotChallenged(AccountId id);
    error ChallengeTooSoon(AccountId id, uint40 next);
    error BondTooSmall(uint256 bond, uint256 least);
    error ChallengeRuns(AccountId id);
    error NothingOwed(address to);
    error TransferFailed(address to);

    error PledgeOutOfRange(uint32 coverage);
    error AlreadyPledged(AccountId id, address beneficiary);
    error NotPledged(AccountId id, address beneficiary);
    error PledgeIsAccepted(AccountId id, address beneficiary);
    error PledgeTooSmall(uint32 pledged, uint32 least);
    error TooManyCovenants(AccountId id);

    /// @notice Opens the caller's next account: `Soft`, without a deadline before its first proof.
    /// @param commitment to a state that contains `accountIdOf(caller, accountsOf(caller))`
    /// @param size       circuit of the account's healthy proofs: 4, 8, 16 or 32 positions
    function open(uint256 commitment, uint8 size) external returns (AccountId id);

    /// @notice Replaces the commitment, with the owner's consent. The lease ends, which gains no time: the grace still
    /// runs from where the lease would have ended if that is earlier. A flag, a challenge and covenants stay. The old
    /// commitment remains open to breach proofs at every epoch published by now (`flag`).
    function update(AccountId id, uint256 commitment, uint8 size, Consent calldata consent) external;

    /// @notice Vault only: `open` for an owner.
    function openFor(address owner, uint256 commitment, uint8 size) external returns (AccountId id);

    /// @notice Vault only: `update`, for which the vault has asked the owner.
    /// @param keep the new state covers what the old one did: lease and what is proven carry over, coverage up to
    /// `coverageInitial`. Without it the lease ends as by `update`.
    function replace(AccountId id, uint256 commitment, uint8 size, bool keep) external;

    /// @notice Accepts a proof that the account covers the set's requirement at the epoch, and leases it from that
    /// epoch's timestamp: `leaseMaintenance` under either set, and under the initial set besides `leaseInitial` while
    /// the epoch's band holds. Answers an open challenge. Refused for a `Hard` account.
    /// @dev Asks that the epoch is no older than `maxEpochAge` and its band holds the newest epoch's prices; the oracle is
    /// not read, because the lease counts from the epoch and so is none that the same proof had not earned before.
    /// @param epoch no earlier than that of the account's last proof
    function prove(AccountId id, uint32 epoch, RequirementSet set, Proof calldata proof) external;

    /// @notice `prove` for many accounts of one size, at a fraction of its cost each. A claim that `prove` would refuse is
    /// passed over with `Skipped` and keeps no other from being accepted.
    /// @dev Who checks the proofs before sending them pays for one check, whatever accounts do meanwhile. One proof that
    /// does not verify makes the gate check each by itself, which costs about four times as much.
    /// @return accepted for each claim in order, whether its account was proven
    function proveMany(uint32 epoch, RequirementSet set, uint8 size, Claim[] calldata claims)
        external
        returns (bool[] memory accepted);

    /// @notice Flags the account on a proof that it does not cover the maintenance requirement (1x) at the epoch, for
    /// which `isLatest` must hold.
    /// @param commitment the account's, or one that it gave up when the epoch was already published; unless a healthy proof
    /// at this epoch or a later one was accepted after the account took that commitment on. Neither updates nor
    /// healthy proofs at earlier epochs dodge anything, and no act of the owner voids a proof on its way here
    /// @param size       circuit of this proof; any that holds the positions, whatever size the account declares
    function flag(AccountId id, uint32 epoch, uint256 commitment, uint8 size, Proof calldata proof) external;

    /// @notice Flags an account whose lease ended longer than the grace ago. It reads `Hard` before unless that rests on
    /// an exit nobody has recorded; but an outage of the book gives an account that is not flagged a new grace.
    /// @param outside an epoch outside the band of the account's longer lease, recorded as by `recordExit`; 0 if none is needed
    function flagSilent(AccountId id, uint32 outside) external;

    /// @notice Records that a published epoch lies outside the band of an earlier one: the longer leases from that one end
    /// at the time of `outside`, for every account. An earlier exit may still be recorded later; it then counts.
    function recordExit(uint32 epoch, uint32 outside) external;

    /// @notice Makes a `Hard` account `Current`, on a proof that it covers the initial requirement at an epoch for which
    /// `isLatest` holds and which is no earlier than that of the breach. With the owner's consent.
    function cure(AccountId id, uint32 epoch, Proof calldata proof, Consent calldata consent) external;

    /// @notice Asks a `Current` account to prove itself at an epoch that nobody could have proven at yet. Takes a bond of
    /// at least `leastBond()`. One at a time, with a cooldown, and without any effect on flags.
    /// @dev Answered by a healthy proof at `Challenge.epoch` or a later one, accepted before the deadline: the bond is
    /// then owed to the account's owner. Else the lease ends at the deadline, which needs nobody's call, the bond is
    /// owed to the challenger again, and only proofs at `Challenge.epoch` or later lease anew. No update and no end of a
    /// lease shakes the question off; a flag does, and gives the bond back.
    function challenge(AccountId id) external payable;

    /// @notice Gives the bond of a challenge back whose deadline has passed, or which no epoch may ever answer: the account
    /// has no lease left and the book is overdue. For the bond: statuses know already.
    function settleChallenge(AccountId id) external;

    /// @notice Pays the caller what the gate owes it.
    function collect() external;

    /// @notice The owner pledges to cover at least `coverage` of the *initial* requirement. From now on every healthy
    /// proof of the account must be of the initial set and of the largest coverage pledged, until the covenant ends.
    /// Status, lease and flags are not touched: an account that can no longer meet its pledge falls silent. A state
    /// without positions meets every pledge. At most 4 at a time.
    /// @param coverage basis points, from the gate's own initial coverage to 2^20 - 1
    function pledge(AccountId id, address beneficiary, uint32 coverage, Consent calldata consent) external;

    /// @notice The owner takes a pledge back that its beneficiary has not accepted.
    function retract(AccountId id, address beneficiary, Consent calldata consent) external;

    /// @notice The beneficiary (the caller) relies on the pledge from now on: only `release` ends it.
    /// @param least refused when less is pledged
    function accept(AccountId id, uint32 least) external;

    /// @notice The beneficiary (the caller) ends the covenant.
    function release(AccountId id) external;

    /// @notice The id of the owner's account number `index`, open or not.
    function accountIdOf(address owner, uint256 index) external view returns (AccountId);

    /// @notice How many accounts the owner has opened: the index of the next.
    function accountsOf(address owner) external view returns (uint256);

    /// @notice The public signal `context` of a proof that `caller` submits next. That of `Action.Flag` has no nonce, so
    /// that nothing the account does changes it; nor has one that the vault submits, so that nobody's proof voids it.
    function contextOf(AccountId id, Action action, address caller) external view returns (uint256);

    function accountOf(AccountId id) external view returns (Account memory);
    function covenantsOf(AccountId id) external view returns (Covenant[] memory);

    /// @return last the open challenge, or the last one
    /// @return deadline 0 until `last.epoch` is published
    function challengeOf(AccountId id) external view returns (Challenge memory last, uint40 deadline);

    /// @notice The epoch's earliest recorded exit; 0 without one.
    function exitOf(uint32 epoch) external view returns (uint40 time);

    /// @notice The least bond now: `challengeBond`, or what answering would cost at the block's base fee if that is more.
    function leastBond() external view returns (uint256);

    /// @notice Wei that `collect` would pay.
    function owedTo(address to) external view returns (uint256);

    /// @notice The verifier for accounts of `size` positions.
    function verifierOf(uint8 size) external view returns (IMarginVerifier);

    function book() external view returns (IEpochBook);
    /// @notice 0 at a gate whose owners replace commitments themselves.
    function vault() external view returns (address);
    function terms() external view returns (Terms memory);
}
