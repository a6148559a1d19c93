// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Circuit, Entry, IGateRegistry} from "./interfaces/IGateRegistry.sol";
import {IMarginGate} from "./interfaces/IMarginGate.sol";
import {IMarginVerifier} from "./interfaces/IMarginVerifier.sol";
import {IZKMetadata} from "./interfaces/IZKMetadata.sol";

/// @title See `IGateRegistry` for powers, what holds, and a warning.
contract GateRegistry is IGateRegistry {
    address public immutable curator;

    uint256 public latest;
    mapping(IMarginGate gate => uint256) public numberOf;
    mapping(uint256 number => Entry) private _entries;
    mapping(bytes32 circuitId => uint256[]) private _with;

    constructor(address curator_) {
        curator = curator_;
    }

    /// @inheritdoc IGateRegistry
    function append(IMarginGate gate) external returns (uint256 number) {
        if (msg.sender != curator) revert NotCurator(msg.sender);
        if (address(gate).code.length == 0) revert NoGate(address(gate));
        if (numberOf[gate] != 0) revert AlreadyAppended(gate, numberOf[gate]);

        Entry storage before = _entries[latest];
        number = ++latest;
        numberOf[gate] = number;
        Entry storage entry = _entries[number];
        (entry.gate, entry.appendedAt) = (gate, uint40(block.timestamp));
        for (uint256 i; i < 4; ++i) {
            uint8 size = uint8(4 << i);
            Circuit memory circuit = _circuit(gate.verifierOf(size), size);
            _requireNotOlder(circuit, before.circuits[i], size);
            entry.circuits[i] = circuit;
            _list(circuit.circuitId, number);
        }
        emit GateAppended(number, gate, entry.circuits);
    }

    /// @inheritdoc IGateRegistry
    function entryOf(uint256 number) external view returns (Entry memory entry) {
        entry = _entries[number];
        if (address(entry.gate) == address(0)) revert UnknownEntry(number);
    }

    /// @inheritdoc IGateRegistry
    function entriesWith(bytes32 circuitId) external view returns (uint256[] memory) {
        return _with[circuitId];
    }

    /// @dev What the verifier says of itself, if its key is one that a gate may trust. A gate of ours has checked the key;
    /// one that somebody else wrote may not have.
    function _circuit(IMarginVerifier verifier, uint8 size) private view returns (Circuit memory circuit) {
        bool local = block.chainid == 31337 || block.chainid == 1337;
        if (!local && verifier.DEVELOPMENT()) revert DevelopmentKey(verifier, block.chainid);
        (uint256[4] memory gamma, uint256[4] memory delta) = verifier.gammaDelta();
        if (keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))) revert UncontributedKey(verifier);
        IZKMetadata about = IZKMetadata(address(verifier));
        circuit = Circuit(about.circuitId(), about.circuitVersion());
        if (circuit.circuitId == 0) revert NoCircuit(size);
    }

    /// @dev A circuit that was replaced for a flaw never becomes the newest again, and one version is one circuit.
    function _requireNotOlder(Circuit memory circuit, Circuit storage before, uint8 size) private view {
        bool other = circuit.circuitId != before.circuitId;
        if (circuit.version < before.version || (circuit.version == before.version && other && before.circuitId != 0)) {
            revert CircuitVersion(size, circuit.version, before.version);
        }
    }

    function _list(bytes32 circuitId, uint256 number) private {
        uint256[] storage numbers = _with[circuitId];
        if (numbers.length == 0 || numbers[numbers.length - 1] != number) numbers.push(number);
    }
}
