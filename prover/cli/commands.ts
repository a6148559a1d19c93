import { BACKEND_FLAGS } from "./backend.ts";
import type { Command, Option } from "./command.ts";

const market: Option = { name: "market", value: "market.json", what: "the published market", required: true };
const set: Option = { name: "set", value: "maintenance|initial", what: "the requirement set" };
const coverage: Option = {
  name: "coverage",
  value: "C",
  what: "how many times the requirement equity must cover, at most 4 decimals (default 1)",
};
const history: Option = {
  name: "history",
  value: "ASSET=candles.csv",
  many: true,
  what: "daily candles of an underlying",
};
const listings: Option = { name: "listings", value: "listings.json", what: "the append-only list of ids" };
const rpc: Option = { name: "rpc", value: "URL", what: "a node of the chain (or TACIT_RPC)" };
const book: Option = { name: "book", value: "0x...", what: "the epoch book" };
const keystore: Option = { name: "keystore", value: "key.json", what: "an encrypted key; TACIT_PASSWORD opens it" };
const from: Option = { name: "from", value: "0x...", what: "an account that the node keeps, instead" };

/** Every command: the parser, the help and `docs/CLI.md` follow from this table. */
export const COMMANDS: readonly Command[] = [
  {
    name: "market build",
    summary: "build a market file: rows of both requirement sets and their roots",
    options: [
      { name: "deribit", value: "chain.csv", what: "snapshot of an option chain", required: true },
      { name: "profile", value: "NAME|profile.json", what: "margin methodology (default portfolio)" },
      history,
      { ...listings, what: `${listings.what}, extended (default: listings.json beside --out)` },
      {
        name: "settlement",
        value: "FUTURE=PRICE",
        many: true,
        what: "settlement price in USD of an expiry that has passed, such as BTC-5FEB26=71234.5",
      },
      { name: "out", value: "market.json", what: "the file to write", required: true },
    ],
    details: [
      "Shipped profiles: portfolio, linear, span16, risk-adjusted. A profile with volatility needs a --history for every\nunderlying of the chain; linear needs none.",
    ],
    load: () => import("./run/marketBuild.ts"),
  },
  {
    name: "market verify",
    summary: "rebuild a market file and compare every byte",
    options: [
      market,
      { name: "deribit", value: "chain.csv", what: "compare with the chain it was imported from" },
      { ...history, what: "compare with the candles of an underlying" },
      { ...listings, what: "compare with the list of ids, of this market or a later one" },
      { name: "profile", value: "NAME|profile.json", what: "compare with a methodology (a shipped name always is)" },
    ],
    details: ["Exit code 1 when the file does not hold, 2 when it is no market file."],
    load: () => import("./run/marketVerify.ts"),
  },
  {
    name: "market show",
    summary: "show what a market lists, or one instrument's row",
    options: [market, { name: "instrument", value: "NAME", what: "an instrument, such as BTC-27MAR26-60000-P" }],
    load: () => import("./run/marketShow.ts"),
  },
  {
    name: "epoch make",
    summary: "make the epoch of a market, to be signed by publishers",
    options: [
      market,
      { ...book, what: `${book.what} it is for`, required: true },
      { name: "data-uri", value: "URI", what: "where the market file will be", required: true },
      { name: "previous", value: "epoch.json", what: "the epoch before, whose settlements go on" },
      { ...rpc, what: `${rpc.what}: chain id and assets are read from the book` },
      { name: "chain-id", value: "N", what: "without a node: the chain" },
      { name: "assets", value: "ASSET", many: true, what: "without a node: the oracle's assets, in its order" },
      { name: "out", value: "epoch.json", what: "the file to write", required: true },
    ],
    load: () => import("./run/epochMake.ts"),
  },
  {
    name: "epoch sign",
    summary: "add a publisher's signature to an epoch",
    options: [
      { name: "epoch", value: "epoch.json", what: "the epoch", required: true },
      keystore,
      from,
      { ...rpc, what: `${rpc.what}, for --from` },
      { name: "signature", value: "0x...", what: "a signature made elsewhere, instead" },
      { name: "signer", value: "0x...", what: "whose it is" },
      { name: "out", value: "signed.json", what: "the file to write", required: true },
    ],
    details: ["Verify an epoch before you sign it: `tacit epoch verify`."],
    load: () => import("./run/epochSign.ts"),
  },
  {
    name: "epoch publish",
    summary: "submit a signed epoch to its book; anybody may",
    options: [
      {
        name: "epoch",
        value: "signed.json",
        many: true,
        what: "the epoch, in as many files as hold its signatures",
        required: true,
      },
      { ...rpc },
      { ...keystore, what: "who pays: an encrypted key; TACIT_PASSWORD opens it" },
      from,
    ],
    load: () => import("./run/epochPublish.ts"),
  },
  {
    name: "epoch verify",
    summary: "rebuild an epoch from its market file and compare every field",
    options: [
      market,
      { name: "epoch", value: "epoch.json", what: "what was signed" },
      { name: "previous", value: "epoch.json", what: "the epoch before, whose settlements must go on" },
      { ...rpc, what: `${rpc.what}: compare with what the book has published, and with its publishers` },
      { ...book, what: `${book.what} (default: that of --epoch)` },
      { name: "number", value: "N", what: "the published epoch (default: that of the market's time)" },
    ],
    details: [
      "Needs no network without --rpc and TACIT_RPC. Exit code 1 when the epoch does not hold, 2 when a file is none.",
    ],
    load: () => import("./run/epochVerify.ts"),
  },
  {
    name: "deploy",
    summary: "deploy oracle, book, verifiers, gate and registry, or go on with a deployment",
    options: [
      { name: "parameters", value: "parameters.json", what: "assets, sources, publishers, terms" },
      { name: "local", what: "the shipped demo parameters instead, on a local node (default http://127.0.0.1:8545)" },
      { ...rpc },
      { ...keystore, what: "who deploys: an encrypted key; TACIT_PASSWORD opens it" },
      from,
      { name: "folder", value: "folder", what: "the record of the deployment (default ignition/deployments/chain-ID)" },
    ],
    details: [
      "A second run goes on where one ended; a complete one sends nothing. Development keys, mocks and published accounts\nare refused on any chain but 31337 and 1337.",
    ],
    load: () => import("./run/deploy.ts"),
  },
  {
    name: "gate show",
    summary: "show a gate's terms, or the status of one of its accounts",
    options: [
      { name: "gate", value: "0x...", what: "the margin gate", required: true },
      { name: "account-id", value: "ID", what: "an account, decimal or 0x hexadecimal" },
      { ...rpc },
    ],
    details: ["Exit code 3 when the account is hard: in breach, or silent for longer than the grace."],
    load: () => import("./run/gateShow.ts"),
  },
  {
    name: "feed",
    summary: "play the vendors of a local chain: every source gives a market's prices",
    options: [market, { ...book, required: true }, { ...rpc }],
    load: () => import("./run/feed.ts"),
  },
  {
    name: "margin",
    summary: "compute the requirement of a portfolio, without any proof",
    options: [
      { ...market, required: false },
      { name: "rows", value: "rows.json", what: "explicit rows instead of a market" },
      { name: "portfolio", value: "book.json", what: "the positions" },
      { name: "account", value: "account.json", what: "an account instead of a portfolio" },
      { ...set, what: `${set.what} (default both; with --rows there is one)` },
      { ...coverage, what: `${coverage.what}; --rows has its own` },
    ],
    details: [
      "Exit code 3 when the account is not covered: in the set asked for, else in maintenance, which is what keeps an\naccount from liquidation.",
    ],
    load: () => import("./run/margin.ts"),
  },
  {
    name: "import",
    summary: "make a book of a venue's positions and balances",
    options: [
      {
        name: "from",
        value: "FILE",
        many: true,
        what: "Deribit's or ccxt's positions and balances, a table, or a book",
        required: true,
      },
      { ...market, what: `${market.what}, which says what can be held` },
      { name: "format", value: "deribit|ccxt|csv|tacit", what: "what the files are (default: each is recognised)" },
      {
        name: "totals",
        value: "wallet|equity",
        what: "whether ccxt's total balances leave out the profits of open positions, or hold them",
      },
      { name: "column", value: "OURS=THEIRS", many: true, what: "a column of a table, such as quantity=Size" },
      { name: "partial", what: "write the book even when something could not be imported" },
      { name: "out", value: "book.json", what: "the file to write", required: true },
    ],
    details: [
      "What cannot be imported is listed with the reason, and nothing is written unless --partial is given.\nColumns of a table: instrument, quantity, side, entryPrice, contractSize, usd.",
    ],
    load: () => import("./run/import.ts"),
  },
  {
    name: "account new",
    summary: "make an account file, with a fresh salt, from a portfolio",
    options: [
      market,
      { name: "portfolio", value: "book.json", what: "the positions", required: true },
      { name: "out", value: "account.json", what: "the file to write; keep it secret and keep a copy", required: true },
      { name: "size", value: "4|8|16|32", what: "positions it may come to hold (default: the least that fits)" },
      { name: "account-id", value: "ID", what: "the id a gate gave the account (default: a random one)" },
      { name: "force", what: "replace an existing file" },
    ],
    load: () => import("./run/accountNew.ts"),
  },
  {
    name: "account show",
    summary: "show an account's commitment, cash and positions, never its secrets",
    options: [
      { name: "account", value: "account.json", what: "the account", required: true },
      { ...market, required: false, what: "a market to value the positions in" },
    ],
    load: () => import("./run/accountShow.ts"),
  },
  {
    name: "prove",
    summary: "prove whether an account covers its requirement",
    options: [
      market,
      { name: "account", value: "account.json", what: "the account", required: true },
      { ...set, what: `${set.what} (default maintenance)` },
      coverage,
      { name: "circuit", value: "margin_16", what: "the circuit (default: that of the account's size)" },
      ...BACKEND_FLAGS,
      { name: "out", value: "proof.json", what: "the file to write", required: true },
    ],
    details: [
      "An account that is not covered is explained first and then proven unhealthy, with exit code 3. A circuit whose keys\nare not built yet is built first, which takes about a minute.",
    ],
    load: () => import("./run/prove.ts"),
  },
  {
    name: "attest",
    summary: "prove to one auditor what is claimed of an account, and nothing else",
    options: [
      market,
      { name: "account", value: "account.json", what: "the account", required: true },
      { name: "equity-at-least", value: "USD", what: "claim: equity is no less" },
      { name: "coverage-at-least", value: "C", what: "claim: equity covers that many times the requirement" },
      { ...set, what: `${set.what} of that claim (default maintenance)` },
      {
        name: "net-delta",
        value: "BTC:LOW:HIGH",
        many: true,
        what: "claim: the net delta of an underlying, in USD, spot included, is between them",
      },
      { name: "nothing-in", value: "BTC", many: true, what: "claim: no position in an underlying, spot included" },
      { name: "audience", value: "TEXT", what: "to whom", required: true },
      { name: "purpose", value: "TEXT", what: "for what", required: true },
      { name: "expires", value: "WHEN", what: "until when: 36h, 7d, a UTC time or unix seconds", required: true },
      { name: "nonce", value: "TEXT", what: "what the auditor gave, so that nothing made before can answer" },
      { name: "circuit", value: "margin_16", what: "the circuit for coverage (default: that of the account's size)" },
      ...BACKEND_FLAGS,
      { name: "out", value: "attestation.json", what: "the file to write", required: true },
    ],
    details: [
      "A claim that is not true is explained and nothing is proven: exit code 3, no file. Everything in the file is public,\nand an exact figure as a bound gives that figure away: claim round ones.",
    ],
    load: () => import("./run/attest.ts"),
  },
  {
    name: "verify",
    summary: "check a proof or an attestation against a market",
    options: [
      { name: "proof", value: "proof.json", what: "the proof, or the attestation", required: true },
      market,
      { name: "commitment", value: "N", what: "the account it must be about, decimal or 0x hexadecimal" },
      { ...coverage, what: "the coverage it must state" },
      { ...set, what: "the requirement set it must state" },
      { name: "audience", value: "TEXT", what: "to whom an attestation must be" },
      { name: "purpose", value: "TEXT", what: "for what it must be" },
      { name: "nonce", value: "TEXT", what: "the nonce it must have" },
      { name: "at", value: "WHEN", what: "the moment at which it must not have expired (default: now)" },
    ],
    details: [
      "What is not given is not compared: the proof then says it by itself, and you decide whether that is what you wanted\nto know.",
    ],
    load: () => import("./run/verify.ts"),
  },
  {
    name: "key compact",
    summary: "make the compact form of a proving key, a third of its size",
    options: [
      { name: "zkey", value: "key.zkey", what: "a proving key of snarkjs", required: true },
      { name: "out", value: "key.ckey", what: "the file to write", required: true },
    ],
    details: ["The key is expanded again and compared before the file is written."],
    load: () => import("./run/keyCompact.ts"),
  },
  {
    name: "key expand",
    summary: "make the proving key that a compact one was made of, byte for byte",
    options: [
      { name: "key", value: "key.ckey", what: "the compact key", required: true },
      { name: "out", value: "key.zkey", what: "the file to write", required: true },
    ],
    load: () => import("./run/keyExpand.ts"),
  },
  {
    name: "info",
    summary: "show versions, what proves, circuits, keys and folders",
    options: BACKEND_FLAGS,
    load: () => import("./run/info.ts"),
  },
  {
    name: "doctor",
    summary: "check that everything needed is in place, with a small proof",
    options: BACKEND_FLAGS,
    details: ["Exit code 1 when something is missing; each line says the fix."],
    load: () => import("./run/doctor.ts"),
  },
];
