import type { Defence } from "../defence.ts";

const GATE = "contracts/MarginGate.sol";
const UNIT = "test/contracts/MarginGate.t.sol";
const MODEL = "test/contracts/MarginGateModel.t.sol";
const CLIENT = "test/contracts/client.test.ts";
const PROOFS = "test/contracts/proofs.test.ts";
const BATCH = "test/contracts/batch.test.ts";
const AGREES = "invariant_gateAgreesWithTheNaiveModel";

const defence = (testFile: string, test: string, find: string, replace = ""): Defence => ({
  file: GATE,
  find,
  replace,
  testFile,
  test,
});

/** One removal for each defence; `.t.sol` tests run in Hardhat's Solidity runner, the others in Vitest. */
export const DEFENCES: readonly Defence[] = [
  defence(
    UNIT,
    "testFuzz_refusesALeaseThatEndsBeforeItsEpochDoes",
    "        _atLeast(terms.leaseMaintenance, terms.maxEpochAge);\n",
  ),
  defence(
    UNIT,
    "testFuzz_refusesALeaseThatEndsBeforeItsEpochDoes",
    "        _atLeast(terms.leaseInitial, terms.leaseMaintenance);\n",
  ),
  defence(UNIT, "test_takesTheSmallestAndTheLargestCoverage", "coverage < FULL_COVERAGE || "),
  defence(UNIT, "test_takesTheSmallestAndTheLargestCoverage", " || coverage >= COVERAGE_LIMIT"),
  defence(UNIT, "testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal", "!local && verifier", "false && verifier"),
  defence(
    UNIT,
    "testFuzz_refusesAnUncontributedKeyOnEveryChain",
    "keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))",
    "false",
  ),
  defence(UNIT, "testFuzz_refusesAnUncontributedKeyOnEveryChain", "i < 4", "i < 3"),
  defence(UNIT, "testFuzz_letsOnlyThePublisherPublish", "msg.sender != publisher", "false"),
  defence(UNIT, "testFuzz_publishesOnlyForwardInTimeAndNeverAhead", "timestamp <= latest", "timestamp < latest"),
  defence(UNIT, "testFuzz_publishesOnlyForwardInTimeAndNeverAhead", "timestamp > block.timestamp", "false"),
  defence(
    UNIT,
    "testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements",
    "        _requireFieldElement(maintenanceRoot);\n",
  ),
  defence(
    UNIT,
    "testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements",
    "        _requireFieldElement(initialRoot);\n",
  ),
  defence(
    UNIT,
    "testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements",
    "        _requireFieldElement(commitment);\n        verifierOf(size);\n\n        id",
    "        verifierOf(size);\n\n        id",
  ),
  defence(
    UNIT,
    "testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements",
    "        _requireFieldElement(commitment);\n        verifierOf(size);\n\n        _replaced",
    "        verifierOf(size);\n\n        _replaced",
  ),
  defence(UNIT, "testFuzz_refusesRootsAndCommitmentsThatAreNoFieldElements", "value == 0 || "),
  defence(UNIT, "test_refusesTheFieldsOrderAndTakesTheValueBelowIt", "value >= FIELD", "value > FIELD"),
  defence(UNIT, "testFuzz_knowsFourSizes", "        verifierOf(size);\n\n        id", "        id"),
  defence(UNIT, "testFuzz_knowsFourSizes", "        verifierOf(size);\n\n        _replaced", "        _replaced"),
  defence(UNIT, "testFuzz_opensTheAccountItPredicted", "accountsOf[msg.sender]++", "accountsOf[msg.sender]"),
  defence(
    UNIT,
    "testFuzz_letsOnlyTheOwnerUpdateOrCure",
    "        if (account.owner != msg.sender) revert NotOwner(id, msg.sender);\n",
  ),
  defence(
    UNIT,
    "testFuzz_refusesEverythingForAnUnknownAccount",
    "        if (account.owner == address(0)) revert UnknownAccount(id);\n",
  ),
  defence(UNIT, "test_takesProofsAtTheLatestEpochOnly", "epoch == 0 || "),
  defence(UNIT, "test_takesProofsAtTheLatestEpochOnly", " || epoch != latestEpoch"),
  defence(
    UNIT,
    "test_takesProofsUntilTheEpochIsOneSecondTooOld",
    "        if (age > maxEpochAge) revert EpochTooOld(age, maxEpochAge);\n",
  ),
  defence(
    UNIT,
    "test_isCurrentThroughTheLastSecondOfItsLease",
    "uint40 leaseUntil = _epochs[epoch].timestamp +",
    "uint40 leaseUntil = uint40(block.timestamp + 1) +",
  ),
  defence(
    UNIT,
    "test_isCurrentThroughTheLastSecondOfItsLease",
    "block.timestamp <= account.leaseUntil ? Status.Current",
    "account.leaseUntil != 0 ? Status.Current",
  ),
  defence(
    UNIT,
    "test_aFlagEndsTheLeaseAndOutlivesEveryUpdate",
    "        account.flagged = true;\n        account.leaseUntil = 0;\n",
    "        account.flagged = true;\n",
  ),
  defence(
    UNIT,
    "test_aFlagEndsTheLeaseAndOutlivesEveryUpdate",
    "        account.size = size;\n        account.leaseUntil",
    "        account.size = size;\n        account.flagged = false;\n        account.leaseUntil",
  ),
  defence(
    UNIT,
    "test_aFlagEndsTheLeaseAndOutlivesEveryUpdate",
    "        if (account.flagged) revert AccountFlagged(id);\n        _acceptHealthy",
    "        _acceptHealthy",
  ),
  defence(
    UNIT,
    "test_dustUpdatesDoNotDodgeABreachProofOnItsWay",
    "        _replaced[id][account.commitment] = Replaced(latestEpoch, account.nonce);\n",
  ),
  defence(
    UNIT,
    "test_dustUpdatesDoNotDodgeABreachProofOnItsWay",
    "        account.size = size;\n        account.leaseUntil",
    "        account.size = size;\n        account.nonce++;\n        account.leaseUntil",
  ),
  defence(UNIT, "test_aHealthyProofAfterAReplacementExcusesIt", " && replaced.nonce == account.nonce"),
  defence(MODEL, AGREES, "replaced.epoch == latestEpoch && "),
  defence(
    MODEL,
    AGREES,
    "        if (!_breachable(id, account, commitment)) revert CommitmentNotHeld(id, commitment);\n",
  ),
  defence(MODEL, AGREES, "        account.leaseUntil = 0;\n        emit Updated", "        emit Updated"),
  defence(MODEL, AGREES, "        if (leaseUntil < account.leaseUntil) leaseUntil = account.leaseUntil;\n"),
  defence(
    MODEL,
    AGREES,
    "        if (account.flagged) revert AccountFlagged(id);\n        Epoch storage latest",
    "        Epoch storage latest",
  ),
  defence(MODEL, AGREES, "        if (!account.flagged) revert AccountNotFlagged(id);\n"),
  defence(MODEL, AGREES, "        account.nonce++;\n        account.leaseUntil", "        account.leaseUntil"),
  defence(MODEL, AGREES, "        account.nonce++;\n        account.flagged", "        account.flagged"),
  defence(MODEL, AGREES, "RequirementSet.Initial, Action.Cure", "RequirementSet.Maintenance, Action.Cure"),
  defence(
    CLIENT,
    "computes the context of cure as the gate does",
    "abi.encode(block.chainid, address(this), id,",
    "abi.encode(address(this), id,",
  ),
  defence(
    PROOFS,
    "requirementRoot: the set is another",
    "initial ? latest.initialRoot : latest.maintenanceRoot",
    "latest.maintenanceRoot",
  ),
  defence(PROOFS, "healthy: an unhealthy account's proof, submitted as healthy", "healthy: 1,", "healthy: 0,"),
  defence(
    PROOFS,
    "coverage: a breach of more than the requirement",
    "coverage: FULL_COVERAGE,",
    "coverage: 2 * FULL_COVERAGE,",
  ),
  defence(
    PROOFS,
    "coverage: health at less than the gate asks",
    "coverage: initial ? coverageInitial : coverageMaintenance,",
    "coverage: 9_999,",
  ),
  defence(
    PROOFS,
    "gain nothing from a malleated proof: one of the two is accepted, once",
    "        account.nonce++;\n        account.leaseUntil",
    "        account.leaseUntil",
  ),
  defence(
    PROOFS,
    "cannot turn a false statement true by editing the witness: prove",
    "if (!verifierOf(size).verifyProof(proof.a, proof.b, proof.c, signals.toArray())) revert ProofRejected();",
    "verifierOf(size).verifyProof(proof.a, proof.b, proof.c, signals.toArray());",
  ),
  defence(MODEL, AGREES, "        _latest(epoch);\n        accepted", "        accepted"),
  defence(MODEL, AGREES, "else if (account.flagged) reason = AccountFlagged.selector;\n        "),
  defence(MODEL, AGREES, "account.size != size || account.commitment", "account.commitment"),
  defence(MODEL, AGREES, "account.commitment != claim.commitment\n                || contextOf", "contextOf"),
  defence(MODEL, AGREES, "contextOf(id, Action.Prove, msg.sender) != claim.context", "false"),
  defence(MODEL, AGREES, "accepted[i] = _claimable(claims[i], size);", "accepted[i] = true;"),
  defence(MODEL, AGREES, "if (!holds[k]) emit", "if (false) emit"),
  defence(BATCH, "reverts on an empty batch", "        if (claims.length == 0) revert EmptyBatch();\n"),
  defence(
    BATCH,
    "passes over what is bad, each for its own reason, and takes the rest",
    "if (account.owner == address(0)) reason = UnknownAccount.selector;\n        else if",
    "if",
  ),
  ...(
    [
      ["refuses an empty batch", "        if (batch.length == 0) return false;\n", ""],
      ["refuses every public signal", "                ok := and(ok, lt(signal, P))\n", ""],
      ["by +X and -X in c", "r := shr(128, keccak256(0, 64))", "r := 1"],
      ["when all challenges of a batch are the same", "mstore(32, i)", "mstore(32, 0)"],
      ["when challenges are known before c", "_hash(batch)))", "bytes32(0)))"],
    ] as const
  ).map(([test, find, replace]) => ({
    ...defence(BATCH, test, find, replace),
    file: "contracts/BatchVerifier.sol",
  })),
  ...(
    [
      [
        "passes over what is bad, each for its own reason, and takes the rest",
        "staticcall(limit,",
        "staticcall(gas(),",
      ],
      ["passes over what is bad, each for its own reason, and takes the rest", "all || _call", "all && _call"],
      [
        "reverts instead of calling good proofs bad when it was sent with too little gas",
        "        if (gasleft() < needed) revert NotEnoughGas(gasleft(), needed);\n",
        "",
      ],
    ] as const
  ).map(([test, find, replace]) => ({ ...defence(BATCH, test, find, replace), file: "contracts/Batch.sol" })),
];
