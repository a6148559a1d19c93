import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Interface, keccak256, toUtf8Bytes } from "ethers";
import { describe, expect, it } from "vitest";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { compiled, deploy, openChain } from "./chain.ts";

const { ethers, publisher } = await openChain();
const sizes = [4, 8, 16, 32] as const;

describe.each(sizes)("the verifier of margin_%i", (size) => {
  const name = `margin_${size}` as const;
  const verifier = deploy(publisher, `Margin${size}Verifier`);
  const says = async (getter: string) => (await verifier).getFunction(getter).staticCall();

  it("names its circuit by the hash of what its key was made from", async () => {
    expect(await says("circuitId")).toBe(`0x${CIRCUITS[name].r1cs.sha256}`);
    expect(await says("proofSystem")).toBe("0x00000001");
    expect((await says("circuitVersion")) >> 32n).toBe(1n);
  });

  it("carries the schema of its public signals, in their order, under its hash", async () => {
    const [, document = ""] = /^data:application\/schema\+json,(.*)$/.exec(await says("publicInputsSchemaURI")) ?? [];
    const text = decodeURIComponent(document);
    expect(keccak256(toUtf8Bytes(text))).toBe(await says("publicInputsSchemaHash"));
    const schema = JSON.parse(text) as { prefixItems: { title: string; pattern: string }[]; minItems: number };
    expect(schema.prefixItems.map(({ title }) => title)).toEqual([...CIRCUITS[name].signals]);
    expect(schema.minItems).toBe(CIRCUITS[name].signals.length);
  });

  it("names its verification key by the hash of the file", async () => {
    const file = readFileSync(new URL(`../../prover/generated/${name}.vkey.json`, import.meta.url));
    const hash = createHash("sha256").update(file).digest("base64url");
    expect(await says("verificationKeyURI")).toBe(`ni:///sha-256;${hash}`);
  });

  it("says so in an event when it is deployed", async () => {
    const { target } = await verifier;
    const abi = new Interface((await compiled(`Margin${size}Verifier`)).abi as never[]);
    const logs = await ethers.provider.getLogs({ fromBlock: 0, address: target as string });
    const [event] = logs.map((log) => abi.parseLog(log));
    expect([event?.name, event?.args.circuitId]).toEqual(["CircuitMetadataUpdated", await says("circuitId")]);
  });
});
