import { soak, summary } from "/work/wt/bands/test/soak/soak.ts";

const [seed, accounts, epochs, slip] = process.argv.slice(2);
const t = performance.now();
try {
  const r = await soak({
    seed: Number(seed),
    accounts: Number(accounts),
    epochs: Number(epochs),
    slip: (slip ?? "none") as never,
    report: (l) => console.log(((performance.now() - t) / 1000).toFixed(0) + "s", l),
  });
  console.log(summary(r));
} catch (e) {
  console.log(String((e as Error).stack).slice(0, 2500));
}
process.exit(0);
