// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {DiscloseSignals} from "../../contracts/generated/DiscloseSignals.sol";
import {DiscloseStatement, IDiscloseVerifier} from "../../contracts/generated/IDiscloseVerifier.sol";
import {ITransitionVerifier, TransitionStatement} from "../../contracts/generated/ITransitionVerifier.sol";
import {TransitionSignals} from "../../contracts/generated/TransitionSignals.sol";
import {IMarginVerifier, Proof, Statement} from "../../contracts/interfaces/IMarginVerifier.sol";

uint256 constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
uint256 constant BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
/// @dev Of the token that is spot 1, in 1e-6 USD.
int256 constant TOKEN_PRICE = 2e6;

/// @dev A hidden account with room for two spots and one perp, in the units of docs/SPEC.md.
struct Hidden {
    uint256 account;
    int256 cash;
    int256[2] spot;
    int256 perp;
    uint256 salt;
}

/// @dev What side 1 receives.
struct Agreed {
    int256 quantity;
    int256 cash;
    uint256 salt;
    uint256 terms;
}

/// @dev All that is hidden, known to everybody: whoever steals here could not be stopped by secrecy. States and tickets
/// are hashed as in reality, and what the three circuits prove is looked up instead of proven.
contract World {
    mapping(uint256 commitment => Hidden) private _states;
    mapping(uint256 ticket => Agreed) private _tickets;
    mapping(uint256 root => int256) public markOf;
    mapping(uint256 root => int256) public settledAt;

    function commit(Hidden memory s) external returns (uint256 commitment) {
        commitment = uint256(keccak256(abi.encode(s))) % FIELD;
        _states[commitment] = s;
    }

    function agree(Agreed memory a) external returns (uint256 ticket) {
        ticket = uint256(keccak256(abi.encode("ticket", a))) % FIELD;
        _tickets[ticket] = a;
    }

    function quote(uint256 root, int256 mark) external {
        markOf[root] = mark;
    }

    function settleAt(uint256 root, int256 price) external {
        settledAt[root] = price;
    }

    function stateOf(uint256 commitment) external view returns (Hidden memory) {
        return _states[commitment];
    }

    /// @dev The perp requires a fifth of its value initially, .16 of it for maintenance.
    function covers(uint256 commitment, uint256 root, uint256 coverage) external view returns (bool) {
        Hidden memory s = _states[commitment];
        int256 mark = markOf[root];
        int256 equity = s.cash + s.spot[0] * TOKEN_PRICE + s.spot[1] * TOKEN_PRICE + s.perp * mark;
        int256 exposure = (s.perp < 0 ? -s.perp : s.perp) * mark;
        return equity * 10_000 >= exposure * (root % 2 == 1 ? int256(20) : int256(16)) / 100 * int256(coverage);
    }

    /// @dev The table of docs/SPEC.md.
    function isTransition(TransitionSignals memory t) external view returns (bool) {
        Hidden memory a = _states[t.oldCommitment];
        Hidden memory b = _states[t.newCommitment];
        if (b.salt == 0 || b.account != t.accountId) return false;
        if (t.mode == 0) return t.oldCommitment == 0 && b.cash == 0 && b.perp == 0 && b.spot[0] == 0 && b.spot[1] == 0;
        if (a.salt == 0 || a.account != t.accountId || a.salt == b.salt) return false;
        int256 amount = t.amount > FIELD / 2 ? -int256(FIELD - t.amount) : int256(t.amount);
        if (t.mode == 2) {
            if (t.subject == 0) a.cash += amount * 1e6;
            else if (t.subject < 3) a.spot[t.subject - 1] += amount;
            else return false;
        } else if (t.mode == 3 || t.mode == 4) {
            Agreed memory ticket = _tickets[t.subject];
            if (ticket.salt == 0 || ticket.terms != t.terms || amount * amount != 1) return false;
            int256 before = a.perp;
            a.perp += amount * ticket.quantity;
            a.cash += amount * ticket.cash;
            if (t.mode == 4) {
                int256 lost = -amount * (ticket.cash + ticket.quantity * markOf[t.root]);
                bool shrinks = before > 0 ? a.perp >= 0 && a.perp <= before : a.perp <= 0 && a.perp >= before;
                if (!shrinks || markOf[t.root] == 0 || lost > int256(t.feeBound)) return false;
            }
        } else if (t.mode == 5) {
            if (settledAt[t.root] == 0) return false;
            a.cash += a.perp * settledAt[t.root];
            a.perp = 0;
        } else if (t.mode != 1) {
            return false;
        }
        if (b.spot[0] < 0 || b.spot[1] < 0 || _magnitude(b.cash) >> 100 != 0 || _magnitude(b.perp) >> 47 != 0) return false;
        a.salt = b.salt;
        return keccak256(abi.encode(a)) == keccak256(abi.encode(b));
    }

    function _magnitude(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
    }
}

