import { requireListed } from "../../account/file.ts";
import { explainInMarket } from "../../explain/inMarket.ts";
import { renderExplanation } from "../../explain/render.ts";
import { CIRCUITS } from "../../generated/circuits.ts";
import { openProver } from "../../prove/prover.ts";
import { TacitError } from "../../units/errors.ts";
import { Coverage } from "../../units/units.ts";
import { readBackend } from "../backend.ts";
import type { Run } from "../command.ts";
import { explained } from "../explanation.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { buildKeys, keysPresent, readCircuit } from "../keys.ts";
import { loadAccount, loadMarket, readCoverage, readSet } from "../load.ts";
import { megabytes } from "../text.ts";
import { statement, warningsOf } from "../words.ts";

export const run: Run = async (args, io) => {
  const start = performance.now();
  const [marketPath, accountPath, given] = [args.text("market"), args.text("account"), args.text("out")];
  const set = readSet(args.optional("set") ?? "maintenance");
  const coverage = readCoverage(args.optional("coverage") ?? "1");
  const stated = args.optional("circuit");
  const chosen = stated === undefined ? undefined : readCircuit(stated);
  const options = readBackend(args);
  const out = await checkOutput(given, [marketPath, accountPath]);

  const account = await loadAccount(accountPath, io);
  const circuit = chosen ?? readCircuit(`margin_${account.size}`);
  const { length } = account.state.positions;
  if (length > CIRCUITS[circuit].positions) {
    throw new TacitError("TOO_MANY_POSITIONS", `${length} positions do not fit ${circuit}`);
  }
  const loaded = await loadMarket(marketPath, io);
  const { market } = loaded;
  requireListed(account, accountPath, market.instruments);
  const explanation = explainInMarket(loaded, set, account.state, coverage);
  if (!explanation.healthy) {
    io.note(`The account is not covered. It is proven all the same, as unhealthy.\n`);
    io.note(renderExplanation(explanation, { color: io.noteColor }));
  }
  if (!(await keysPresent(circuit))) {
    io.note(`The keys of ${circuit} are not built yet; this happens once.`);
    await buildKeys(circuit);
  }

  await using prover = await openProver(options);
  const request = { account: account.state, market, set, coverage, circuit };
  const { proof, cost } = await prover.prove(request, io.stage);
  io.settle();
  await writeOutput(out, `${JSON.stringify({ $schema: "urn:tacit:proof", ...proof }, null, 2)}\n`);

  const healthy = proof.publicSignals.healthy === "1";
  const seconds = (performance.now() - start) / 1000;
  const warnings = warningsOf(circuit, coverage);
  for (const warning of warnings) io.note(`warning: ${warning}`);
  const { commitment } = proof.publicSignals;
  return {
    code: healthy ? 0 : 3,
    json: {
      out: given,
      healthy,
      set,
      coverage: Coverage.format(coverage),
      commitment,
      circuit,
      setup: proof.setup,
      cost: { seconds, stages: cost.seconds, peakMemory: cost.peakMemory },
      // A covered account is nobody's business, not even that of a log.
      explanation: healthy ? null : explained(explanation),
      warnings,
    },
    text: [
      `proven: ${statement({ healthy, commitment, set, coverage, market })}`,
      `written: ${given}, made with ${circuit} in ${seconds.toFixed(1)} s, at most ${megabytes(cost.peakMemory)} of memory`,
      "",
    ].join("\n"),
  };
};
