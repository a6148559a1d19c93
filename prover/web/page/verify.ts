import "../work/strict.ts";
import { CIRCUITS } from "../../generated/circuits.ts";
import { type KnownRoots, readKnown } from "../../prove/known.ts";
import { ProofFile } from "../../prove/proofFile.ts";
import { decodeProof } from "../../prove/proofLink.ts";
import type { Verdict } from "../../prove/verify.ts";
import { TacitError } from "../../units/errors.ts";
import { Coverage } from "../../units/units.ts";
import { openRemote } from "../work/rpc.ts";
import type { VerifyApi } from "../work/verify.ts";
import { byId, fill, h, words } from "./dom.ts";
import { type GivenFile, onFiles, schemaOf } from "./drop.ts";
import { clearProblem, showProblem, tell } from "./notices.ts";
import { keepOffline } from "./offline.ts";
import { moment, SET_WORDS } from "./words.ts";

const verifier = openRemote<VerifyApi>(new Worker(new URL("../work/verify.ts", import.meta.url), { type: "module" }), {
  onSilence: (seconds) =>
    tell(`Verifying has taken ${seconds} seconds; it may have got stuck. Loading the page again helps.`),
});
const SECTION = byId("verdict");

/** The markets this copy of the page knows; empty where it was served without any. */
async function fetchKnown(): Promise<readonly KnownRoots[]> {
  const response = await fetch("markets/known.json").catch(() => undefined);
  return response?.ok === true ? readKnown(await response.json()) : [];
}

const known = fetchKnown();

/** What a verdict rests on. */
interface Basis {
  readonly basis: string;
  readonly verdict: Verdict;
}

async function check(proof: ProofFile, market: GivenFile | undefined): Promise<void> {
  clearProblem();
  tell("Verifying…");
  const basis = market === undefined ? await againstKnown(proof) : await againstFile(proof, market);
  tell("");
  show(proof, basis);
}

async function againstFile(proof: ProofFile, { name, bytes }: GivenFile): Promise<Basis> {
  return {
    basis: `the market file ${name}, whose roots were rebuilt here`,
    verdict: await verifier.call("file", proof, bytes, name),
  };
}

async function againstKnown(proof: ProofFile): Promise<Basis> {
  const root = BigInt(proof.publicSignals.requirementRoot);
  const found = (await known).find(({ roots }) => BigInt(roots[proof.set]) === root);
  if (found !== undefined) {
    const basis = `${found.venue}, ${moment(found.timestamp)}, methodology “${found.profile}”, as this page knows it`;
    return { basis, verdict: await verifier.call("known", proof, found) };
  }
  const reason = "it was made against a market that this page does not know";
  return {
    basis: "the markets this page knows; give the market file, with the proof, to check it against that",
    verdict: { valid: false, reason },
  };
}

function show(proof: ProofFile, { basis, verdict }: Basis): void {
  const { publicSignals: signals, set, circuit, setup } = proof;
  const coverage = Coverage.format(Coverage.of(BigInt(signals.coverage) as Coverage, "coverage"));
  const requirement = `${coverage}× the ${SET_WORDS[set].name.toLowerCase()} requirement`;
  const says = verdict.valid
    ? verdict.healthy
      ? `The account covers ${requirement}.`
      : `The account does NOT cover ${requirement}.`
    : `Invalid: ${verdict.reason}.`;
  fill(
    SECTION,
    h("h2", { id: "verdict-title" }, "The verdict"),
    h(
      "p",
      { class: `verdict ${!verdict.valid ? "short" : verdict.healthy ? "covered" : "thin"}`, id: "says" },
      h("strong", {}, says),
    ),
    setup === "development" &&
      h(
        "p",
        { class: "warning" },
        h("strong", {}, "Development key. "),
        "Anybody can forge proofs with it: this verdict proves nothing to you.",
      ),
    words(
      "What the proof states",
      ["", ""],
      [
        ["Compared with", basis],
        ["Requirement set", `${SET_WORDS[set].name}: ${SET_WORDS[set].means}`],
        ["Coverage", `${coverage}×`],
        ["Circuit", `${circuit}, ${setup} key${circuit in CIRCUITS ? "" : ", unknown here"}`],
        ["Account", h("code", { class: "long" }, signals.commitment)],
        ["Requirement root", h("code", { class: "long" }, signals.requirementRoot)],
      ],
    ),
    h(
      "p",
      { class: "quiet" },
      "A proof about some account is worth nothing until you know which account it is: compare the commitment with the one you were given.",
    ),
  );
  SECTION.scrollIntoView({ block: "nearest" });
}

async function take(files: readonly GivenFile[]): Promise<void> {
  const market = files.find(({ text }) => schemaOf(text) === "market");
  const given = files.find((file) => file !== market);
  const proof = given === undefined ? fromLink() : readProof(given);
  if (proof === undefined)
    throw new TacitError("BAD_PROOF", "there is no proof among these files", {
      hint: "Give the proof with the market file.",
    });
  await check(proof, market);
}

function readProof({ name, text }: GivenFile): ProofFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TacitError("BAD_PROOF", `${name} is not JSON`);
  }
  const read = ProofFile.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new TacitError("BAD_PROOF", `${name} is not a proof file: ${issue?.path.join(".") || "it"}: ${issue?.message}`);
}

const fromLink = (): ProofFile | undefined =>
  location.hash.length > 1 ? decodeProof(location.hash.slice(1)) : undefined;

function failed(error: unknown): void {
  tell("");
  SECTION.hidden = true;
  showProblem(error);
}

async function openLink(): Promise<void> {
  try {
    const proof = fromLink();
    if (proof !== undefined) await check(proof, undefined);
  } catch (error) {
    failed(error);
  }
}

byId("status").hidden = true;
onFiles((files) => void take(files).catch(failed), failed);
addEventListener("hashchange", () => void openLink());
void openLink();
keepOffline();
