// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {EpochBook} from "../../contracts/EpochBook.sol";
import {MarginGate} from "../../contracts/MarginGate.sol";
import {BookTerms, Epoch} from "../../contracts/interfaces/IEpochBook.sol";
import {IAggregatorV3} from "../../contracts/interfaces/IAggregatorV3.sol";
import {Asset, Source, Uptime} from "../../contracts/interfaces/IIndexOracle.sol";
import {Consent, Terms} from "../../contracts/interfaces/IMarginGate.sol";
import {IMarginVerifier} from "../../contracts/interfaces/IMarginVerifier.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Signature} from "../../contracts/interfaces/ISigners.sol";
import {IndexOracle} from "../../contracts/oracle/IndexOracle.sol";
import {Keys} from "../oracle/Keys.sol";
import {Manner, Venue} from "../oracle/Venues.sol";
import {vm} from "./Cheats.sol";
import {IdealVerifier, initialRootOf, maintenanceRootOf} from "./IdealVerifier.sol";

/// @dev A gate on a real book with a real oracle of two assets, whose three venues say what they are told.
abstract contract Stand is Keys {
    uint40 constant START = 1_770_210_007;
    uint64 constant PRICE = 50_000e6;
    uint64 constant SIDE = 2_000e6;

    BookTerms bookTerms = BookTerms(2, 1 minutes, 40 minutes, 10 minutes, 0.01e9, 2 days);
    Terms terms = Terms({
        maxEpochAge: 1 hours,
        leaseMaintenance: 2 hours,
        leaseInitial: 12 hours,
        grace: 1 hours,
        band: 0.05e9,
        coverageMaintenance: 10_000,
        coverageInitial: 11_000,
        challengeWindow: 15 minutes,
        challengeCooldown: 6 hours,
        challengeBond: 0.01 ether
    });
    IMarginVerifier sound = new IdealVerifier(false, true);
    Venue[6] venues;
    EpochBook book;
    MarginGate gate;

    function raise() internal {
        raiseBook();
        gate = deploy();
    }

    function raiseBook() internal {
        Asset[] memory assets = new Asset[](2);
        for (uint256 i; i < 6; ++i) {
            if (i % 3 == 0) assets[i / 3] = Asset(i == 0 ? bytes32("COIN") : bytes32("SIDE"), 2, new Source[](3));
            venues[i] = new Venue();
            assets[i / 3].sources[i % 3] = Source(IPriceSource(address(venues[i])), 2 days, 0, 0.05e9);
        }
        IndexOracle oracle = new IndexOracle(assets, Uptime(IAggregatorV3(address(0)), 0));
        book = new EpochBook(oracle, address(this), bookTerms, 1, one());
    }

    function deploy() internal returns (MarginGate) {
        return new MarginGate(book, terms, [sound, sound, sound, sound], address(0));
    }

    function one() private pure returns (address[] memory set) {
        set = new address[](1);
        set[0] = vm.addr(1);
    }

    function quote(uint64 price) internal {
        quote(price, SIDE);
    }

    function quote(uint64 price, uint64 side) internal {
        for (uint256 i; i < 6; ++i) venues[i].set(Manner.Answers, i < 3 ? price : side, 0, block.timestamp);
    }

    function silenceOracle() internal {
        for (uint256 i; i < 6; ++i) venues[i].set(Manner.Reverts, 0, 0, 0);
    }

    /// @dev All venues say this price now, and an epoch of now says it too, with the roots of its number.
    function publish(uint64 price) internal returns (uint32) {
        return publish(price, SIDE, uint40(block.timestamp));
    }

    function publish(uint64 price, uint64 side, uint40 timestamp) internal returns (uint32) {
        quote(price, side);
        return book.publish(epochAt(timestamp, price, side), signed(epochAt(timestamp, price, side)));
    }

    function epochAt(uint40 timestamp, uint64 price, uint64 side) internal view virtual returns (Epoch memory e) {
        uint256 next = book.latestEpoch() + 1;
        e = Epoch(timestamp, new uint64[](2), new uint256[](2), 13, bytes32(next), "uri");
        (e.index[0], e.index[1]) = (price, side);
        (e.requirementRoots[0], e.requirementRoots[1]) = (maintenanceRootOf(next), initialRootOf(next));
    }

    function signed(Epoch memory e) internal view returns (Signature[] memory all) {
        all = new Signature[](1);
        all[0] = Signature(vm.addr(1), signatureOf(1, book.digestOf(e)));
    }

    /// @dev The sender is the owner.
    function inPerson() internal pure returns (Consent memory consent) {}
}
