import { type BaseContract, Contract, type Signer } from "ethers";
import { type Point, requireStrong } from "../hash/babyjub.ts";
import type { Done } from "./gate.ts";
import { providerOf } from "./signers.ts";
import { GUARDIANS } from "./vaultAbi.ts";
import { spokenVault } from "./vaultRefusal.ts";

/** A guardian as the registry has it. */
export interface Guardian {
  /** Who rotates its key. */
  readonly keeper: string;
  /** Number of the key in force. */
  readonly key: number;
  /** Number of the key before it; 0 without one. */
  readonly before: number;
  /** No new account picks it. */
  readonly retired: boolean;
}

/** A viewing key by its number. */
export interface ViewingKey {
  readonly number: number;
  readonly guardian: number;
  /** Unix seconds. */
  readonly since: number;
  readonly point: Point;
}

/** The registry of guardians seen by one signer. Every method throws a TacitError that says what was refused, and why. */
export interface Guardians {
  readonly guardians: string;
  readonly contract: BaseContract;
  as(signer: Signer): Promise<Guardians>;
  venue(): Promise<string>;
  guardian(guardian: number): Promise<Guardian>;
  key(key: number): Promise<ViewingKey>;
  /** The guardian's key in force. @throws TacitError `BAD_POINT` when nobody should encrypt to it */
  currentKey(guardian: number): Promise<ViewingKey>;
  accepts(guardian: number, key: number): Promise<boolean>;
  isOpen(guardian: number): Promise<boolean>;
  /** Venue only. */
  register(keeper: string, point: Point): Promise<Done & { readonly guardian: number }>;
  /** Venue only. */
  retire(guardian: number): Promise<Done>;
  /** Keeper only. */
  rotate(guardian: number, point: Point): Promise<Done & { readonly key: number }>;
  /** Keeper only. */
  handOn(guardian: number, keeper: string): Promise<Done>;
}

/** A registry at a known address. @throws TacitError `NO_CHAIN` when the signer has no provider */
export async function connectGuardians(address: string, signer: Signer): Promise<Guardians> {
  providerOf(signer);
  const contract = new Contract(address, GUARDIANS, signer);
  const read = (name: string, ...args: unknown[]) => spokenVault(() => contract.getFunction(name).staticCall(...args));
  const send = (name: string, ...args: unknown[]) =>
    spokenVault(async () => {
      const receipt = await (await contract.getFunction(name)(...args)).wait();
      const done: Done = { hash: receipt.hash, gas: receipt.gasUsed };
      const events = receipt.logs.map((log: Parameters<typeof GUARDIANS.parseLog>[0]) => GUARDIANS.parseLog(log));
      return {
        done,
        args: (event: string) => events.find((one: { name: string } | null) => one?.name === event)?.args,
      };
    });
  const act = async (name: string, ...args: unknown[]): Promise<Done> => (await send(name, ...args)).done;
  const guardian = async (number: number): Promise<Guardian> => {
    const { keeper, key, before, retired } = await read("guardianOf", number);
    return { keeper, key: Number(key), before: Number(before), retired };
  };
  const key = async (number: number): Promise<ViewingKey> => {
    const found = await read("keyOf", number);
    return { number, guardian: Number(found.guardian), since: Number(found.since), point: [found.x, found.y] };
  };
  return {
    guardians: address,
    contract,
    as: (other) => connectGuardians(address, other),
    venue: () => read("venue"),
    guardian,
    key,
    async currentKey(number) {
      const current = await key((await guardian(number)).key);
      await requireStrong(current.point);
      return current;
    },
    accepts: (number, key) => read("accepts", number, key),
    isOpen: (number) => read("isOpen", number),
    async register(keeper, [x, y]) {
      const { done, args } = await send("register", keeper, x, y);
      return { ...done, guardian: Number(args("Registered").guardian) };
    },
    retire: (number) => act("retire", number),
    async rotate(number, [x, y]) {
      const { done, args } = await send("rotate", number, x, y);
      return { ...done, key: Number(args("KeyRotated").key) };
    },
    handOn: (number, keeper) => act("handOn", number, keeper),
  };
}
