import { keccak256, toUtf8Bytes } from "ethers";
import type { CircuitEntry } from "./manifest.ts";

/** Counted up by whoever changes what a circuit's constraints or public signals mean (major) or says of them (minor). */
const VERSION = { major: 1n, minor: 0n };
const GROTH16 = "0x00000001";

/** The public signals of a circuit in their order, as a JSON schema: field elements in decimal. */
export function inputsSchema(name: string, { publicSignals }: Pick<CircuitEntry, "publicSignals">): string {
  return JSON.stringify({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `Public signals of ${name}`,
    type: "array",
    prefixItems: publicSignals.map((title) => ({ title, type: "string", pattern: "^[0-9]{1,77}$" })),
    items: false,
    minItems: publicSignals.length,
  });
}

/** RFC 6920: names bytes by their SHA-256, wherever they are kept. */
export const hashUri = (sha256: string): string => `ni:///sha-256;${Buffer.from(sha256, "hex").toString("base64url")}`;

/** What a verifier says about its circuit after ERC-8084, as Solidity. */
export function metadataSource(name: string, circuit: CircuitEntry): string {
  const schema = inputsSchema(name, circuit);
  return `    /// @inheritdoc IZKMetadata
    bytes32 public constant circuitId = 0x${circuit.r1cs.sha256};
    /// @inheritdoc IZKMetadata
    uint64 public constant circuitVersion = ${(VERSION.major << 32n) | VERSION.minor};
    /// @inheritdoc IZKMetadata
    bytes4 public constant proofSystem = ${GROTH16};
    /// @inheritdoc IZKMetadata
    bytes32 public constant publicInputsSchemaHash = ${keccak256(toUtf8Bytes(schema))};
    /// @inheritdoc IZKMetadata
    string public constant publicInputsSchemaURI =
        "data:application/schema+json,${encodeURIComponent(schema)}";
    /// @inheritdoc IZKMetadata
    string public constant verificationKeyURI = "${hashUri(circuit.verificationKey.sha256)}";

    constructor() {
        emit CircuitMetadataUpdated(circuitId, circuitVersion, proofSystem);
    }`;
}
