import { CIRCUITS } from "../../generated/circuits.ts";
import { describeBackend } from "../../prove/backends.ts";
import { cacheFolder } from "../../prove/store.ts";
import { readBackend } from "../backend.ts";
import type { Run } from "../command.ts";
import { CIRCUIT_NAMES, keysPresent } from "../keys.ts";
import { columns, megabytes } from "../text.ts";
import { VERSION } from "../version.ts";

export const run: Run = async (args) => {
  const circuits = await Promise.all(
    CIRCUIT_NAMES.map(async (name) => {
      const { positions, constraints, setup, zkey } = CIRCUITS[name];
      return { name, positions, constraints, setup, keyBytes: zkey.bytes, built: await keysPresent(name) };
    }),
  );
  const backend = await describeBackend(readBackend(args));
  const json = { version: VERSION, node: process.versions.node, backend, cache: cacheFolder(), circuits };
  const lines = [
    ...columns([
      ["tacit", VERSION],
      ["node", json.node],
      ["backend", `${backend.name}: ${backend.path}, ${backend.threads} threads; ${backend.why}`],
      ["cache", json.cache],
    ]),
    "",
    ...columns([
      ["circuit", "positions", "rows", "key", "setup", ""],
      ...circuits.map(({ name, positions, constraints, keyBytes, setup, built }) => [
        name,
        String(positions),
        String(constraints),
        megabytes(keyBytes),
        setup,
        built ? "built" : "not built",
      ]),
    ]),
    ...(circuits.some(({ setup }) => setup === "development")
      ? ["", "Development keys are for trying things out: anybody can forge proofs with them."]
      : []),
    "",
  ];
  return { code: 0, json, text: lines.join("\n") };
};
