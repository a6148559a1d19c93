// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginVerifier, Proof, Statement} from "../../contracts/interfaces/IMarginVerifier.sol";
import {Account, AccountId, IMarginGate} from "../../contracts/interfaces/IMarginGate.sol";
import {Status} from "../../contracts/interfaces/IMarginGateReader.sol";

/// @dev What is true of each commitment under each requirement root: how much of the requirement it covers.
contract Truths {
    /// @dev 1 + the largest coverage in basis points that is covered; 1 when none is, 0 for what nobody was told.
    mapping(uint256 root => mapping(uint256 commitment => uint256)) public reach;

    function tell(uint256 root, uint256[] calldata commitments, uint256[] calldata reaches) external {
        for (uint256 i; i < commitments.length; ++i) reach[root][commitments[i]] = reaches[i];
    }
}

/// @dev A perfect proof system for books whose truth is known: a "proof" spells its five signals and its size, and holds for
/// exactly those and only if their statement is true. Like a real proof it is malleable: `c` may be anything.
contract TruthVerifier is IMarginVerifier {
    bool public constant DEVELOPMENT = true;
    Truths private immutable TRUTHS;
    uint256 private immutable SIZE;

    constructor(Truths truths, uint256 size) {
        (TRUTHS, SIZE) = (truths, size);
    }

    function gammaDelta() external pure returns (uint256[4] memory gamma, uint256[4] memory delta) {
        (gamma, delta) = ([uint256(1), 2, 3, 4], [uint256(1), 2, 3, 5]);
    }

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata,
        uint256[5] calldata signals
    ) external view returns (bool) {
        bool same = a[0] == signals[0] && a[1] == signals[1] && b[0][0] == signals[2] && b[0][1] == signals[3]
            && b[1][0] == signals[4] && b[1][1] == SIZE;
        uint256 reach = TRUTHS.reach(signals[2], signals[1]);
        return same && reach != 0 && (signals[0] == 1) == (reach > signals[3]);
    }

    function verifyBatch(Statement[] calldata batch) external view returns (bool ok) {
        ok = batch.length != 0;
        for (uint256 i; ok && i < batch.length; ++i) {
            Proof calldata proof = batch[i].proof;
            ok = this.verifyProof(proof.a, proof.b, proof.c, batch[i].signals);
        }
    }
}

/// @dev All that a gate says of many accounts, in one call and at one time.
contract Glance {
    struct Sight {
        Account account;
        Status status;
        uint40 lease;
    }

    function look(IMarginGate gate, uint256[] calldata ids)
        external
        view
        returns (uint256 time, Sight[] memory seen)
    {
        time = block.timestamp;
        seen = new Sight[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            AccountId id = AccountId.wrap(ids[i]);
            seen[i] = Sight(gate.accountOf(id), gate.statusOf(id), gate.leaseOf(id));
        }
    }
}
