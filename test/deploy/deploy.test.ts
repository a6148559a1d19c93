import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { deploy as ignite } from "@nomicfoundation/ignition-core";
import { Contract, encryptKeystoreJson, HDNodeWallet, Interface, JsonRpcProvider, Mnemonic, ZeroAddress } from "ethers";
import hre from "hardhat";
import { beforeAll, describe, expect, it } from "vitest";
import { connectVault } from "../../prover/chain/vault.ts";
import { feedPrices } from "../../prover/deploy/feed.ts";
import { tacitModule } from "../../prover/deploy/module.ts";
import { parseParameters } from "../../prover/deploy/parameters.ts";
import { httpProvider } from "../../prover/deploy/provider.ts";
import { json, put, ROOT, tacit, temporary } from "../cli/tacit.ts";
import { openNode } from "./node.ts";

const folder = temporary();
const CURATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
interface Deployed {
  readonly chainId: string;
  readonly book: string;
  readonly gate: string;
  readonly registry: string;
  readonly vault: string;
  readonly vaultGate: string;
  readonly resumed: boolean;
  readonly contracts: Readonly<Record<string, string>>;
}
let url: string;

const deploy = (rpc: string, record: string, ...flags: string[]) =>
  tacit(["deploy", "--local", "--rpc", rpc, "--folder", join(folder, record), "--json", ...flags]);
const blockNumber = async (rpc: string): Promise<number> => {
  const provider = new JsonRpcProvider(rpc);
  const number = await provider.getBlockNumber();
  provider.destroy();
  return number;
};
const artifact = async (name: string) => {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  return { face: new Interface(abi as never[]), bytecode };
};

