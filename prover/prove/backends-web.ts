import { TacitError } from "../units/errors.ts";
import type { Backend, BackendOptions, Choice } from "./backend.ts";
import { openWebBackend } from "./backend-web.ts";

/** In a browser there is one backend. @throws TacitError `BACKEND_MISSING` for another, or without workers */
export async function chooseBackend({ backend }: BackendOptions = {}): Promise<Choice> {
  if (backend !== undefined && backend !== "wasm") {
    throw new TacitError("BACKEND_MISSING", `the ${backend} backend is not for browsers`, { hint: "Take wasm." });
  }
  if (typeof Worker === "undefined") {
    throw new TacitError("BACKEND_MISSING", "this browser has no workers here", { hint: "Take a current one." });
  }
  return { name: "wasm", why: "the one for browsers" };
}

/** @throws TacitError `BACKEND_MISSING`, `KERNEL_FAILED` */
export async function openBackend(options: BackendOptions = {}): Promise<Backend> {
  await chooseBackend(options);
  return openWebBackend(options.threads === undefined ? {} : { threads: options.threads });
}
