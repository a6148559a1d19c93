import { SCALAR_FIELD, word } from "../kernel/binary.ts";
import { TacitError } from "../units/errors.ts";
import type { Signals } from "./inputs.ts";

/** Computes witnesses of one circuit in snarkjs' .wtns format. */
export type WitnessCalculator = (signals: Signals) => Promise<Uint8Array>;

/** What circom 2 compiles a circuit to. Field elements pass through a window of 32-bit words, names as FNV-1a hashes. */
interface Program {
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getRawPrime(): void;
  getInputSize(): number;
  getWitnessSize(): number;
  /** Negative when there is no such signal. */
  getInputSignalSize(hashHigh: number, hashLow: number): number;
  /** The last signal set runs the circuit. */
  setInputSignal(hashHigh: number, hashLow: number, position: number): void;
  getWitness(wire: number): void;
  readSharedRWMemory(word: number): number;
  writeSharedRWMemory(word: number, value: number): void;
  getMessageChar(): number;
}

const WORDS = 8;

/**
 * Compiles the circuit's WASM once and keeps it: compiling costs several times a witness. Needs neither Node nor a page.
 * A refused witness drops the instance, whose memory is then half-written, and starts a new one.
 * @throws TacitError `BAD_SIGNAL` for a missing or unknown signal or a value outside the field, `UNSATISFIED` when a
 * constraint refuses the inputs
 */
export async function openWitnessCalculator(wasm: Uint8Array<ArrayBuffer>): Promise<WitnessCalculator> {
  const module = await WebAssembly.compile(wasm);
  let program = await instantiate(module);
  const calculate: WitnessCalculator = async (signals) => {
    const inputs = Object.entries(signals).map(([name, value]) => ({ name, values: flatten(name, value) }));
    checkNames(program, inputs);
    try {
      return run(program, inputs);
    } catch (cause) {
      program = await instantiate(module);
      // The runtime's message names the template and line of the constraint; it holds no values.
      const where = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      throw new TacitError("UNSATISFIED", `the circuit refuses these inputs: ${where}`, {
        hint: "The account, the market and the requirement root do not belong together, or a value is out of range.",
      });
    }
  };
  // One after the other: none may run on the instance that another has just spoilt.
  let last: Promise<unknown> = Promise.resolve();
  return (signals) => {
    const witness = last.then(() => calculate(signals));
    last = witness.catch(() => {});
    return witness;
  };
}

interface Input {
  readonly name: string;
  readonly values: readonly bigint[];
}

function run(program: Program, inputs: readonly Input[]): Uint8Array {
  program.init(1);
  for (const { name, values } of inputs) {
    const hash = nameHash(name);
    for (const [i, value] of values.entries()) {
      for (let k = 0; k < WORDS; k++) {
        program.writeSharedRWMemory(k, Number(BigInt.asUintN(32, value >> BigInt(32 * k))));
      }
      program.setInputSignal(...hash, i);
    }
  }
  const wires = program.getWitnessSize();
  const header = 4 * 3 + 12 + 40 + 12;
  const file = new Uint8Array(header + 32 * wires);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode("wtns"));
  view.setUint32(4, 2, true);
  view.setUint32(8, 2, true);
  view.setUint32(12, 1, true);
  view.setBigUint64(16, 40n, true);
  view.setUint32(24, 32, true);
  file.set(word(SCALAR_FIELD), 28);
  view.setUint32(60, wires, true);
  view.setUint32(64, 2, true);
  view.setBigUint64(68, BigInt(32 * wires), true);
  const values = new Uint32Array(file.buffer, header);
  for (let wire = 0; wire < wires; wire++) {
    program.getWitness(wire);
    for (let k = 0; k < WORDS; k++) values[wire * WORDS + k] = program.readSharedRWMemory(k);
  }
  return file;
}

async function instantiate(module: WebAssembly.Module): Promise<Program> {
  const messages: string[] = [];
  const instance = await WebAssembly.instantiate(module, {
    runtime: {
      exceptionHandler: (code: number) => {
        throw new Error(messages.length > 0 ? messages.join(" ") : `circuit error ${code}`);
      },
      printErrorMessage: () => messages.push(readMessage(program)),
      writeBufferMessage: () => {},
      showSharedRWMemory: () => {},
    },
  });
  const program = instance.exports as unknown as Program;
  if (program.getFieldNumLen32() !== WORDS) throw new TacitError("BAD_SIGNAL", "the circuit is for another field");
  return program;
}

function readMessage(program: Program): string {
  let message = "";
  for (let char = program.getMessageChar(); char !== 0; char = program.getMessageChar()) {
    message += String.fromCharCode(char);
  }
  return message;
}

/** A signal too few would leave the witness of the last account standing. */
function checkNames(program: Program, inputs: readonly Input[]): void {
  let given = 0;
  for (const { name, values } of inputs) {
    const wanted = program.getInputSignalSize(...nameHash(name));
    if (values.length !== wanted) {
      const reason = wanted < 0 ? "is no signal of this circuit" : `has ${values.length} values, not ${wanted}`;
      throw new TacitError("BAD_SIGNAL", `signal ${name} ${reason}`);
    }
    given += values.length;
  }
  const wanted = program.getInputSize();
  if (given !== wanted) throw new TacitError("BAD_SIGNAL", `the circuit takes ${wanted} values, not ${given}`);
}

/** The program would silently reduce what is not a field element. */
function flatten(name: string, value: unknown): bigint[] {
  if (Array.isArray(value)) return value.flatMap((item) => flatten(name, item));
  if (typeof value !== "bigint" || value < 0n || value >= SCALAR_FIELD) {
    throw new TacitError("BAD_SIGNAL", `signal ${name} is not a field element`);
  }
  return [value];
}

/** FNV-1a of 64 bits, high and low half. */
function nameHash(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return [Number(hash >> 32n), Number(hash & 0xffff_ffffn)];
}
