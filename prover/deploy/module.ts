import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { CallableContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { encodeBytes32String, ZeroAddress } from "ethers";
import { SIZES } from "../account/file.ts";
import type { Parameters, SourceParameters, Vendor } from "./parameters.ts";

type Contract = CallableContractFuture<string>;
/** What the deployment's result names: every contract by its id. */
type Named = Record<string, Contract>;

/** Vendors quote USD in 8 decimals; prices here have 6. */
const DECIMALS = 8;
const TO_8_DECIMALS = 100n;
/** A mock's first price is stale: `feedPrices` gives it fresh ones. The same at every run, so that a run can be resumed. */
const LONG_AGO = 1;

/**
 * Everything that stands on chain, in the order of what needs what: sources, oracle, book, verifiers, gate, registry.
 * @param sender deploys; appends the gate to the registry if it is the curator
 */
export function tacitModule(parameters: Parameters, sender: string) {
  const { sequencer, book, gate: terms, curator } = parameters;
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
    if (curator === sender) m.call(registry, "append", [gate]);
    const named: Named = Object.fromEntries(verifiers.map((one) => [one.contractName, one]));
    return { ...sources, ...named, IndexOracle: oracle, EpochBook: epochs, MarginGate: gate, GateRegistry: registry };
  });
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
