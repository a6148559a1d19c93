import { join } from "node:path";
import hre from "hardhat";
import { type Deployer, deployTacit } from "../../deploy/deploy.ts";
import { parseParameters } from "../../deploy/parameters.ts";
import { httpProvider, signingProvider } from "../../deploy/provider.ts";
import { TacitError } from "../../units/errors.ts";
import type { Args, Run } from "../command.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import { openRpc, openSigner, type Rpc, rpcUrl } from "../rpc.ts";
import { columns } from "../text.ts";
import { ROOT } from "../version.ts";

const LOCAL_PARAMETERS = join(ROOT, "prover", "deploy", "local.json");
const LOCAL_NODE = "http://127.0.0.1:8545";

export const run: Run = async (args, io) => {
  const local = args.has("local");
  const given = args.optional("parameters");
  if (local === (given !== undefined)) throw new TacitError("USAGE", "give one of --parameters and --local");
  const file = given ?? LOCAL_PARAMETERS;
  const parameters = parseParameters(await readText(file, "parameters"), given ?? "local.json");
  const url = rpcUrl(args) ?? (local ? LOCAL_NODE : undefined);
  using rpc = await openRpc(url);
  const deployer = await deployerOf(url ?? "", rpc, args, io);

  io.stage("compiling the contracts");
  await hre.tasks.getTask("build").run({ quiet: true });
  io.stage("deploying");
  const folder = args.optional("folder") ?? join(ROOT, "ignition", "deployments", `chain-${rpc.chainId}`);
  const { chainId, all, resumed, ...contracts } = await deployTacit(deployer, parameters, {
    file: given ?? "local.json",
    folder,
  });
  io.settle();
  const rows = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    code: 0,
    json: { chainId: String(chainId), ...contracts, sender: deployer.sender, resumed, folder, contracts: all },
    text: [
      ...columns(rows),
      ...(parameters.curator === deployer.sender
        ? []
        : [`the registry's curator ${parameters.curator} has yet to append the gate ${contracts.gate}`]),
      `${resumed ? "complete" : "deployed"} on chain ${chainId}; the record is in ${folder}`,
      "",
    ].join("\n"),
  };
};

/** A key of one's own, an account that the node keeps, or on a local node its first. */
async function deployerOf(url: string, rpc: Rpc, args: Args, io: Io): Promise<Deployer> {
  const provider = httpProvider(url);
  if (args.has("keystore") || args.has("from")) {
    const signer = await openSigner(args, io, rpc);
    const sender = await signer.getAddress();
    return { sender, provider: args.has("from") ? provider : signingProvider(provider, signer) };
  }
  const [first] = await rpc.provider.listAccounts();
  if (!args.has("local") || first === undefined) throw new TacitError("USAGE", "--keystore or --from is missing");
  return { sender: first.address, provider };
}
