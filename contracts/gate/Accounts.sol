// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

// OpenZeppelin's: low s, malformed signatures, ERC-1271 and forked chain ids are where home-made checks have failed.
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Account, AccountId, Action, Consent, IMarginGate} from "../interfaces/IMarginGate.sol";
import {IMarginGateReader} from "../interfaces/IMarginGateReader.sol";
import {GateTerms} from "./GateTerms.sol";
import {Standing, unpack} from "./Standing.sol";
import {Verifiers} from "./Verifiers.sol";

/// @dev One word: what only the owner's acts and breaches touch.
struct Holder {
    address owner;
    uint32 consents;
    uint32 flagEpoch;
}

/// @param standing packed
struct Stored {
    uint256 commitment;
    uint256 standing;
    Holder holder;
}

/// @dev A commitment given up. It stays breachable at epochs up to `epoch` until an accepted proof takes the nonce above
/// `base` at such an epoch or a later one.
/// @param epoch the newest when it was given up
/// @param base  the nonce when it was taken on, or one below the present nonce if that has grown since
struct GivenUp {
    uint32 epoch;
    uint32 base;
}

/// @title Accounts, what they held, and what their owners consent to.
abstract contract Accounts is GateTerms, Verifiers, EIP712 {
    bytes32 private constant UPDATE = keccak256(
        "Update(uint256 id,uint256 commitment,uint8 size,address relayer,uint32 consents,uint40 deadline)"
    );
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    address public immutable vault;
    mapping(address owner => uint256) public accountsOf;
    mapping(AccountId id => Stored) internal _accounts;
    mapping(AccountId id => mapping(uint256 commitment => GivenUp)) internal _replaced;

    /// @param vault_ 0 for a gate whose owners replace commitments themselves
    constructor(address vault_) EIP712("Tacit margin gate", "1") {
        vault = vault_;
    }

    /// @inheritdoc IMarginGate
    function open(uint256 commitment, uint8 size) external returns (AccountId id) {
        _requireVault(address(0));
        return _open(msg.sender, commitment, size);
    }

    /// @inheritdoc IMarginGate
    function openFor(address owner, uint256 commitment, uint8 size) external returns (AccountId id) {
        _requireVault(msg.sender);
        return _open(owner, commitment, size);
    }

    /// @inheritdoc IMarginGate
    function update(AccountId id, uint256 commitment, uint8 size, Consent calldata consent) external {
        _requireVault(address(0));
        _requireConsent(id, _existing(id).holder, UPDATE, abi.encode(commitment, size), consent);
        emit Updated(id, commitment, size, _replace(id, commitment, size, false));
    }

    /// @inheritdoc IMarginGate
    function replace(AccountId id, uint256 commitment, uint8 size, bool keep) external {
        _requireVault(msg.sender);
        emit Replaced(id, commitment, size, _replace(id, commitment, size, keep), keep);
    }

    /// @inheritdoc IMarginGate
    function accountIdOf(address owner, uint256 index) public view returns (AccountId) {
        return AccountId.wrap(uint256(keccak256(abi.encode(block.chainid, address(this), owner, index))) >> 8);
    }

    /// @inheritdoc IMarginGate
    function contextOf(AccountId id, Action action, address caller) external view returns (uint256) {
        return _context(id, action, caller, _read(_accounts[id]).nonce);
    }

    /// @inheritdoc IMarginGate
    function accountOf(AccountId id) external view returns (Account memory) {
        Stored storage account = _accounts[id];
        Standing memory s = _read(account);
        Holder memory h = account.holder;
        return Account({
            commitment: account.commitment,
            nonce: s.nonce,
            provenEpoch: s.provenEpoch,
            leaseUntil: s.leaseUntil,
            bandedUntil: s.bandedUntil,
            bandedEpoch: s.bandedEpoch,
            coverage: s.coverage,
            pledged: s.pledged,
            size: s.size,
            fresh: s.fresh,
            flagged: s.flagged,
            challenged: s.challenged,
            owner: h.owner,
            consents: h.consents,
            flagEpoch: h.flagEpoch
        });
    }

    /// @inheritdoc IMarginGateReader
    function provenOf(AccountId id) external view returns (uint32 epoch, uint32 coverage) {
        Standing memory s = _read(_accounts[id]);
        if (s.fresh) return (s.provenEpoch, s.coverage);
    }

    /// @inheritdoc IMarginGateReader
    function ownerOf(AccountId id) external view returns (address) {
        return _accounts[id].holder.owner;
    }

    /// @dev A breach proof's context has no nonce: a proof that the owner sends first must not void it. It needs none,
    /// since a breach is accepted only while no healthy proof followed, and a cure is one. Nor has a proof that the vault
    /// hands in: whoever knows the opening (a guardian) would void withdrawals on their way by proving the old state, and
    /// the vault proves a commitment only when the owner has just brought the account there.
    function _context(AccountId id, Action action, address caller, uint32 nonce) internal view returns (uint256) {
        if (action == Action.Flag || caller == vault) nonce = 0;
        return uint256(keccak256(abi.encode(block.chainid, address(this), id, action, caller, nonce))) >> 8;
    }

    /// @dev Whether the account held the commitment when the epoch was published or later, and no healthy proof at that
    /// epoch or a later one was accepted after it had taken it on. A proof's epoch is never earlier than the last one's,
    /// so that of the last tells.
    function _breachable(AccountId id, Stored storage account, uint256 commitment, uint32 epoch)
        internal
        view
        returns (bool)
    {
        Standing memory s = _read(account);
        if (commitment == account.commitment) return !(s.fresh && s.provenEpoch >= epoch);
        GivenUp memory r = _replaced[id][commitment];
        return r.epoch >= epoch && !(s.nonce > r.base && s.provenEpoch >= epoch);
    }

    /// @dev Ends what still runs of a lease. What ended earlier stays ended then, bands included.
    function _cutLease(Standing memory s, uint40 time) internal pure {
        if (s.leaseUntil > time) s.leaseUntil = time;
        if (s.bandedUntil > time) s.bandedUntil = time;
    }

    function _read(Stored storage account) internal view returns (Standing memory) {
        return unpack(account.standing);
    }

    function _write(Stored storage account, Standing memory s) internal {
        account.standing = s.pack();
    }

    function _existing(AccountId id) internal view returns (Stored storage account) {
        account = _accounts[id];
        if (account.standing == 0) revert UnknownAccount(id);
    }

    /// @dev Counts the act, which voids whatever the owner signed before.
    /// @param arguments the words between id and relayer
    function _requireConsent(
        AccountId id,
        Holder storage holder,
        bytes32 kind,
        bytes memory arguments,
        Consent calldata consent
    ) internal {
        (address owner, uint32 consents) = (holder.owner, holder.consents);
        holder.consents = consents + 1;
        if (consent.signature.length == 0) {
            if (msg.sender != owner) revert NotOwner(id, msg.sender);
            return;
        }
        (address relayer, uint40 deadline) = (consent.relayer, consent.deadline);
        if (relayer != address(0) && relayer != msg.sender) revert NotRelayer(msg.sender, relayer);
        if (block.timestamp > deadline) revert ConsentExpired(deadline);
        bytes memory said = bytes.concat(abi.encode(kind, id), arguments, abi.encode(relayer, consents, deadline));
        if (!SignatureChecker.isValidSignatureNow(owner, _hashTypedDataV4(keccak256(said)), consent.signature)) {
            revert BadConsent(id, owner);
        }
    }

    function _open(address owner, uint256 commitment, uint8 size) private returns (AccountId id) {
        _requireFieldElement(commitment);
        verifierOf(size);

        id = accountIdOf(owner, accountsOf[owner]++);
        Stored storage account = _accounts[id];
        account.commitment = commitment;
        Standing memory s;
        s.size = size;
        _write(account, s);
        account.holder.owner = owner;
        emit Opened(id, owner, commitment, size);
    }

    /// @dev What is kept is kept for both commitments: the old one is excused where the proof excused it, the new one
    /// because it is no worse.
    /// @return newest epoch when the old commitment was given up
    function _replace(AccountId id, uint256 commitment, uint8 size, bool keep) private returns (uint32 newest) {
        Stored storage account = _existing(id);
        _requireFieldElement(commitment);
        verifierOf(size);

        Standing memory s = _read(account);
        newest = book.latestEpoch();
        _replaced[id][account.commitment] = GivenUp(newest, s.fresh ? s.nonce - 1 : s.nonce);
        if (!keep) {
            _cutLease(s, uint40(block.timestamp) - 1);
            (s.coverage, s.fresh) = (0, false);
        } else if (s.coverage > coverageInitial) {
            // Collateral has a requirement of its own: more of it can mean less than many times the requirement.
            s.coverage = uint24(coverageInitial);
        }
        s.size = size;
        _write(account, s);
        account.commitment = commitment;
    }

    /// @param caller the vault, or 0 for what owners do where there is none
    function _requireVault(address caller) private view {
        if (caller != vault) revert NotVault(msg.sender, vault);
    }

    function _requireFieldElement(uint256 value) private pure {
        if (value == 0 || value >= FIELD) revert NotFieldElement(value);
    }
}
