// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDiscloseVerifier} from "../generated/IDiscloseVerifier.sol";
import {ITransitionVerifier} from "../generated/ITransitionVerifier.sol";
import {IGuardians} from "./IGuardians.sol";
import {Consent, IMarginGate, RequirementSet} from "./IMarginGate.sol";
import {AccountId} from "./IMarginGateReader.sol";
import {IMarginVerifier, Proof} from "./IMarginVerifier.sol";

/// @dev `mode` in the public signals of `transition`.
enum Mode {
    Open,
    Move,
    Transfer,
    Fill,
    Reduce,
    Settle
}

/// @param asset 0 for the settlement coin, which moves cash; else the spot id (1 to 255) whose quantity it moves
/// @param unit  base units of the token per 1e-6 of the asset: 10^(decimals - 6), times the lot of a cheap token
struct Collateral {
    IERC20 token;
    uint32 asset;
    uint128 unit;
}

/// @dev Fixed at deployment.
/// @param feeBound  the most, in 1e-12 USD, that one reduction may give up at the epoch's mark
/// @param feeBudget the most that an account's reductions may give up together within a window: their bounds are summed
/// @param feeWindow seconds; from an hour to 30 days
struct VaultTerms {
    uint128 feeBound;
    uint128 feeBudget;
    uint32 feeWindow;
}

/// @dev A change of one account, with its owner's consent. Without a signature the sender must be the owner. Else the
/// owner's EIP-712 signature (ERC-1271 for an owner with code) under the domain `("Tacit vault", "1", chain, vault)` of
///
///     Transition(uint256 id,uint256 commitment,uint8 mode,uint256 subject,int256 amount,uint256 terms,uint256 feeBound,
///     address recipient,uint8 size,address relayer,uint32 nonce,uint40 deadline)
///
/// where `nonce` counts the account's transitions, and what a mode does not use is 0 (`size` is for `Move` alone).
/// @param commitment the new one
/// @param proof      of `transition`
struct Step {
    AccountId id;
    uint256 commitment;
    Proof proof;
    Consent consent;
}

/// @dev The state behind the new commitment, for its guardian.
/// @param key       number of the guardian's viewing key
/// @param ephemeral the sender's point
/// @param cipher    14 field elements (docs/SPEC.md)
/// @param copy      for the owner, in any form, unchecked: at most 544 bytes
/// @param proof     of `disclose`
struct Disclosure {
    uint32 key;
    uint256[2] ephemeral;
    uint256[14] cipher;
    bytes copy;
    Proof proof;
}

/// @dev An account that trades: what is shown of it once all fills are done.
/// @param set    Initial, or Maintenance where all its legs are reductions
/// @param health healthy proof of its last commitment, for the gate's `contextOf(id, Prove, vault)`
struct Party {
    AccountId id;
    RequirementSet set;
    Proof health;
    Disclosure disclosure;
}

/// @dev One side of a fill.
/// @param party    index among the parties
/// @param feeBound 0 for a fill; for a reduction what it may give up
struct Leg {
    uint256 party;
    bool reduce;
    uint128 feeBound;
    uint256 commitment;
    Proof proof;
    Consent consent;
}

/// @dev Leg 0 takes the ticket's side 1, leg 1 the opposite. The ticket's terms are
/// `keccak256(abi.encode(chainId, vault, id of leg 0, id of leg 1, expiry)) >> 8`.
/// @param expiry last second at which it may be filled
struct Fill {
    uint256 ticket;
    uint40 expiry;
    Leg[2] legs;
}

/// @title Holds collateral for hidden accounts. Every commitment is the provable result of deposits, withdrawals, matched
/// trades and settlements: books conserve quantity and cash, and what is held is what is owed.
///
/// @notice Powers. Nobody can pause, upgrade, change a parameter, list or delist a token, or move a token but by an owner's
/// withdrawal. The deployer binds the gate, once.
/// - Owner: every transition takes its call or signature. Knowing an opening never suffices.
/// - Guardian: reads. - Publishers: as in `IEpochBook`; settlement prices are their word.
///
/// @notice Assumptions. The trusted setups of `transition`, `disclose` and the gate's circuits. Tokens whose balances change
/// only by transfers, and whose transfers move what they say (checked at each deposit).
///
/// @notice WARNING: the vault pays what it holds. Cash may be owed by one account to another: a withdrawal of settlement
/// coins against other collateral is a loan from those who deposited them. Cash is counted as USD whatever the coin trades at.
interface IVault {
    event GateBound(IMarginGate gate);
    event AccountOpened(AccountId indexed id, address indexed owner, uint32 indexed guardian);
    /// @param nonce of this transition; the account's first has 0
    event Transitioned(AccountId indexed id, Mode indexed mode, uint256 commitment, uint32 nonce);
    /// @param amount 1e-6
    event Deposited(AccountId indexed id, uint32 indexed asset, uint64 amount, address from);
    event Withdrawn(AccountId indexed id, uint32 indexed asset, uint64 amount, address to);
    event Filled(uint256 indexed ticket, AccountId indexed side1, AccountId indexed side2);
    event Cancelled(AccountId indexed id, uint256 indexed ticket);
    event Disclosed(
        AccountId indexed id, uint256 indexed commitment, uint32 key, uint256[2] ephemeral, uint256[14] cipher, bytes copy
    );

