import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildBn128 } from "ffjavascript";
import type { BrowserContext, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { readAccountFile } from "../../prover/account/file.ts";
import type { Explanation } from "../../prover/explain/explain.ts";
import { stressGrid } from "../../prover/explain/grid.ts";
import { explainInMarket } from "../../prover/explain/inMarket.ts";
import { usd } from "../../prover/explain/money.ts";
import { parseMarketFile } from "../../prover/market/file.ts";
import { openMarket } from "../../prover/market/read.ts";
import { ProofFile } from "../../prover/prove/proofFile.ts";
import { decodeProof } from "../../prover/prove/proofLink.ts";
import { verifyProof } from "../../prover/prove/verify.ts";
import { Coverage } from "../../prover/units/units.ts";
import { siteFiles } from "../../prover/web/site/markets.ts";
import { canRun } from "../services.ts";
import { CHROMIUM, type OpenBrowser, openChromium } from "./chromium.ts";
import { type GateChain, openGateChain } from "./gate.ts";
import type { Site } from "./serve.ts";
import { serveSite } from "./site.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BOOK = join(ROOT, "data", "books", "hedged-options.json");
/** Two positions: the smallest circuit. */
const SMALL = join(ROOT, "data", "books", "cash-and-carry.json");
const DUMPS = join(ROOT, "test", "import", "dumps");
const PROVING_MS = 180_000;
/** Where the documents' pictures are, which a run renews on request. */
const PICTURES = process.env.UPDATE_PICTURES === "1" ? join(ROOT, "docs", "pictures") : undefined;

const DESKTOP = { width: 1100, height: 800 };
const PHONE = { width: 390, height: 844 };

/** A request of a page or of one of its workers. */
interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
}

