// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginGate} from "../../contracts/MarginGate.sol";
import {MarginSignals} from "../../contracts/generated/MarginSignals.sol";
import {
    Account,
    AccountId,
    Action,
    Claim,
    Proof,
    RequirementSet,
    Status,
    Terms
} from "../../contracts/interfaces/IMarginGate.sol";
import {IMarginVerifier} from "../../contracts/interfaces/IMarginVerifier.sol";
import {vm} from "./Cheats.sol";
import {IdealVerifier, covers, idealProof, initialRootOf, maintenanceRootOf} from "./IdealVerifier.sol";

/// @dev Plays random histories against the gate and against a naive model that forgets nothing: the whole list of
/// commitments, proofs and times, searched at every question. They must agree on every call and every status.
contract Player {
    uint32 constant MAX_AGE = 1 hours;
    uint32 constant LEASE_MAINTENANCE = 2 hours;
    uint32 constant LEASE_INITIAL = 12 hours;
    uint32 constant COVERAGE_INITIAL = 11_000;
    uint256 constant ACCOUNTS = 3;

    struct Held {
        uint256 commitment;
        uint256 untilEpoch; // the latest epoch when it was replaced; the end of time while it is held
    }

    struct Healthy {
        uint256 epoch;
        uint256 held; // index of the commitment proven
        uint256 leaseUntil;
    }

    struct Sent {
        address by;
        bytes data;
    }

    MarginGate public gate;
    uint256 public accepted;
    uint256 public epoch;
    uint256 public epochTime;
    AccountId[ACCOUNTS] public ids;
    uint256[ACCOUNTS] public proofs;
    bool[ACCOUNTS] public flagged;
    Held[][ACCOUNTS] held;
    Healthy[][ACCOUNTS] healthy;
    Sent[] sent;

    uint256 time = 1_000_000;

    constructor() {
        IMarginVerifier verifier = new IdealVerifier(false, true);
        gate = new MarginGate(
            address(this),
            Terms(MAX_AGE, LEASE_MAINTENANCE, LEASE_INITIAL, 10_000, COVERAGE_INITIAL),
            [verifier, verifier, verifier, verifier]
        );
        for (uint256 i; i < ACCOUNTS; ++i) {
            vm.prank(ownerOf(i));
            ids[i] = gate.open(i + 1, 4);
            held[i].push(Held(i + 1, type(uint256).max));
        }
    }

    function ownerOf(uint256 i) internal pure returns (address) {
        return address(uint160(0xA11CE + i));
    }

    function wait(uint16 duration) external {
        time += duration % (2 * MAX_AGE);
    }

    function publish(uint16 age) external {
        vm.warp(time);
        uint256 timestamp = time - age % MAX_AGE;
        uint256 next = epoch + 1;
        try gate.publishEpoch(uint40(timestamp), maintenanceRootOf(next), initialRootOf(next), 0, "") {
            require(timestamp > epochTime, "an epoch was published out of order");
            (epoch, epochTime) = (next, timestamp);
        } catch {
            require(timestamp <= epochTime, "an epoch was refused");
        }
    }

    /// @dev Few commitments, so that accounts return to earlier ones.
    function update(uint8 account, uint8 commitment, uint8 size) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 next = commitment % 6 + 1;
        vm.prank(ownerOf(i));
        gate.update(ids[i], next, uint8(4 << (size % 4)));
        held[i][held[i].length - 1].untilEpoch = epoch;
        held[i].push(Held(next, type(uint256).max));
    }

    function prove(uint8 account, bool initial, bool byOwner) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        RequirementSet set = initial ? RequirementSet.Initial : RequirementSet.Maintenance;
        address by = byOwner ? ownerOf(i) : address(this);
        Proof memory proof = healthyProof(i, initial, Action.Prove, by);
        bool expected = fresh() && !flagged[i] && truth(current(i), initial);
        bool done = submit(by, abi.encodeCall(gate.prove, (ids[i], uint32(epoch), set, proof)));
        require(done == expected, "prove and the model disagree");
        if (done) recordHealthy(i, initial);
    }

    /// @dev Faults: 0 a proof that does not verify, 1 another commitment named, 2 another context named; else none.
    function proveMany(uint8[4] calldata picks, uint8[4] calldata faults, bool initial) external {
        vm.warp(time);
        uint8 size = gate.accountOf(ids[picks[0] % ACCOUNTS]).size;
        Claim[] memory claims = new Claim[](4);
        bool[ACCOUNTS] memory done;
        bool[4] memory expected;
        uint256 count;
        for (uint256 k; k < 4; ++k) {
            uint256 i = picks[k] % ACCOUNTS;
            claims[k] = claim(i, faults[k] % 10, initial);
            expected[k] = fresh() && !flagged[i] && truth(current(i), initial) && faults[k] % 10 > 2 && !done[i]
                && gate.accountOf(ids[i]).size == size;
            if (expected[k]) done[i] = true;
            if (expected[k]) ++count;
        }
        bytes memory data = abi.encodeCall(gate.proveMany, (uint32(epoch), RequirementSet(initial ? 1 : 0), size, claims));
        (bool sound, bytes memory result) = address(gate).call(data);
        require(sound == fresh(), "proveMany and the model disagree on the epoch");
        if (!sound) return;
        bool[] memory taken = abi.decode(result, (bool[]));
        for (uint256 k; k < 4; ++k) {
            require(taken[k] == expected[k], "proveMany and the model disagree");
            if (taken[k]) recordHealthy(picks[k] % ACCOUNTS, initial);
        }
        // Later calls of it must fail, which is sure only if every account in it was proven.
        if (count > 0 && count == distinct(picks)) sent.push(Sent(address(this), data));
    }

    function distinct(uint8[4] calldata picks) internal pure returns (uint256 count) {
        bool[ACCOUNTS] memory seen;
        for (uint256 k; k < 4; ++k) {
            if (!seen[picks[k] % ACCOUNTS]) ++count;
            seen[picks[k] % ACCOUNTS] = true;
        }
    }

    function claim(uint256 i, uint256 fault, bool initial) internal view returns (Claim memory) {
        Proof memory proof = healthyProof(i, initial, Action.Prove, address(this));
        uint256 context = gate.contextOf(ids[i], Action.Prove, address(this));
        uint256 commitment = current(i);
        if (fault == 0) proof.a[0] = 2;
        if (fault == 1) proof.a[1] = commitment = commitment % 6 + 1;
        if (fault == 2) proof.b[1][0] = context = context + 1;
        return Claim(ids[i], commitment, context, proof);
    }

    function cure(uint8 account, bool byOwner) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        address by = byOwner ? ownerOf(i) : address(this);
        Proof memory proof = healthyProof(i, true, Action.Cure, by);
        bool expected = fresh() && flagged[i] && byOwner && truth(current(i), true);
        bool done = submit(by, abi.encodeCall(gate.cure, (ids[i], uint32(epoch), proof)));
        require(done == expected, "cure and the model disagree");
        if (!done) return;
        flagged[i] = false;
        recordHealthy(i, true);
    }

    function flag(uint8 account, uint8 commitment, uint8 size) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 named = commitment % 6 + 1;
        Proof memory proof = idealProof(
            MarginSignals(0, named, maintenanceRootOf(epoch), 10_000, gate.contextOf(ids[i], Action.Flag, address(this)))
        );
        bool expected = fresh() && !flagged[i] && breachable(i, named) && !truth(named, false);
        bytes memory data = abi.encodeCall(gate.flag, (ids[i], uint32(epoch), named, uint8(4 << (size % 4)), proof));
        bool done = submit(address(this), data);
        require(done == expected, "flag and the model disagree");
        if (!done) return;
        flagged[i] = true;
        delete healthy[i]; // a cured account needs a new lease, and its cure is a new healthy proof
        ++proofs[i];
    }

    /// @dev Whoever repeats an accepted call, now or much later, achieves nothing.
    function replay(uint256 which, bytes32 malleated) external {
        if (sent.length == 0) return;
        vm.warp(time);
        Sent memory old = sent[which % sent.length];
        bytes memory data = old.data;
        assembly {
            mstore(add(data, mload(data)), malleated) // the last word is proof.c[1]
        }
        vm.prank(old.by);
        (bool done, bytes memory result) = address(gate).call(data);
        if (!done) return;
        require(bytes4(data) == gate.proveMany.selector, "an accepted proof was accepted again");
        bool[] memory again = abi.decode(result, (bool[]));
        for (uint256 k; k < again.length; ++k) require(!again[k], "an accepted proof of a batch was accepted again");
    }

    function modelStatus(uint256 i) external view returns (Status) {
        if (flagged[i]) return Status.Flagged;
        for (uint256 k; k < healthy[i].length; ++k) {
            if (healthy[i][k].held == held[i].length - 1 && healthy[i][k].leaseUntil >= time) return Status.Current;
        }
        return Status.Lapsed;
    }

    function now_() external view returns (uint256) {
        return time;
    }

    function current(uint256 i) public view returns (uint256) {
        return held[i][held[i].length - 1].commitment;
    }

    function breachable(uint256 i, uint256 commitment) internal view returns (bool) {
        for (uint256 h; h < held[i].length; ++h) {
            if (held[i][h].commitment != commitment || held[i][h].untilEpoch < epoch) continue;
            bool excused;
            for (uint256 k; k < healthy[i].length; ++k) {
                if (healthy[i][k].epoch >= epoch && healthy[i][k].held > h) excused = true;
            }
            if (!excused) return true;
        }
        return false;
    }

    function fresh() internal view returns (bool) {
        return epoch != 0 && time - epochTime <= MAX_AGE;
    }

    function truth(uint256 commitment, bool initial) internal view returns (bool) {
        return initial
            ? covers(commitment, initialRootOf(epoch), COVERAGE_INITIAL)
            : covers(commitment, maintenanceRootOf(epoch), 10_000);
    }

    function healthyProof(uint256 i, bool initial, Action action, address by) internal view returns (Proof memory) {
        return idealProof(
            MarginSignals(
                1,
                current(i),
                initial ? initialRootOf(epoch) : maintenanceRootOf(epoch),
                initial ? COVERAGE_INITIAL : 10_000,
                gate.contextOf(ids[i], action, by)
            )
        );
    }

    function recordHealthy(uint256 i, bool initial) internal {
        uint256 lease = initial ? LEASE_INITIAL : LEASE_MAINTENANCE;
        healthy[i].push(Healthy(epoch, held[i].length - 1, epochTime + lease));
        ++proofs[i];
    }

    function submit(address by, bytes memory data) internal returns (bool done) {
        vm.prank(by);
        (done,) = address(gate).call(data);
        if (done) sent.push(Sent(by, data));
        if (done) ++accepted;
    }
}

contract MarginGateModelTest {
    Player player;

    function setUp() public {
        player = new Player();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(player);
    }

    /// hardhat-config: invariant.runs = 64
    /// hardhat-config: invariant.depth = 120
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_gateAgreesWithTheNaiveModel() external {
        MarginGate gate = player.gate();
        vm.warp(player.now_());
        for (uint256 i; i < 3; ++i) {
            AccountId id = player.ids(i);
            Account memory account = gate.accountOf(id);
            require(gate.statusOf(id) == player.modelStatus(i), "status and the model disagree");
            require(account.nonce == player.proofs(i), "the nonce does not count the accepted proofs");
            require(account.commitment == player.current(i), "the commitment is not the last one");
            require(gate.isHealthy(id) == (player.modelStatus(i) == Status.Current), "isHealthy is not Current");
        }
    }
}