describe("a deployment to a local node", () => {
  let first: Deployed;

  beforeAll(async () => {
    url = await openNode();
    const ended = await deploy(url, "one");
    expect(ended.stderr).not.toContain("error");
    first = json(ended) as unknown as Deployed;
  });

  it("puts everything on chain, each with code of its own", async () => {
    expect(first).toMatchObject({ chainId: "31337", resumed: false });
    expect(Object.keys(first.contracts).sort()).toEqual(
      [
        ...["BTC", "ETH"].flatMap((asset) => [
          `Chainlink_${asset}_0`,
          `Feed_${asset}_0`,
          `PythSource_${asset}_1`,
          `Reporters_${asset}_2`,
        ]),
        ...[4, 8, 16, 32].map((size) => `Margin${size}Verifier`),
        ...["Pyth", "IndexOracle", "EpochBook", "MarginGate", "GateRegistry"],
        ...["Token_USDC", "Token_WETH", "Token_SETH", "Guardians", "TransitionVerifier", "DiscloseVerifier"],
        ...["Vault", "VaultGate"],
      ].sort(),
    );
    const provider = new JsonRpcProvider(url);
    const codes = await Promise.all(Object.values(first.contracts).map((address) => provider.getCode(address)));
    provider.destroy();
    expect(codes.every((code) => code.length > 100)).toBe(true);
    expect(new Set(Object.values(first.contracts)).size).toBe(codes.length);
  });

  it("has a gate on the book, with the verifiers and terms of the parameters", async () => {
    const provider = new JsonRpcProvider(url);
    const gate = new Contract(first.gate, (await artifact("MarginGate")).face, provider);
    const parameters = JSON.parse(readFileSync(join(ROOT, "prover", "deploy", "local.json"), "utf8"));
    expect(await gate.getFunction("book")()).toBe(first.book);
    const terms = await gate.getFunction("terms")();
    for (const name of ["maxEpochAge", "leaseMaintenance", "leaseInitial", "grace", "challengeWindow"]) {
      expect(Number(terms[name]), name).toBe(parameters.gate[name]);
    }
    expect([terms.band, terms.coverageMaintenance, terms.challengeBond]).toEqual([15_000_000n, 10_000n, 10n ** 16n]);
    for (const size of [4, 8, 16, 32]) {
      expect(await gate.getFunction("verifierOf")(size)).toBe(first.contracts[`Margin${size}Verifier`]);
    }
    provider.destroy();
  });

  it("has a vault bound to a gate of its own on the same book, and leaves the other gate free", async () => {
    const provider = new JsonRpcProvider(url);
    const vault = await connectVault(first.vault, await provider.getSigner(0));
    const gate = await vault.gate();
    expect(gate.gate).toBe(first.vaultGate);
    expect(await gate.book()).toBe(first.book);
    expect(await gate.contract.getFunction("vault").staticCall()).toBe(first.vault);
    expect((await vault.guardians()).guardians).toBe(first.contracts.Guardians);
    const free = new Contract(first.gate, (await artifact("MarginGate")).face, provider);
    expect(await free.getFunction("vault")()).toBe(ZeroAddress);
    expect(await free.getFunction("terms")()).toEqual(await gate.contract.getFunction("terms").staticCall());
    expect(await vault.terms()).toEqual({
      feeBound: 25n * 10n ** 12n,
      feeBudget: 100n * 10n ** 12n,
      feeWindow: 86_400,
    });
    expect(await vault.collaterals()).toEqual([
      { asset: 0, token: first.contracts.Token_USDC, unit: 1n },
      { asset: 2, token: first.contracts.Token_WETH, unit: 10n ** 12n },
      { asset: 3, token: first.contracts.Token_SETH, unit: 10n ** 12n },
    ]);
    provider.destroy();
  });

  it("lists the gate in the registry under the circuits of the manifest", async () => {
    const provider = new JsonRpcProvider(url);
    const registry = new Contract(first.registry, (await artifact("GateRegistry")).face, provider);
    const manifest = JSON.parse(readFileSync(join(ROOT, "circuits", "manifest.json"), "utf8"));
    expect(await registry.getFunction("curator")()).toBe(CURATOR);
    expect(await registry.getFunction("numberOf")(first.gate)).toBe(1n);
    expect(await registry.getFunction("numberOf")(first.vaultGate)).toBe(2n);
    const { circuits } = await registry.getFunction("entryOf")(1);
    for (const [i, size] of [4, 8, 16, 32].entries()) {
      const { sha256 } = manifest.circuits[`margin_${size}`].r1cs;
      expect(circuits[i].circuitId).toBe(`0x${sha256}`);
      expect([...(await registry.getFunction("entriesWith")(`0x${sha256}`))]).toEqual([1n, 2n]);
    }
    provider.destroy();
  });

  it("sends nothing when it is run again", async () => {
    const before = await blockNumber(url);
    const again = json(await deploy(url, "one")) as unknown as Deployed;
    expect(again).toEqual({ ...first, resumed: true });
    expect(await blockNumber(url)).toBe(before);
  });

  it("refuses to go on with other parameters than it began with, and sends nothing", async () => {
    const before = await blockNumber(url);
    const text = readFileSync(join(ROOT, "prover", "deploy", "local.json"), "utf8").replace(
      '"grace": 2400',
      '"grace": 3000',
    );
    const flags = ["--parameters", put(folder, "other.json", text), "--from", CURATOR];
    const ended = await tacit(["deploy", "--rpc", url, "--folder", join(folder, "one"), "--json", ...flags]);
    expect(ended.code).toBe(2);
    expect(json(ended)).toMatchObject({
      error: { code: "DEPLOYMENT_FAILED", message: expect.stringContaining("MarginGate") },
    });
    expect(await blockNumber(url)).toBe(before);
  });

  it("refuses a token whose decimals are others than the parameters say, and what is none", async () => {
    const text = readFileSync(join(ROOT, "prover", "deploy", "local.json"), "utf8");
    for (const [address, problem] of [
      [first.contracts.Token_USDC, "has 6 decimals, not 18"],
      [CURATOR, "is no token"],
    ]) {
      const wrong = put(
        folder,
        "wrong.json",
        text.replace('{ "mock": "WETH" }', `"${address}"`).replace(', "shareOf": 2', ""),
      );
      const flags = ["--parameters", wrong, "--from", CURATOR];
      const ended = await tacit(["deploy", "--rpc", url, "--folder", join(folder, "wrong"), "--json", ...flags]);
      expect(json(ended)).toMatchObject({
        error: { code: "WRONG_TOKEN", message: expect.stringContaining(problem as string) },
      });
    }
  });

  it("goes on where it was cut off, with a key as with a node's account", async () => {
    const fresh = await openNode();
    const provider = new JsonRpcProvider(fresh);
    // Too little money for everything: the deployment dies somewhere in the middle.
    await provider.send("hardhat_setBalance", [CURATOR, "0x2386f26fc10000"]);
    const cut = await deploy(fresh, "two");
    expect(cut.code).toBe(2);
    const half = await provider.getBlockNumber();
    expect(half).toBeGreaterThan(0);
    await provider.send("hardhat_setBalance", [CURATOR, "0x56bc75e2d63100000"]);
    // By a key of one's own this time: the node is only told of signed transactions.
    const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
    const { address, privateKey } = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0/0");
    const key = put(
      folder,
      "key.json",
      await encryptKeystoreJson({ address, privateKey }, "secret", { scrypt: { N: 2 } }),
    );
    const flags = ["deploy", "--local", "--rpc", fresh, "--folder", join(folder, "two"), "--json", "--keystore", key];
    const ended = json(await tacit(flags, { TACIT_PASSWORD: "secret" })) as unknown as Deployed;
    expect(ended.resumed).toBe(true);
    const nonce = await provider.getTransactionCount(CURATOR);
    provider.destroy();
    // As many transactions as in one go.
    const other = new JsonRpcProvider(url);
    expect(nonce).toBe(await other.getTransactionCount(CURATOR));
    other.destroy();
    expect(Object.keys(ended.contracts).sort()).toEqual(Object.keys(first.contracts).sort());
  });

  it("begins anew on a local chain that was started anew", async () => {
    const restarted = await openNode();
    const ended = json(await deploy(restarted, "one")) as unknown as Deployed;
    expect(ended.resumed).toBe(false);
    const provider = new JsonRpcProvider(restarted);
    expect((await provider.getCode(ended.gate)).length).toBeGreaterThan(100);
    provider.destroy();
  });
});

