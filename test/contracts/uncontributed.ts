import { readFile } from "node:fs/promises";
import solc from "solc";
import type { VerificationKey } from "../../scripts/generate.ts";
import { readManifest } from "../../scripts/manifest.ts";
import { declaredOf, MARGIN, verifierContract } from "../../scripts/verifier.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

/** The verification key of a circuit. */
export const readKey = async (circuit = "margin_4"): Promise<VerificationKey> =>
  JSON.parse(await read(`prover/generated/${circuit}.vkey.json`));

/**
 * The creation code of `margin_4`'s verifier had nobody contributed to phase 2: as the build generates it, but with
 * delta = gamma. Snarkjs makes exactly such a key by `groth16 setup`, and lets everybody use it.
 */
export async function uncontributedVerifier(): Promise<string> {
  const key = await readKey();
  const bad = { ...key, vk_delta_2: key.vk_gamma_2 };
  return compileVerifier(bad);
}

/** The creation code of a circuit's verifier with this text of `BatchVerifier.sol` replaced. */
export async function weakenedVerifier(circuit: keyof typeof DECLARED, find: string, replace: string): Promise<string> {
  return compileVerifier(await readKey(circuit), circuit, find, replace);
}

const DECLARED = { margin_4: MARGIN, transition: declaredOf("Transition"), disclose: declaredOf("Disclose") } as const;

async function compileVerifier(
  key: VerificationKey,
  name: keyof typeof DECLARED = "margin_4",
  find = "",
  replace = "",
): Promise<string> {
  const circuit = readManifest()?.circuits[name];
  if (circuit === undefined) throw new Error(`the manifest has no ${name}`);
  const declared = DECLARED[name];
  const own = `contracts/generated/${declared.name}.sol`;
  const batch = await read("contracts/BatchVerifier.sol");
  if (!batch.includes(find)) throw new Error(`BatchVerifier.sol does not say ${find}`);
  const input = {
    language: "Solidity",
    sources: {
      "contracts/generated/Bad.sol": { content: verifierContract("Bad", name, circuit, key, declared) },
      ...(declared === MARGIN ? {} : { [own]: { content: await read(own) } }),
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
