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

const chain: Option = { name: "chain", value: "folder", what: "a chain kept in a folder, instead of --rpc" };
/** The flags of every command that works on a vault. */
const VAULT_FLAGS: readonly Option[] = [
  { name: "vault", value: "0x...", what: "the vault (default: that of --chain)" },
  rpc,
  chain,
];
const store: Option = {
  name: "store",
  value: "folder",
  what: "the encrypted store (or TACIT_STORE); TACIT_STORE_PASSWORD opens it",
};
const accountId: Option = { name: "account-id", value: "ID", what: "which account, where the store has several" };
const SIGNER_FLAGS: readonly Option[] = [{ ...keystore, what: `${keystore.what}: its owner's` }, from];
/** The flags of every act of an account in the store. */
const ACT_FLAGS: readonly Option[] = [...VAULT_FLAGS, store, accountId, ...SIGNER_FLAGS, ...BACKEND_FLAGS];
/** The flags of every command that makes legs of a trade. */
const DESK_FLAGS: readonly Option[] = [
  { name: "reduce", what: "your side only shrinks a position: maintenance will do" },
  {
    name: "fee-bound",
    value: "USD",
    what: "with --reduce: the most given up by the mark, public (default: the vault's most)",
  },
  { name: "relayer", value: "0x...", what: "who alone may submit your legs (default: anybody who has them)" },
  ...ACT_FLAGS,
];
const guardianKey: Option = {
  name: "key",
  value: "guardian.json",
  what: "the guardian's keys; TACIT_GUARDIAN_PASSWORD opens them",
  required: true,
};
const size: Option = { name: "size", value: "4|8|16|32", what: "positions it may come to hold" };

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
      {
        name: "funding",
        value: "COIN=USD",
        many: true,
        what: "what one unit long of a coin's perpetual has paid in funding since its listing, such as BTC=12.5",
      },
      { name: "shares", value: "shares.json", what: "shares of ERC-4626 vaults taken as collateral, with their rates" },
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
      chain,
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
      chain,
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
      rpc,
      chain,
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
      chain,
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
      rpc,
      chain,
    ],
    details: ["Exit code 3 when the account is hard: in breach, or silent for longer than the grace."],
    load: () => import("./run/gateShow.ts"),
  },
  {
    name: "feed",
    summary: "play the vendors of a local chain: every source gives a market's prices",
    options: [market, { ...book, required: true }, rpc, chain],
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
    name: "account open",
    summary: "open an account at a vault, empty, and keep it in the store",
    options: [
      { name: "guardian", value: "N", what: "who can read it, by number in the registry", required: true },
      { ...size, what: `${size.what} (default 16)` },
      ...ACT_FLAGS.filter((flag) => flag !== accountId),
    ],
    details: [
      "Makes the store if there is none. Every act writes the state that it leads to before it sends anything.",
    ],
    load: () => import("./run/accountOpen.ts"),
  },
  {
    name: "account deposit",
    summary: "move tokens into an account",
    options: [
      { name: "asset", value: "cash|NAME|ID", what: "cash, or a coin by its name or spot id", required: true },
      { name: "amount", value: "A", what: "units of it, at most 6 decimals", required: true },
      { ...market, required: false, what: "for all but cash: the market of a recent epoch, which must value it" },
      ...ACT_FLAGS,
    ],
    details: ["Approves the vault for the amount first, if it may not take as much yet."],
    load: () => import("./run/accountDeposit.ts"),
  },
  {
    name: "account withdraw",
    summary: "move tokens out, on a proof that the account covers its initial requirement without them",
    options: [
      { name: "asset", value: "cash|NAME|ID", what: "cash, or a coin by its name or spot id", required: true },
      { name: "amount", value: "A", what: "units of it, at most 6 decimals", required: true },
      { ...market, what: "the market of the newest epoch" },
      { name: "to", value: "0x...", what: "who receives them (default: the owner)" },
      ...ACT_FLAGS,
    ],
    details: ["Exit code 3 when the account would not be covered: it is explained, and nothing is sent."],
    load: () => import("./run/accountWithdraw.ts"),
  },
  {
    name: "account settle",
    summary: "turn an expired position into cash at its settlement price",
    options: [
      { name: "instrument", value: "NAME|ID", what: "the position's", required: true },
      {
        name: "epoch",
        value: "epoch.json",
        what: "the file of the newest epoch, with all settlements",
        required: true,
      },
      ...ACT_FLAGS,
    ],
    load: () => import("./run/accountSettle.ts"),
  },
  {
    name: "account move",
    summary: "exchange two slots, renew the salt, or give the account another size",
    options: [
      { name: "slots", value: "I J", many: true, what: "the two slots, from 0 (default: the salt alone is renewed)" },
      { ...size, what: "its new size" },
      ...ACT_FLAGS,
    ],
    load: () => import("./run/accountMove.ts"),
  },
  {
    name: "account show",
    summary: "show an account's commitment, cash and positions, never its secrets",
    options: [
      { name: "account", value: "account.json", what: "an account's file, instead of the store's accounts" },
      { ...market, required: false, what: "a market to value the positions in" },
      ...VAULT_FLAGS,
      store,
      accountId,
    ],
    details: [
      "With --rpc or --chain the store asks which of its states stands, and what became of those it waits for.",
    ],
    load: () => import("./run/accountShow.ts"),
  },
  {
    name: "account recover",
    summary: "put accounts back into the store: from the owner's copies on chain, or from a guardian's file",
    options: [
      { name: "owner", value: "0x...", what: "all accounts of an owner" },
      accountId,
      { name: "state", value: "state.json", what: "a state that its guardian exported, instead" },
      { ...market, required: false, what: "a market that names the instruments" },
      ...VAULT_FLAGS,
      store,
    ],
    details: [
      "The copies open with the store's key: the key.json of a lost store is all that is needed, with its password.",
    ],
    load: () => import("./run/accountRecover.ts"),
  },
  {
    name: "ticket new",
    summary: "offer a trade, as a file that is handed over privately",
    options: [
      { name: "instrument", value: "NAME", what: "what is traded, such as BTC-PERPETUAL", required: true },
      { name: "side", value: "buy|sell", what: "what your account does", required: true },
      {
        name: "quantity",
        value: "Q",
        what: "the most, in units of the instrument, at most 6 decimals",
        required: true,
      },
      { name: "price", value: "P", what: "USD per unit, at most 6 decimals", required: true },
      { name: "expires", value: "30m|2h|TIME", what: "until when it may be accepted and settled (default 1h)" },
      { ...market, what: `${market.what}, which lists the instrument` },
      { name: "out", value: "offer.json", what: "the file to write; it is secret", required: true },
      ...VAULT_FLAGS,
      store,
      accountId,
    ],
    details: ["Nothing is sent. What others accept of it reduces what it has left: `tacit ticket show`."],
    load: () => import("./run/ticketNew.ts"),
  },
  {
    name: "ticket accept",
    summary: "accept an offer or a part of it: makes the ticket, and your legs",
    options: [
      { name: "offer", value: "offer.json", many: true, what: "the offer, or several", required: true },
      { name: "quantity", value: "Q", many: true, what: "how much of each (default: all of it)" },
      { ...market, what: "the newest epoch's market" },
      {
        name: "out",
        value: "ticket.json",
        many: true,
        what: "the ticket to write, one an offer; secret",
        required: true,
      },
      { name: "legs", value: "legs.json", what: "your legs, which hold what the chain will see", required: true },
      ...DESK_FLAGS,
    ],
    details: [
      "Hand both files to the maker, who may settle with them until the offer expires, or not. The state that the trade leads to\nis kept before they are written.",
    ],
    load: () => import("./run/ticketAccept.ts"),
  },
  {
    name: "ticket settle",
    summary: "make your legs, put them together with the others', check all of it and send it",
    options: [
      {
        name: "ticket",
        value: "ticket.json",
        many: true,
        what: "what you agreed to, in the order of all accounts' legs",
      },
      { name: "legs", value: "legs.json", many: true, what: "the legs of the others" },
      { ...market, required: false, what: "with --ticket: the market of the legs' epoch, the newest" },
      { name: "out", value: "legs.json", what: "write your legs for somebody else to submit, and send nothing" },
      ...DESK_FLAGS,
    ],
    details: [
      "Without --ticket it submits what others have made. Several tickets settle in one transaction, all of them or none.",
    ],
    load: () => import("./run/ticketSettle.ts"),
  },
  {
    name: "ticket cancel",
    summary: "make a ticket void for your account, on chain",
    options: [
      { name: "ticket", value: "ticket.json", what: "the ticket" },
      { name: "hash", value: "N", what: "its name instead, decimal" },
      ...VAULT_FLAGS,
      store,
      accountId,
      ...SIGNER_FLAGS,
    ],
    load: () => import("./run/ticketCancel.ts"),
  },
  {
    name: "ticket show",
    summary: "show your offers and tickets and what became of them, or one file",
    options: [
      { name: "ticket", value: "ticket.json", what: "a ticket" },
      { name: "offer", value: "offer.json", what: "an offer" },
      { ...market, required: false, what: "with a file: the mark beside the price" },
      ...VAULT_FLAGS,
      store,
    ],
    load: () => import("./run/ticketShow.ts"),
  },
  {
    name: "guardian new",
    summary: "make a viewing key, in a file under a password",
    options: [{ name: "out", value: "guardian.json", what: "the file to write", required: true }],
    details: [
      "TACIT_GUARDIAN_PASSWORD gives the password, or a terminal asks. Who registers it needs the public key alone.",
    ],
    load: () => import("./run/guardianNew.ts"),
  },
  {
    name: "guardian register",
    summary: "register a guardian; the venue alone may",
    options: [
      { name: "point", value: "X,Y", what: "its public key" },
      { name: "key", value: "guardian.json", what: "its file instead; nothing of it is decrypted" },
      { name: "keeper", value: "0x...", what: "who rotates its key (default: the sender)" },
      ...VAULT_FLAGS,
      { ...keystore, what: `${keystore.what}: the venue's` },
      from,
    ],
    load: () => import("./run/guardianRegister.ts"),
  },
  {
    name: "guardian rotate",
    summary: "make a guardian's next key, keep it in its file, and put it in force",
    options: [
      { name: "guardian", value: "N", what: "its number in the registry", required: true },
      guardianKey,
      ...VAULT_FLAGS,
      { ...keystore, what: `${keystore.what}: the keeper's` },
      from,
    ],
    details: ["Keys before it stay in the file: what was encrypted to them is read with them."],
    load: () => import("./run/guardianRotate.ts"),
  },
  {
    name: "guardian read",
    summary: "read every account that was disclosed to a guardian's keys",
    options: [
      guardianKey,
      { name: "account-id", value: "ID", what: "one account alone" },
      { ...market, required: false, what: "names, and whether each covers its maintenance requirement" },
      { name: "all", what: "every state ever disclosed, not only the newest" },
      { name: "from-block", value: "N", what: "how far back to look (default 0)" },
      { name: "out", value: "state.json", what: "one account's newest state, for `tacit account recover --state`" },
      ...VAULT_FLAGS,
    ],
    details: ["What is another's, or does not open, is passed over and listed with the reason."],
    load: () => import("./run/guardianRead.ts"),
  },
  {
    name: "guardian prove",
    summary: "prove an account in breach, alone, and flag it; or find that it covers",
    options: [
      guardianKey,
      { name: "account-id", value: "ID", what: "the account", required: true },
      { ...market, what: "the newest epoch's market" },
      { name: "from-block", value: "N", what: "how far back to look (default 0)" },
      ...VAULT_FLAGS,
      { ...keystore, what: `${keystore.what}: who pays` },
      from,
      ...BACKEND_FLAGS,
    ],
    details: ["Exit code 0 when the account covers its maintenance requirement, 3 when it does not and is flagged."],
    load: () => import("./run/guardianProve.ts"),
  },
  {
    name: "chain new",
    summary: "make a chain in a folder, with everything deployed, to try all of it without a network",
    options: [
      { ...market, what: "its first epoch, at whose time its clock begins" },
      { name: "folder", value: "folder", what: "an empty or new folder", required: true },
    ],
    details: [
      "Hardhat's published accounts have 1,000,000 of every mock token each, from the eighth on: --from takes them. Guardian 1's\nkeys are in guardian.json, under the password demo. The clock stands still while no command runs.",
    ],
    load: () => import("./run/chainNew.ts"),
  },
  {
    name: "chain publish",
    summary: "publish a market as the next epoch of a chain in a folder",
    options: [{ ...chain, what: "the chain", required: true }, market],
    details: ["The clock goes to the market's time, the vendors say its prices, the publishers sign."],
    load: () => import("./run/chainPublish.ts"),
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
      { name: "account", value: "account.json", what: "an account's file, instead of one of the store" },
      store,
      accountId,
      ...VAULT_FLAGS,
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
      "With --rpc or --chain an account of the store is attested as its gate has it, otherwise as it was last seen.",
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
