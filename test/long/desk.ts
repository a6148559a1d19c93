import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Contract, JsonRpcProvider } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { TOKEN } from "../../prover/chain/vaultAbi.ts";
import { openProxy } from "../cli/proxy.ts";
import { type Ended, json, put, tacit, temporary } from "../cli/tacit.ts";
import { openNode } from "../deploy/node.ts";
import { DAY_ONE, DAY_TWO, editRows } from "../market/samples.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const PUBLISHERS = ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"];
/** Hardhat's accounts from the eighth on. */
const [ALICE, BOB, CAROL] = [
  "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
  "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
  "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
] as const;
/** Every command is a process that opens a store, whose password takes its time by design. */
const PATIENCE = { timeout: 600_000 };
const PERP = "BTC-PERPETUAL";
const folder = temporary();
const path = (name: string) => join(folder, name);
const day = (name: string, bytes: Uint8Array) =>
  put(
    folder,
    name,
    editRows(bytes, (rows) => rows.filter((row) => /(BTC|ETH)-27MAR26/.test(row))),
  );
const market = path("market.json");
const crashed = path("crashed.json");

/** Who uses the command line: a store with a password, and an account of the chain that signs. */
interface Person {
  readonly name: string;
  readonly signs: string;
}
const people = {
  alice: { name: "alice", signs: ALICE },
  bob: { name: "bob", signs: BOB },
  carol: { name: "carol", signs: CAROL },
};

/** What the commands print here, as far as it is looked at. */
interface Told {
  readonly error: { readonly code: string };
  readonly accounts: readonly {
    readonly account: string;
    readonly key: number;
    readonly current: boolean;
    readonly positions: readonly { readonly instrument: string; readonly quantity: string }[];
  }[];
  readonly positions?: Told["accounts"][number]["positions"];
  readonly offers: readonly { readonly left: string | null }[];
  readonly tickets: readonly { readonly ticket: string; readonly fate: string }[];
  readonly ticket: string;
  readonly skipped: readonly unknown[];
  readonly vault: string;
  readonly book: string;
  readonly contracts: Readonly<Record<string, string>>;
}

/** Everything that any command said, which no secret may be in. */
let said = "";
const ran = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended & { json: Told }> => {
  const ended = await tacit([...args, "--json"], env);
  said += ended.stdout + ended.stderr;
  return { ...ended, json: json(ended) as unknown as Told };
};
const good = async (args: readonly string[], env: Record<string, string> = {}) => {
  const ended = await ran(args, env);
  expect(ended.json).not.toHaveProperty("error");
  expect(ended.code).toBe(0);
  return ended.json;
};

beforeAll(async () => {
  const built = ["market", "build", "--profile", "linear", "--deribit"];
  await good([...built, day("one.csv", DAY_ONE), "--out", market]);
  await good([...built, day("two.csv", DAY_TWO), "--out", crashed, "--listings", path("listings.json")]);
});

/** The commands of a person on one chain, each with its store. */
function commandsOn(place: () => readonly string[], stores: string) {
  const env = ({ name }: Person) => ({
    TACIT_STORE: path(`${stores}-${name}`),
    TACIT_STORE_PASSWORD: `${name}'s password`,
  });
  const as = (who: Person, ...args: string[]) => ran([...args, ...place()], env(who));
  const ok = (who: Person, ...args: string[]) => good([...args, ...place()], env(who));
  const signed = (who: Person, ...args: string[]) => ok(who, ...args, "--from", who.signs);
  return {
    as,
    ok,
    signed,
    async open(who: Person, cash: string) {
      await signed(who, "account", "open", "--guardian", "1", "--size", "4");
      return signed(who, "account", "deposit", "--asset", "cash", "--amount", cash);
    },
    offer: (who: Person, out: string, wish: { side: string; quantity: string; price: string; expires?: string }) =>
      ok(
        who,
        ...[
          "ticket",
          "new",
          "--instrument",
          PERP,
          "--side",
          wish.side,
          "--quantity",
          wish.quantity,
          "--price",
          wish.price,
        ],
        ...["--expires", wish.expires ?? "1h", "--market", market, "--out", path(out)],
      ),
    accept: (offer: string, name: string, ...more: string[]) => [
      ...["ticket", "accept", "--offer", path(offer), "--market", market, ...more],
      ...["--out", path(`${name}.ticket`), "--legs", path(`${name}.legs`)],
    ],
    settle: (name: string) => [
      ...["ticket", "settle", "--ticket", path(`${name}.ticket`), "--legs", path(`${name}.legs`), "--market", market],
    ],
    held: async (who: Person) => {
      const shown = await ok(who, "account", "show");
      return (
        (shown.positions ?? shown.accounts[0]?.positions)?.find(({ instrument }) => instrument === PERP)?.quantity ??
        "0"
      );
    },
    refused: async (who: Person, ...args: string[]) => {
      const ended = await as(who, ...args, "--from", who.signs);
      expect(ended.code).toBe(2);
      return ended.json.error.code as string;
    },
  };
}

