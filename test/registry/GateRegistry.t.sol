// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {GateRegistry} from "../../contracts/GateRegistry.sol";
import {Circuit, Entry, IGateRegistry} from "../../contracts/interfaces/IGateRegistry.sol";
import {IMarginGate} from "../../contracts/interfaces/IMarginGate.sol";
import {IMarginVerifier} from "../../contracts/interfaces/IMarginVerifier.sol";
import {vm} from "../contracts/Cheats.sol";

/// @dev All that the registry asks of a verifier.
contract Key {
    bool public DEVELOPMENT;
    bytes32 public circuitId;
    uint64 public circuitVersion;
    bool private _contributed = true;

    constructor(bytes32 id, uint64 version) {
        (circuitId, circuitVersion) = (id, version);
    }

    function setKind(bool development, bool contributed) external {
        (DEVELOPMENT, _contributed) = (development, contributed);
    }

    function gammaDelta() external view returns (uint256[4] memory gamma, uint256[4] memory delta) {
        gamma = [uint256(1), 2, 3, 4];
        delta = [uint256(1), 2, 3, _contributed ? 5 : 4];
    }
}

contract Gate {
    mapping(uint8 size => Key) public verifierOf;

    function set(uint8 size, Key key) external {
        verifierOf[size] = key;
    }
}

contract GateRegistryTest {
    GateRegistry registry = new GateRegistry(address(this));
    uint8[4] sizes = [4, 8, 16, 32];

    function setUp() public {
        vm.warp(1_770_000_000);
    }

    function test_appendsGatesAndFindsThemByTheirCircuits() public {
        IMarginGate first = gate("one", 1);
        IMarginGate second = gate("one", 1);
        IMarginGate third = gate("two", 2);
        require(registry.append(first) == 1 && registry.append(second) == 2 && registry.append(third) == 3, "numbers");
        require(registry.latest() == 3 && registry.numberOf(second) == 2 && registry.numberOf(gate("x", 1)) == 0, "count");

        Entry memory found = registry.entryOf(2);
        require(found.gate == second && found.appendedAt == 1_770_000_000, "entry");
        for (uint256 i; i < 4; ++i) {
            require(found.circuits[i].circuitId == idOf("one", sizes[i]) && found.circuits[i].version == 1, "circuit");
            uint256[] memory numbers = registry.entriesWith(idOf("one", sizes[i]));
            require(numbers.length == 2 && numbers[0] == 1 && numbers[1] == 2, "with one");
            numbers = registry.entriesWith(idOf("two", sizes[i]));
            require(numbers.length == 1 && numbers[0] == 3, "with two");
        }
    }

    function test_listsAGateOnceUnderACircuitThatServesSeveralSizes() public {
        Gate one = new Gate();
        Key key = new Key("same", 1);
        for (uint256 i; i < 4; ++i) one.set(sizes[i], key);
        registry.append(IMarginGate(address(one)));
        require(registry.entriesWith("same").length == 1, "listed again");
    }

    function testFuzz_letsNobodyButTheCuratorAppend(address stranger) public {
        vm.assume(stranger != address(this));
        IMarginGate one = gate("one", 1);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.NotCurator.selector, stranger));
        registry.append(one);
    }

    function test_takesAGateOnce() public {
        IMarginGate one = gate("one", 1);
        registry.append(one);
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.AlreadyAppended.selector, one, 1));
        registry.append(one);
    }

    function test_refusesWhatIsNoGate() public {
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.NoGate.selector, address(77)));
        registry.append(IMarginGate(address(77)));
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.UnknownEntry.selector, 1));
        registry.entryOf(1);
    }

    function testFuzz_refusesADevelopmentKeyOffLocalChains(uint8 slot, uint64 chain) public {
        (IMarginGate one, Key key) = gateWith("one", 1, slot);
        key.setKind(true, true);
        if (chain == 31337 || chain == 1337 || chain == 0) chain = 1;
        vm.chainId(chain);
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.DevelopmentKey.selector, key, chain));
        registry.append(one);
        vm.chainId(chain % 2 == 0 ? 31337 : 1337);
        registry.append(one);
    }

    function testFuzz_refusesAKeyThatNobodyContributedToOnEveryChain(uint8 slot, bool local) public {
        (IMarginGate one, Key key) = gateWith("one", 1, slot);
        key.setKind(false, false);
        vm.chainId(local ? 31337 : 1);
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.UncontributedKey.selector, key));
        registry.append(one);
        require(registry.latest() == 0 && registry.numberOf(one) == 0, "left a trace");
    }

    function testFuzz_refusesACircuitWithoutAnId(uint8 slot) public {
        Gate one = Gate(address(gate("one", 1)));
        uint8 size = sizes[slot % 4];
        one.set(size, new Key(0, 1));
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.NoCircuit.selector, size));
        registry.append(IMarginGate(address(one)));
    }

    function testFuzz_neverMakesAnOlderCircuitTheNewest(uint64 before, uint64 later, uint8 slot, bool same) public {
        registry.append(gate("one", before));
        Gate next = Gate(address(gate("one", before)));
        uint8 size = sizes[slot % 4];
        next.set(size, new Key(same ? idOf("one", size) : bytes32("other"), later));
        if (later < before || (later == before && !same)) {
            vm.expectRevert(abi.encodeWithSelector(IGateRegistry.CircuitVersion.selector, size, later, before));
        }
        registry.append(IMarginGate(address(next)));
    }

    function test_keepsOneVersionOneCircuit() public {
        registry.append(gate("one", 7));
        IMarginGate other = gate("two", 7);
        vm.expectRevert(abi.encodeWithSelector(IGateRegistry.CircuitVersion.selector, 4, 7, 7));
        registry.append(other);
    }

    function gate(bytes32 name, uint64 version) internal returns (IMarginGate made) {
        (made,) = gateWith(name, version, 0);
    }

    function gateWith(bytes32 name, uint64 version, uint8 slot) internal returns (IMarginGate, Key chosen) {
        Gate made = new Gate();
        for (uint256 i; i < 4; ++i) {
            Key key = new Key(idOf(name, sizes[i]), version);
            made.set(sizes[i], key);
            if (i == slot % 4) chosen = key;
        }
        return (IMarginGate(address(made)), chosen);
    }

    function idOf(bytes32 name, uint8 size) internal pure returns (bytes32) {
        return keccak256(abi.encode(name, size));
    }
}