/// @dev What an honest sender encrypts, given its ephemeral point.
function cipherOf(uint256 commitment, uint256 x, uint256 y, uint256[2] memory ephemeral)
    pure
    returns (uint256[14] memory cipher)
{
    for (uint256 i; i < 14; ++i) cipher[i] = uint256(keccak256(abi.encode(commitment, x, y, ephemeral, i))) % FIELD;
}

/// @dev The "proof" of any signals: their hash. Like a real one it is malleable: the rest may be anything.
function proofOf(bytes32 signals) pure returns (Proof memory proof) {
    proof.a[0] = uint256(signals);
}

/// @dev A verifier's key: its kind, and whether anybody contributed to it.
abstract contract IdealKey {
    bool internal immutable development;
    bool private immutable contributed;

    constructor(bool development_, bool contributed_) {
        (development, contributed) = (development_, contributed_);
    }

    function _gammaDelta() internal view returns (uint256[4] memory gamma, uint256[4] memory delta) {
        gamma = [uint256(1), 2, 3, 4];
        delta = [uint256(1), 2, 3, contributed ? 5 : 4];
    }
}

contract IdealMargin is IMarginVerifier, IdealKey {
    World private immutable world;

    constructor(World world_, bool development_, bool contributed_) IdealKey(development_, contributed_) {
        world = world_;
    }

    function DEVELOPMENT() external view returns (bool) {
        return development;
    }

    function gammaDelta() external view returns (uint256[4] memory, uint256[4] memory) {
        return _gammaDelta();
    }

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[5] calldata signals
    ) external view returns (bool) {
        return a[0] == uint256(keccak256(abi.encode(signals)))
            && (signals[0] == 1) == world.covers(signals[1], signals[2], signals[3]);
    }

    function verifyBatch(Statement[] calldata batch) external view returns (bool ok) {
        ok = batch.length != 0;
        for (uint256 i; ok && i < batch.length; ++i) {
            Proof calldata proof = batch[i].proof;
            ok = this.verifyProof(proof.a, proof.b, proof.c, batch[i].signals);
        }
    }
}

contract IdealTransition is ITransitionVerifier, IdealKey {
    World private immutable world;

    constructor(World world_, bool development_, bool contributed_) IdealKey(development_, contributed_) {
        world = world_;
    }

    function DEVELOPMENT() external view returns (bool) {
        return development;
    }

    function gammaDelta() external view returns (uint256[4] memory, uint256[4] memory) {
        return _gammaDelta();
    }

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[10] calldata s
    ) external view returns (bool) {
        if (a[0] != uint256(keccak256(abi.encode(s)))) return false;
        for (uint256 i; i < 10; ++i) if (s[i] >= FIELD) return false;
        return world.isTransition(
            TransitionSignals(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9])
        );
    }

    function verifyBatch(TransitionStatement[] calldata batch) external view returns (bool ok) {
        ok = batch.length != 0;
        for (uint256 i; ok && i < batch.length; ++i) {
            Proof calldata proof = batch[i].proof;
            ok = this.verifyProof(proof.a, proof.b, proof.c, batch[i].signals);
        }
    }
}

contract IdealDisclose is IDiscloseVerifier, IdealKey {
    constructor(bool development_, bool contributed_) IdealKey(development_, contributed_) {}

    function DEVELOPMENT() external view returns (bool) {
        return development;
    }

    function gammaDelta() external view returns (uint256[4] memory, uint256[4] memory) {
        return _gammaDelta();
    }

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[7] calldata s
    ) external pure returns (bool) {
        if (a[0] != uint256(keccak256(abi.encode(s)))) return false;
        for (uint256 i; i < 7; ++i) if (s[i] >= FIELD) return false;
        return s[6] == digestOf(cipherOf(s[0], s[1], s[2], [s[3], s[4]]), s[5]);
    }

    function verifyBatch(DiscloseStatement[] calldata batch) external view returns (bool ok) {
        ok = batch.length != 0;
        for (uint256 i; ok && i < batch.length; ++i) {
            Proof calldata proof = batch[i].proof;
            ok = this.verifyProof(proof.a, proof.b, proof.c, batch[i].signals);
        }
    }
}

/// @dev Sum of `cipher_i * challenge^i`.
function digestOf(uint256[14] memory cipher, uint256 challenge) pure returns (uint256 sum) {
    uint256 power = 1;
    for (uint256 i; i < 14; ++i) {
        sum = addmod(sum, mulmod(cipher[i], power, FIELD), FIELD);
        power = mulmod(power, challenge, FIELD);
    }
}

function challengeOf(uint256 commitment, uint256 x, uint256 y, uint256[2] memory ephemeral, uint256[14] memory cipher)
    pure
    returns (uint256)
{
    return uint256(keccak256(abi.encode(commitment, x, y, ephemeral, cipher))) >> 8;
}
