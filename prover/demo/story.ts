import type { GateStatus } from "../chain/gate.ts";
import { SET_NAMES } from "../market/types.ts";
import { openProver } from "../prove/prover.ts";
import { byTrader, hide, readBook, TRADER_NAMES, TRADERS, type TraderName } from "./accounts.ts";
import { openChain, TERMS } from "./chain.ts";
import { type Claims, claim } from "./claims.ts";
import { leaveFiles, tellEnding } from "./ending.ts";
import type { Narrator } from "./narrator.ts";
import { rounded, type Story } from "./record.ts";
import { madeIn, openStage, type Stage } from "./stage.ts";
import { openDay, requirementsOn, tellChain, tellPortfolios, tellRequirements } from "./telling.ts";
import { distanceLine, gas, shortfall } from "./text.ts";

/**
 * Tells the story of two days on real prices, and checks every sentence of it.
 * @param folder where the market files are left
 * @throws TacitError `STORY_BROKEN` when anything happens that should not, such as a forged proof being accepted
 */
export async function tellStory(say: Narrator, folder: string): Promise<Story> {
  const start = performance.now();
  const claims: Claims = { held: [], refusals: [] };
  say.text(
    "Tacit proves that a hidden portfolio covers its margin requirement, and shows nothing else. Here it does so on " +
      "every option that Deribit listed on two days, before a contract on a local chain.",
  );

  say.heading("1. The market of 2026-02-04");
  const first = await openDay(say, "2026-02-04");

  say.heading("2. Three accounts that nobody sees");
  const portfolios = await byTrader((name) => readBook(TRADERS[name], first.market.instruments));
  const opening = await requirementsOn(say, first, portfolios);
  say.text("Their books stand in data/books/. Neither the chain nor its publisher ever sees one.");
  tellPortfolios(say, opening);
  tellRequirements(say, opening);
  say.line();
  const netters = ["hedged", "carry"] as const;
  for (const name of TRADER_NAMES) {
    const covered = SET_NAMES.every((set) => opening[name][set].healthy);
    claim(claims, `${name} covers both requirements on ${first.date}`, covered);
  }
  for (const name of netters) {
    const { equity, isolated } = opening[name].initial;
    claim(claims, `${name} could not open without netting`, Number(equity) < Number(isolated));
  }
  const titles = netters.map((name) => TRADERS[name].title).join(" nor ");
  say.text(
    `Margined position by position, neither ${titles} could be opened. All else equal, maintenance is lost with`,
  );
  for (const name of TRADER_NAMES) say.line(`  ${distanceLine(TRADERS[name].title, opening[name].maintenance)}`);

  say.heading("3. A contract that judges what it cannot see");
  await using chain = await say.work("compiling and deploying the contracts", () => openChain(first.market.timestamp));
  await using prover = await openProver();
  const { gate } = chain;
  say.line(`MarginGate at ${gate.publisher.gate} on chain ${gate.publisher.chainId}, inside this process`);
  const states = await byTrader(async (name) => hide(portfolios[name], await gate[name].nextAccountId()));
  const stage = openStage({ say, claims, chain, prover, states });
  const ids = await byTrader((name) => states[name].accountId);
  const dayOne = await stage.publish(first, opening);
  const accounts = await byTrader((name) => stage.open(name));
  const entries = await byTrader(async (name) => {
    const made = await stage.make({ account: name, day: first, set: "initial", action: "prove", by: gate[name] });
    await stage.accept(made, dayOne);
    return made;
  });
  await tellChain(say, stage);

  say.heading("4. The market of 2026-02-05");
  const second = await openDay(say, "2026-02-05", first);
  const kept = first.listings.every(
    ({ id, name }, i) => second.listings[i]?.id === id && second.listings[i].name === name,
  );
  claim(claims, "every instrument of the first day keeps its id", kept);
  const closing = await requirementsOn(say, second, portfolios);
  tellRequirements(say, closing);
  for (const name of TRADER_NAMES) {
    const expected = name !== "directional";
    const what = `${name} is ${expected ? "" : "not "}covered on ${second.date}`;
    claim(claims, what, closing[name].maintenance.healthy === expected);
  }
  say.line();
  await chain.advance(second.market.timestamp);
  const overnight = await statuses(stage);
  const lapsed = TRADER_NAMES.every((name) => overnight[name] === "lapsed");
  claim(claims, "every lease has run out a day later", lapsed);
  say.line("The leases ran out overnight: every account is lapsed until it proves itself again.");
  const dayTwo = await stage.publish(second, closing);
  const today = { day: second, set: "maintenance", action: "prove" } as const;
  const renewal = await stage.make({ ...today, account: "hedged", by: gate.hedged });
  await stage.refuse("Hedged options: the proof, seen on its way and sent by another first", "ProofRejected", () =>
    gate.lender.prove(ids.hedged, dayTwo, renewal.proof),
  );
  await stage.accept(renewal, dayTwo);
  const carried = await stage.make({ ...today, account: "carry", by: gate.carry });
  await stage.accept(carried, dayTwo);

  say.line();
  say.text(shortfall(TRADERS.directional.title, closing.directional.maintenance));
  const honest = await stage.make({ ...today, account: "directional", by: gate.directional });
  claim(claims, "the proof that directional can make says that it is not healthy", !honest.record.healthy);
  await stage.refuse("Its own proof, which says healthy = 0, where the gate wants healthy = 1", "ProofRejected", () =>
    gate.directional.prove(ids.directional, dayTwo, honest.proof),
  );
  await stage.refuse(`The accepted proof of ${TRADERS.carry.title}, shown as its own`, "ProofRejected", () =>
    gate.directional.prove(ids.directional, dayTwo, carried.proof),
  );
  say.text(
    "Its lender was told the account's opening when it lent. In this first form of the gate, only who knows an opening " +
      "can prove a breach: the owner, and whom the owner told. Guardians are to come.",
  );
  const breach = await stage.make({ ...today, account: "directional", action: "flag", by: gate.lender });
  claim(claims, "the lender's proof says that directional is not healthy", !breach.record.healthy);
  const flagged = breach.accepted(await gate.lender.flag(ids.directional, dayTwo, breach.proof));
  const { title } = TRADERS.directional;
  say.event(`${title}: breach ${madeIn(breach.record)}, ${say.paint("bad", "flagged")}`, gas(flagged.gas));
  claim(claims, "directional is flagged on chain", (await stage.view("directional")).status === "flagged");

  say.heading("5. A forged proof and a replayed one");
  const context = await gate.directional.context(ids.directional, "cure");
  const forged = await stage.make({
    account: "directional",
    day: second,
    set: "initial",
    action: "cure",
    by: gate.directional,
    forge: true,
  });
  const wanted = {
    healthy: "1",
    commitment: String((await stage.view("directional")).commitment),
    requirementRoot: String((await gate.publisher.epoch(dayTwo)).initialRoot),
    coverage: String(TERMS.coverageInitial),
    context: String(context),
  };
  const stated = forged.proof.publicSignals;
  const agrees = Object.entries(wanted).every(([signal, value]) => stated[signal as keyof typeof stated] === value);
  claim(claims, "the forged proof states exactly what the gate asks of a cure, which is false", agrees);
  await stage.refuse("Forged: the flagged account's witness, edited to healthy = 1", "ProofRejected", () =>
    gate.directional.cure(ids.directional, dayTwo, forged.proof),
  );
  await stage.refuse("Replayed: the accepted proof of Hedged options, sent again", "ProofRejected", () =>
    gate.hedged.prove(ids.hedged, dayTwo, renewal.proof),
  );
  await stage.refuse("Outdated: its accepted proof of the day before", "NotLatestEpoch", () =>
    gate.hedged.prove(ids.hedged, dayOne, entries.hedged.proof),
  );

  const story: Story = {
    version: 1,
    ok: true,
    days: stage.days,
    gate: { chainId: String(gate.publisher.chainId), address: gate.publisher.gate, terms: TERMS },
    accounts,
    proofs: stage.proofs,
    refusals: claims.refusals,
    claims: claims.held,
    statuses: await statuses(stage),
    setup: renewal.proof.setup,
    files: await leaveFiles(folder, [first, second]),
    seconds: rounded((performance.now() - start) / 1000),
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
  tellEnding(say, story, folder);
  return story;
}

const statuses = (stage: Stage): Promise<Record<TraderName, GateStatus>> =>
  byTrader(async (name) => (await stage.view(name)).status);
