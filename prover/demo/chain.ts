import hre, { network } from "hardhat";
import { deployGate, type Gate, type GateTerms } from "../chain/gate.ts";
import { TacitError } from "../units/errors.ts";

/** What the story's gate asks and grants: leases of hours, so that nothing proven on one day is in force on the next. */
export const TERMS: GateTerms = {
  maxEpochAge: 3600,
  leaseMaintenance: 7200,
  leaseInitial: 43_200,
  coverageMaintenance: 10_000,
  coverageInitial: 10_000,
};

const ROLES = ["publisher", "hedged", "directional", "carry", "lender"] as const;

/** A chain inside this process with a gate on it, seen by each who takes part. */
export interface Chain extends AsyncDisposable {
  readonly gate: Readonly<Record<(typeof ROLES)[number], Gate>>;
  /** Mines a block at this time, in unix seconds. */
  advance(timestamp: number): Promise<void>;
}

/** Starts a chain whose clock stands at `timestamp`, compiles the contracts if they changed, and deploys a gate. */
export async function openChain(timestamp: number): Promise<Chain> {
  await hre.tasks.getTask("build").run({ quiet: true });
  const connection = await network.create({ override: { initialDate: new Date(timestamp * 1000) } });
  const { ethers, provider } = connection;
  const signers = await ethers.getSigners();
  const [publisher] = signers;
  if (publisher === undefined) throw new TacitError("NO_CHAIN", "the chain in this process has no accounts");
  const bytecode = async (name: string): Promise<string> => (await hre.artifacts.readArtifact(name)).bytecode;
  const code = {
    gate: await bytecode("MarginGate"),
    verifiers: {
      4: await bytecode("Margin4Verifier"),
      8: await bytecode("Margin8Verifier"),
      16: await bytecode("Margin16Verifier"),
      32: await bytecode("Margin32Verifier"),
    },
  };
  const gate = await deployGate(publisher, code, TERMS, publisher.address);
  const seen = await Promise.all(ROLES.map(async (role, i) => [role, await gate.as(signers[i] ?? publisher)] as const));
  return {
    gate: Object.fromEntries(seen) as Record<(typeof ROLES)[number], Gate>,
    async advance(time) {
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
      await provider.request({ method: "evm_mine" });
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
