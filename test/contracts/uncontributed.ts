import { readFile } from "node:fs/promises";
import solc from "solc";
import type { VerificationKey } from "../../scripts/generate.ts";
import { readManifest } from "../../scripts/manifest.ts";
import { MARGIN, verifierContract } from "../../scripts/verifier.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

/** The verification key of `margin_4`. */
export const readKey = async (): Promise<VerificationKey> =>
  JSON.parse(await read("prover/generated/margin_4.vkey.json"));

/**
 * The creation code of `margin_4`'s verifier had nobody contributed to phase 2: as the build generates it, but with
 * delta = gamma. Snarkjs makes exactly such a key by `groth16 setup`, and lets everybody use it.
 */
export async function uncontributedVerifier(): Promise<string> {
  const key = await readKey();
  const bad = { ...key, vk_delta_2: key.vk_gamma_2 };
  return compileVerifier(bad);
}

/** The creation code of `margin_4`'s verifier with this text of `BatchVerifier.sol` replaced. */
export async function weakenedVerifier(find: string, replace: string): Promise<string> {
  return compileVerifier(await readKey(), find, replace);
}

async function compileVerifier(key: VerificationKey, find = "", replace = ""): Promise<string> {
  const margin_4 = readManifest()?.circuits.margin_4;
  if (margin_4 === undefined) throw new Error("the manifest has no margin_4");
  const batch = await read("contracts/BatchVerifier.sol");
  if (!batch.includes(find)) throw new Error(`BatchVerifier.sol does not say ${find}`);
  const input = {
    language: "Solidity",
    sources: {
      "contracts/generated/Bad.sol": { content: verifierContract("Bad", "margin_4", margin_4, key, MARGIN) },
      "contracts/BatchVerifier.sol": { content: batch.replace(find, () => replace) },
      "contracts/interfaces/IMarginVerifier.sol": { content: await read("contracts/interfaces/IMarginVerifier.sol") },
      "contracts/interfaces/IZKMetadata.sol": { content: await read("contracts/interfaces/IZKMetadata.sol") },
    },
    settings: {
      optimizer: { enabled: true, runs: 1000 },
      evmVersion: "cancun",
      outputSelection: { "*": { Bad: ["evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  return `0x${output.contracts["contracts/generated/Bad.sol"].Bad.evm.bytecode.object}`;
}
