import { parentPort } from "node:worker_threads";
import { type Request, serve } from "./serve.ts";

const answer = serve();
parentPort?.on("message", (request: Request) => {
  const { response, transfer } = answer(request);
  parentPort?.postMessage(response, transfer);
});