describe("trading from the command line, on a chain in a folder", PATIENCE, () => {
  const chain = path("chain");
  const { alice, bob, carol } = people;
  const on = commandsOn(() => ["--chain", chain], "folder");
  const guardian = ["--key", join(chain, "guardian.json"), "--chain", chain];
  const demo = { TACIT_GUARDIAN_PASSWORD: "demo" };

  beforeAll(async () => {
    await good(["chain", "new", "--market", market, "--folder", chain]);
    await on.open(alice, "200000");
    await on.open(bob, "200000");
    // Enough for one at the linear tenth, and no more.
    await on.open(carol, "8000");
  }, PATIENCE.timeout);

  it("goes from an offer over a part accepted to both accounts changed, and both learn of it", async () => {
    await on.offer(bob, "first.offer", { side: "sell", quantity: "2", price: "73000.5" });
    const accepted = await on.signed(alice, ...on.accept("first.offer", "first", "--quantity", "0.5"));
    expect(accepted).toMatchObject({ set: "initial", tickets: [{ quantity: "0.5", price: "73000.5" }] });
    for (const secret of ["first.offer", "first.ticket"]) expect(statSync(path(secret)).mode & 0o777).toBe(0o600);
    expect(await on.signed(bob, ...on.settle("first"))).toMatchObject({ tickets: [expect.any(String)] });
    expect([await on.held(alice), await on.held(bob)]).toEqual(["0.5", "-0.5"]);
    expect(await on.ok(alice, "ticket", "show")).toMatchObject({ offers: [], tickets: [{ fate: "filled" }] });
    expect(await on.ok(bob, "ticket", "show")).toMatchObject({ offers: [{ quantity: "2", left: "1.5" }] });
  });

  it("is read by the guardian, who gives an account back to an owner that lost everything", async () => {
    const read = await good(["guardian", "read", ...guardian, "--market", market], demo);
    expect(read.accounts).toHaveLength(3);
    for (const account of read.accounts) expect(account).toMatchObject({ current: true, healthy: true });
    const id = read.accounts.find((one) => one.positions[0]?.quantity === "0.5")?.account as string;
    const out = ["--account-id", id, "--out", path("state.json"), "--market", market];
    await good(["guardian", "read", ...guardian, ...out], demo);
    expect(statSync(path("state.json")).mode & 0o777).toBe(0o600);
    const anew = { TACIT_STORE: path("anew"), TACIT_STORE_PASSWORD: "anew" };
    await good(["account", "recover", "--state", path("state.json"), "--market", market, "--chain", chain], anew);
    const shown = await good(["account", "show", "--chain", chain], anew);
    expect(JSON.stringify(shown)).toContain('"quantity":"0.5"');
    const wrong = await ran(["guardian", "read", ...guardian], { TACIT_GUARDIAN_PASSWORD: "wrong" });
    expect(wrong.json).toMatchObject({ error: { code: "BAD_PASSWORD" } });
  });

  it("ends for who no longer covers: the guardian proves it alone, and finds nothing against the others", async () => {
    await on.offer(bob, "last.offer", { side: "sell", quantity: "0.85", price: "73000" });
    await on.signed(carol, ...on.accept("last.offer", "last"));
    await on.signed(bob, ...on.settle("last"));
    await good(["chain", "publish", "--chain", chain, "--market", crashed]);
    const { accounts } = await good(["guardian", "read", ...guardian, "--market", crashed], demo);
    const of = (quantity: string) => accounts.find((one) => one.positions[0]?.quantity === quantity)?.account as string;
    const prove = (id: string) =>
      ran(["guardian", "prove", ...guardian, "--account-id", id, "--market", crashed, "--from", DEPLOYER], demo);
    expect(accounts.find(({ account }) => account === of("0.85"))).toMatchObject({ healthy: false });
    const flagged = await prove(of("0.85"));
    expect(flagged).toMatchObject({
      code: 3,
      json: { healthy: false, flagged: true, transaction: expect.any(String) },
    });
    expect(await prove(of("0.85"))).toMatchObject({ code: 3, json: { flagged: true, transaction: null } });
    expect(await prove(of("0.5"))).toMatchObject({ code: 0, json: { healthy: true, flagged: false } });
    expect(await on.refused(carol, ...on.settle("last"))).toBe("TICKET_USED");
    const old = ["guardian", "prove", ...guardian, "--account-id", of("0.5"), "--market", market];
    expect((await ran([...old, "--from", DEPLOYER], demo)).json).toMatchObject({ error: { code: "NOT_NEWEST" } });
  });
});

