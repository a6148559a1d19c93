// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IMarginGate} from "./IMarginGate.sol";
import {IMarginVerifier} from "./IMarginVerifier.sol";

/// @param circuitId of the circuit's definition, as its verifier states it (ERC-8084)
/// @param version   major and minor in 32 bits each, never falling from gate to gate
struct Circuit {
    bytes32 circuitId;
    uint64 version;
}

/// @param circuits for accounts of 4, 8, 16 and 32 positions
struct Entry {
    IMarginGate gate;
    uint40 appendedAt;
    Circuit[4] circuits;
}

/// @title Which gates there are, found by the circuits they trust. A new circuit is a new verifier and a new gate; this is
/// the one place where that shows.
///
/// @notice Powers. The curator, fixed at deployment, appends gates. Nobody can remove, replace, reorder or pause anything,
/// and no gate knows of the registry: an entry changes nothing about it. A lost curator ends the list; it stays readable.
///
/// @notice What holds of an entry: when it was appended the gate answered with four verifiers, none of them of a
/// development key (local chains excepted) or of a key that nobody contributed to, and none of an older circuit than
/// the entry before.
///
/// @notice WARNING: the curator vouches for terms, book and oracle; nothing here checks them. Who lets value depend on a
/// gate pins its address, and takes `latest` for news, not for an instruction.
interface IGateRegistry {
    event GateAppended(uint256 indexed number, IMarginGate indexed gate, Circuit[4] circuits);

    error NotCurator(address caller);
    error NoGate(address at);
    error AlreadyAppended(IMarginGate gate, uint256 number);
    error NoCircuit(uint8 size);
    error DevelopmentKey(IMarginVerifier verifier, uint256 chainId);
    error UncontributedKey(IMarginVerifier verifier);
    /// @dev Lower than the entry before has for this size, or the same for another circuit.
    error CircuitVersion(uint8 size, uint64 version, uint64 latest);
    error UnknownEntry(uint256 number);

    /// @notice Curator only. Entries are numbered from 1.
    function append(IMarginGate gate) external returns (uint256 number);

    function entryOf(uint256 number) external view returns (Entry memory);

    /// @notice The number of the newest entry; 0 before the first.
    function latest() external view returns (uint256);

    /// @notice The gate's number; 0 for one that is not here.
    function numberOf(IMarginGate gate) external view returns (uint256);

    /// @notice Numbers of all entries that trust the circuit for any size, oldest first.
    function entriesWith(bytes32 circuitId) external view returns (uint256[] memory);

    function curator() external view returns (address);
}
