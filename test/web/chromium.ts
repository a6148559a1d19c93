import { readdirSync, readFileSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { findProgram } from "../services.ts";

export const CHROMIUM = findProgram("chromium", "chromium-browser", "google-chrome");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface OpenBrowser {
  readonly browser: Browser;
  /** Most bytes of memory that any of its pages has had so far, threads included; undefined where the system does not tell. */
  peakMemory(): number | undefined;
  close(): Promise<void>;
}

/** The machine's own Chromium, headless. */
export async function openChromium(): Promise<OpenBrowser> {
  const server = await chromium.launchServer({ ...(CHROMIUM && { executablePath: CHROMIUM }), args: FLAGS });
  const browser = await chromium.connect(server.wsEndpoint());
  const pid = server.process().pid;
  return {
    browser,
    peakMemory: () => (pid === undefined ? undefined : peakOfRenderers(pid)),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** From Linux' /proc: the high-water mark of the renderer with the largest. */
function peakOfRenderers(root: number): number | undefined {
  const text = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  let pids: number[];
  try {
    pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return undefined;
  }
  const parents = new Map(pids.map((pid) => [pid, Number(/^PPid:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1])]));
  const below = (pid: number): boolean => pid === root || (pid > 1 && below(parents.get(pid) ?? 0));
  const peaks = pids
    .filter((pid) => below(pid) && text(`/proc/${pid}/cmdline`).includes("--type=renderer"))
    .map((pid) => Number(/^VmHWM:\s*(\d+) kB/m.exec(text(`/proc/${pid}/status`))?.[1]) * 1024);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