async function textOf(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

describe.runIf(canRun("page", "chromium", CHROMIUM !== undefined))("the page", { timeout: PROVING_MS }, () => {
  let site: Site;
  let open: OpenBrowser;
  let market: Awaited<ReturnType<typeof openMarket>>;
  let raw: ReturnType<typeof parseMarketFile>;
  const asked: Asked[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const files = await siteFiles();
    const bytes = files.find(({ path }) => path === "markets/deribit-2026-02-04.json")?.bytes ?? new Uint8Array();
    raw = parseMarketFile(bytes, "market");
    market = await openMarket(raw, bytes, "market");
    site = await serveSite();
    open = await openChromium();
  });
  afterAll(async () => {
    await open?.close();
    await site?.[Symbol.asyncDispose]();
    await (await buildBn128()).terminate();
  });

  async function newContext(
    options: Parameters<OpenBrowser["browser"]["newContext"]>[0] = {},
  ): Promise<BrowserContext> {
    const context = await open.browser.newContext({ viewport: DESKTOP, acceptDownloads: true, ...options });
    context.on("request", (request) =>
      asked.push({ url: request.url(), method: request.method(), body: request.postData() }),
    );
    return context;
  }

  async function newPage(context: BrowserContext, path = "/"): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${site.origin}${path}`);
    return page;
  }

  /** Chooses a file, and waits for its figures. */
  async function bring(page: Page, ...paths: readonly string[]): Promise<void> {
    await page.locator("#files").setInputFiles([...paths]);
    await settled(page);
  }
  const settled = (page: Page) => page.getByText(/^Computed: maintenance is/).waitFor();
  const cellsOf = (page: Page, row: string) =>
    page.locator("#summary tr").filter({ hasText: row }).first().locator("td").allInnerTexts();
  const expected = (text: string, set: "maintenance" | "initial"): Explanation =>
    explainInMarket({ market, raw }, set, parseBook(text, "book", market.instruments), Coverage.parse("1", "coverage"));

  async function prove(page: Page): Promise<void> {
    await page.locator("#start").click();
    await page.getByRole("heading", { name: "The proof", exact: true }).waitFor({ timeout: PROVING_MS });
  }

  describe("with a file of positions", () => {
    let page: Page;
    let book: string;
    beforeAll(async () => {
      book = await readFile(BOOK, "utf8");
      page = await newPage(await newContext());
      await bring(page, BOOK);
    });

    it("shows the margin of both sets, to the cent what the library computes", async () => {
      const [maintenance, initial] = [expected(book, "maintenance"), expected(book, "initial")];
      expect(await cellsOf(page, "Equity")).toEqual([usd(maintenance.equity), usd(initial.equity)]);
      expect(await cellsOf(page, "Required, cross")).toEqual([usd(maintenance.required), usd(initial.required)]);
      expect(await cellsOf(page, "Required, isolated")).toEqual([usd(maintenance.isolated), usd(initial.isolated)]);
      expect(await cellsOf(page, "Surplus")).toEqual([usd(maintenance.surplus), usd(initial.surplus)]);
      const up = maintenance.liquidation.find(({ underlying }) => underlying === "BTC")?.up?.price ?? "";
      await page.getByText(usd(up)).waitFor();
    });

    it("shows every scenario in the stress grid, with the worst one marked", async () => {
      const portfolio = parseBook(book, "book", market.instruments);
      const grid = stressGrid(market.sets.maintenance, raw.profile, portfolio);
      const amounts = await page
        .locator("#stress .amount")
        .evaluateAll((cells) => cells.map((cell) => cell.firstChild?.textContent));
      const cells = [...grid.rows.flatMap(({ cells }) => Object.values(cells)), ...grid.others];
      expect(cells).toHaveLength(market.sets.maintenance.scenarios.length);
      expect([...amounts].sort()).toEqual(cells.map(({ counted }) => usd(counted)).sort());
      expect(await page.locator("#stress .worst").getAttribute("title")).toBe(grid.worst);
      expect(await page.locator("#stress .worst").innerText()).toMatch(/worst/i);
    });

    it("draws the risk graph of each underlying, and says it in a table too", async () => {
      expect(await page.locator("#graph svg").count()).toBe(2);
      expect(await page.locator("#graph svg path").count()).toBe(4);
      await page.getByText("BTC as a table").click();
      expect(await page.locator("#graph details[open] tbody tr").count()).toBeGreaterThan(10);
    });

    it("shows what each position adds", async () => {
      const adds = await page.locator("#positions tbody tr td:nth-of-type(5)").allInnerTexts();
      expect(adds).toEqual(expected(book, "maintenance").positions.map(({ marginal }) => usd(marginal)));
    });

    it("answers what if: before and after a change, and undoes it", async () => {
      const quantity = page.getByLabel("Quantity of BTC-PERPETUAL");
      await quantity.fill("2.6");
      await quantity.press("Tab");
      await page.getByText("Margin with your changes").waitFor();
      const changed = expected(book.replace('"quantity": "0.6"', '"quantity": "2.6"'), "maintenance");
      const was = expected(book, "maintenance");
      expect((await cellsOf(page, "Required, cross"))[0]).toBe(`${usd(changed.required)}\nwas ${usd(was.required)}`);
      await page.getByText("These are not your positions").waitFor();
      await page.getByRole("button", { name: "Undo the changes" }).click();
      await page.getByText("Margin now").waitFor();
      expect((await cellsOf(page, "Required, cross"))[0]).toBe(usd(was.required));
    });

    it("adds a position at its mark, and removes it", async () => {
      await page.getByLabel("Instrument", { exact: true }).fill("ETH-PERPETUAL");
      await page.getByLabel("Quantity", { exact: true }).fill("10");
      await page.getByRole("button", { name: "Add at the mark" }).click();
      await page.getByText("Margin with your changes").waitFor();
      expect(await page.getByLabel("Entry price of ETH-PERPETUAL").inputValue()).toBe(
        String(raw.underlyings.ETH?.index),
      );
      await page.getByRole("button", { name: "Remove ETH-PERPETUAL" }).click();
      await page.getByText("Margin now").waitFor();
    });

    it("says what is wrong with a quantity, and goes on when it is mended", async () => {
      const quantity = page.getByLabel("Quantity of BTC-PERPETUAL");
      await quantity.fill("0.0000001");
      await quantity.press("Tab");
      await page.getByText("at most 6 fit").waitFor();
      await quantity.fill("0.6");
      await quantity.press("Tab");
      await page.getByText("at most 6 fit").waitFor({ state: "hidden" });
    });

    it("says what becomes public before it proves, in words that follow the choices", async () => {
      await page.getByText("Initial: the larger requirement").click();
      await page.getByLabel("How much of it equity must cover").selectOption("1.5");
      const table = page.locator(".public");
      expect(await table.innerText()).toContain("NO: equity does not cover 1.5× the initial requirement");
      expect(await page.locator("#start").innerText()).toBe("Prove that it is not covered");
      await page.getByText("Maintenance: what keeps").click();
      expect(await table.innerText()).toContain("yes: equity covers 1.5× the maintenance requirement");
    });
  });

  describe("with somebody else's files", () => {
    it("imports Deribit's, and lists first what it could not", async () => {
      const page = await newPage(await newContext());
      await bring(page, join(DUMPS, "deribit-positions.json"), join(DUMPS, "deribit-summaries.json"));
      await page.getByText("3 entries are not imported").waitFor();
      await page.getByText("the market does not list SOL-27MAR26-2d5-C").waitFor();
      expect(await page.getByLabel("Quantity of BTC-PERPETUAL").inputValue()).toBe("0.00672");
      await page.context().close();
    });

    it("asks what ccxt's totals are, and takes the answer", async () => {
      const page = await newPage(await newContext());
      await page
        .locator("#files")
        .setInputFiles(["ccxt-positions.json", "ccxt-balance.json"].map((name) => join(DUMPS, name)));
      await page.getByRole("button", { name: "No, it is the wallet alone" }).click();
      await settled(page);
      expect(await page.getByLabel("Quantity of BTC-PERPETUAL").inputValue()).toBe("-0.2");
      await page.context().close();
    });

    it("refuses what it cannot read, with what it could", async () => {
      const page = await newPage(await newContext());
      await page
        .locator("#files")
        .setInputFiles({ name: "odd.json", mimeType: "application/json", buffer: Buffer.from("[1]") });
      await page.getByText("odd.json is nothing that can be imported").waitFor();
      await page.context().close();
    });
  });

  describe("proving", () => {
    let context: BrowserContext;
    let page: Page;
    let link: string;
    beforeAll(async () => {
      context = await newContext();
      page = await newPage(context);
      await bring(page, SMALL);
    });

    it("goes through its stages by name, and gives a proof that the library accepts", async () => {
      await page.locator("#start").click();
      await page.locator(".stages [aria-current=step]").first().waitFor();
      await page.getByRole("heading", { name: "The proof", exact: true }).waitFor({ timeout: PROVING_MS });
      const stages = await page.locator(".stages li.done").allInnerTexts();
      expect(stages.map((text) => text.replace(/\s+[\d.]+ s$/, ""))).toEqual([
        "Checking the market’s roots",
        "Loading the keys",
        "Building the market’s tree",
        "Computing the witness",
        "Proving",
        "Verifying the proof",
      ]);
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the proof" }).click(),
      ]);
      const proof = ProofFile.parse(JSON.parse(await textOf(saved)));
      expect(await verifyProof(proof, { market })).toEqual({ valid: true, healthy: true });
      link = await page.getByLabel("Link, with the whole proof inside").inputValue();
      expect(decodeProof(new URL(link).hash.slice(1))).toEqual({ ...proof, $schema: undefined });
      const [account] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the account file" }).click(),
      ]);
      const { commitment } = await readAccountFile(await textOf(account), "account.json");
      expect(commitment.toString()).toBe(proof.publicSignals.commitment);
      expect(await page.getByRole("img", { name: "QR code of the link" }).isVisible()).toBe(true);
      if (PICTURES !== undefined) {
        await mkdir(PICTURES, { recursive: true });
        await page.locator("#prove").screenshot({ path: join(PICTURES, "proof.png") });
      }
    });

    it("is verified from the link alone", async () => {
      const verifier = await newPage(context, `/verify.html${new URL(link).hash}`);
      await verifier.getByText("The account covers 1× the maintenance requirement.").waitFor();
      await verifier.getByText("Anybody can forge proofs with it").waitFor();
      if (PICTURES !== undefined) await verifier.screenshot({ path: join(PICTURES, "verify.png") });
    });

    it("is refused by the verify page when one character of the link is another", async () => {
      const code = new URL(link).hash.slice(1);
      const at = code.length - 20;
      const other = code[at] === "A" ? "B" : "A";
      const verifier = await newPage(context, `/verify.html#${code.slice(0, at)}${other}${code.slice(at + 1)}`);
      await verifier.getByText(/^Invalid: /).waitFor();
    });

    it("is refused by the verify page when the link was cut off", async () => {
      const verifier = await newPage(context, `/verify.html#${new URL(link).hash.slice(1, -9)}`);
      await verifier.getByText("It may have been cut off").waitFor();
    });

    it("fetches the keys of a larger size ahead, on request", async () => {
      await page.getByLabel("Room for positions").selectOption("margin_8");
      await page.getByRole("button", { name: "Fetch them now" }).click();
      await page.getByText("proving needs no network").waitFor();
      await page.getByLabel("Room for positions").selectOption("margin_4");
    });

    it("can be cancelled, and done again", async () => {
      // Both in one breath: a cancellation that overtakes the first call to the worker is the hardest.
      await page.evaluate(async () => {
        document.querySelector<HTMLElement>("#start")?.click();
        const cancel = document.querySelector<HTMLElement>("#cancel");
        while (cancel !== null && !cancel.checkVisibility()) await new Promise(requestAnimationFrame);
        cancel?.click();
      });
      await page.getByText("Cancelled. Nothing was proven.").waitFor();
      expect(await page.locator("#start").isEnabled()).toBe(true);
    });

    it("needs no network once everything is here: page, market, keys", async () => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.getByText("proving needs no network").waitFor();
      await context.setOffline(true);
      await page.reload();
      await bring(page, SMALL);
      await prove(page);
      const verifier = await newPage(context, `/verify.html${new URL(link).hash}`);
      await verifier.getByText("The account covers").waitFor();
      await context.setOffline(false);
    });

    it("notices a worker that hangs, says where, and can be cancelled", async () => {
      const stuck = await newContext({ serviceWorkers: "block" });
      await stuck.route(/assets\/prove-.*\.js/, (route) =>
        route.fulfill({ contentType: "text/javascript", body: "onmessage = () => { for (;;); };" }),
      );
      const other = await newPage(stuck);
      await other.clock.install();
      await bring(other, SMALL);
      await other.locator("#start").click();
      await other.clock.runFor(60_000);
      await other.getByText(/the prover has said nothing for \d+ seconds/).waitFor();
      await other.getByRole("button", { name: "Cancel" }).click();
      await other.getByText("Cancelled. Nothing was proven.").waitFor();
      await stuck.close();
    });
  });

  describe("with a wallet", () => {
    let chain: GateChain;
    beforeAll(async () => {
      chain = await openGateChain(market);
    });

    it("opens an account at a gate, proves for it, and has the proof accepted", async () => {
      const context = await newContext();
      await context.exposeFunction("askWallet", (method: string, params: readonly unknown[]) =>
        chain.request(method, params),
      );
      await context.addInitScript(() => {
        const ask = (
          globalThis as unknown as { askWallet(method: string, params: readonly unknown[]): Promise<unknown> }
        ).askWallet;
        const provider = {
          request: ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => ask(method, params),
          on() {},
          removeListener() {},
        };
        const info = {
          uuid: "5c1e9d3e-8f0e-4a8c-9b62-1f0f6a1d7a11",
          name: "Test wallet",
          icon: "data:,",
          rdns: "example.wallet",
        };
        const announce = () =>
          window.dispatchEvent(
            new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }),
          );
        window.addEventListener("eip6963:requestProvider", announce);
      });
      const page = await newPage(context);
      await bring(page, SMALL);
      await page.getByText("A gate on a chain").click();
      await page.getByRole("option", { name: "Test wallet" }).waitFor({ state: "attached" });
      await page.getByLabel("The gate’s address").fill(chain.gate.gate);
      const [kept] = await Promise.all([page.waitForEvent("download"), page.locator("#start").click()]);
      await page.locator("#accepted").waitFor({ timeout: PROVING_MS });
      const account = await readAccountFile(await textOf(kept), "account.json");
      const there = await chain.gate.account(account.state.accountId);
      expect(there).toMatchObject({ owner: chain.owner, status: "current", commitment: account.commitment });
      await context.close();
    });
  });

  describe("for everybody", () => {
    const require = createRequire(import.meta.url);

    it.each(["light", "dark"] as const)("has no serious accessibility violation, %s", async (colorScheme) => {
      // The checker is the test's own script, which the page's policy would refuse.
      const context = await newContext({
        colorScheme,
        bypassCSP: true,
        serviceWorkers: "block",
        reducedMotion: "reduce",
      });
      const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
      const check = async (page: Page): Promise<unknown[]> => {
        await page.evaluate(axe);
        const found = await page.evaluate(() =>
          (
            globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
            }
          ).axe.run(),
        );
        return found.violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      };
      const page = await newPage(context);
      expect(await check(page)).toEqual([]);
      await bring(page, join(DUMPS, "deribit-positions.json"), join(DUMPS, "deribit-summaries.json"));
      expect(await check(page)).toEqual([]);
      await bring(page, BOOK);
      await page.getByText("A gate on a chain").click();
      expect(await check(page)).toEqual([]);
      const verifier = await newPage(context, "/verify.html");
      expect(await check(verifier)).toEqual([]);
      await context.close();
    });

    it("can be used with the keyboard alone", async () => {
      const page = await newPage(await newContext());
      await page.getByText("1716 instruments").waitFor();
      const focused = () =>
        page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || "");
      const seen: string[] = [];
      for (let i = 0; i < 8; i++) {
        await page.keyboard.press("Tab");
        seen.push(await focused());
      }
      expect(seen).toEqual(
        expect.arrayContaining(["Skip to the content", "Verify a proof", "market-choice", "files", "cash and carry"]),
      );
      await page.getByRole("button", { name: "cash and carry" }).focus();
      await page.keyboard.press("Enter");
      await settled(page);
      await page.locator("#start").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Cancel" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("Cancelled. Nothing was proven.").waitFor();
      await page.context().close();
    });

    it.each([
      ["desktop", "light", DESKTOP],
      ["desktop", "dark", DESKTOP],
      ["phone", "light", PHONE],
      ["phone", "dark", PHONE],
    ] as const)("fits a %s, %s", async (size, colorScheme, viewport) => {
      const context = await newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      const page = await newPage(context);
      await bring(page, BOOK);
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBe(viewport.width);
      if (PICTURES !== undefined) {
        await mkdir(PICTURES, { recursive: true });
        await page.getByText(/^Computed/).waitFor({ state: "hidden" });
        await page.locator("#summary").scrollIntoViewIfNeeded();
        await page.evaluate(() => document.getElementById("summary")?.scrollIntoView());
        await page.screenshot({ path: join(PICTURES, `${size}-${colorScheme}.png`) });
        if (size === "desktop" && colorScheme === "light") {
          for (const id of ["stress", "graph"]) {
            await page.locator(`#${id}`).screenshot({ path: join(PICTURES, `${id}.png`) });
          }
        }
      }
      await context.close();
    });
  });

  describe("in all of the above", () => {
    it("asked for nothing but its own files, none of which names a position, and sent nothing", () => {
      const own =
        /^\/((index|verify)\.html|offline\.js|assets\/[\w.-]+|markets\/[\w.-]+|books\/[\w.-]+|keys\/[0-9a-f]{64}\.(wasm|ckey))?$/;
      expect(asked.length).toBeGreaterThan(50);
      for (const { url, method, body } of asked) {
        const { origin, pathname, search } = new URL(url);
        expect([origin, method, body, search]).toEqual([site.origin, "GET", null, ""]);
        expect(pathname).toMatch(own);
      }
      // What the server saw, the service worker's own fetches included.
      for (const path of site.requests) expect(path).toMatch(own);
    });

    it("broke no rule of its policy, and wrote no error", () => {
      expect(site.violations).toEqual([]);
      // The browser's own words for the network, and the driver's for the service workers, that the tests have taken away.
      const taken = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|blocked by Playwright/;
      expect(complaints.filter((text) => !taken.test(text))).toEqual([]);
    });
  });
});
