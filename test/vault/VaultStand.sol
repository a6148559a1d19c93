// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Guardians} from "../../contracts/Guardians.sol";
import {MarginGate} from "../../contracts/MarginGate.sol";
import {Vault} from "../../contracts/Vault.sol";
import {DiscloseSignals} from "../../contracts/generated/DiscloseSignals.sol";
import {IDiscloseVerifier} from "../../contracts/generated/IDiscloseVerifier.sol";
import {ITransitionVerifier} from "../../contracts/generated/ITransitionVerifier.sol";
import {Epoch} from "../../contracts/interfaces/IEpochBook.sol";
import {ViewingKey} from "../../contracts/interfaces/IGuardians.sol";
import {AccountId, Action, Consent, Proof, RequirementSet} from "../../contracts/interfaces/IMarginGate.sol";
import {
    Collateral,
    Disclosure,
    Fill,
    IVault,
    Leg,
    Mode,
    Party,
    Step,
    VaultTerms
} from "../../contracts/interfaces/IVault.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Change} from "../../contracts/vault/Changes.sol";
import {vm} from "../contracts/Cheats.sol";
import {initialRootOf, maintenanceRootOf} from "../contracts/IdealVerifier.sol";
import {Stand} from "../contracts/Stand.sol";
import {Share} from "./Tokens.sol";
import {
    Agreed,
    FIELD,
    Hidden,
    IdealDisclose,
    IdealMargin,
    IdealTransition,
    World,
    challengeOf,
    cipherOf,
    digestOf,
    proofOf
} from "./World.sol";

/// @dev Points of Baby Jubjub: 5, 7, 11 and 13 times the base point.
function pointOf(uint256 i) pure returns (uint256 x, uint256 y) {
    if (i == 0) {
        return (
            11480966271046430430613841218147196773252373073876138147006741179837832100836,
            15148236048131954717802795400425086368006776860859772698778589175317365693546
        );
    }
    if (i == 1) {
        return (
            20092560661213339045022877747484245238324772779820628739268223482659246842641,
            12112450042127193446189577552007703839818242727902437791835414514847797088033
        );
    }
    if (i == 2) {
        return (
            21605515851820432880964235241069234202284600780825340516808373216881770219365,
            18856460861531942120859708048677603751294231190189224157283439874962410808705
        );
    }
    return (
        2645068156583085050795409844793952496341966587935372213947442411891928926825,
        18721023485287444620535873833099074300132272004358512346950884094158923211889
    );
}

