import { HDNodeWallet, Mnemonic } from "ethers";
import { CIRCUITS } from "../generated/circuits.ts";
import { TacitError } from "../units/errors.ts";
import type { Parameters } from "./parameters.ts";

/** Hardhat's and Ganache's chains: nothing is at stake on them. The contracts know the same two. */
export const LOCAL_CHAINS: readonly bigint[] = [31_337n, 1337n];
export const isLocal = (chainId: bigint): boolean => LOCAL_CHAINS.includes(chainId);

/**
 * Refuses what must never stand on a chain where anything is at stake, before anything is sent: verifiers of development
 * keys, mocks whose price anybody sets, and accounts whose keys are published. The gate refuses the first by itself.
 * @param file how errors name the parameters
 * @throws TacitError `NOT_DEPLOYABLE` with all that is wrong
 */
export function assertDeployable(chainId: bigint, parameters: Parameters, file: string): void {
  if (isLocal(chainId)) return;
  const problems = [...developmentKeys(), ...mocks(parameters, file), ...publicAccounts(parameters, file)];
  if (problems.length === 0) return;
  throw new TacitError("NOT_DEPLOYABLE", `chain ${chainId} is not local: ${problems.join("; ")}`, {
    hint: "Make the circuits' keys in a ceremony (docs/CEREMONY.md), and name the vendors' own contracts.",
  });
}

function developmentKeys(): string[] {
  const names = Object.entries(CIRCUITS).filter(([, { setup }]) => setup === "development");
  return names.length === 0 ? [] : [`the keys of ${names.map(([name]) => name).join(", ")} are development keys`];
}

function mocks({ assets, vault }: Parameters, file: string): string[] {
  const tokens = (vault?.collaterals ?? []).flatMap(({ token }, i) =>
    "mock" in token ? [`${file}: vault.collaterals[${i}].token is a mock`] : [],
  );
  const vendors = assets.flatMap(({ sources }, i) =>
    sources.flatMap((source, j) => {
      const [field, vendor] =
        source.kind === "chainlink"
          ? ["feed", source.feed]
          : source.kind === "pyth"
            ? ["contract", source.contract]
            : ["", { at: "" }];
      return "mock" in vendor ? [`${file}: assets[${i}].sources[${j}].${field} is a mock`] : [];
    }),
  );
  return [...vendors, ...tokens];
}

/** Those that every Hardhat node starts with. */
function publicAccounts({ assets, book, curator, vault }: Parameters, file: string): string[] {
  const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
  const node = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0");
  const published = new Set(Array.from({ length: 20 }, (_, i) => node.deriveChild(i).address));
  const reporters = assets.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === "reporters" ? source.members : [])),
  );
  const named = [
    ...reporters,
    ...book.publishers.members,
    book.governor,
    curator,
    ...(vault === undefined ? [] : [vault.venue]),
  ];
  const found = [...new Set(named.filter((one) => published.has(one)))];
  return found.length === 0 ? [] : [`${file}: the keys of ${found.join(", ")} are published`];
}
