// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginSignals} from "../../contracts/generated/MarginSignals.sol";
import {MarginGate} from "../../contracts/MarginGate.sol";
import {
    Account,
    AccountId,
    Action,
    Claim,
    IMarginGate,
    Proof,
    RequirementSet,
    Status
} from "../../contracts/interfaces/IMarginGate.sol";
import {vm} from "./Cheats.sol";
import {covers, idealProof, initialRootOf, maintenanceRootOf} from "./IdealVerifier.sol";
import {Stand} from "./Stand.sol";

bytes32 constant PROBE = "could it be flagged now?";

/// @dev Plays random histories against the gate, its real book and oracle, and against a naive model that forgets
/// nothing: all epochs, commitments, proofs, cuts and challenges are lists, searched at every question. They must agree
/// on every call, every status and every wei.
contract Player is Stand {
    uint256 constant ACCOUNTS = 3;
    uint256 constant FOREVER = type(uint256).max;

    struct Published {
        uint256 timestamp;
        uint256 publishedAt;
        uint256 price;
        uint256 exit; // recorded; 0 if none was
    }

    struct Held {
        uint256 commitment;
        uint256 untilEpoch; // the newest when it was given up
        uint256 first; // the earliest commitment from which what is proven carries over to this one
    }

    struct Healthy {
        uint256 epoch;
        uint256 held; // index of the commitment proven
        uint256 time;
        uint256 order;
        bool initial;
    }

    /// @dev An update or a flag, which ends every lease granted before it.
    struct Cut {
        uint256 until;
        uint256 order;
    }

    enum Outcome {
        Open,
        Answered,
        Voided,
        Missed
    }

    struct Question {
        address by;
        uint256 bond;
        uint256 epoch;
        uint256 time;
        Outcome outcome;
        bool dismissed; // by a flag
    }

    struct Sent {
        address by;
        bytes data;
    }

    struct Pledge {
        address to;
        uint256 coverage;
        bool accepted;
    }

    AccountId[ACCOUNTS] public ids;
    bool[ACCOUNTS] public flagged;
    uint256[ACCOUNTS] public flagEpoch;
    uint256[ACCOUNTS] public consents;
    Published[] epochs;
    Held[][ACCOUNTS] held;
    Healthy[][ACCOUNTS] healthy;
    Cut[][ACCOUNTS] cuts;
    Question[][ACCOUNTS] questions;
    Pledge[][ACCOUNTS] pledges;
    mapping(address => uint256) owed;
    Sent[] sent;
    address immutable tester = msg.sender;
    address immutable vault;
    uint256 oraclePrice;
    uint256 order;
    uint256 time = START;

    /// @param vaulted commitments are replaced by a vault, and may then keep what is proven
    constructor(bool vaulted) {
        vm.warp(time);
        raise();
        vault = vaulted ? address(0x7a017) : address(0);
        if (vaulted) gate = new MarginGate(book, terms, [sound, sound, sound, sound], vault);
        epochs.push();
        for (uint256 i; i < ACCOUNTS; ++i) {
            vm.prank(vaulted ? vault : ownerOf(i));
            ids[i] = vaulted ? gate.openFor(ownerOf(i), i + 1, 4) : gate.open(i + 1, 4);
            held[i].push(Held(i + 1, FOREVER, 0));
            vm.deal(challenger(i), 1000 ether);
        }
        step(PRICE);
    }

    // What can happen.

    function wait(uint16 duration) external {
        vm.warp(time += duration % 50 minutes);
    }

    function publishNext(uint8 by) external {
        vm.warp(time);
        step(priceAfter(by));
    }

    /// @dev Hours pass, with epochs in time: accounts fall silent.
    function passHours(uint8 halves, uint8 by) external {
        for (uint256 i; i < halves % 12; ++i) {
            vm.warp(time += 30 minutes);
            step(i == 2 ? priceAfter(by) : uint64(oraclePrice));
        }
    }

    /// @dev The oracle moves, and no epoch with it.
    function move(uint8 by) external {
        vm.warp(time);
        oraclePrice = priceAfter(by);
        quote(uint64(oraclePrice));
    }

    function priceAfter(uint8 by) internal view returns (uint64) {
        uint64[5] memory prices = [PRICE, PRICE * 103 / 100, PRICE * 106 / 100, PRICE * 97 / 100, uint64(oraclePrice)];
        return prices[by % 5];
    }

    function step(uint64 price) internal {
        oraclePrice = price;
        bool soon = epochs.length > 1
            && (time < epochs[newest()].timestamp + 1 minutes || time < epochs[newest()].publishedAt + 1 minutes);
        if (soon) {
            quote(price);
            return;
        }
        publish(price);
        epochs.push(Published(time, time, price, 0));
    }

    /// @dev Few commitments, so that accounts return to earlier ones.
    function update(uint8 account, uint8 commitment, uint8 size, bool keep) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 next = commitment % 6 + 1;
        keep = keep && vault != address(0);
        vm.prank(vault == address(0) ? ownerOf(i) : vault);
        if (vault == address(0)) gate.update(ids[i], next, uint8(4 << (size % 4)), inPerson());
        else gate.replace(ids[i], next, uint8(4 << (size % 4)), keep);
        if (vault == address(0)) ++consents[i];
        Held storage before = held[i][held[i].length - 1];
        before.untilEpoch = newest();
        held[i].push(Held(next, FOREVER, keep ? before.first : held[i].length));
        if (!keep) cuts[i].push(Cut(time - 1, ++order));
    }

    function prove(uint8 account, uint8 back, bool initial, bool byOwner) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 epoch = pick(back);
        address by = byOwner ? ownerOf(i) : address(this);
        bytes memory data = abi.encodeCall(
            gate.prove, (ids[i], uint32(epoch), setOf(initial), healthyProof(i, epoch, initial, Action.Prove, by))
        );
        bool expected = modelStatus(i) != Status.Hard && usable(epoch) && epoch >= leastEpoch(i)
            && (initial || pledged(i) == 0) && truth(current(i), epoch, initial, coverage(i, initial));
        bool done = submit(by, data);
        require(done == expected, "prove and the model disagree");
        if (done) recordHealthy(i, epoch, initial);
    }

    /// @dev Faults: 0 a proof that does not verify, 1 another commitment named, 2 another context named; else none.
    function proveMany(uint8[4] calldata picks, uint8[4] calldata faults, uint8 back, bool initial) external {
        vm.warp(time);
        uint256 epoch = pick(back);
        uint8 size = gate.accountOf(ids[picks[0] % ACCOUNTS]).size;
        Claim[] memory claims = new Claim[](4);
        bool[4] memory expected;
        {
            bool[ACCOUNTS] memory done;
            for (uint256 k; k < 4; ++k) {
                uint256 i = picks[k] % ACCOUNTS;
                claims[k] = claim(i, faults[k] % 10, epoch, initial);
                expected[k] = faults[k] % 10 > 2 && !done[i] && claimable(i, epoch, initial, size);
                if (expected[k]) done[i] = true;
            }
        }
        bytes memory data = abi.encodeCall(gate.proveMany, (uint32(epoch), setOf(initial), size, claims));
        (bool sound, bytes memory result) = address(gate).call(data);
        require(sound == usable(epoch), "proveMany and the model disagree on the epoch");
        if (!sound) return;
        bool[] memory taken = abi.decode(result, (bool[]));
        uint256 count;
        for (uint256 k; k < 4; ++k) {
            require(taken[k] == expected[k], "proveMany and the model disagree");
            if (taken[k]) recordHealthy(picks[k] % ACCOUNTS, epoch, initial);
            if (taken[k]) ++count;
        }
        // Later calls of it must fail, which is sure only if every account in it was proven.
        if (count > 0 && count == distinct(picks)) sent.push(Sent(address(this), data));
    }

    function claimable(uint256 i, uint256 epoch, bool initial, uint8 size) internal view returns (bool) {
        return usable(epoch) && modelStatus(i) != Status.Hard && epoch >= leastEpoch(i) && (initial || pledged(i) == 0)
            && truth(current(i), epoch, initial, coverage(i, initial)) && gate.accountOf(ids[i]).size == size;
    }

    function cure(uint8 account, uint8 back, bool byOwner) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 epoch = pick(back);
        address by = byOwner ? ownerOf(i) : address(this);
        Proof memory proof = healthyProof(i, epoch, true, Action.Cure, by);
        bool expected = latest(epoch) && modelStatus(i) == Status.Hard && byOwner && epoch >= flagEpoch[i]
            && epoch >= leastEpoch(i) && truth(current(i), epoch, true, coverage(i, true));
        bool done = submit(by, abi.encodeCall(gate.cure, (ids[i], uint32(epoch), proof, inPerson())));
        require(done == expected, "cure and the model disagree");
        if (!done) return;
        ++consents[i];
        flagged[i] = false;
        recordHealthy(i, epoch, true);
    }

    function flag(uint8 account, uint8 commitment, uint8 back, uint8 size) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 named = commitment % 6 + 1;
        uint256 epoch = pick(back);
        uint256 context = gate.contextOf(ids[i], Action.Flag, address(this));
        Proof memory proof = idealProof(MarginSignals(0, named, maintenanceRootOf(epoch), 10_000, context));
        bool expected =
            latest(epoch) && !flagged[i] && breachable(i, named, epoch) && !truth(named, epoch, false, 10_000);
        bytes memory data =
            abi.encodeCall(gate.flag, (ids[i], uint32(epoch), named, uint8(4 << (size % 4)), proof));
        bool done = submit(address(this), data);
        require(done == expected, "flag and the model disagree");
        if (!done) return;
        if (epoch > flagEpoch[i]) flagEpoch[i] = epoch;
        recordFlag(i);
    }

    function flagSilent(uint8 account, bool naming) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        uint256 outside = naming ? firstExit(i) : 0;
        bool expected = !flagged[i] && silent(i, outside == 0 ? recordedEnd(i) : end(i, exitTime(i, outside)));
        (bool done,) = address(gate).call(abi.encodeCall(gate.flagSilent, (ids[i], uint32(outside))));
        require(done == expected, "flagSilent and the model disagree");
        if (!done) return;
        // What must never happen, said once more by itself.
        require(time > trueEnd(i) + terms.grace, "an account with a live lease in band was flagged");
        if (outside != 0) recordedExit(lastInitial(i).epoch, outside);
        recordFlag(i);
    }

    function recordExit(uint8 epochBack, uint8 outsideBack) external {
        vm.warp(time);
        (uint256 epoch, uint256 outside) = (pick(epochBack), pick(outsideBack));
        bool expected = epoch > 0 && outside > epoch && outside < epochs.length && apart(outside, epoch);
        (bool done,) = address(gate).call(abi.encodeCall(gate.recordExit, (uint32(epoch), uint32(outside))));
        require(done == expected, "recordExit and the model disagree");
        if (done) recordedExit(epoch, outside);
    }

    function challenge(uint8 account, uint8 from, uint64 extra) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        address by = challenger(from % ACCOUNTS);
        uint256 bond = 0.01 ether - 1 + extra % 3;
        Question[] storage all = questions[i];
        bool ready = all.length == 0 || time >= all[all.length - 1].time + 6 hours;
        bool expected = !stands(i) && ready && !flagged[i] && time <= recordedEnd(i) && bond >= 0.01 ether;
        vm.prank(by);
        (bool done,) = address(gate).call{value: bond}(abi.encodeCall(gate.challenge, (ids[i])));
        require(done == expected, "challenge and the model disagree");
        if (done) all.push(Question(by, bond, newest() + 1, time, Outcome.Open, false));
    }

    function settle(uint8 account) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        bool expected = open(i) && (missed(i) || (time > recordedEnd(i) && aliveSince() == 0));
        (bool done,) = address(gate).call(abi.encodeCall(gate.settleChallenge, (ids[i])));
        require(done == expected, "settleChallenge and the model disagree");
        if (done) close(i, missed(i) ? Outcome.Missed : Outcome.Voided);
    }

    function collect(uint8 who) external {
        vm.warp(time);
        address by = who % 2 == 0 ? ownerOf(who % ACCOUNTS) : challenger(who % ACCOUNTS);
        uint256 before = by.balance;
        vm.prank(by);
        (bool done,) = address(gate).call(abi.encodeCall(gate.collect, ()));
        require(done == (owed[by] > 0) && by.balance == before + owed[by], "collect and the model disagree");
        owed[by] = 0;
    }

    function pledge(uint8 account, uint8 to, uint8 size) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        address beneficiary = address(uint160(0xBE4 + to % 5));
        uint32 amount = uint32(10_999 + uint256(size) * 40);
        vm.prank(ownerOf(i));
        bytes memory data = abi.encodeCall(gate.pledge, (ids[i], beneficiary, amount, inPerson()));
        (bool done,) = address(gate).call(data);
        bool expected = amount >= 11_000 && !promised(i, beneficiary) && pledges[i].length < 4;
        require(done == expected, "pledge and the model disagree");
        if (!done) return;
        ++consents[i];
        pledges[i].push(Pledge(beneficiary, amount, false));
    }

    /// @dev Acts: 0 retract, 1 accept, 2 and 3 release.
    function endPledge(uint8 account, uint8 to, uint8 act) external {
        vm.warp(time);
        uint256 i = account % ACCOUNTS;
        address beneficiary = address(uint160(0xBE4 + to % 5));
        act %= 4;
        bytes memory data = act == 0
            ? abi.encodeCall(gate.retract, (ids[i], beneficiary, inPerson()))
            : act == 1 ? abi.encodeCall(gate.accept, (ids[i], 0)) : abi.encodeCall(gate.release, (ids[i]));
        vm.prank(act == 0 ? ownerOf(i) : beneficiary);
        (bool done,) = address(gate).call(data);
        (bool found, uint256 k) = (false, 0);
        for (; k < pledges[i].length && !found; ++k) found = pledges[i][k].to == beneficiary;
        bool expected = found && !(act == 0 && pledges[i][k - 1].accepted);
        require(done == expected, "the end of a pledge and the model disagree");
        if (!done) return;
        if (act == 0) ++consents[i];
        if (act == 1) {
            pledges[i][k - 1].accepted = true;
        } else {
            pledges[i][k - 1] = pledges[i][pledges[i].length - 1];
            pledges[i].pop();
        }
    }

    /// @dev Whoever repeats an accepted call, now or much later, achieves nothing.
    function replay(uint256 which, bytes32 malleated) external {
        if (sent.length == 0) return;
        vm.warp(time);
        Sent memory old = sent[which % sent.length];
        bytes memory data = old.data;
        bool cured = bytes4(data) == gate.cure.selector; // its last word is the consent's
        if (!cured) {
            assembly {
                mstore(add(data, mload(data)), malleated) // the last word is proof.c[1]
            }
        }
        vm.prank(old.by);
        (bool done, bytes memory result) = address(gate).call(data);
        if (!done) return;
        require(bytes4(data) == gate.proveMany.selector, "an accepted proof was accepted again");
        bool[] memory again = abi.decode(result, (bool[]));
        for (uint256 k; k < again.length; ++k) require(!again[k], "an accepted proof of a batch was accepted again");
    }

    /// @dev Reverts, so it changes nothing; says whether the account could be flagged by one call. Not a move: who plays at
    /// random may come by the tester's address, but not by these words as well.
    function probe(uint256 i, bytes32 words) external {
        if (msg.sender != tester || keccak256(abi.encode(words)) != keccak256(abi.encode(PROBE))) return;
        vm.warp(time);
        gate.flagSilent(ids[i], uint32(firstExit(i)));
        revert("flaggable");
    }

    // The model.

    function modelStatus(uint256 i) public view returns (Status) {
        if (flagged[i] || silent(i, recordedEnd(i))) return Status.Hard;
        return time <= trueEnd(i) ? Status.Current : Status.Soft;
    }

    function silent(uint256 i, uint256 ended) public view returns (bool) {
        uint256 alive = aliveSince();
        return healthy[i].length > 0 && alive != 0 && time > ended + terms.grace && time > alive + terms.grace;
    }

    function trueEnd(uint256 i) public view returns (uint256) {
        return end(i, exitTime(i, firstExit(i)));
    }

    function recordedEnd(uint256 i) public view returns (uint256) {
        uint256 exit = lastInitial(i).epoch == 0 ? 0 : epochs[lastInitial(i).epoch].exit;
        return end(i, exit == 0 ? FOREVER : exit);
    }

    /// @dev The latest second that any proof leases, given when the last initial proof's band was left.
    function end(uint256 i, uint256 exit) internal view returns (uint256 latestEnd) {
        Healthy memory initial = lastInitial(i);
        for (uint256 k; k < healthy[i].length; ++k) {
            Healthy memory h = healthy[i][k];
            uint256 until = epochs[h.epoch].timestamp + terms.leaseMaintenance;
            if (h.order == initial.order) {
                uint256 long = epochs[h.epoch].timestamp + terms.leaseInitial;
                if (exit < long) long = exit;
                if (long > until) until = long;
            }
            until = cut(i, h, until);
            if (until > latestEnd) latestEnd = until;
        }
    }

    /// @dev Ended by whatever came after the proof: an update, a flag, a missed challenge.
    function cut(uint256 i, Healthy memory h, uint256 until) internal view returns (uint256) {
        for (uint256 k; k < cuts[i].length; ++k) {
            if (cuts[i][k].order > h.order && cuts[i][k].until < until) until = cuts[i][k].until;
        }
        for (uint256 k; k < questions[i].length; ++k) {
            Question memory q = questions[i][k];
            if ((q.outcome != Outcome.Open && q.outcome != Outcome.Missed) || q.epoch >= epochs.length) continue;
            uint256 deadline = epochs[q.epoch].publishedAt + terms.challengeWindow;
            if (time > deadline && h.time <= deadline && deadline < until) until = deadline;
        }
        return until;
    }

    function lastInitial(uint256 i) internal view returns (Healthy memory last) {
        for (uint256 k; k < healthy[i].length; ++k) if (healthy[i][k].initial) last = healthy[i][k];
    }

    function firstExit(uint256 i) internal view returns (uint256) {
        Healthy memory initial = lastInitial(i);
        if (initial.epoch == 0) return 0;
        for (uint256 e = initial.epoch + 1; e < epochs.length; ++e) if (apart(e, initial.epoch)) return e;
        return 0;
    }

    function exitTime(uint256, uint256 outside) internal view returns (uint256) {
        return outside == 0 ? FOREVER : epochs[outside].timestamp;
    }

    function apart(uint256 epoch, uint256 from) internal view returns (bool) {
        return far(epochs[epoch].price, epochs[from].price);
    }

    function far(uint256 price, uint256 from) internal pure returns (bool) {
        uint256 distance = price > from ? price - from : from - price;
        return distance * 20 > from;
    }

    function aliveSince() public view returns (uint256 since) {
        for (uint256 e = 1; e < epochs.length; ++e) {
            if (e == 1 || epochs[e].publishedAt > epochs[e - 1].timestamp + 40 minutes) since = epochs[e].publishedAt;
        }
        if (time > epochs[newest()].timestamp + 40 minutes) since = 0;
    }

    function usable(uint256 epoch) internal view returns (bool) {
        return epoch > 0 && epoch < epochs.length && time - epochs[epoch].timestamp <= terms.maxEpochAge
            && !apart(newest(), epoch);
    }

    function latest(uint256 epoch) public view returns (bool) {
        return usable(epoch) && !far(oraclePrice, epochs[epoch].price);
    }

    function breachable(uint256 i, uint256 commitment, uint256 epoch) internal view returns (bool) {
        for (uint256 h; h < held[i].length; ++h) {
            if (held[i][h].commitment != commitment || held[i][h].untilEpoch < epoch) continue;
            bool excused;
            for (uint256 k; k < healthy[i].length; ++k) {
                if (healthy[i][k].epoch >= epoch && healthy[i][k].held >= held[i][h].first) excused = true;
            }
            if (!excused) return true;
        }
        return false;
    }

    function pledged(uint256 i) internal view returns (uint256 largest) {
        for (uint256 k; k < pledges[i].length; ++k) {
            if (pledges[i][k].coverage > largest) largest = pledges[i][k].coverage;
        }
    }

    function promised(uint256 i, address to) internal view returns (bool found) {
        for (uint256 k; k < pledges[i].length; ++k) if (pledges[i][k].to == to) found = true;
    }

    function coverage(uint256 i, bool initial) internal view returns (uint256) {
        if (!initial) return 10_000;
        return pledged(i) > 11_000 ? pledged(i) : 11_000;
    }

    function open(uint256 i) internal view returns (bool) {
        Question[] storage all = questions[i];
        return all.length > 0 && all[all.length - 1].outcome == Outcome.Open;
    }

    function missed(uint256 i) internal view returns (bool) {
        Question memory q = questions[i][questions[i].length - 1];
        return q.epoch < epochs.length && time > epochs[q.epoch].publishedAt + terms.challengeWindow;
    }

    /// @dev No earlier than the last proof's, nor than what a missed question asks for.
    function leastEpoch(uint256 i) internal view returns (uint256) {
        return stands(i) && missed(i) ? questions[i][questions[i].length - 1].epoch : provenEpoch(i);
    }

    /// @dev Whether a question is open, or was missed and neither a proof that could have answered it nor a flag followed.
    function stands(uint256 i) internal view returns (bool) {
        if (open(i) || questions[i].length == 0) return open(i);
        Question memory q = questions[i][questions[i].length - 1];
        return q.outcome == Outcome.Missed && !q.dismissed && provenEpoch(i) < q.epoch;
    }

    function close(uint256 i, Outcome outcome) internal {
        Question storage q = questions[i][questions[i].length - 1];
        q.outcome = outcome;
        owed[outcome == Outcome.Answered ? ownerOf(i) : q.by] += q.bond;
    }

    function recordHealthy(uint256 i, uint256 epoch, bool initial) internal {
        if (open(i) && missed(i)) close(i, Outcome.Missed);
        else if (open(i) && epoch >= questions[i][questions[i].length - 1].epoch) close(i, Outcome.Answered);
        healthy[i].push(Healthy(epoch, held[i].length - 1, time, ++order, initial));
    }

    function recordFlag(uint256 i) internal {
        if (open(i)) close(i, Outcome.Voided);
        if (questions[i].length > 0) questions[i][questions[i].length - 1].dismissed = true;
        flagged[i] = true;
        cuts[i].push(Cut(time - 1, ++order));
    }

    function recordedExit(uint256 epoch, uint256 outside) internal {
        uint256 left = epochs[outside].timestamp;
        if (epochs[epoch].exit == 0 || left < epochs[epoch].exit) epochs[epoch].exit = left;
    }

    // Words for both.

    function ownerOf(uint256 i) public pure returns (address) {
        return address(uint160(0xA11CE + i));
    }

    function challenger(uint256 i) public pure returns (address) {
        return address(uint160(0xC4A11 + i));
    }

    function current(uint256 i) public view returns (uint256) {
        return held[i][held[i].length - 1].commitment;
    }

    function provenEpoch(uint256 i) public view returns (uint256) {
        return healthy[i].length == 0 ? 0 : healthy[i][healthy[i].length - 1].epoch;
    }

    function proofs(uint256 i) external view returns (uint256) {
        return healthy[i].length;
    }

    function newest() public view returns (uint256) {
        return epochs.length - 1;
    }

    function owedBy(address to) external view returns (uint256) {
        return owed[to];
    }

    function openBond(uint256 i) external view returns (uint256) {
        return open(i) ? questions[i][questions[i].length - 1].bond : 0;
    }

    function isAsked(uint256 i) external view returns (bool) {
        return stands(i);
    }

    function largestPledge(uint256 i) external view returns (uint256) {
        return pledged(i);
    }

    function theGate() external view returns (IMarginGate) {
        return gate;
    }

    function now_() external view returns (uint256) {
        return time;
    }

    /// @dev Mostly the newest, sometimes one before, rarely one that never was.
    function pick(uint8 back) internal view returns (uint256) {
        uint256 n = [uint256(0), 0, 0, 1, 1, 2, 3, 7][back % 8];
        return back == 255 ? newest() + 1 : n > newest() ? 0 : newest() - n;
    }

    function setOf(bool initial) internal pure returns (RequirementSet) {
        return initial ? RequirementSet.Initial : RequirementSet.Maintenance;
    }

    function truth(uint256 commitment, uint256 epoch, bool initial, uint256 asked) internal pure returns (bool) {
        return covers(commitment, initial ? initialRootOf(epoch) : maintenanceRootOf(epoch), asked);
    }

    function healthyProof(uint256 i, uint256 epoch, bool initial, Action action, address by)
        internal
        view
        returns (Proof memory)
    {
        uint256 root = initial ? initialRootOf(epoch) : maintenanceRootOf(epoch);
        uint256 context = gate.contextOf(ids[i], action, by);
        return idealProof(MarginSignals(1, current(i), root, coverage(i, initial), context));
    }

    function claim(uint256 i, uint256 fault, uint256 epoch, bool initial) internal view returns (Claim memory) {
        Proof memory proof = healthyProof(i, epoch, initial, Action.Prove, address(this));
        uint256 context = gate.contextOf(ids[i], Action.Prove, address(this));
        uint256 commitment = current(i);
        if (fault == 0) proof.a[0] = 2;
        if (fault == 1) proof.a[1] = commitment = commitment % 6 + 1;
        if (fault == 2) proof.b[1][0] = context = context + 1;
        return Claim(ids[i], commitment, context, proof);
    }

    function distinct(uint8[4] calldata picks) internal pure returns (uint256 count) {
        bool[ACCOUNTS] memory seen;
        for (uint256 k; k < 4; ++k) {
            if (!seen[picks[k] % ACCOUNTS]) ++count;
            seen[picks[k] % ACCOUNTS] = true;
        }
    }

    function submit(address by, bytes memory data) internal returns (bool done) {
        vm.prank(by);
        (done,) = address(gate).call(data);
        if (done) sent.push(Sent(by, data));
    }
}

