import type { GateStatus } from "../chain/gate.ts";
import { SET_NAMES } from "../market/types.ts";
import { openProver } from "../prove/prover.ts";
import { byTrader, hide, readBook, TRADER_NAMES, TRADERS } from "./accounts.ts";
import { openChain } from "./chain.ts";
import { type Claims, claim } from "./claims.ts";
import { leaveFiles, tellEnding } from "./ending.ts";
import { isOverdue } from "./epochs.ts";
import type { Narrator } from "./narrator.ts";
import { refuseEpochs, tellIndex, tellRebuilt } from "./publishing.ts";
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
      "every option that Deribit listed on two days, before contracts on a local chain.",
  );

  say.heading("1. The market of 2026-02-04");
  const first = await openDay(say, "2026-02-04");

  say.heading("2. Three accounts that nobody sees");
  const portfolios = await byTrader((name) => readBook(TRADERS[name], first.market.instruments));
  const opening = await requirementsOn(say, first, portfolios);
  say.text("Their books stand in data/books/. Neither the chain nor its publishers ever see one.");
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

  say.heading("3. Contracts that judge what they cannot see");
  await using chain = await say.work("compiling and deploying the contracts", () => openChain(first.market.timestamp));
  await using prover = await openProver();
  const { gate } = chain;
  const terms = await gate.anybody.terms();
  say.line(`MarginGate at ${gate.anybody.gate} on chain ${gate.anybody.chainId}, inside this process`);
  await tellIndex(say, claims, chain, first);
  const states = await byTrader(async (name) => hide(portfolios[name], await gate[name].nextAccountId()));
  const stage = openStage({ say, claims, chain, prover, states });
  const ids = await byTrader((name) => states[name].accountId);
  await refuseEpochs(stage, chain, first);
  const dayOne = await stage.publish(first, opening);
  const accounts = await byTrader((name) => stage.open(name));
  const entries = await byTrader(async (name) => {
    const made = await stage.make({ account: name, day: first, set: "initial", action: "prove", by: gate[name] });
    await stage.accept(made, dayOne.number);
    return made;
  });
  await tellChain(say, stage);
  say.text(
    `A proof of the initial requirement leases for ${hours(terms.leaseInitial)}, as long as no price leaves a band of ` +
      `${terms.band / 1e7}%; one of maintenance for ${hours(terms.leaseMaintenance)}, whatever prices do.`,
  );

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
  await chain.feed(second.market.index);
  claim(claims, "every lease has run out overnight", await all(stage, "soft"));
  claim(claims, "no epoch came all day, so nobody is hard for its silence", await isOverdue(chain));
  say.text(
    "The leases ran out overnight, and every account is soft. No epoch came that they could have proven themselves at, so " +
      "their grace has not begun.",
  );
  const dayTwo = await stage.publish(second, closing);
  await tellRebuilt(say, claims, chain, second, dayTwo.file, dayOne.file);
  const today = { day: second, set: "maintenance", action: "prove" } as const;
  const renewal = await stage.make({ ...today, account: "hedged", by: gate.hedged });
  await stage.refuse("Hedged options: the proof, seen on its way and sent by another first", "ProofRejected", () =>
    gate.lender.prove(ids.hedged, dayTwo.number, renewal.proof),
  );
  await stage.accept(renewal, dayTwo.number);

  say.line();
  say.text(shortfall(TRADERS.directional.title, closing.directional.maintenance));
  const honest = await stage.make({ ...today, account: "directional", by: gate.directional });
  claim(claims, "the proof that directional can make says that it is not healthy", !honest.record.healthy);
  await stage.refuse("Its own proof, which says healthy = 0, where the gate wants healthy = 1", "ProofRejected", () =>
    gate.directional.prove(ids.directional, dayTwo.number, honest.proof),
  );
  await stage.refuse(`The accepted proof of ${TRADERS.hedged.title}, shown as its own`, "ProofRejected", () =>
    gate.directional.prove(ids.directional, dayTwo.number, renewal.proof),
  );
  say.text(
    "Its lender was told the account's opening when it lent. In this form of the gate, only who knows an opening can " +
      "prove a breach: the owner, and whom the owner told. Guardians are to come.",
  );
  const breach = await stage.make({ ...today, account: "directional", action: "flag", by: gate.lender });
  claim(claims, "the lender's proof says that directional is not healthy", !breach.record.healthy);
  const flagged = breach.accepted(await gate.lender.flag(ids.directional, dayTwo.number, breach.proof));
  const { title } = TRADERS.directional;
  say.event(`${title}: breach ${madeIn(breach.record)}, ${say.paint("bad", "flagged")}`, gas(flagged.gas));
  claim(claims, "directional is hard on chain", (await stage.view("directional")).status === "hard");

  say.heading("5. An account that says nothing");
  const silent = TRADERS.carry.title;
  say.text(
    `${silent} covers its requirement, but nobody can see that, and it does not say so. Its lease is over; ` +
      `${minutes(terms.grace)} of grace run from the new epoch.`,
  );
  await stage.refuse(`${silent}: flagged by a stranger at once`, "NotSilentYet", () =>
    gate.anybody.flagSilent(ids.carry),
  );
  const published = (await chain.provider.getBlock("latest"))?.timestamp ?? 0;
  await chain.advance(published + terms.grace + 1);
  claim(
    claims,
    "the book is not overdue when the grace ends: carry could have proven itself",
    !(await isOverdue(chain)),
  );
  claim(
    claims,
    "carry reads hard once its grace is over, by nobody's call",
    (await stage.view("carry")).status === "hard",
  );
  const silence = await gate.anybody.flagSilent(ids.carry);
  say.event(
    `${silent}: silent past its grace, ${say.paint("bad", "flagged")} by anybody, with no proof`,
    gas(silence.gas),
  );
  claim(claims, "carry is hard on chain for its silence", (await stage.view("carry")).status === "hard");
  claim(claims, "hedged, which answered, is current", (await stage.view("hedged")).status === "current");
  const cure = await stage.make({ account: "carry", day: second, set: "initial", action: "cure", by: gate.carry });
  const cured = cure.accepted(await gate.carry.cure(ids.carry, dayTwo.number, cure.proof));
  say.event(`${silent}: initial ${madeIn(cure.record)}, ${say.paint("good", "cured")}`, gas(cured.gas));
  claim(claims, "carry is current again after its cure", (await stage.view("carry")).status === "current");

  say.heading("6. A forged proof and a replayed one");
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
    requirementRoot: String(dayTwo.file.epoch.requirementRoots[1]),
    coverage: String(terms.coverageInitial),
    context: String(context),
  };
  const stated = forged.proof.publicSignals;
  const agrees = Object.entries(wanted).every(([signal, value]) => stated[signal as keyof typeof stated] === value);
  claim(claims, "the forged proof states exactly what the gate asks of a cure, which is false", agrees);
  await stage.refuse("Forged: the flagged account's witness, edited to healthy = 1", "ProofRejected", () =>
    gate.directional.cure(ids.directional, dayTwo.number, forged.proof),
  );
  await stage.refuse("Replayed: the accepted proof of Hedged options, sent again", "ProofRejected", () =>
    gate.hedged.prove(ids.hedged, dayTwo.number, renewal.proof),
  );
  await stage.refuse("Outdated: its accepted proof of the day before", "EpochTooOld", () =>
    gate.hedged.prove(ids.hedged, dayOne.number, entries.hedged.proof),
  );

  const story: Story = {
    version: 1,
    ok: true,
    days: stage.days,
    contracts: chain.deployment.all,
    gate: {
      chainId: String(gate.anybody.chainId),
      address: gate.anybody.gate,
      terms: { ...terms, challengeBond: String(terms.challengeBond) },
    },
    accounts,
    proofs: stage.proofs,
    refusals: claims.refusals,
    claims: claims.held,
    statuses: await byTrader(async (name) => (await stage.view(name)).status),
    setup: renewal.proof.setup,
    files: await leaveFiles(folder, [first, second], [dayOne.file, dayTwo.file]),
    seconds: rounded((performance.now() - start) / 1000),
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
  tellEnding(say, story, folder);
  return story;
}

async function all(stage: Stage, status: GateStatus): Promise<boolean> {
  const views = await byTrader(async (name) => (await stage.view(name)).status);
  return TRADER_NAMES.every((name) => views[name] === status);
}

const hours = (seconds: number): string => `${seconds / 3600} hours`;
const minutes = (seconds: number): string => `${seconds / 60} minutes`;
