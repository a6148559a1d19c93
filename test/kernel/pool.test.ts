import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { openPool, type Thread } from "../../prover/kernel/pool.ts";
import type { Request, Response } from "../../prover/kernel/serve.ts";

/** The smallest module there is. */
const MODULE = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

/** A real thread whose code answers as a test wants. @param onMessage its body, given `request` and `answer(value)` */
function threadOf(onMessage: string): Thread & { readonly ended: Promise<void> } {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     parentPort.on("message", (request) => {
       const answer = (value) => parentPort.postMessage({ id: request.id, value, ms: 0 });
       ${onMessage}
     });`,
    { eval: true },
  );
  let done = (): void => {};
  const ended = new Promise<void>((resolve) => (done = resolve));
  return {
    ended,
    post: (request: Request) => worker.postMessage({ id: request.id, kind: request.job.kind }),
    onResponse: (listener) => worker.on("message", (response: Response) => listener(response)),
    onFailure(listener) {
      worker.on("error", listener);
      worker.on("exit", (code) => listener(new Error(`exit code ${code}`)));
    },
    async end() {
      await worker.terminate();
      done();
    },
  };
}

const FORGET = { kind: "forget", key: 1 } as const;

describe("a pool", () => {
  it("gives up a thread that never returns from its work, and ends it", async () => {
    const thread = threadOf('if (request.kind === "open") answer(null); else for (;;);');
    const pool = await openPool(MODULE, [thread], { patience: 500 });
    await expect(pool.ask(0, FORGET)).rejects.toMatchObject({
      code: "KERNEL_FAILED",
      message: "a thread of the prover has not answered for 0.5 s",
    });
    await thread.ended;
    await expect(pool.ask(0, FORGET)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    await pool.close();
  }, 20_000);

  it("gives up a thread that is silent from the start", async () => {
    const thread = threadOf("");
    await expect(openPool(MODULE, [thread], { patience: 200 })).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    await thread.ended;
  });

  it("waits for a slow thread as long as it answers at all", async () => {
    const thread = threadOf("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); answer(request.id);");
    const pool = await openPool(MODULE, [thread], { patience: 1000 });
    // Together several times the patience.
    const answers = await Promise.all(Array.from({ length: 10 }, () => pool.ask<number>(0, FORGET)));
    expect(answers.map(({ value }) => value)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    await pool.close();
  });

  it("does not count the time in which a thread has nothing to do", async () => {
    const thread = threadOf("answer(null);");
    const pool = await openPool(MODULE, [thread], { patience: 200 });
    await new Promise((done) => setTimeout(done, 700));
    await expect(pool.ask(0, FORGET)).resolves.toBeDefined();
    await pool.close();
  });

  it("tells at once of a thread that dies, and keeps the others", async () => {
    const dying = threadOf('if (request.kind === "open") answer(null); else process.exit(3);');
    const living = threadOf("answer(null);");
    const pool = await openPool(MODULE, [dying, living]);
    await expect(pool.ask(0, FORGET)).rejects.toMatchObject({ code: "KERNEL_FAILED", message: /exit code 3/ });
    await expect(pool.ask(1, FORGET)).resolves.toBeDefined();
    await pool.close();
  });
});
