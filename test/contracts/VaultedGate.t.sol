// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {MarginGate} from "../../contracts/MarginGate.sol";
import {Account, AccountId, Action, IMarginGate, Proof, RequirementSet, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {vm} from "./Cheats.sol";
import {GateTest} from "./MarginGate.t.sol";

/// @dev A gate whose vault this test is.
contract VaultedGateTest is GateTest {
    address constant OWNER = address(0x0e);

    function setUp() public override {
        vm.warp(START);
        raiseBook();
        gate = new MarginGate(book, terms, [sound, sound, sound, sound], address(this));
        (good, bad) = (find(true), find(false));
        id = gate.openFor(OWNER, good, 4);
        publish(PRICE);
    }

    function held(uint256 commitment, uint32 epoch) private returns (bool) {
        Proof memory proof = breachProof(good, epoch, address(this));
        (, bytes memory reason) = address(gate).call(abi.encodeCall(gate.flag, (id, epoch, commitment, 4, proof)));
        bytes memory notHeld = abi.encodeWithSelector(IMarginGate.CommitmentNotHeld.selector, id, commitment);
        return keccak256(reason) != keccak256(notHeld);
    }

    function test_opensForTheOwnerThatTheVaultNames() public {
        require(gate.ownerOf(id) == OWNER && gate.accountsOf(OWNER) == 1, "owner");
        require(AccountId.unwrap(id) == AccountId.unwrap(gate.accountIdOf(OWNER, 0)), "id");
        expects(Status.Soft, "not soft");
        refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, 5));
        gate.openFor(OWNER, good, 5);
        refuses(abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, 0));
        gate.openFor(OWNER, 0, 4);
    }

    function test_onlyTheVaultOpensAndReplaces() public {
        bytes memory notVault = abi.encodeWithSelector(IMarginGate.NotVault.selector, OWNER, address(this));
        vm.prank(OWNER);
        refuses(notVault);
        gate.openFor(OWNER, good, 4);
        vm.prank(OWNER);
        refuses(notVault);
        gate.replace(id, bad, 4, true);
        vm.prank(OWNER);
        refuses(notVault);
        gate.open(good, 4);
        vm.prank(OWNER);
        refuses(notVault);
        gate.update(id, bad, 4, inPerson());
        MarginGate free = deploy();
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), address(0)));
        free.openFor(OWNER, good, 4);
        refuses(abi.encodeWithSelector(IMarginGate.NotVault.selector, address(this), address(0)));
        free.replace(id, good, 4, true);
    }

    function test_replacesOnlyWhatIsThereByWhatCanBe() public {
        refuses(abi.encodeWithSelector(IMarginGate.UnknownAccount.selector, 5));
        gate.replace(AccountId.wrap(5), good, 4, true);
        refuses(abi.encodeWithSelector(IMarginGate.UnknownSize.selector, 5));
        gate.replace(id, good, 5, true);
        refuses(abi.encodeWithSelector(IMarginGate.NotFieldElement.selector, 0));
        gate.replace(id, 0, 4, true);
    }

    function test_keepingChangesTheCommitmentAndTheSizeAlone() public {
        proveInitial(1);
        Account memory a = gate.accountOf(id);
        gate.replace(id, bad, 16, true);
        (a.commitment, a.size) = (bad, 16);
        require(keccak256(abi.encode(a)) == keccak256(abi.encode(gate.accountOf(id))), "another word");
        (uint32 epoch, uint32 coverage) = gate.provenOf(id);
        require(epoch == 1 && coverage == 11_000, "what is proven");
        expects(Status.Current, "not current");
    }

    function test_whatIsKeptCoversNoMoreThanTheGateAsks() public {
        // Cash alone covers every multiple of nothing; a coin beside it has a requirement, of which it covers a few.
        vm.prank(OWNER);
        gate.pledge(id, address(this), 15_000, inPerson());
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
        gate.replace(id, bad, 4, true);
        (uint32 epoch, uint32 coverage) = gate.provenOf(id);
        require(epoch == 1 && coverage == 11_000, "what is proven");
        expects(Status.Current, "not current");
    }

    function test_notKeepingEndsTheLeaseAsAnUpdateDoes() public {
        proveInitial(1);
        gate.replace(id, good, 4, false);
        expects(Status.Soft, "not soft");
        (uint32 epoch,) = gate.provenOf(id);
        require(epoch == 0 && gate.leaseOf(id) == START - 1, "what is proven");
        require(gate.accountOf(id).consents == 0, "the vault's act is none of the owner's at the gate");
    }

    function test_whatIsKeptIsExcusedWhereItWasProvenAndNowhereElse() public {
        proveInitial(1);
        vm.warp(START + 1 minutes);
        publish(PRICE);
        gate.replace(id, bad, 4, true);
        // At 1 the old one was proven, and the new one is no worse; at 2 neither was.
        require(!held(good, 1) && !held(bad, 1), "excused");
        require(held(good, 2) && held(bad, 2), "breachable");
        vm.warp(START + 2 minutes);
        publish(PRICE);
        require(!held(good, 3) && held(bad, 3), "given up before the epoch");
    }

    function test_keepingWithoutAProofExcusesNothing() public {
        gate.replace(id, bad, 4, true);
        require(held(good, 1) && held(bad, 1), "nothing was proven");
        flag(bad, 1);
        expects(Status.Hard, "in breach");
        gate.replace(id, good, 4, true);
        expects(Status.Hard, "a deposit is no cure");
    }

    function test_manyDepositsDodgeNoBreach() public {
        gate.replace(id, bad, 4, false);
        for (uint256 i; i < 5; ++i) gate.replace(id, good + i, 4, true);
        flag(bad, 1);
        expects(Status.Hard, "dodged");
    }

    function test_aKeptLeaseRunsOutLikeAnyOther() public {
        proveInitial(1);
        gate.replace(id, good, 4, true);
        keepAlive(START + 12 hours, PRICE);
        expects(Status.Current, "the last second");
        vm.warp(START + 12 hours + 1);
        expects(Status.Soft, "over");
        gate.replace(id, good, 4, true);
        expects(Status.Soft, "nothing is lengthened");
    }

    function test_nobodysProofVoidsOneThatTheVaultHandsIn() public {
        Proof memory proof = initialProof(1, 11_000);
        Proof memory other = healthyProof(good, 1, RequirementSet.Maintenance, 10_000, Action.Prove, OWNER);
        vm.prank(OWNER);
        gate.prove(id, 1, RequirementSet.Maintenance, other);
        gate.prove(id, 1, RequirementSet.Initial, proof);
        require(gate.accountOf(id).nonce == 2, "not both");
    }
}
