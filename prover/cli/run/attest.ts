import { requireListed } from "../../account/file.ts";
import { openAttester } from "../../attest/attester.ts";
import { bucketFor, bucketsOf } from "../../attest/buckets.ts";
import { type Claims, checkClaims, needsAttest } from "../../attest/claims.ts";
import { judge } from "../../attest/figures.ts";
import { nonceSchema, readWords } from "../../attest/file.ts";
import { CIRCUITS, type CircuitName } from "../../generated/circuits.ts";
import { isoTime } from "../../market/time.ts";
import type { Market } from "../../market/types.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import { Cash, Coverage } from "../../units/units.ts";
import { readBackend } from "../backend.ts";
import type { Args, Run } from "../command.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { loadHolder } from "../holder.ts";
import { buildKeys, keysPresent, readCircuit } from "../keys.ts";
import { loadMarket, readSet } from "../load.ts";
import { readMoment } from "../moment.ts";
import { about, attestationWarnings } from "../words.ts";

export const run: Run = async (args, io) => {
  const start = performance.now();
  const [marketPath, given] = [args.text("market"), args.text("out")];
  const now = Date.now() / 1000;
  const nonce = args.optional("nonce");
  const said = {
    audience: readWords(args.text("audience"), "--audience"),
    purpose: readWords(args.text("purpose"), "--purpose"),
    expires: readMoment(args.text("expires"), "--expires", now),
    ...(nonce === undefined ? {} : { nonce: readWords(nonce, "--nonce", nonceSchema) }),
  };
  if (said.expires <= now) {
    throw new TacitError("USAGE", `--expires: ${isoTime(said.expires)} is past`, { hint: "Give a moment to come." });
  }
  const stated = args.optional("circuit");
  const chosen = stated === undefined ? undefined : readCircuit(stated);
  const options = readBackend(args);
  const accountPath = args.optional("account");
  const out = await checkOutput(given, [marketPath, ...(accountPath === undefined ? [] : [accountPath])]);

  const { account, file } = await loadHolder(args, io);
  const { market } = await loadMarket(marketPath, io);
  requireListed(account, file, market.instruments);
  const claims = readClaimFlags(args, market);
  const circuit = chosen ?? readCircuit(`margin_${account.size}`);
  const { length } = account.state.positions;
  if (length > CIRCUITS[circuit].positions) {
    throw new TacitError("TOO_MANY_POSITIONS", `${length} positions do not fit ${circuit}`);
  }

  const judged = judge(claims, account.state, market);
  const { commitment } = account;
  if (!judged.every(({ holds }) => holds)) {
    const lines = judged.map(
      ({ words, holds, actual }) => `  ${holds ? "true" : "NOT true"}: ${words}${holds ? "" : `; ${actual}`}`,
    );
    return {
      code: 3,
      json: { out: null, holds: false, commitment: commitment.toString(), claims: judged },
      text: ["nothing is proven, since not all of it is true:", ...lines, ""].join("\n"),
    };
  }

  const circuits: CircuitName[] = [
    ...(needsAttest(claims) ? ["attest" as const] : []),
    ...(claims.coverageAtLeast === undefined ? [] : [circuit]),
  ];
  for (const name of circuits) {
    if (await keysPresent(name)) continue;
    io.note(`The keys of ${name} are not built yet; this happens once.`);
    await buildKeys(name);
  }
  await using attester = await openAttester(options);
  const request = { account: account.state, market, claims, circuit, ...said };
  const { attestation, cost } = await attester.attest(request, io.stage);
  io.settle();
  await writeOutput(out, `${JSON.stringify(attestation, null, 2)}\n`);

  const warnings = attestationWarnings(circuits, claims);
  for (const warning of warnings) io.note(`warning: ${warning}`);
  const seconds = (performance.now() - start) / 1000;
  return {
    code: 0,
    json: {
      out: given,
      holds: true,
      commitment: commitment.toString(),
      // What is true of the account beyond its claims is nobody's business, not even that of a log.
      claims: judged.map(({ claim, words, holds }) => ({ claim, words, holds })),
      ...{ audience: said.audience, purpose: said.purpose, expires: said.expires, nonce: nonce ?? null },
      circuits,
      cost: { seconds, stages: cost.seconds, peakMemory: cost.peakMemory },
      warnings,
    },
    text: [
      `proven of ${about(commitment.toString(), market)}:`,
      ...judged.map(({ words }) => `  ${words}`),
      `for ${quote(said.audience)}, purpose ${quote(said.purpose)}, until ${isoTime(said.expires)}`,
      ...(claims.coverageAtLeast === undefined
        ? []
        : [`public by it: the account holds at most ${CIRCUITS[circuit].positions} positions`]),
      `written: ${given}, in ${seconds.toFixed(1)} s`,
      "",
    ].join("\n"),
  };
};

/** @throws TacitError `USAGE`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `UNKNOWN_UNDERLYING`, `SHARED_BUCKET`, and of `checkClaims` */
function readClaimFlags(args: Args, market: Market): Claims {
  const buckets = bucketsOf(market);
  const [floor, coverage] = [args.optional("equity-at-least"), args.optional("coverage-at-least")];
  const set = args.optional("set");
  if (coverage === undefined && (set !== undefined || args.has("circuit"))) {
    throw new TacitError("USAGE", "--set and --circuit are of --coverage-at-least, which is missing");
  }
  const claims: Claims = {
    ...(floor === undefined ? {} : { equityAtLeast: Cash.parse(floor, "--equity-at-least") }),
    ...(coverage === undefined
      ? {}
      : {
          coverageAtLeast: {
            set: readSet(set ?? "maintenance"),
            coverage: Coverage.parse(coverage, "--coverage-at-least"),
          },
        }),
    netDelta: args.list("net-delta").map((text) => {
      const [, name, low, high] = /^(.+):([^:]+):([^:]+)$/.exec(text) ?? [];
      if (name === undefined || low === undefined || high === undefined) {
        throw new TacitError("USAGE", `--net-delta: ${quote(text)} is not of the form BTC:-1000:5000`);
      }
      return {
        bucket: bucketFor(buckets, name, "--net-delta").name,
        low: Cash.parse(low, "--net-delta"),
        high: Cash.parse(high, "--net-delta"),
      };
    }),
    nothingIn: args.list("nothing-in").map((name) => bucketFor(buckets, name, "--nothing-in").name),
  };
  checkClaims(claims);
  return claims;
}