/// @dev A vault with its gate on a real book, and honest makers of what it takes. Owners sign with the keys 101, 102, ...;
/// this contract sends everything and pays every deposit.
abstract contract VaultStand is Stand {
    uint256 constant ALICE = 101;
    uint256 constant BOB = 102;
    uint256 constant CAROL = 103;
    address constant SOMEBODY = address(0xbeef);
    uint64 constant RICH = 100_000e6;

    VaultTerms vaultTerms = VaultTerms({feeBound: 10e12, feeBudget: 25e12, feeWindow: 1 days});
    World world = new World();
    ITransitionVerifier transitions = new IdealTransition(world, false, true);
    IDiscloseVerifier disclosures = new IdealDisclose(false, true);
    TokenMock coin = new TokenMock("COIN", 6);
    TokenMock token = new TokenMock("TOKEN", 18);
    Share share = new Share(coin);
    Guardians guardians;
    Vault vault;
    mapping(AccountId id => uint256) keyOfOwner;
    mapping(uint256 ticket => uint256) termsOfTicket;
    uint256 private _salt;

    function raiseVault() internal {
        sound = new IdealMargin(world, false, true);
        raiseBook();
        guardians = new Guardians(address(this), 1 hours);
        (uint256 x, uint256 y) = pointOf(0);
        guardians.register(address(this), x, y);
        vault = deployVault();
        gate = new MarginGate(book, terms, [sound, sound, sound, sound], address(vault));
        vault.bind(gate);
        coin.mint(address(this), 1e30);
        token.mint(address(this), 1e40);
        coin.approve(address(share), 1e30);
        share.deposit(1e24, address(this));
        coin.approve(address(vault), type(uint256).max);
        token.approve(address(vault), type(uint256).max);
        share.approve(address(vault), type(uint256).max);
    }

    function deployVault() internal returns (Vault) {
        return new Vault(guardians, transitions, disclosures, vaultTerms, tokens());
    }

    /// @dev The coin, a token of 18 decimals counted in tens, and a share.
    function tokens() internal view returns (Collateral[] memory list) {
        list = new Collateral[](3);
        list[0] = Collateral(coin, 0, 1);
        list[1] = Collateral(token, 1, 10e12);
        list[2] = Collateral(share, 2, 1);
    }

    function epochAt(uint40 timestamp, uint64 price, uint64 side) internal view override returns (Epoch memory e) {
        e = super.epochAt(timestamp, price, side);
        e.settlementRoot = settlementRootOf(book.latestEpoch() + 1);
    }

    /// @dev Publishes an epoch at which the perp's mark is the index.
    function market(uint64 price) internal returns (uint32 epoch) {
        epoch = publish(price);
        world.quote(maintenanceRootOf(epoch), int256(uint256(price)));
        world.quote(initialRootOf(epoch), int256(uint256(price)));
    }

    function latest() internal view returns (uint32) {
        return book.latestEpoch();
    }

    // ---- states

    function commitmentOf(AccountId id) internal view returns (uint256) {
        return gate.accountOf(id).commitment;
    }

    function stateOf(AccountId id) internal view returns (Hidden memory) {
        return world.stateOf(commitmentOf(id));
    }

    function nonceOf(AccountId id) internal view returns (uint32 nonce) {
        (, nonce,) = vault.accountOf(id);
    }

    /// @dev With a new salt.
    function commit(Hidden memory s) internal returns (uint256) {
        s.salt = ++_salt;
        return world.commit(s);
    }

    // ---- what the vault takes

    function transitionProof(AccountId id, uint32 nonce, uint256 from, uint256 to, Change memory c)
        internal
        view
        returns (Proof memory)
    {
        uint256 amount = c.amount < 0 ? FIELD - uint256(-c.amount) : uint256(c.amount);
        uint256 context = uint256(keccak256(abi.encode(block.chainid, vault, id, nonce))) >> 8;
        uint256[10] memory signals = [
            from,
            to,
            AccountId.unwrap(id),
            uint256(c.mode),
            c.subject,
            amount,
            c.terms,
            c.root,
            c.feeBound,
            context
        ];
        return proofOf(keccak256(abi.encode(signals)));
    }

    function consentOf(AccountId id, uint32 nonce, uint256 commitment, Change memory c)
        internal
        view
        returns (Consent memory)
    {
        return consentOf(id, nonce, commitment, c, address(0), keyOfOwner[id]);
    }

    function consentOf(
        AccountId id,
        uint32 nonce,
        uint256 commitment,
        Change memory c,
        address relayer,
        uint256 key
    ) internal view returns (Consent memory) {
        if (key == 0) return inPerson();
        bytes32 digest = digestOfConsent(id, nonce, commitment, c, relayer);
        return Consent(relayer, uint40(block.timestamp + 1 hours), signatureOf(key, digest));
    }

    /// @dev For an hour from now.
    function digestOfConsent(AccountId id, uint32 nonce, uint256 commitment, Change memory c, address relayer)
        internal
        view
        returns (bytes32)
    {
        uint40 deadline = uint40(block.timestamp + 1 hours);
        bytes32 kind = keccak256(
            "Transition(uint256 id,uint256 commitment,uint8 mode,uint256 subject,int256 amount,uint256 terms,uint256 feeBound,address recipient,uint8 size,address relayer,uint32 nonce,uint40 deadline)"
        );
        bytes memory said = abi.encode(kind, id, commitment, c.mode, c.subject, c.amount, c.terms);
        said = bytes.concat(said, abi.encode(c.feeBound, c.recipient, c.size, relayer, nonce, deadline));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tacit vault"),
                keccak256("1"),
                block.chainid,
                vault
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, keccak256(said)));
    }

    function stepOf(AccountId id, Hidden memory after_, Change memory c) internal returns (Step memory) {
        uint256 to = commit(after_);
        Proof memory proof = transitionProof(id, nonceOf(id), commitmentOf(id), to, c);
        return Step(id, to, proof, consentOf(id, nonceOf(id), to, c));
    }

    function disclosureOf(uint256 commitment) internal view returns (Disclosure memory) {
        return disclosureOf(commitment, 1);
    }

    function disclosureOf(uint256 commitment, uint32 key) internal view returns (Disclosure memory d) {
        d.key = key;
        d.ephemeral = [commitment / 3, commitment / 5];
        d.copy = new bytes(544);
        ViewingKey memory k = guardians.keyOf(key);
        d.cipher = cipherOf(commitment, k.x, k.y, d.ephemeral);
        d.proof = disclosureProof(commitment, k, d);
    }

    function disclosureProof(uint256 commitment, ViewingKey memory k, Disclosure memory d)
        internal
        pure
        returns (Proof memory)
    {
        uint256 challenge = challengeOf(commitment, k.x, k.y, d.ephemeral, d.cipher);
        uint256[7] memory signals =
            [commitment, k.x, k.y, d.ephemeral[0], d.ephemeral[1], challenge, digestOf(d.cipher, challenge)];
        return proofOf(keccak256(abi.encode(signals)));
    }

    function healthProof(AccountId id, uint256 commitment, uint32 epoch, RequirementSet set)
        internal
        view
        returns (Proof memory)
    {
        uint256 root = set == RequirementSet.Initial ? initialRootOf(epoch) : maintenanceRootOf(epoch);
        uint256 coverage = set == RequirementSet.Initial ? terms.coverageInitial : terms.coverageMaintenance;
        uint256 context = gate.contextOf(id, Action.Prove, address(vault));
        return proofOf(keccak256(abi.encode([uint256(1), commitment, root, coverage, context])));
    }

    // ---- acts, done honestly

    function ownerOf(uint256 key) internal view returns (address) {
        return key == 0 ? address(this) : vm.addr(key);
    }

    /// @dev Owners without a key: this contract, in person.
    function open(uint256 key) internal returns (AccountId id) {
        address owner = ownerOf(key);
        id = gate.accountIdOf(owner, gate.accountsOf(owner));
        keyOfOwner[id] = key;
        Hidden memory s;
        s.account = AccountId.unwrap(id);
        uint256 commitment = commit(s);
        Change memory c;
        Proof memory proof = transitionProof(id, 0, 0, commitment, c);
        Disclosure memory d = disclosureOf(commitment);
        vm.prank(owner);
        vault.open(1, 4, commitment, proof, d);
    }

    function transferOf(uint32 asset, int256 amount) internal pure returns (Change memory c) {
        (c.mode, c.subject, c.amount) = (Mode.Transfer, asset, amount);
    }

    function moved(Hidden memory s, uint32 asset, int256 amount) internal pure returns (Hidden memory) {
        if (asset == 0) s.cash += amount * 1e6;
        else s.spot[asset - 1] += amount;
        return s;
    }

    function depositStep(AccountId id, uint32 asset, uint64 amount) internal returns (Step memory) {
        int256 signed_ = int256(uint256(amount));
        return stepOf(id, moved(stateOf(id), asset, signed_), transferOf(asset, signed_));
    }

    function deposit(AccountId id, uint32 asset, uint64 amount) internal {
        Step memory step = depositStep(id, asset, amount);
        vault.deposit(asset, amount, step, disclosureOf(step.commitment));
    }

    function withdrawStep(AccountId id, uint32 asset, uint64 amount, address to) internal returns (Step memory) {
        int256 signed_ = -int256(uint256(amount));
        Change memory c = transferOf(asset, signed_);
        c.recipient = to;
        return stepOf(id, moved(stateOf(id), asset, signed_), c);
    }

    function withdraw(AccountId id, uint32 asset, uint64 amount, address to) internal {
        withdrawBy(id, asset, amount, to, withdrawStep(id, asset, amount, to));
    }

    function withdrawBy(AccountId id, uint32 asset, uint64 amount, address to, Step memory step) internal {
        Proof memory health = healthProof(id, step.commitment, latest(), RequirementSet.Initial);
        vault.withdraw(asset, amount, to, latest(), health, step, disclosureOf(step.commitment));
    }

    function settleStep(AccountId id, uint256 root) internal returns (Step memory) {
        Hidden memory s = stateOf(id);
        s.cash += s.perp * world.settledAt(root);
        s.perp = 0;
        Change memory c;
        (c.mode, c.root) = (Mode.Settle, root);
        return stepOf(id, s, c);
    }

    function settle(AccountId id) internal {
        Step memory step = settleStep(id, settlementRootOf(latest()));
        vault.settle(step, disclosureOf(step.commitment));
    }

    function moveStep(AccountId id, uint8 size) internal returns (Step memory) {
        Change memory c;
        (c.mode, c.size) = (Mode.Move, size);
        return stepOf(id, stateOf(id), c);
    }

    function move(AccountId id, uint8 size) internal {
        Step memory step = moveStep(id, size);
        vault.move(size, step, disclosureOf(step.commitment));
    }

    // ---- trades

    /// @dev One ticket between two accounts, as both agreed. Positive quantity: side 1 buys.
    struct Deal {
        AccountId side1;
        AccountId side2;
        int256 quantity;
        int256 price;
        bool reduce1;
        bool reduce2;
    }

    /// @dev A block of trades as its sender assembles it.
    struct Block {
        uint32 epoch;
        Fill[] fills;
        Party[] parties;
    }

    function buy(AccountId buyer, AccountId seller, int256 quantity, int256 price) internal pure returns (Deal memory d) {
        (d.side1, d.side2, d.quantity, d.price) = (buyer, seller, quantity, price);
    }

    function expiry() internal view returns (uint40) {
        return uint40(block.timestamp + 10 minutes);
    }

    function ticketOf(Deal memory d) internal returns (uint256 ticket) {
        uint256 terms_ = vault.termsOf(d.side1, d.side2, expiry());
        ticket = world.agree(Agreed(d.quantity, -d.quantity * d.price, ++_salt, terms_));
        termsOfTicket[ticket] = terms_;
    }

    function blockOf(Deal memory deal) internal returns (Block memory) {
        Deal[] memory deals = new Deal[](1);
        deals[0] = deal;
        return blockOf(deals);
    }

    /// @dev All legs signed by their owners, each account proven and disclosed in its last state. Parties prove the initial
    /// set, but those that only reduce.
    function blockOf(Deal[] memory deals) internal returns (Block memory b) {
        b.epoch = latest();
        b.fills = new Fill[](deals.length);
        b.parties = partiesOf(deals);
        uint256[] memory commitments = new uint256[](b.parties.length);
        uint32[] memory nonces = new uint32[](b.parties.length);
        for (uint256 i; i < b.parties.length; ++i) {
            commitments[i] = commitmentOf(b.parties[i].id);
            nonces[i] = nonceOf(b.parties[i].id);
        }
        for (uint256 i; i < deals.length; ++i) b.fills[i] = fillOf(deals[i], b.parties, commitments, nonces);
        for (uint256 i; i < b.parties.length; ++i) {
            Party memory p = b.parties[i];
            p.health = healthProof(p.id, commitments[i], b.epoch, p.set);
            p.disclosure = disclosureOf(commitments[i]);
        }
    }

    function fillOf(
        Deal memory d,
        Party[] memory parties,
        uint256[] memory commitments,
        uint32[] memory nonces
    ) private returns (Fill memory f) {
        (f.ticket, f.expiry) = (ticketOf(d), expiry());
        for (uint256 k; k < 2; ++k) {
            Leg memory leg = f.legs[k];
            leg.party = placeOf(k == 0 ? d.side1 : d.side2, parties);
            leg.reduce = k == 0 ? d.reduce1 : d.reduce2;
            leg.feeBound = leg.reduce ? vaultTerms.feeBound : 0;
            AccountId id = parties[leg.party].id;
            (uint256 from, uint32 nonce) = (commitments[leg.party], nonces[leg.party]++);
            int256 side = k == 0 ? int256(1) : -1;
            Hidden memory s = world.stateOf(from);
            s.perp += side * d.quantity;
            s.cash -= side * d.quantity * d.price;
            leg.commitment = commitments[leg.party] = commit(s);
            Change memory c = legChange(f, k);
            leg.proof = transitionProof(id, nonce, from, leg.commitment, c);
            leg.consent = consentOf(id, nonce, leg.commitment, c);
        }
    }

    function legChange(Fill memory f, uint256 k) internal view returns (Change memory c) {
        Leg memory leg = f.legs[k];
        c.mode = leg.reduce ? Mode.Reduce : Mode.Fill;
        (c.subject, c.amount) = (f.ticket, k == 0 ? int256(1) : -1);
        c.terms = termsOfTicket[f.ticket];
        c.root = leg.reduce ? maintenanceRootOf(latest()) : 0;
        c.feeBound = leg.feeBound;
    }

    function partiesOf(Deal[] memory deals) internal view returns (Party[] memory parties) {
        parties = new Party[](2 * deals.length);
        uint256 count;
        for (uint256 i; i < deals.length; ++i) {
            for (uint256 k; k < 2; ++k) {
                (AccountId id, bool reduce) =
                    k == 0 ? (deals[i].side1, deals[i].reduce1) : (deals[i].side2, deals[i].reduce2);
                uint256 place;
                while (place < count && !same(parties[place].id, id)) ++place;
                if (place == count) (parties[count++].id, parties[place].set) = (id, RequirementSet.Maintenance);
                if (!reduce) parties[place].set = RequirementSet.Initial;
            }
        }
        assembly ("memory-safe") {
            mstore(parties, count)
        }
        for (uint256 i = 1; i < count; ++i) {
            for (uint256 k = i; k > 0 && isBefore(parties[k], parties[k - 1]); --k) {
                (parties[k], parties[k - 1]) = (parties[k - 1], parties[k]);
            }
        }
    }

    function isBefore(Party memory a, Party memory b) private view returns (bool) {
        if (a.set != b.set) return a.set < b.set;
        (uint8 sizeA, uint8 sizeB) = (gate.accountOf(a.id).size, gate.accountOf(b.id).size);
        return sizeA != sizeB ? sizeA < sizeB : AccountId.unwrap(a.id) < AccountId.unwrap(b.id);
    }

    function placeOf(AccountId id, Party[] memory parties) internal pure returns (uint256 place) {
        while (!same(parties[place].id, id)) ++place;
    }

    function same(AccountId a, AccountId b) internal pure returns (bool) {
        return AccountId.unwrap(a) == AccountId.unwrap(b);
    }

    function trade(Deal memory deal) internal {
        submit(blockOf(deal));
    }

    function submit(Block memory b) internal {
        vault.trade(b.epoch, b.fills, b.parties);
    }

    function refuses(bytes memory reason) internal {
        vm.expectRevert(reason);
    }
}

function settlementRootOf(uint256 epoch) pure returns (uint256) {
    return 1_000_000 + epoch;
}
