import { readFile } from "node:fs/promises";
import type { Provider, Signer } from "ethers";
import hre, { network } from "hardhat";
import { connectGate, type Gate } from "../chain/gate.ts";
import { type Deployment, deployTacit } from "../deploy/deploy.ts";
import { feedPrices } from "../deploy/feed.ts";
import { type Parameters, parseParameters } from "../deploy/parameters.ts";
import { TacitError } from "../units/errors.ts";
import type { Price } from "../units/units.ts";

const PARAMETERS = "prover/deploy/local.json";

/** Who acts in the story, by the node's account. Those before are the deployer, publishers and reporters of the parameters. */
const ROLES = { hedged: 7, directional: 8, carry: 9, lender: 10, anybody: 11 } as const;
export type Role = keyof typeof ROLES;

/** A chain inside this process with everything deployed on it, the gate seen by each who takes part. */
export interface Chain extends AsyncDisposable {
  readonly deployment: Deployment;
  readonly parameters: Parameters;
  readonly assets: readonly string[];
  readonly provider: Provider;
  readonly gate: Readonly<Record<Role, Gate>>;
  /** Those whose signatures make an epoch. */
  readonly publishers: readonly Signer[];
  /** Submits what others signed. */
  readonly submitter: Signer;
  /** Mines a block at this time, in unix seconds. */
  advance(timestamp: number): Promise<void>;
  /** Every source of every asset gives this price from now on. */
  feed(prices: Readonly<Record<string, Price>>): Promise<void>;
}

/** Starts a chain whose clock stands at `timestamp`, compiles the contracts if they changed, and deploys them all. */
export async function openChain(timestamp: number): Promise<Chain> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const connection = await network.create({ override: { initialDate: new Date(timestamp * 1000) } });
  const { ethers, provider } = connection;
  const signers = await ethers.getSigners();
  const byAddress = new Map(signers.map((signer) => [signer.address, signer]));
  const signerOf = (address: string): Signer => {
    const signer = byAddress.get(address);
    if (signer === undefined) throw new TacitError("NO_CHAIN", `the chain in this process keeps no account ${address}`);
    return signer;
  };
  const [sender] = signers;
  if (sender === undefined) throw new TacitError("NO_CHAIN", "the chain in this process has no accounts");
  const text = await readFile(new URL(`../../${PARAMETERS}`, import.meta.url), "utf8");
  const parameters = parseParameters(text, PARAMETERS);
  const deployer = { provider, sender: sender.address };
  const deployment = await deployTacit(deployer, parameters, { file: PARAMETERS, quick: true });
  const seen = await Promise.all(
    Object.entries(ROLES).map(async ([role, i]) => [role, await connectGate(deployment.gate, signers[i] ?? sender)]),
  );
  const assets = parameters.assets.map(({ symbol }) => symbol);
  return {
    deployment,
    parameters,
    assets,
    provider: ethers.provider,
    gate: Object.fromEntries(seen) as Record<Role, Gate>,
    publishers: parameters.book.publishers.members.map(signerOf),
    submitter: sender,
    async advance(time) {
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
      await provider.request({ method: "evm_mine" });
    },
    feed: (prices) =>
      feedPrices(
        { provider: ethers.provider, book: deployment.book },
        prices,
        assets,
        async (address) => signerOf(address),
        sender,
      ),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
