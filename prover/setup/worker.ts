import { parentPort, workerData } from "node:worker_threads";
import { openKernel } from "../kernel/instance.ts";
import { type Group, type Multiples, openMultiples } from "./multiples.ts";

/** A thread that multiplies generators by scalars; it makes each group's table when first asked for it. */
export interface Job {
  id: number;
  group: Group;
  scalars: Uint8Array<ArrayBuffer>;
}

const kernel = openKernel(workerData as WebAssembly.Module);
const groups = new Map<Group, Multiples>();

parentPort?.on("message", ({ id, group, scalars }: Job) => {
  const multiples = groups.get(group) ?? openMultiples(kernel, group);
  groups.set(group, multiples);
  const points = multiples.multiply(scalars);
  parentPort?.postMessage({ id, points }, [points.buffer]);
});