abstract contract Referee {
    Player player;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(player);
    }

    function agrees() internal {
        IMarginGate gate = player.theGate();
        vm.warp(player.now_());
        uint256 bonds;
        for (uint256 i; i < 3; ++i) {
            AccountId id = player.ids(i);
            Account memory account = gate.accountOf(id);
            Status status = player.modelStatus(i);
            require(gate.statusOf(id) == status, "status and the model disagree");
            require(gate.isHealthy(id) == (status == Status.Current), "isHealthy is not Current");
            require(account.flagged || gate.leaseOf(id) == player.trueEnd(i), "the lease and the model disagree");
            require(account.nonce == player.proofs(i), "the nonce does not count the accepted proofs");
            require(account.commitment == player.current(i), "the commitment is not the last one");
            require(account.provenEpoch == player.provenEpoch(i), "the proven epoch is not the last proof's");
            require(account.flagged == player.flagged(i), "a flag was lost or made up");
            require(account.challenged == player.isAsked(i), "a challenge was lost or made up");
            require(account.pledged == player.largestPledge(i), "the largest pledge is another");
            require(account.consents == player.consents(i), "the owner's acts are not counted");
            bonds += player.openBond(i);
            address[2] memory parties = [player.ownerOf(i), player.challenger(i)];
            for (uint256 k; k < 2; ++k) {
                require(gate.owedTo(parties[k]) == player.owedBy(parties[k]), "a debt and the model disagree");
                bonds += player.owedBy(parties[k]);
            }
        }
        require(address(gate).balance == bonds, "the gate holds other than what it owes and has at stake");
        require(gate.isLatest(uint32(player.newest())) == player.latest(player.newest()), "latest is another");
    }

    /// @dev Nothing that was played keeps an account unflaggable past its lease and the grace, once epochs are usable.
    function silenceIsFlaggable() internal {
        for (uint256 i; i < 3; ++i) {
            if (player.flagged(i) || !player.silent(i, player.trueEnd(i))) continue;
            (, bytes memory reason) = address(player).call(abi.encodeCall(player.probe, (i, PROBE)));
            bytes memory wanted = abi.encodeWithSignature("Error(string)", "flaggable");
            require(keccak256(reason) == keccak256(wanted), "a silent account cannot be flagged");
        }
    }
}

contract MarginGateModelTest is Referee {
    function setUp() public {
        player = new Player(false);
    }

    /// hardhat-config: invariant.runs = 48
    /// hardhat-config: invariant.depth = 100
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_gateAgreesWithTheNaiveModel() external {
        agrees();
    }

    /// hardhat-config: invariant.runs = 24
    /// hardhat-config: invariant.depth = 60
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_silencePastTheGraceIsFlaggableInOneCall() external {
        silenceIsFlaggable();
    }
}

contract VaultedGateModelTest is Referee {
    function setUp() public {
        player = new Player(true);
    }

    /// hardhat-config: invariant.runs = 24
    /// hardhat-config: invariant.depth = 100
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_gateAgreesWithTheNaiveModel() external {
        agrees();
    }

    /// hardhat-config: invariant.runs = 12
    /// hardhat-config: invariant.depth = 60
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_silencePastTheGraceIsFlaggableInOneCall() external {
        silenceIsFlaggable();
    }
}