describe("trading from the command line, on a node's chain", PATIENCE, () => {
  const { alice, bob, carol } = people;
  let flags: string[] = [];
  let provider: JsonRpcProvider;
  const on = commandsOn(() => flags, "node");
  const mine = { TACIT_GUARDIAN_PASSWORD: "guard" };

  beforeAll(async () => {
    const rpc = await openNode("--network", "replay");
    const deployed = await good(["deploy", "--local", "--rpc", rpc, "--folder", path("record")]);
    flags = ["--rpc", rpc, "--vault", deployed.vault];
    await good(["feed", "--market", market, "--book", deployed.book, "--rpc", rpc]);
    const uri = ["--data-uri", "https://example.org/market.json", "--rpc", rpc];
    await good(["epoch", "make", "--market", market, "--book", deployed.book, ...uri, "--out", path("epoch.json")]);
    for (const [i, publisher] of PUBLISHERS.entries()) {
      const files = ["--epoch", path("epoch.json"), "--out", path(`signed-${i}.json`)];
      await good(["epoch", "sign", ...files, "--from", publisher, "--rpc", rpc]);
    }
    const signed = PUBLISHERS.map((_, i) => path(`signed-${i}.json`));
    await good(["epoch", "publish", "--epoch", ...signed, "--rpc", rpc, "--from", DEPLOYER]);
    await good(["guardian", "new", "--out", path("guardian.json")], mine);
    const { point } = json(await tacit(["guardian", "new", "--out", path("other.json"), "--json"], mine)) as {
      point: string;
    };
    const register = ["guardian", "register", ...flags, "--from", DEPLOYER];
    expect(await good([...register, "--key", path("guardian.json")])).toMatchObject({ guardian: 1 });
    expect(await good([...register, "--point", point, "--keeper", CAROL])).toMatchObject({
      guardian: 2,
      keeper: CAROL,
    });
    provider = new JsonRpcProvider(rpc);
    const token = new Contract(deployed.contracts.Token_USDC as string, TOKEN, await provider.getSigner(DEPLOYER));
    for (const owner of [ALICE, BOB, CAROL]) await (await token.getFunction("mint")(owner, 10n ** 12n)).wait();
    await on.open(alice, "200000");
    await on.open(bob, "200000");
    await on.open(carol, "8000");
  }, PATIENCE.timeout);

  it("settles a part of an offer, and a reduction at the maintenance set", async () => {
    await on.offer(bob, "node.offer", { side: "sell", quantity: "1", price: "73000" });
    await on.signed(alice, ...on.accept("node.offer", "node", "--quantity", "0.75"));
    await on.signed(bob, ...on.settle("node"));
    expect([await on.held(alice), await on.held(bob)]).toEqual(["0.75", "-0.75"]);
    await on.offer(alice, "back.offer", { side: "sell", quantity: "0.5", price: "73000" });
    const reduced = await on.signed(bob, ...on.accept("back.offer", "back", "--reduce", "--fee-bound", "20"));
    expect(reduced).toMatchObject({ set: "maintenance" });
    const legs = JSON.parse(readFileSync(path("back.legs"), "utf8"));
    expect(legs.legs[0]).toMatchObject({ reduce: true, feeBound: String(20n * 10n ** 12n) });
    await on.signed(alice, ...on.settle("back"));
    expect([await on.held(alice), await on.held(bob)]).toEqual(["0.25", "-0.25"]);
  });

  it("refuses a part that the offer has no room for, and its own maker", async () => {
    await on.signed(alice, ...on.accept("node.offer", "large", "--quantity", "0.5"));
    expect(await on.refused(bob, ...on.settle("large"))).toBe("MORE_THAN_LEFT");
    // Nor does a part that stood beside it take up room.
    await on.signed(alice, ...on.accept("node.offer", "small", "--quantity", "0.2"));
    const two = ["ticket", "settle", "--ticket", path("small.ticket"), path("large.ticket"), "--market", market];
    expect(await on.refused(bob, ...two, "--out", path("two.legs"))).toBe("MORE_THAN_LEFT");
    expect((await on.ok(bob, "ticket", "show")).offers.map(({ left }) => left)).toEqual(["0.25"]);
    expect(await on.refused(alice, ...on.accept("node.offer", "more", "--quantity", "1.1"))).toBe("MORE_THAN_OFFERED");
    expect(await on.refused(bob, ...on.accept("node.offer", "self"))).toBe("SELF_TRADE");
  });

  it("settles nothing that one did not agree to", async () => {
    // A ticket that is in nobody's store: neither its offer nor its acceptance.
    expect(await on.refused(carol, ...on.settle("large"))).toBe("UNKNOWN_TICKET");
    const forged = JSON.parse(readFileSync(path("large.ticket"), "utf8"));
    put(folder, "forged.ticket", { ...forged, price: "1" });
    const flags = [
      "ticket",
      "settle",
      "--ticket",
      path("forged.ticket"),
      "--legs",
      path("large.legs"),
      "--market",
      market,
    ];
    expect(await on.refused(bob, ...flags)).toBe("BAD_TICKET");
  });

  it("says which is stale, cancelled, used or expired", async () => {
    await on.signed(alice, ...on.accept("node.offer", "stale", "--quantity", "0.1"));
    await on.signed(alice, "account", "deposit", "--asset", "cash", "--amount", "1");
    expect(await on.refused(bob, ...on.settle("stale"))).toBe("STALE_LEG");
    await on.signed(alice, ...on.accept("node.offer", "gone", "--quantity", "0.1"));
    const { ticket } = await on.signed(alice, "ticket", "cancel", "--ticket", path("gone.ticket"));
    expect(await on.refused(bob, ...on.settle("gone"))).toBe("TICKET_CANCELLED");
    expect(await on.refused(bob, ...on.settle("node"))).toBe("TICKET_USED");
    expect(await on.refused(alice, "ticket", "cancel", "--ticket", path("node.ticket"))).toBe("TICKET_USED");
    const { tickets } = await on.ok(alice, "ticket", "show");
    expect(tickets.find((one) => one.ticket === ticket)).toMatchObject({ fate: "cancelled" });
    await on.offer(bob, "short.offer", { side: "sell", quantity: "1", price: "73000", expires: "1s" });
    await on.signed(alice, "account", "deposit", "--asset", "cash", "--amount", "1");
    await on.signed(alice, "account", "deposit", "--asset", "cash", "--amount", "1");
    expect(await on.refused(alice, ...on.accept("short.offer", "late"))).toBe("OFFER_EXPIRED");
  });

  it("goes round between three in one transaction that a fourth submits", async () => {
    await on.offer(alice, "ab.offer", { side: "sell", quantity: "0.1", price: "73000" });
    await on.offer(bob, "bc.offer", { side: "sell", quantity: "0.2", price: "73001" });
    await on.signed(bob, ...on.accept("ab.offer", "ab"));
    await on.signed(carol, ...on.accept("bc.offer", "bc"));
    const make = (who: Person, out: string, ...tickets: string[]) => [
      ...["ticket", "settle", "--ticket", ...tickets.map((name) => path(`${name}.ticket`)), "--market", market],
      ...["--out", path(out), "--from", who.signs],
    ];
    await on.ok(alice, ...make(alice, "alice.legs", "ab"));
    // The legs of one account follow one another: made for `ab` alone they no longer fit.
    await on.ok(bob, ...make(bob, "bob.legs", "ab", "bc"));
    const files = ["alice.legs", "bob.legs", "bc.legs"].map(path);
    const before = [await on.held(alice), await on.held(bob), await on.held(carol)];
    expect(before).toEqual(["0.25", "-0.25", "0"]);
    const settled = await good(["ticket", "settle", "--legs", ...files, ...flags, "--from", DEPLOYER]);
    expect(settled.tickets).toHaveLength(2);
    expect([await on.held(alice), await on.held(bob), await on.held(carol)]).toEqual(["0.15", "-0.35", "0.2"]);
  });

  it("counts a part as sold whose trade the node took, though its answer was lost", async () => {
    await on.offer(bob, "lost.offer", { side: "sell", quantity: "0.2", price: "73000" });
    await on.signed(alice, ...on.accept("lost.offer", "lost"));
    const proxy = await openProxy(flags[1] ?? "");
    proxy.loses = ({ method }) => method === "eth_sendTransaction";
    const direct = flags;
    flags = ["--rpc", proxy.url, ...direct.slice(2)];
    const ended = await on.as(bob, ...on.settle("lost"), "--from", bob.signs);
    flags = direct;
    expect(ended.code).not.toBe(0);
    expect([await on.held(alice), await on.held(bob)]).toEqual(["0.35", "-0.55"]);
    await on.signed(alice, ...on.accept("lost.offer", "once more"));
    expect(await on.refused(bob, ...on.settle("once more"))).toBe("MORE_THAN_LEFT");
  });

  it("is read by a guardian across a rotation of its key, and by no other", async () => {
    const rotate = [
      "guardian",
      "rotate",
      "--guardian",
      "1",
      "--key",
      path("guardian.json"),
      ...flags,
      "--from",
      DEPLOYER,
    ];
    const early = await ran(rotate, mine);
    expect(early.json).toMatchObject({ error: { code: expect.any(String) } });
    await provider.send("evm_increaseTime", [90_000]);
    expect(await good(rotate, mine)).toMatchObject({ guardian: 1, key: 3 });
    const file = JSON.parse(readFileSync(path("guardian.json"), "utf8"));
    // The key that was made for the attempt before is the one that is in force.
    expect(file.keys).toHaveLength(2);
    await on.signed(alice, "account", "deposit", "--asset", "cash", "--amount", "5");
    const read = await good(["guardian", "read", "--key", path("guardian.json"), ...flags, "--all"], mine);
    expect(new Set(read.accounts.map((one) => one.key))).toEqual(new Set([1, 3]));
    expect(read.accounts.filter((one) => one.current)).toHaveLength(3);
    expect(read.skipped).toEqual([]);
    const other = await good(["guardian", "read", "--key", path("other.json"), ...flags], mine);
    expect(other.accounts).toEqual([]);
    expect(other.skipped.length).toBeGreaterThan(4);
    provider.destroy();
  });

  it("keeps a guardian's file that is there, and says what is wrong with a flag", async () => {
    const again = await ran(["guardian", "new", "--out", path("guardian.json")], mine);
    expect(again.json).toMatchObject({ error: { code: "FILE_EXISTS" } });
    const point = await ran(["guardian", "register", "--point", "0,1", ...flags, "--from", DEPLOYER]);
    expect(point.json).toMatchObject({ error: { code: "BAD_POINT" } });
    const newOffer = ["ticket", "new", "--quantity", "1", "--price", "1", "--market", market, "--out", path("x.offer")];
    const flaws: [string[], string][] = [
      [["--side", "hold", "--instrument", PERP], "USAGE"],
      [["--side", "buy", "--instrument", "BTC-PERP"], "UNKNOWN_INSTRUMENT"],
      [["--side", "buy", "--instrument", PERP, "--expires", "tomorrow"], "USAGE"],
      [["--side", "buy", "--instrument", PERP, "--expires", "2020-01-01T00:00:00Z"], "USAGE"],
    ];
    for (const [more, code] of flaws) {
      expect((await on.as(alice, ...newOffer, ...more)).json).toMatchObject({ error: { code } });
    }
    const broken = put(folder, "broken.json", '{"price": "73000",');
    const accept = ["ticket", "accept", "--offer", broken, "--market", market, "--out", path("t"), "--legs", path("l")];
    const said = await on.as(alice, ...accept, "--from", ALICE);
    expect(said.json).toMatchObject({ error: { code: "BAD_JSON" } });
    expect(said.stdout).not.toContain("73000");
  });
});

it("never said a salt or a password, and wrote none where others read", () => {
  const secrets = readdirSync(folder)
    .filter((name) => /\.(ticket|offer)$/.test(name) || name === "state.json")
    .map((name) => JSON.parse(readFileSync(path(name), "utf8")).salt as string | undefined)
    .filter((salt) => salt !== undefined);
  expect(secrets.length).toBeGreaterThan(5);
  const legs = readdirSync(folder)
    .filter((name) => name.endsWith(".legs"))
    .map((name) => readFileSync(path(name), "utf8"));
  for (const salt of secrets) {
    for (const text of [said, ...legs]) {
      expect(text).not.toContain(salt.slice(2));
      expect(text).not.toContain(BigInt(salt).toString());
    }
  }
  for (const password of ["alice's password", "demo"]) expect(said).not.toContain(`"${password}"`);
});
