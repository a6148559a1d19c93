// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Guardians} from "../../contracts/Guardians.sol";
import {IGuardians, ViewingKey} from "../../contracts/interfaces/IGuardians.sol";
import {vm} from "../contracts/Cheats.sol";
import {pointOf} from "./VaultStand.sol";
import {FIELD} from "./World.sol";

contract GuardiansTests {
    uint32 constant OVERLAP = 1 hours;
    address constant KEEPER = address(0xcafe);
    address constant STRANGER = address(0xbad);
    // The eight points whose order divides 8: 1, 2, 4 and 4, 8 four times.
    uint256 constant X4 = 2957874849018779266517920829765869116077630550401372566248359756137677864698;
    uint256 constant X8 = 4342719913949491028786768530115087822524712248835451589697801404893164183326;
    uint256 constant Y8 = 4826523245007015323400664741523384119579596407052839571721035538011798951543;

    Guardians guardians = new Guardians(address(this), OVERLAP);

    function setUp() public {
        vm.warp(1_770_000_000);
    }

    function register(uint256 point) internal returns (uint32) {
        (uint256 x, uint256 y) = pointOf(point);
        return guardians.register(KEEPER, x, y);
    }

    function rotate(uint32 guardian, uint256 point) internal returns (uint32) {
        (uint256 x, uint256 y) = pointOf(point);
        vm.prank(KEEPER);
        return guardians.rotate(guardian, x, y);
    }

    function refusesKey(bytes memory reason, uint256 x, uint256 y) internal {
        vm.expectRevert(reason);
        guardians.register(KEEPER, x, y);
    }

    function test_numbersGuardiansAndKeysFromOne() public {
        require(register(0) == 1 && register(1) == 2, "numbers");
        require(guardians.guardianOf(1).keeper == KEEPER && guardians.guardianOf(2).key == 2, "guardians");
        ViewingKey memory key = guardians.keyOf(2);
        (uint256 x, uint256 y) = pointOf(1);
        require(key.guardian == 2 && key.x == x && key.y == y && key.since == block.timestamp, "key");
        require(guardians.accepts(1, 1) && !guardians.accepts(1, 2) && !guardians.accepts(2, 1), "accepts");
        require(!guardians.accepts(3, 0) && !guardians.accepts(1, 0) && !guardians.isOpen(3), "nobody's");
        vm.expectRevert(abi.encodeWithSelector(IGuardians.UnknownKey.selector, 3));
        guardians.keyOf(3);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.UnknownGuardian.selector, 3));
        guardians.guardianOf(3);
    }

    function test_onlyTheVenueRegistersAndRetires() public {
        (uint256 x, uint256 y) = pointOf(0);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.NotVenue.selector, STRANGER));
        guardians.register(STRANGER, x, y);
        register(0);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.NotVenue.selector, KEEPER));
        guardians.retire(1);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.UnknownGuardian.selector, 2));
        guardians.retire(2);
        guardians.retire(1);
        require(!guardians.isOpen(1) && guardians.accepts(1, 1), "who picked it keeps it");
    }

    function test_onlyTheKeeperRotatesAndHandsOn() public {
        register(0);
        (uint256 x, uint256 y) = pointOf(1);
        vm.warp(block.timestamp + OVERLAP + 1);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.NotKeeper.selector, 1, address(this)));
        guardians.rotate(1, x, y);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.NotKeeper.selector, 1, address(this)));
        guardians.handOn(1, address(this));
        vm.expectRevert(abi.encodeWithSelector(IGuardians.UnknownGuardian.selector, 2));
        guardians.handOn(2, address(this));
        vm.prank(KEEPER);
        guardians.handOn(1, address(this));
        require(guardians.rotate(1, x, y) == 2, "the new keeper");
    }

    function test_refusesWhatIsNoReducedPoint() public {
        (uint256 x, uint256 y) = pointOf(0);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotReduced.selector, x + FIELD), x + FIELD, y);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotReduced.selector, y + FIELD), x, y + FIELD);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotReduced.selector, FIELD), 0, FIELD);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotOnCurve.selector, x, y + 1), x, y + 1);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotOnCurve.selector, y, x), y, x);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotOnCurve.selector, 0, 0), 0, 0);
    }

    function testFuzz_refusesWhatIsOffTheCurve(uint256 x, uint256 y) public {
        (x, y) = (x % FIELD, y % FIELD);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyNotOnCurve.selector, x, y), x, y);
    }

    function test_refusesEveryPointOfSmallOrder() public {
        uint256[2][8] memory points = [
            [uint256(0), 1],
            [0, FIELD - 1],
            [X4, 0],
            [FIELD - X4, 0],
            [X8, Y8],
            [FIELD - X8, Y8],
            [X8, FIELD - Y8],
            [FIELD - X8, FIELD - Y8]
        ];
        for (uint256 i; i < 8; ++i) {
            (uint256 x, uint256 y) = (points[i][0], points[i][1]);
            refusesKey(abi.encodeWithSelector(IGuardians.KeyOfSmallOrder.selector, x, y), x, y);
        }
    }

    function test_takesAPointOfTheFullOrder() public {
        // 5 times the base point, and the point of order 2: 8 times it is not the identity.
        (uint256 x, uint256 y) = pointOf(0);
        require(guardians.register(KEEPER, FIELD - x, FIELD - y) == 1, "a point beside the subgroup");
    }

    function test_takesNoKeyTwice() public {
        register(0);
        (uint256 x, uint256 y) = pointOf(0);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyInUse.selector, 1), x, y);
        vm.warp(block.timestamp + OVERLAP + 1);
        rotate(1, 1);
        refusesKey(abi.encodeWithSelector(IGuardians.KeyInUse.selector, 1), x, y);
        vm.warp(block.timestamp + OVERLAP + 1);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.KeyInUse.selector, 1));
        guardians.rotate(1, x, y);
    }

    function test_acceptsTheKeyBeforeThroughTheLastSecondOfTheOverlap() public {
        register(0);
        vm.warp(block.timestamp + 1 days);
        require(rotate(1, 1) == 2, "number");
        require(guardians.accepts(1, 1) && guardians.accepts(1, 2), "both");
        vm.warp(block.timestamp + OVERLAP);
        require(guardians.accepts(1, 1), "the last second");
        vm.warp(block.timestamp + 1);
        require(!guardians.accepts(1, 1) && guardians.accepts(1, 2), "the new one alone");
        require(guardians.keyOf(1).guardian == 1, "no key is forgotten");
    }

    function test_rotatesNoSoonerThanTheOverlapIsOver() public {
        register(0);
        (uint256 x, uint256 y) = pointOf(1);
        uint256 until = block.timestamp + OVERLAP;
        vm.warp(until);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.RotatedTooSoon.selector, 1, until));
        guardians.rotate(1, x, y);
        vm.warp(until + 1);
        rotate(1, 1);
        (x, y) = pointOf(2);
        vm.warp(until + 1 + OVERLAP);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.RotatedTooSoon.selector, 1, until + 1 + OVERLAP));
        guardians.rotate(1, x, y);
        require(guardians.accepts(1, 1), "what is on its way to the key before still arrives");
    }

    function test_anOverlapLastsTenMinutesToADay() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardians.OverlapTooShort.selector, 10 minutes - 1));
        new Guardians(address(this), 10 minutes - 1);
        vm.expectRevert(abi.encodeWithSelector(IGuardians.OverlapTooLong.selector, 1 days + 1));
        new Guardians(address(this), 1 days + 1);
        require(new Guardians(KEEPER, 10 minutes).overlap() == 10 minutes, "shortest");
        Guardians longest = new Guardians(KEEPER, 1 days);
        require(longest.overlap() == 1 days && longest.venue() == KEEPER, "longest");
    }
}
