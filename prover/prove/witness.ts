import { WitnessCalculatorBuilder } from "circom_runtime";
import { FIELD } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import type { Signals } from "./inputs.ts";

/** Computes witnesses of one circuit in snarkjs' .wtns format. */
export type WitnessCalculator = (signals: Signals) => Promise<Uint8Array>;

/**
 * Compiles the circuit's WASM once and keeps it: compiling costs several times a witness.
 * A refused witness drops the instance, whose memory is then half-written, and starts a new one.
 * @throws TacitError `BAD_SIGNAL` for a value outside the field, `UNSATISFIED` when a constraint refuses the inputs
 */
export async function openWitnessCalculator(wasm: Uint8Array<ArrayBuffer>): Promise<WitnessCalculator> {
  const module = await WebAssembly.compile(wasm);
  let calculator = await instantiate(module);
  const calculate: WitnessCalculator = async (signals) => {
    for (const [name, value] of Object.entries(signals)) checkField(name, value);
    try {
      return await calculator.calculateWTNSBin(signals, true);
    } catch (cause) {
      calculator = await instantiate(module);
      // The runtime's message names the template and line of the constraint; it holds no values.
      const where = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      throw new TacitError("UNSATISFIED", `the circuit refuses these inputs: ${where}`, {
        hint: "The account, the market and the requirement root do not belong together, or a value is out of range.",
      });
    }
  };
  // One after the other: the runtime gives way in the middle, and another's inputs would overwrite these.
  let last: Promise<unknown> = Promise.resolve();
  return (signals) => {
    const witness = last.then(() => calculate(signals));
    last = witness.catch(() => {});
    return witness;
  };
}

async function instantiate(module: WebAssembly.Module) {
  const messages: string[] = [];
  const instance = await WebAssembly.instantiate(module, {
    runtime: {
      exceptionHandler: (code: number) => {
        throw new Error(messages.length > 0 ? messages.join(" ") : `circuit error ${code}`);
      },
      printErrorMessage: () => messages.push(readMessage(instance)),
      writeBufferMessage: () => {},
      showSharedRWMemory: () => {},
    },
  });
  return WitnessCalculatorBuilder(instance);
}

function readMessage(instance: WebAssembly.Instance): string {
  const next = instance.exports.getMessageChar as () => number;
  let message = "";
  for (let char = next(); char !== 0; char = next()) message += String.fromCharCode(char);
  return message;
}

/** The runtime would silently reduce what is not a field element. */
function checkField(name: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) checkField(name, item);
  } else if (typeof value !== "bigint" || value < 0n || value >= FIELD) {
    throw new TacitError("BAD_SIGNAL", `signal ${name} is not a field element`);
  }
}
