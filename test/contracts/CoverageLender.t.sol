// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {CoverageLender} from "../../contracts/examples/CoverageLender.sol";
import {AccountId, IMarginGate, Proof, RequirementSet, Status} from "../../contracts/interfaces/IMarginGate.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {vm} from "./Cheats.sol";
import {GateTest} from "./MarginGate.t.sol";

contract CoverageLenderTest is GateTest {
    CoverageLender lender;
    TokenMock token;

    function setUp() public override {
        super.setUp();
        token = new TokenMock("USD", 6);
        lender = new CoverageLender(gate, token, 15_000, 1_000e6, 1e9); // 1e-9 a second: 3.2% a year
        token.mint(address(lender), 5_000e6);
    }

    function provenAndPledged() internal {
        gate.pledge(id, address(lender), 15_000, inPerson());
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
    }

    function test_lendsOnAProofOfOneAndAHalfAndKeepsTheAccountToIt() public {
        provenAndPledged();
        lender.borrow(id, 1_000e6, address(0x70));
        require(token.balanceOf(address(0x70)) == 1_000e6 && lender.debtOf(id) == 1_000e6, "not lent");
        refuses(abi.encodeWithSelector(IMarginGate.PledgeIsAccepted.selector, id, address(lender)));
        gate.retract(id, address(lender), inPerson());
        Proof memory proof = maintenanceProof(1);
        refuses(abi.encodeWithSelector(IMarginGate.CovenantStands.selector, id, 15_000));
        gate.prove(id, 1, RequirementSet.Maintenance, proof);

        token.mint(address(this), 2_000e6);
        token.approve(address(lender), type(uint256).max);
        vm.warp(START + 1000);
        require(lender.debtOf(id) == 1_000e6 + 1000, "interest is another");
        lender.repay(id, 400e6);
        require(gate.accountOf(id).pledged == 15_000, "released before the debt was repaid");
        lender.repay(id, type(uint256).max);
        require(lender.debtOf(id) == 0 && gate.accountOf(id).pledged == 0, "not released");
        require(token.balanceOf(address(lender)) == 5_000e6 + 1000, "not repaid");
        refuses(abi.encodeWithSelector(CoverageLender.NothingBorrowed.selector, id));
        lender.repay(id, 1);
        proveMaintenance(1);
    }

    function test_lendsOnNothingLess() public {
        refuses(abi.encodeWithSelector(CoverageLender.NotHealthy.selector, id));
        lender.borrow(id, 1, address(this));
        proveInitial(1);
        refuses(abi.encodeWithSelector(CoverageLender.NotProven.selector, id, 11_000, 15_000));
        lender.borrow(id, 1, address(this));
        gate.pledge(id, address(0x5), 15_000, inPerson());
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
        refuses(abi.encodeWithSelector(IMarginGate.NotPledged.selector, id, address(lender)));
        lender.borrow(id, 1, address(this));
        gate.pledge(id, address(lender), 14_999, inPerson());
        refuses(abi.encodeWithSelector(IMarginGate.PledgeTooSmall.selector, 14_999, 15_000));
        lender.borrow(id, 1, address(this));
        gate.retract(id, address(lender), inPerson());
        gate.pledge(id, address(lender), 15_000, inPerson());
        vm.prank(address(0xBAD));
        refuses(abi.encodeWithSelector(CoverageLender.NotOwner.selector, id, address(0xBAD)));
        lender.borrow(id, 1, address(0xBAD));
        refuses(abi.encodeWithSelector(CoverageLender.OverLimit.selector, 1_000e6 + 1, 1_000e6));
        lender.borrow(id, 1_000e6 + 1, address(this));
        lender.borrow(id, 1, address(this));
    }

    /// @dev The lie: a proof of before the crash, or of another commitment, shown after it.
    function test_lendsNothingOnAProofOfAnotherMarketOrAnotherBook() public {
        provenAndPledged();
        quote(PRICE * 9 / 10);
        refuses(abi.encodeWithSelector(CoverageLender.NotLatest.selector, id, 1));
        lender.borrow(id, 1, address(this));
        quote(PRICE);
        update(good);
        refuses(abi.encodeWithSelector(CoverageLender.NotHealthy.selector, id));
        lender.borrow(id, 1, address(this));
        gate.prove(id, 1, RequirementSet.Initial, initialProof(1, 15_000));
        lender.borrow(id, 1, address(this));
    }

    /// @dev Else the pledge would bind an account that owes nothing, and so has nothing to repay that would release it.
    function test_aLoanOfNothingBindsNoPledge() public {
        provenAndPledged();
        refuses(abi.encodeWithSelector(CoverageLender.NothingBorrowed.selector, id));
        lender.borrow(id, 0, address(this));
        gate.retract(id, address(lender), inPerson());
    }

    function test_aBorrowerBelowItsPledgeFallsSilentWhereAllSeeIt() public {
        provenAndPledged();
        lender.borrow(id, 1_000e6, address(this));
        update(bad);
        keepAlive(START + 2 hours, PRICE);
        expects(Status.Hard, "the borrower is not Hard");
        refuses(abi.encodeWithSelector(CoverageLender.NotHealthy.selector, id));
        lender.borrow(id, 1, address(this));
    }

    function test_onlyTheFunderTakesOutAndOnlyWhatIsThere() public {
        vm.prank(address(0xBAD));
        refuses(abi.encodeWithSelector(CoverageLender.NotFunder.selector, address(0xBAD)));
        lender.withdraw(1, address(0xBAD));
        lender.withdraw(5_000e6, address(0x70));
        require(token.balanceOf(address(0x70)) == 5_000e6, "not withdrawn");
    }
}
