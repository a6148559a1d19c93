import { parentPort, workerData } from "node:worker_threads";
import { type CurveModule, openCurve } from "./curve.ts";
import { type FixedBase, fixedBase, type Group } from "./fixed-base.ts";

/** A thread that multiplies generators by scalars; it makes each group's table when first asked for it. */
export interface Job {
  id: number;
  group: Group;
  scalars: Uint8Array<ArrayBuffer>;
}

const curve = openCurve(workerData as CurveModule);
const bases = new Map<Group, FixedBase>();

parentPort?.on("message", ({ id, group, scalars }: Job) => {
  const base = bases.get(group) ?? fixedBase(curve, group);
  bases.set(group, base);
  const points = base.multiply(scalars);
  parentPort?.postMessage({ id, points }, [points.buffer as ArrayBuffer]);
});
