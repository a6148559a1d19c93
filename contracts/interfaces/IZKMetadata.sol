// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @title What a verifier says of its circuit: ERC-8084 (draft of 2025-11-10).
interface IZKMetadata {
    event CircuitMetadataUpdated(bytes32 indexed circuitId, uint64 circuitVersion, bytes4 proofSystem);

    /// @notice Content hash of the circuit's definition.
    function circuitId() external view returns (bytes32);

    /// @notice Major and minor in 32 bits each.
    function circuitVersion() external view returns (uint64);

    /// @notice Hash of the document that names the public inputs.
    function publicInputsSchemaHash() external view returns (bytes32);
    function publicInputsSchemaURI() external view returns (string memory);

    function verificationKeyURI() external view returns (string memory);

    /// @notice 0x0001 is Groth16.
    function proofSystem() external view returns (bytes4);
}
