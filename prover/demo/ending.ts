import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type EpochFile, writeEpochFile } from "../epoch/file.ts";
import { writeListings } from "../market/listings.ts";
import { writeWhole } from "../units/whole.ts";
import { TRADER_NAMES, TRADERS } from "./accounts.ts";
import type { Day } from "./days.ts";
import { type Narrator, WIDTH } from "./narrator.ts";
import type { Story } from "./record.ts";
import { seconds } from "./text.ts";

/** Leaves the public files of the story for the commands that it ends with. */
export async function leaveFiles(
  folder: string,
  days: readonly Day[],
  epochs: readonly EpochFile[],
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: [string, Uint8Array][] = days.map(({ date, fileBytes }) => [`${date}.json`, fileBytes]);
  for (const [i, { date }] of days.entries()) {
    const epoch = epochs[i];
    if (epoch !== undefined) files.push([`${date}.epoch.json`, new TextEncoder().encode(writeEpochFile(epoch))]);
  }
  files.push(["listings.json", writeListings(days.at(-1)?.listings ?? [])]);
  for (const [name, bytes] of files) await writeWhole(join(folder, name), bytes);
  return files.map(([name]) => join(folder, name));
}

/** What it came to, and what to try next. */
export function tellEnding(say: Narrator, story: Story, folder: string): void {
  const { proofs, refusals, claims, statuses, setup, peakMemory } = story;
  const accepted = proofs.filter((proof) => proof.gas !== null);
  say.heading("In short");
  say.line(
    `${proofs.length} proofs, ${accepted.length} accepted; ${refusals.length} calls refused; ${claims.length} statements checked`,
  );
  say.line(TRADER_NAMES.map((name) => `${TRADERS[name].title}: ${statuses[name]}`).join(", "));
  say.line(`${seconds(story.seconds)} in all, at most ${(peakMemory / 1e6).toFixed(0)} MB of memory`);
  say.line("Public: prices, rows, roots; each account's owner, commitment, slots, status, and when it proved");
  say.line("Hidden: positions, cash, equity, requirement, ratio");
  if (setup === "development") {
    const warning = "These are development keys with published secrets: anybody can forge with them.";
    say.line(say.paint("bad", `${warning} Local chains only.`));
  }
  const market = join(folder, "2026-02-05.json");
  const account = join(folder, "account.json");
  say.heading("Next");
  for (const [command, ...flags] of [
    ["npx tacit margin", `--market ${market}`, "--portfolio data/books/leveraged-directional.json"],
    ["npx tacit market verify", `--market ${market} --listings ${join(folder, "listings.json")}`],
    [
      "npx tacit epoch verify",
      `--market ${market}`,
      `--epoch ${join(folder, "2026-02-05.epoch.json")} --previous ${join(folder, "2026-02-04.epoch.json")}`,
    ],
    ["npx tacit account new", `--market ${market}`, `--portfolio data/books/cash-and-carry.json --out ${account}`],
    ["npx tacit prove", `--market ${market}`, `--account ${account} --out ${join(folder, "proof.json")}`],
  ]) {
    const whole = [command, ...flags].join(" ");
    if (whole.length <= WIDTH - 2) say.line(whole);
    else {
      say.line(`${[command, ...flags.slice(0, -1)].join(" ")} \\`);
      say.line(`  ${flags.at(-1)}`);
    }
  }
}
