import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { AccountState } from "../../prover/account/state.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import type { Market } from "../../prover/market/types.ts";
import type { Backend } from "../../prover/prove/backend.ts";
import { chooseBackend, describeBackend, openBackend } from "../../prover/prove/backends.ts";
import { openCircuits } from "../../prover/prove/circuits.ts";
import { openProver, type ProofRequest } from "../../prover/prove/prover.ts";
import { putStored, storedPath, writeAtomically } from "../../prover/prove/store.ts";
import { Coverage } from "../../prover/units/units.ts";
import { realWitness } from "../../scripts/kernel/inputs.ts";
import { coinAccount, coinMarket } from "../contracts/market.ts";

let market: Market;
let account: AccountState;
let request: ProofRequest;
beforeAll(async () => {
  market = await coinMarket(1_770_240_788, "50000");
  account = coinAccount(5n, "-75000");
  request = { account, market, set: "maintenance", coverage: Coverage.parse("1", "coverage") };
});
afterEach(() => vi.unstubAllEnvs());

describe("the choice of a backend", () => {
  it("is the fastest that is here, and says so", async () => {
    const choice = await chooseBackend();
    expect(["native", "wasm"]).toContain(choice.name);
    expect(choice.why).toContain("the fastest that is here");
    const { name, path, threads } = await describeBackend();
    expect(name).toBe(choice.name);
    expect(path).not.toBe("");
    expect(threads).toBeGreaterThan(0);
  });

  it.each(["wasm", "snarkjs"] as const)("is %s when asked for", async (backend) => {
    expect(await chooseBackend({ backend })).toEqual({ name: backend, why: "asked for" });
    expect((await describeBackend({ backend })).name).toBe(backend);
  });

  it.each([0, 65, 1.5, Number.NaN])("refuses %d threads", async (threads) => {
    await expect(openProver({ threads })).rejects.toMatchObject({ code: "BAD_THREADS" });
  });

  it("refuses a number of threads for snarkjs, which would not keep it", async () => {
    await expect(openBackend({ backend: "snarkjs", threads: 1 })).rejects.toMatchObject({
      code: "BAD_THREADS",
      hint: expect.any(String),
    });
  });

  it("has as many threads as asked for", async () => {
    expect(await describeBackend({ backend: "wasm", threads: 3 })).toMatchObject({ name: "wasm", threads: 3 });
  });
});

describe("a prover", () => {
  it("proves two accounts at once, each about itself", async () => {
    await using prover = await openProver();
    const other = coinAccount(6n, "-99999");
    const [one, two] = await Promise.all([prover.prove(request), prover.prove({ ...request, account: other })]);
    expect(one.proof.publicSignals.healthy).toBe("1");
    expect(two.proof.publicSignals.healthy).toBe("0");
    expect(one.proof.publicSignals.commitment).not.toBe(two.proof.publicSignals.commitment);
  });

  it("looks for a damaged key again, and proves once it is whole", async () => {
    const { zkey, wasm } = CIRCUITS.margin_4;
    const files = [await readFile(storedPath(zkey.sha256, "zkey")), await readFile(storedPath(wasm.sha256, "wasm"))];
    const [key, program] = files as [Buffer, Buffer];
    const folder = await mkdtemp(join(tmpdir(), "tacit-backends-"));
    try {
      vi.stubEnv("XDG_CACHE_HOME", folder);
      await putStored(program, "wasm");
      await using prover = await openProver();
      await expect(prover.prove(request)).rejects.toMatchObject({ code: "MISSING_ARTIFACT" });
      await writeAtomically(storedPath(zkey.sha256, "zkey"), key.subarray(0, -1));
      await expect(prover.prove(request)).rejects.toMatchObject({ code: "DAMAGED_ARTIFACT" });
      await putStored(key, "zkey");
      expect((await prover.prove(request)).proof.publicSignals.healthy).toBe("1");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("stops at its signal while keys load, and proves with them afterwards", async () => {
    await using prover = await openProver();
    const controller = new AbortController();
    const stopped = prover.prove({ ...request, signal: controller.signal });
    controller.abort(new Error("changed my mind"));
    await expect(stopped).rejects.toThrow("changed my mind");
    expect((await prover.prove(request)).proof.publicSignals.healthy).toBe("1");
  });

  it("closed while keys load tells who waits, and proves no more", async () => {
    const prover = await openProver();
    const pending = expect(prover.prove(request)).rejects.toMatchObject({
      code: expect.stringMatching(/^(KERNEL_FAILED|PROVER_CLOSED)$/),
    });
    await prover[Symbol.asyncDispose]();
    await pending;
    await expect(prover.prove(request)).rejects.toMatchObject({ code: "PROVER_CLOSED" });
  });

  it.each([
    ["wasm", "loading keys"],
    ["snarkjs", "proving"],
  ])("with %s disposed of while %s says so, and the process ends by itself", async (backend, stage) => {
    const script = `
      import { openProver } from "./prover/prove/prover.ts";
      import { coinAccount, coinMarket } from "./test/contracts/market.ts";
      const request = { account: coinAccount(5n, "-75000"), market: await coinMarket(1770240788, "50000"), set: "maintenance", coverage: 10000n };
      const early = await openProver({ backend: "${backend}" });
      const pending = early.prove(request, (stage) => {
        if (stage === "${stage}") setTimeout(() => early[Symbol.asyncDispose]());
      }).catch((error) => error.code);
      console.log(await pending);
      await early[Symbol.asyncDispose]();
      await using prover = await openProver({ backend: "${backend}" });
      console.log((await prover.prove(request)).proof.publicSignals.healthy);`;
    const options = { cwd: new URL("../../", import.meta.url), timeout: 110_000 };
    const args = ["--input-type=module-typescript", "-e", script];
    expect((await promisify(execFile)(process.execPath, args, options)).stdout).toMatch(
      /^(KERNEL_FAILED|PROVER_CLOSED)\n1\n$/,
    );
  });
});

it("starts another backend after one whose threads ended", async () => {
  const { witness } = await realWitness("margin_4");
  const opened: Backend[] = [];
  const circuits = openCircuits(async () => {
    const backend = await openBackend({ threads: 2 });
    opened.push(backend);
    return backend;
  });
  try {
    const first = await circuits.open("margin_4");
    const { publicSignals } = await first.prove(witness);
    await opened[0]?.close();
    await expect(first.prove(witness)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    const second = await circuits.open("margin_4");
    expect((await second.prove(witness)).publicSignals).toEqual(publicSignals);
    expect(opened.length).toBe(2);
    await expect(first.prove(witness)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    expect(await circuits.open("margin_4")).toBe(second);
  } finally {
    await circuits.close();
  }
});
