import { join } from "node:path";
import { buildBn128 } from "ffjavascript";
import type { Page as BrowserPage } from "playwright-core";
import { groth16 } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CircuitName } from "../../prover/generated/circuits.ts";
import { loadArtifacts, loadCompactKey } from "../../prover/prove/artifacts.ts";
import type { Artifacts } from "../../prover/prove/material.ts";
import { realSignals } from "../../scripts/kernel/inputs.ts";
import { canRun } from "../services.ts";
import { type BuiltPage, buildPage } from "./build.ts";
import { CHROMIUM, type OpenBrowser, openChromium } from "./chromium.ts";
import type { Page } from "./page/main.ts";
import { type Site, serveFolder } from "./serve.ts";

const CIRCUIT: CircuitName = "margin_16";

describe.runIf(canRun("browser proof", "chromium", CHROMIUM !== undefined))("in Chromium, under the policy", () => {
  let built: BuiltPage;
  let site: Site;
  let open: OpenBrowser;
  let page: BrowserPage;
  let artifacts: Artifacts;
  const complaints: string[] = [];
  beforeAll(async () => {
    artifacts = await loadArtifacts(CIRCUIT);
    const signals = JSON.stringify(await realSignals(CIRCUIT), (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    const text = (source: string): Uint8Array => new TextEncoder().encode(source);
    built = await buildPage(join(import.meta.dirname, "page"));
    site = await serveFolder(
      built.folder,
      new Map([
        [`/${CIRCUIT}.wasm`, artifacts.wasm],
        [`/${CIRCUIT}.zkey`, artifacts.zkey],
        [`/${CIRCUIT}.ckey`, await loadCompactKey(CIRCUIT)],
        [`/${CIRCUIT}.json`, text(signals)],
        ["/hangs.js", text("onmessage = () => { for (;;); };")],
        ["/closes.js", text("onmessage = () => close();")],
        ["/throws.js", text("throw new Error('broken');")],
        ["/crashes.js", text("onmessage = () => { throw new Error('broken later'); };")],
      ]),
    );
    open = await openChromium();
    page = await (await open.browser.newContext()).newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(site.origin);
  });
  afterAll(async () => {
    await open?.close();
    await site?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
    await (await buildBn128()).terminate();
  });

  type Scope = typeof globalThis & { page: Page };

  it.each(["ckey", "zkey"] as const)(
    "proves with a .%s, and snarkjs accepts every proof",
    async (form) => {
      const { proofs, cold, warm } = await page.evaluate(
        ([circuit, form]) => (globalThis as Scope).page.prove(circuit, form, 2, 3),
        [CIRCUIT, form] as const,
      );
      for (const { proof, publicSignals } of proofs) {
        expect(await groth16.verify(artifacts.verificationKey, publicSignals, proof)).toBe(true);
      }
      expect(proofs).toHaveLength(4);
      const seconds = (ms: number): string => (ms / 1000).toFixed(2);
      const stages = Object.entries(cold).map(([name, ms]) => `${name} ${seconds(ms)}`);
      const peak = open.peakMemory();
      console.log(
        `${CIRCUIT} of a .${form} in Chromium ${open.browser.version()}, 2 threads, seconds: cold ${stages.join(", ")};`,
        `warm ${warm.map(seconds).join(", ")}; peak of the page ${peak === undefined ? "unknown" : `${Math.round(peak / 1e6)} MB`}`,
      );
    },
    600_000,
  );

  it("notices a worker that hangs", async () => {
    const outcome = await page.evaluate(() => (globalThis as Scope).page.openScript("/hangs.js", 1000));
    expect(outcome).toEqual({ code: "KERNEL_FAILED", message: "a thread of the prover has not answered for 1 s" });
  });

  it("notices a worker that is gone without a word", async () => {
    const outcome = await page.evaluate(() => (globalThis as Scope).page.openScript("/closes.js", 1000));
    expect(outcome).toEqual({ code: "KERNEL_FAILED", message: "a thread of the prover has not answered for 1 s" });
  });

  it.each([
    ["fails at its start", "/throws.js", "broken"],
    ["fails at its work", "/crashes.js", "broken later"],
    ["is not there", "/absent.js", "its script did not start"],
  ])("notices at once a worker that %s", async (_, script, reason) => {
    const outcome = await page.evaluate((path) => (globalThis as Scope).page.openScript(path, 60_000), script);
    expect(outcome.code).toBe("KERNEL_FAILED");
    expect(outcome.message).toContain(reason);
  });

  it("breaks the policy nowhere, and asks no other host for anything", async () => {
    expect(site.violations).toEqual([]);
    expect(complaints.filter((text) => /Content Security Policy/i.test(text))).toEqual([]);
    // Asked of what the page loaded itself: the site's own list could not name another host.
    const hosts = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin),
    );
    expect(hosts.length).toBeGreaterThan(3);
    expect(new Set(hosts)).toEqual(new Set([site.origin]));
  });

  it("would report what breaks the policy", async () => {
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "1";
      document.body.append(script);
    });
    await expect.poll(() => site.violations.length).toBe(1);
  });
});