describe("a chain that is not local", () => {
  let real: string;
  beforeAll(async () => {
    real = await openNode("--chain-id", "10");
  });

  it("gets neither development keys nor mocks nor published accounts: nothing is sent", async () => {
    const ended = await deploy(real, "ten");
    expect(ended.code).toBe(2);
    const { error } = json(ended) as { error: { code: string; message: string } };
    expect(error.code).toBe("NOT_DEPLOYABLE");
    for (const part of ["chain 10 is not local", "margin_4", "feed is a mock", "are published"]) {
      expect(error.message).toContain(part);
    }
    expect(await blockNumber(real)).toBe(0);
  });

  it("never has its record thrown away: a record of contracts that it has not got stops everything", async () => {
    const addresses = { "Tacit#IndexOracle": CURATOR };
    mkdirSync(join(folder, "kept"));
    const record = put(join(folder, "kept"), "deployed_addresses.json", addresses);
    const ended = await deploy(real, "kept");
    expect(ended.code).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: "STALE_DEPLOYMENT" } });
    expect(JSON.parse(readFileSync(record, "utf8"))).toEqual(addresses);
  });

  it("is fed by its vendors, not by us", async () => {
    const provider = new JsonRpcProvider(real);
    const signer = await provider.getSigner(0);
    const fed = feedPrices({ provider, book: CURATOR }, {}, [], async () => signer, signer);
    await expect(fed).rejects.toMatchObject({ code: "NOT_LOCAL" });
    provider.destroy();
  });

  it.each(["MarginGate", "Vault"])("refuses by its %s whoever goes past the command", async (refusing) => {
    const all = JSON.parse(readFileSync(join(ROOT, "prover", "deploy", "local.json"), "utf8"));
    // The vault stands before the gates: without one the free gate is what refuses.
    const { vault, ...rest } = all;
    const text = JSON.stringify(refusing === "Vault" ? { ...rest, vault } : rest);
    const result = await ignite({
      provider: httpProvider(real),
      accounts: [CURATOR],
      defaultSender: CURATOR,
      artifactResolver: new HardhatArtifactResolver(hre.artifacts),
      ignitionModule: tacitModule(parseParameters(text, "local.json"), CURATOR),
      deploymentParameters: {},
      config: { requiredConfirmations: 1, blockPollingInterval: 20 },
    });
    expect(result.type).toBe("EXECUTION_ERROR");
    const failed = "failed" in result ? result.failed.map(({ futureId, error }) => `${futureId}: ${error}`) : [];
    // Everything else is indifferent to the chain it stands on.
    expect(failed).toEqual([expect.stringMatching(new RegExp(`^Tacit#${refusing}: .*DevelopmentKey`, "s"))]);
  });
});
