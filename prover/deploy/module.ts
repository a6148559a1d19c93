import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type {
  ArgumentType,
  CallableContractFuture,
  Future,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { encodeBytes32String, ZeroAddress } from "ethers";
import { SIZES } from "../account/file.ts";
import type { Parameters, SourceParameters, VaultParameters, Vendor } from "./parameters.ts";

type Contract = CallableContractFuture<string>;
/** What the deployment's result names: every contract by its id. */
type Named = Record<string, Contract>;

/** Vendors quote USD in 8 decimals; prices here have 6. */
const DECIMALS = 8;
const TO_8_DECIMALS = 100n;
/** A mock's first price is stale: `feedPrices` gives it fresh ones. The same at every run, so that a run can be resumed. */
const LONG_AGO = 1;

/**
 * Everything that stands on chain, in the order of what needs what: sources, oracle, book, verifiers, gate, registry; tokens,
 * guardians, vault and its gate where the parameters have one.
 * @param sender deploys; appends the gates to the registry if it is the curator
 */
export function tacitModule(parameters: Parameters, sender: string) {
  const { sequencer, book, gate: terms, curator, vault } = parameters;
  return buildModule("Tacit", (m) => {
    const { sources, assets } = openSources(m, parameters);
    const oracle = m.contract("IndexOracle", [assets, sequencer]);
    const { governor, publishers, terms: bookTerms } = book;
    const epochs = m.contract("EpochBook", [
      oracle,
      governor,
      bookTerms,
      publishers.threshold,
      [...publishers.members],
    ]);
    const verifiers = SIZES.map((size) => m.contract(`Margin${size}Verifier`));
    const gate = m.contract("MarginGate", [epochs, terms, verifiers, ZeroAddress]);
    const registry = m.contract("GateRegistry", [curator]);
    const appended = curator === sender ? [m.call(registry, "append", [gate])] : [];
    const named: Named = Object.fromEntries(verifiers.map((one) => [one.contractName, one]));
    const free = {
      ...sources,
      ...named,
      IndexOracle: oracle,
      EpochBook: epochs,
      MarginGate: gate,
      GateRegistry: registry,
    };
    if (vault === undefined) return free;
    const vaulted = openVault(m, vault, (address) => [epochs, terms, verifiers, address]);
    // The newest is the gate whose commitments somebody has paid for.
    if (curator === sender)
      m.call(registry, "append", [vaulted.VaultGate], { id: "append_VaultGate", after: appended });
    return { ...free, ...vaulted };
  });
}

/**
 * Tokens, registry of guardians, vault, and the vault's gate, bound to each other.
 * @param gateOf the gate's arguments, given its vault
 */
function openVault(
  m: IgnitionModuleBuilder,
  { collaterals, terms, venue, overlap }: VaultParameters,
  gateOf: (vault: Contract) => ArgumentType[],
) {
  const mocks = new Map<number, Contract>();
  for (const { asset, token, decimals } of collaterals) {
    if (!("mock" in token)) continue;
    const id = `Token_${token.mock}`;
    const under = token.shareOf === undefined ? undefined : mocks.get(token.shareOf);
    const spare = decimals - (collaterals.find((other) => other.asset === token.shareOf)?.decimals ?? 0);
    const mock =
      under === undefined
        ? m.contract("TokenMock", [token.mock, decimals], { id })
        : m.contract("ShareMock", [token.mock, under, spare], { id });
    mocks.set(asset, mock);
  }
  const guardians = m.contract("Guardians", [venue, overlap]);
  const [transition, disclose] = [m.contract("TransitionVerifier"), m.contract("DiscloseVerifier")];
  const list = collaterals.map(({ asset, token, unit }) => ({
    token: "at" in token ? token.at : (mocks.get(asset) as Contract),
    asset,
    unit,
  }));
  const vault = m.contract("Vault", [guardians, transition, disclose, terms, list]);
  const gate = m.contract("MarginGate", gateOf(vault), { id: "VaultGate" });
  m.call(vault, "bind", [gate]);
  const tokens: Named = Object.fromEntries(
    collaterals.flatMap(({ asset, token }) =>
      "mock" in token ? [[`Token_${token.mock}`, mocks.get(asset) as Contract]] : [],
    ),
  );
  return {
    ...tokens,
    Guardians: guardians,
    TransitionVerifier: transition,
    DiscloseVerifier: disclose,
    Vault: vault,
    VaultGate: gate,
  };
}

function openSources(m: IgnitionModuleBuilder, { assets }: Parameters) {
  const sources: Named = {};
  let pyth: Contract | undefined;
  const keep = (id: string, contract: Contract): Contract => {
    sources[id] = contract;
    return contract;
  };
  const listed = assets.map(({ symbol, quorum, sources }) => ({
    symbol: encodeBytes32String(symbol),
    quorum,
    sources: sources.map((source, i) => {
      const { maxAge, maxConfidence, maxDeviation } = source;
      return { source: openSource(source, symbol, `${symbol}_${i}`), maxAge, maxConfidence, maxDeviation };
    }),
  }));
  return { sources, assets: listed };

  function openSource(source: SourceParameters, symbol: string, name: string): Contract {
    if (source.kind === "reporters") {
      const id = `Reporters_${name}`;
      const { threshold, members } = source;
      return keep(id, m.contract("SignedSource", [encodeBytes32String(symbol), threshold, [...members]], { id }));
    }
    if (source.kind === "chainlink") {
      const id = `Chainlink_${name}`;
      const [feed, after] = openFeed(source.feed, `Feed_${name}`);
      return keep(id, m.contract("ChainlinkSource", [feed], { id, after }));
    }
    const id = `PythSource_${name}`;
    const [contract, after] = openPyth(source.contract, source.id, name);
    return keep(id, m.contract("PythSource", [contract, source.id], { id, after }));
  }

  function openFeed(feed: Vendor, id: string): [Contract, Future[]] {
    if ("at" in feed) return [m.contractAt("IAggregatorV3", feed.at, { id }), []];
    const mock = keep(id, m.contract("ChainlinkMock", [DECIMALS], { id }));
    return [mock, [m.call(mock, "answer", [feed.mock * TO_8_DECIMALS, LONG_AGO], { id: `${id}_start` })]];
  }

  /** One contract serves all feeds, as Pyth's own does. The adapter pins an exponent, so there must be a price first. */
  function openPyth(contract: Vendor, feed: string, name: string): [Contract, Future[]] {
    if ("at" in contract) return [m.contractAt("IPyth", contract.at, { id: `Pyth_${name}` }), []];
    pyth ??= keep("Pyth", m.contract("PythMock", [], { id: "Pyth" }));
    const update = [feed, contract.mock * TO_8_DECIMALS, 0, -DECIMALS, LONG_AGO];
    return [pyth, [m.call(pyth, "update", update, { id: `Pyth_${name}_start` })]];
  }
}
