// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Batch, newBatch} from "../Batch.sol";
import {Account, Action, Claim, IMarginGate, RequirementSet} from "../interfaces/IMarginGate.sol";
import {AccountId} from "../interfaces/IMarginGateReader.sol";
import {Fill, IVault, Leg, Mode, Party} from "../interfaces/IVault.sol";
import {Change} from "./Changes.sol";
import {Disclosures} from "./Disclosures.sol";
import {Stored} from "./Ledger.sol";
import {Tickets} from "./Tickets.sol";

/// @title Fills between hidden accounts: all of a block or none.
abstract contract Trades is Disclosures, Tickets, ReentrancyGuardTransient {
    /// @dev A party as its legs lead it from state to state; only the last one is stored.
    /// @param bounds what its reductions may give up together
    /// @param legs   how many it has
    /// @param fills  whether a leg was no reduction
    struct Trader {
        AccountId id;
        address owner;
        uint256 commitment;
        uint256 bounds;
        uint32 nonce;
        uint8 size;
        uint32 legs;
        bool fills;
    }

    /// @inheritdoc IVault
    function trade(uint32 epoch, Fill[] calldata fills, Party[] calldata parties) external nonReentrant {
        if (fills.length == 0) revert NoFills();
        if (!gate.isLatest(epoch)) revert EpochNotLatest(epoch);
        (, uint256 root,) = gate.book().rootOf(epoch, uint256(RequirementSet.Maintenance));
        Trader[] memory traders = _traders(parties);
        Batch memory batch = newBatch(2 * fills.length, 10);
        for (uint256 i; i < fills.length; ++i) _fill(fills[i], traders, root, batch);
        uint256 wrong = batch.firstWrong(_ofTransitions());
        if (wrong < batch.count) revert TransitionRejected(traders[batch.items[wrong]].id);

        batch = newBatch(parties.length, 7);
        for (uint256 i; i < parties.length; ++i) _settleParty(i, parties[i], traders[i], batch);
        wrong = batch.firstWrong(_ofDisclosures());
        if (wrong < batch.count) revert DisclosureRejected(parties[wrong].id);
        _requireHealthy(epoch, parties, traders);
    }

    /// @dev Their order puts those whose health is checked together side by side, and none stands twice under one set.
    function _traders(Party[] calldata parties) private view returns (Trader[] memory traders) {
        traders = new Trader[](parties.length);
        uint256 last;
        for (uint256 i; i < parties.length; ++i) {
            AccountId id = parties[i].id;
            uint32 nonce = _existing(id).nonce;
            Account memory a = gate.accountOf(id);
            traders[i] = Trader(id, a.owner, a.commitment, 0, nonce, a.size, 0, false);
            // An id has 248 bits and a size 8: no set is 0, so that the first party comes after nobody.
            uint256 place = uint256(a.size) << 248 | AccountId.unwrap(id);
            bool same = i != 0 && parties[i].set == parties[i - 1].set;
            if (i != 0 && (parties[i].set < parties[i - 1].set || (same && place <= last))) {
                revert PartiesNotIncreasing(i);
            }
            last = place;
        }
    }

    function _fill(Fill calldata fill, Trader[] memory traders, uint256 root, Batch memory batch) private {
        for (uint256 k; k < 2; ++k) {
            if (fill.legs[k].party >= traders.length) revert UnknownParty(fill.legs[k].party);
        }
        AccountId side1 = traders[fill.legs[0].party].id;
        AccountId side2 = traders[fill.legs[1].party].id;
        _use(fill.ticket, fill.expiry, side1, side2);
        Change memory change;
        (change.subject, change.terms) = (fill.ticket, termsOf(side1, side2, fill.expiry));
        for (uint256 k; k < 2; ++k) {
            Leg calldata leg = fill.legs[k];
            change.amount = k == 0 ? int256(1) : -1;
            change.mode = leg.reduce ? Mode.Reduce : Mode.Fill;
            change.root = leg.reduce ? root : 0;
            change.feeBound = leg.feeBound;
            _take(leg, traders[leg.party], change, batch);
        }
        emit Filled(fill.ticket, side1, side2);
    }

    function _take(Leg calldata leg, Trader memory trader, Change memory change, Batch memory batch) private {
        uint256 most = leg.reduce ? feeBound : 0;
        if (leg.feeBound > most) revert FeeBoundTooLarge(trader.id, leg.feeBound, most);
        _requireConsent(trader.id, trader.owner, trader.nonce, leg.commitment, change, leg.consent);
        batch.add(
            leg.party,
            leg.proof,
            _signals(trader.id, trader.nonce, trader.commitment, leg.commitment, change).toArray()
        );
        emit Transitioned(trader.id, change.mode, leg.commitment, trader.nonce);
        trader.commitment = leg.commitment;
        trader.bounds += leg.feeBound;
        ++trader.legs;
        trader.fills = trader.fills || !leg.reduce;
        ++trader.nonce;
    }

    /// @dev Stores the state that a party ends in.
    function _settleParty(uint256 i, Party calldata party, Trader memory trader, Batch memory batch) private {
        if (trader.legs == 0) revert IdleParty(trader.id);
        if (trader.fills && party.set != RequirementSet.Initial) revert InitialNeeded(trader.id);
        Stored storage account = _accounts[trader.id];
        // An account that stands under both sets would leave one state twice, and keep what the first way gave to others.
        if (account.nonce + trader.legs != trader.nonce) revert PartiesNotIncreasing(i);
        account.nonce = trader.nonce;
        if (trader.bounds != 0) _spend(trader.id, account, trader.bounds);
        gate.replace(trader.id, trader.commitment, trader.size, false);
        _disclose(batch, i, trader.id, account.guardian, trader.commitment, party.disclosure);
    }

    function _requireHealthy(uint32 epoch, Party[] calldata parties, Trader[] memory traders) private {
        uint256 end;
        for (uint256 first; first < parties.length; first = end) {
            (RequirementSet set, uint8 size) = (parties[first].set, traders[first].size);
            end = first + 1;
            while (end < parties.length && parties[end].set == set && traders[end].size == size) ++end;
            if (end - first == 1) {
                gate.prove(parties[first].id, epoch, set, parties[first].health);
                continue;
            }
            Claim[] memory claims = new Claim[](end - first);
            for (uint256 i = first; i < end; ++i) {
                uint256 context = gate.contextOf(parties[i].id, Action.Prove, address(this));
                claims[i - first] = Claim(parties[i].id, traders[i].commitment, context, parties[i].health);
            }
            bool[] memory accepted = gate.proveMany(epoch, set, size, claims);
            for (uint256 i; i < accepted.length; ++i) {
                if (!accepted[i]) revert HealthRejected(parties[first + i].id);
            }
        }
    }
}