    error NotDeployer(address caller);
    error GateIsBound(IMarginGate gate);
    error NotOurGate(IMarginGate gate);
    error BadCollateral(uint256 index);
    error BadTerms();
    error DevelopmentKey(address verifier, uint256 chainId);
    error UncontributedKey(address verifier);

    error UnknownAccount(AccountId id);
    error NotOwner(AccountId id, address caller);
    error NotRelayer(address caller, address relayer);
    error ConsentExpired(uint40 deadline);
    error BadConsent(AccountId id, address owner);
    error GuardianClosed(uint32 guardian);
    error NotGuardiansKey(uint32 guardian, uint32 key);
    error CopyTooLong(uint256 bytes_);
    error NotFieldElement(uint256 value);
    /// @dev In a block this and the next name the first account whose proof does not hold by itself; the very first, where a
    /// point that is none has burnt the gas to find out.
    error TransitionRejected(AccountId id);
    error DisclosureRejected(AccountId id);
    error HealthRejected(AccountId id);

    error UnknownAsset(uint32 asset);
    error NothingMoved();
    /// @dev The token took a fee, or moved something else than it was told.
    error WrongTransfer(IERC20 token, uint256 moved, uint256 expected);
    error NoRecipient();
    /// @dev The account has it, the vault does not: what cash is backed by lies in other tokens.
    error HeldTooLittle(IERC20 token, uint256 held, uint256 asked);
    error EpochNotLatest(uint32 epoch);

    error NoFills();
    error TicketExpired(uint256 ticket, uint40 expiry);
    error TicketUsed(uint256 ticket);
    error TicketCancelled(AccountId id, uint256 ticket);
    error SelfTrade(AccountId id);
    error UnknownParty(uint256 party);
    /// @dev Parties stand by set, then size, then id, each once.
    error PartiesNotIncreasing(uint256 party);
    error IdleParty(AccountId id);
    error InitialNeeded(AccountId id);
    error FeeBoundTooLarge(AccountId id, uint256 feeBound, uint256 most);
    error FeeBudgetSpent(AccountId id, uint256 spent, uint256 budget);

    /// @notice Deployer only, once: the gate must name this vault.
    function bind(IMarginGate gate) external;

    /// @notice Opens the caller's next account, empty, read by a guardian: `Soft`, without a deadline before its first proof.
    /// @param commitment to an empty state of `gate.accountIdOf(caller, gate.accountsOf(caller))`
    function open(uint32 guardian, uint8 size, uint256 commitment, Proof calldata proof, Disclosure calldata disclosure)
        external
        returns (AccountId id);

    /// @notice Takes tokens from the caller and adds them to the account. Changes no status, lease or deadline.
    /// @param amount 1e-6 of the asset
    function deposit(uint32 asset, uint64 amount, Step calldata step, Disclosure calldata disclosure) external;

    /// @notice Pays tokens out, on a proof that the account covers the *initial* requirement without them at an epoch for
    /// which `gate.isLatest` holds, which leases it anew.
    function withdraw(
        uint32 asset,
        uint64 amount,
        address to,
        uint32 epoch,
        Proof calldata health,
        Step calldata step,
        Disclosure calldata disclosure
    ) external;

    /// @notice An expired position becomes cash at its price in the newest epoch's settlement root. Which one stays hidden.
    /// Changes no status, lease or deadline.
    function settle(Step calldata step, Disclosure calldata disclosure) external;

    /// @notice Exchanges two slots, renews the salt, or gives the account another size. Changes no status, lease or deadline.
    function move(uint8 size, Step calldata step, Disclosure calldata disclosure) external;

    /// @notice Fills between hidden accounts: all of them or none. Every account that took part proves itself once, in the
    /// state it ends in, at an epoch for which `gate.isLatest` holds.
    function trade(uint32 epoch, Fill[] calldata fills, Party[] calldata parties) external;

    /// @notice Owner only. The ticket is none for this account from now on.
    function cancel(AccountId id, uint256 ticket) external;

    /// @notice The public signal `context` of the account's next transition: `keccak256(abi.encode(chainId, vault, id,
    /// nonce)) >> 8`.
    function contextOf(AccountId id) external view returns (uint256);

    /// @notice The public signal `terms` of a ticket.
    function termsOf(AccountId side1, AccountId side2, uint40 expiry) external view returns (uint256);

    /// @return guardian it picked
    /// @return nonce    transitions so far
    /// @return spent    sum of its reductions' bounds in the present window
    function accountOf(AccountId id) external view returns (uint32 guardian, uint32 nonce, uint128 spent);

    function filled(uint256 ticket) external view returns (bool);
    function cancelled(AccountId id, uint256 ticket) external view returns (bool);

    /// @notice Deposits less withdrawals, in base units of the asset's token. Never above its balance.
    function held(uint32 asset) external view returns (uint256);

    function collaterals() external view returns (Collateral[] memory);
    function terms() external view returns (VaultTerms memory);
    function gate() external view returns (IMarginGate);
    function guardians() external view returns (IGuardians);
    function transitionVerifier() external view returns (ITransitionVerifier);
    function discloseVerifier() external view returns (IDiscloseVerifier);
}
