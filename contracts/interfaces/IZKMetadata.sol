// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @title What a verifier says about its circuit: the draft ERC-8084, "Zero-knowledge proof metadata".
interface IZKMetadata {
    /// @notice Emitted by the constructor, and never again: what the getters return is constant.
    event CircuitMetadataUpdated(bytes32 indexed circuitId, uint64 circuitVersion, bytes4 proofSystem);

    /// @return SHA-256 of the circuit's r1cs, from which its key is made
    function circuitId() external view returns (bytes32);

    /// @return major version in the high 32 bits, minor in the low
    function circuitVersion() external view returns (uint64);

    /// @return Keccak-256 of the document at `publicInputsSchemaURI`
    function publicInputsSchemaHash() external view returns (bytes32);

    /// @return a `data:` URI, which is the document: a JSON schema of the public signals in their order
    function publicInputsSchemaURI() external view returns (string memory);

    /// @return an `ni:` URI (RFC 6920): the SHA-256 of the verification key's JSON file, wherever that is kept
    function verificationKeyURI() external view returns (string memory);

    /// @return 0x00000001: Groth16 over BN254
    function proofSystem() external view returns (bytes4);
}
