import { rm } from "node:fs/promises";
import {
  errorDeploymentResultToExceptionMessage,
  HardhatArtifactResolver,
} from "@nomicfoundation/hardhat-ignition/helpers";
import { DeploymentResultType, deploy, type EIP1193Provider } from "@nomicfoundation/ignition-core";
import { getAddress } from "ethers";
import hre from "hardhat";
import { TOKEN } from "../chain/vaultAbi.ts";
import { TacitError } from "../units/errors.ts";
import { assertDeployable, isLocal } from "./guard.ts";
import { forgetUnsent, readAddresses } from "./journal.ts";
import { tacitModule } from "./module.ts";
import type { Parameters } from "./parameters.ts";

/** What stands on a chain, by the name that its part in the deployment has, such as `IndexOracle` or `Feed_BTC_0`. */
export interface Deployment {
  readonly chainId: bigint;
  readonly oracle: string;
  readonly book: string;
  readonly gate: string;
  readonly registry: string;
  /** Absent where the parameters have none. */
  readonly vault?: string;
  /** The vault's own, on the same book. */
  readonly vaultGate?: string;
  readonly guardians?: string;
  readonly all: Readonly<Record<string, string>>;
  /** Whether an earlier run had already deployed some of it. */
  readonly resumed: boolean;
}

/** How a chain is spoken to, and who deploys. */
export interface Deployer {
  readonly provider: EIP1193Provider;
  readonly sender: string;
}

/**
 * Deploys what is missing: a second run goes on where one ended, and a complete one sends nothing.
 * @param given.folder keeps Ignition's journal; without one nothing is kept
 * @param given.file how errors name the parameters
 * @throws TacitError `NOT_DEPLOYABLE`, `STALE_DEPLOYMENT`, `DEPLOYMENT_FAILED`
 */
export async function deployTacit(
  { provider, sender }: Deployer,
  parameters: Parameters,
  given: { readonly file: string; readonly folder?: string; readonly quick?: boolean },
): Promise<Deployment> {
  const chainId = BigInt(await provider.request({ method: "eth_chainId" }));
  const { folder } = given;
  const before = folder === undefined ? {} : await readAddresses(folder);
  const gone = await findGone(provider, before);
  if (folder !== undefined && gone !== undefined) {
    if (!isLocal(chainId)) {
      throw new TacitError(
        "STALE_DEPLOYMENT",
        `${folder} has ${gone} at ${before[gone]}, where chain ${chainId} has no code`,
        {
          hint: "Is this the right node? The folder is the record of what was deployed: keep it.",
        },
      );
    }
    // A local chain that was started anew.
    await rm(folder, { recursive: true });
  }
  assertDeployable(chainId, parameters, given.file);
  await checkTokens(provider, parameters, given.file);
  const artifactResolver = new HardhatArtifactResolver(hre.artifacts);
  if (folder !== undefined && gone === undefined) await forgetUnsent(provider, sender, folder, artifactResolver);
  const module = tacitModule(parameters, getAddress(sender));
  const result = await deploy({
    provider,
    accounts: [sender],
    defaultSender: sender,
    artifactResolver,
    ignitionModule: module,
    deploymentParameters: {},
    ...(folder === undefined ? {} : { deploymentDir: folder }),
    config: isLocal(chainId) ? { requiredConfirmations: 1, blockPollingInterval: given.quick === true ? 5 : 100 } : {},
  }).catch((error: unknown) => {
    // What the node or Ignition refuse; anything else is a mistake of ours.
    if (error instanceof Error && ["RpcError", "HardhatError"].includes(error.name)) throw failed(error.message, error);
    throw error;
  });
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) {
    throw failed(errorDeploymentResultToExceptionMessage(result));
  }
  const all = Object.fromEntries(
    Object.entries(result.contracts).map(([id, { address }]) => [id.replace("Tacit#", ""), address]),
  );
  const at = (id: string): string => {
    const found = all[id];
    if (found === undefined) throw failed(`the deployment has no ${id}`);
    return found;
  };
  return {
    chainId,
    oracle: at("IndexOracle"),
    book: at("EpochBook"),
    gate: at("MarginGate"),
    registry: at("GateRegistry"),
    ...(parameters.vault === undefined
      ? {}
      : { vault: at("Vault"), vaultGate: at("VaultGate"), guardians: at("Guardians") }),
    all,
    resumed: gone === undefined && Object.keys(before).length > 0,
  };
}

const failed = (message: string, cause?: unknown): TacitError =>
  new TacitError("DEPLOYMENT_FAILED", message, {
    hint: "What was deployed is kept: correct the cause and run the same command again.",
    cause,
  });

/** A vault would take more decimals than a token has for a lot. @throws TacitError `WRONG_TOKEN` */
async function checkTokens(provider: EIP1193Provider, { vault }: Parameters, file: string): Promise<void> {
  for (const [i, { token, decimals }] of (vault?.collaterals ?? []).entries()) {
    if (!("at" in token)) continue;
    const call = { to: token.at, data: TOKEN.encodeFunctionData("decimals") };
    const answer = await provider.request({ method: "eth_call", params: [call, "latest"] }).catch(() => "0x");
    const own = /^0x[0-9a-f]{64}$/.test(String(answer)) ? Number(answer) : undefined;
    if (own === decimals) continue;
    const problem = own === undefined ? "is no token on this chain" : `has ${own} decimals, not ${decimals}`;
    throw new TacitError("WRONG_TOKEN", `${file}: vault.collaterals[${i}].token ${token.at} ${problem}`);
  }
}

/** The first recorded contract of which the chain has no code. */
async function findGone(provider: EIP1193Provider, recorded: Readonly<Record<string, string>>) {
  for (const [id, address] of Object.entries(recorded)) {
    if ((await provider.request({ method: "eth_getCode", params: [address, "latest"] })) === "0x") return id;
  }
  return undefined;
}
