// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

// OpenZeppelin's: low s, malformed signatures, ERC-1271 and forked chain ids are where home-made checks have failed.
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {TransitionSignals} from "../generated/TransitionSignals.sol";
import {Consent} from "../interfaces/IMarginGate.sol";
import {AccountId} from "../interfaces/IMarginGateReader.sol";
import {Mode} from "../interfaces/IVault.sol";
import {Ledger} from "./Ledger.sol";

/// @dev What happens to an account, but for the hidden part. What a mode does not use is 0.
/// @param root      under which the hidden row or price lies: no business of the owner's signature
/// @param recipient and `size`: no business of the proof
struct Change {
    Mode mode;
    uint256 subject;
    int256 amount;
    uint256 terms;
    uint256 root;
    uint256 feeBound;
    address recipient;
    uint8 size;
}

/// @title What a change says to the circuit, and to the owner.
abstract contract Changes is Ledger, EIP712 {
    uint256 internal constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    bytes32 private constant TRANSITION = keccak256(
        "Transition(uint256 id,uint256 commitment,uint8 mode,uint256 subject,int256 amount,uint256 terms,uint256 feeBound,address recipient,uint8 size,address relayer,uint32 nonce,uint40 deadline)"
    );

    constructor() EIP712("Tacit vault", "1") {}

    function _signals(AccountId id, uint32 nonce, uint256 from, uint256 to, Change memory c)
        internal
        view
        returns (TransitionSignals memory)
    {
        return TransitionSignals({
            oldCommitment: from,
            newCommitment: to,
            accountId: AccountId.unwrap(id),
            mode: uint256(c.mode),
            subject: c.subject,
            amount: c.amount < 0 ? FIELD - uint256(-c.amount) : uint256(c.amount),
            terms: c.terms,
            root: c.root,
            feeBound: c.feeBound,
            context: _context(id, nonce)
        });
    }

    /// @dev The nonce voids what was signed for any transition but this one.
    function _requireConsent(
        AccountId id,
        address owner,
        uint32 nonce,
        uint256 commitment,
        Change memory c,
        Consent calldata consent
    ) internal view {
        if (consent.signature.length == 0) {
            if (msg.sender != owner) revert NotOwner(id, msg.sender);
            return;
        }
        (address relayer, uint40 deadline) = (consent.relayer, consent.deadline);
        if (relayer != address(0) && relayer != msg.sender) revert NotRelayer(msg.sender, relayer);
        if (block.timestamp > deadline) revert ConsentExpired(deadline);
        bytes memory said = bytes.concat(
            abi.encode(TRANSITION, id, commitment, c.mode, c.subject, c.amount, c.terms),
            abi.encode(c.feeBound, c.recipient, c.size, relayer, nonce, deadline)
        );
        if (!SignatureChecker.isValidSignatureNow(owner, _hashTypedDataV4(keccak256(said)), consent.signature)) {
            revert BadConsent(id, owner);
        }
    }
}
