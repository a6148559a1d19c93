import { groth16 } from "snarkjs";
import { buildBn128 } from "ffjavascript";
const root = process.argv[2];
const runs = Number(process.argv[4] ?? 7);
const { realWitness } = await import(root + "/scripts/kernel/inputs.ts");
const { openNativeBackend } = await import(root + "/prover/prove/backend-native.ts");
const { zkey, witness, verificationKey } = await realWitness("margin_16");
for (const path of (process.argv[3] ?? "ifma").split(",")) {
  const b = await openNativeBackend({ threads: 2, path });
  let t = performance.now();
  let c = process.cpuUsage();
  const key = await b.load(zkey);
  c = process.cpuUsage(c);
  console.log(path, "load", Math.round(performance.now() - t), "cpu", Math.round((c.user + c.system) / 1000));
  const cpus = [];
  let best;
  for (let i = 0; i < runs; i++) {
    let c = process.cpuUsage();
    const { proof, publicSignals, phases } = await key.prove(witness);
    c = process.cpuUsage(c);
    if (i == 0) console.log(await groth16.verify(verificationKey, publicSignals, proof));
    cpus.push(Math.round((c.user + c.system) / 1000));
    if (!best || phases.total < best.total) best = phases;
  }
  cpus.sort((a, b) => a - b);
  console.log("cpu ms", cpus.join(" "), JSON.stringify(Object.fromEntries(Object.entries(best).map(([k, v]) => [k, Math.round(v)]))));
  await key.forget();
  await b.close();
}
await (await buildBn128()).terminate();
