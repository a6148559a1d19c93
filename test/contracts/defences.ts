import { type Defence, defencesOf } from "../defence.ts";

const UNIT = "test/contracts/MarginGate.t.sol";
const MODEL = "test/contracts/MarginGateModel.t.sol";
const CLIENT = "test/contracts/client.test.ts";
const PROOFS = "test/contracts/proofs.test.ts";
const BATCH = "test/contracts/batch.test.ts";
const REBUILD = "test/contracts/rebuild.test.ts";
const AGREES = "invariant_gateAgreesWithTheNaiveModel";

const of = (file: string, testFile = UNIT) => defencesOf(file, testFile);
const defence = (testFile: string, test: string, find: string, replace = ""): Defence =>
  of("contracts/MarginGate.sol", testFile)(test, find, replace);
const terms = of("contracts/gate/GateTerms.sol");
const verifiers = of("contracts/gate/Verifiers.sol");
const accounts = of("contracts/gate/Accounts.sol");
const leases = of("contracts/gate/Leases.sol");
const challenges = of("contracts/gate/Challenges.sol");
const covenants = of("contracts/gate/Covenants.sol");
const gate = of("contracts/MarginGate.sol");
const lender = of("contracts/examples/CoverageLender.sol", "test/contracts/CoverageLender.t.sol");

const EDGES = "test_takesEveryTermAtItsEdges";
const FIELDS = "test_refusesTheFieldsOrderAndTakesTheValueBelowIt";
const SIZES = "testFuzz_knowsFourSizes";
const SIGNED = "testFuzz_everyFieldOfAConsentIsSigned";
const RELAYED = "test_takesTheOwnersSignatureFromTheRelayerItNames";
const NO_TIME = "test_anUpdateEndsTheLeaseAtOnceAndGainsNoTime";
const NO_DODGE = "test_aHealthyProofAtAnEarlierEpochDodgesNothing";
const HELD = "test_aHealthyProofWhileHeldExcusesEarlierEpochs";
const LATER = "test_anEarlierHealthyProofExcusesNoLaterCommitment";
const EXITS = "test_anEarlierExitMayBeRecordedLater";
const EDGE = "test_aBandHoldsItsEdges";
const LATEST = "test_latestIsYoungAndAgreesWithTheNewestEpochAndTheOracle";
const JUDGES = "test_judgesNobodyWhileTheOracleIsElsewhereOrSilent";
const OVERDUE = "test_silenceDoesNotCountWhileTheBookIsOverdue";
const LASTS = "test_isCurrentThroughTheLastSecondOfItsLeaseThenSoftThroughTheGrace";
const CURRENT_ONLY = "test_challengesOnlyWhatIsCurrent";
const STARVED = "test_tooLittleGasIsNoMarketWithoutAnIndex";
const MISSED = "test_aMissedChallengeEndsTheLeaseAtItsDeadlineAndReturnsTheBond";
const ANSWERED = "test_anAnswerPaysTheOwnerAndCostsNoLease";
const BREACH = "test_aBreachProofFlagsAndOnlyACureAtItsEpochOrLaterHelps";
const PLEDGES = "test_everyLaterHealthyProofMustMeetTheLargestPledge";
const ACCEPTED = "test_onlyTheBeneficiaryEndsWhatItAccepted";
const RANGE = "test_takesAtMostFourWithinTheCircuitsRange";
const SKIPS = "test_passesOverWhatProveWouldRefuse";
const LENDS = "test_lendsOnNothingLess";

/** One removal for each defence; `.t.sol` tests run in Hardhat's Solidity runner, the others in Vitest. */
export const DEFENCES: readonly Defence[] = [
  ...[
    '_within("maxEpochAge", t.maxEpochAge, b.maxSpacing, 2 days);',
    '_within("leaseMaintenance", t.leaseMaintenance, t.maxEpochAge, 7 days);',
    '_within("leaseInitial", t.leaseInitial, t.leaseMaintenance, mostLease);',
    '_within("grace", t.grace, leastGrace < 10 minutes ? 10 minutes : leastGrace, 7 days);',
    '_within("band", t.band, leastBand, RATIO / 5);',
    '_within("coverageMaintenance", t.coverageMaintenance, FULL_COVERAGE, MOST_COVERAGE);',
    '_within("coverageInitial", t.coverageInitial, t.coverageMaintenance, MOST_COVERAGE);',
    '_within("challengeWindow", t.challengeWindow, 5 minutes, t.maxEpochAge - b.maxDelay);',
    '_within("challengeCooldown", t.challengeCooldown, t.challengeWindow, 30 days);',
    '_within("challengeBond", t.challengeBond, 0.001 ether, 100 ether);',
  ].map((bound) => terms(EDGES, bound)),
  terms("test_wantsABookOfTwoSets", "        if (b.sets != 2) revert WrongRootCount(b.sets);\n"),
  terms("test_longLeasesAndShortGracesHaveBoundsOfTheirOwn", "        if (mostLease > 7 days) mostLease = 7 days;\n"),
  terms(
    "test_longLeasesAndShortGracesHaveBoundsOfTheirOwn",
    "leastGrace < 10 minutes ? 10 minutes : leastGrace",
    "leastGrace",
  ),

  verifiers("testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal", "!local && verifier", "false && verifier"),
  verifiers(
    "testFuzz_refusesAnUncontributedKeyOnEveryChain",
    "keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))",
    "false",
  ),
  verifiers("testFuzz_refusesAnUncontributedKeyOnEveryChain", "i < 4", "i < 3"),
  verifiers("test_breachProofsAreForTheCallerTheyWereMadeFor", "        if (!ok) revert ProofRejected();\n"),

  accounts(
    FIELDS,
    "        _requireFieldElement(commitment);\n        verifierOf(size);\n\n        id",
    "        verifierOf(size);\n\n        id",
  ),
  accounts(
    FIELDS,
    "        _requireFieldElement(commitment);\n        verifierOf(size);\n\n        Standing",
    "        verifierOf(size);\n\n        Standing",
  ),
  accounts(FIELDS, "value == 0 || "),
  accounts(FIELDS, "value >= FIELD", "value > FIELD"),
  accounts(SIZES, "        verifierOf(size);\n\n        id", "        id"),
  accounts(SIZES, "        verifierOf(size);\n\n        Standing", "        Standing"),
  accounts("testFuzz_opensTheAccountItPredicted", "accountsOf[owner]++", "accountsOf[owner]"),
  accounts("testFuzz_letsOnlyTheOwnerAct", "if (msg.sender != owner) revert NotOwner(id, msg.sender);"),
  accounts(
    RELAYED,
    "        if (relayer != address(0) && relayer != msg.sender) revert NotRelayer(msg.sender, relayer);\n",
  ),
  accounts(RELAYED, "        holder.consents = consents + 1;\n"),
  accounts("test_aConsentExpires", "        if (block.timestamp > deadline) revert ConsentExpired(deadline);\n"),
  accounts(SIGNED, "revert BadConsent(id, owner);"),
  accounts(SIGNED, "abi.encode(relayer, consents, deadline)", "abi.encode(relayer, uint32(0), deadline)"),
  accounts(
    "testFuzz_refusesEverythingForAnUnknownAccount",
    "        if (account.standing == 0) revert UnknownAccount(id);\n",
  ),
  accounts(NO_TIME, "        _cutLease(s, uint40(block.timestamp) - 1);\n"),
  accounts(NO_TIME, "_cutLease(s, uint40(block.timestamp) - 1)", "_cutLease(s, uint40(block.timestamp))"),
  accounts(
    "test_anUpdateDoesNotHideAnExit",
    "        if (s.bandedUntil > time) s.bandedUntil = time;\n",
    "        s.bandedUntil = time;\n        s.bandedEpoch = 0;\n",
  ),
  accounts(LATER, "(s.coverage, s.fresh) = (0, false);", "s.coverage = 0;"),
  {
    ...accounts("stores nothing", "(s.coverage, s.fresh) = (0, false);", "s.fresh = false;"),
    testFile: REBUILD,
  },
  accounts(HELD, "s.fresh ? s.nonce - 1 : s.nonce", "s.nonce"),
  accounts("test_whatWasGivenUpBeforeAnEpochIsNotHeldAtIt", "r.epoch >= epoch && "),
  accounts(LATER, "s.nonce > r.base && "),
  accounts(NO_DODGE, "s.fresh && s.provenEpoch >= epoch", "s.fresh"),
  accounts(HELD, "return !(s.fresh && s.provenEpoch >= epoch);", "return true;"),
  accounts(NO_DODGE, "action == Action.Flag || "),

  leases(EXITS, "outside <= epoch || "),
  leases(EDGE, "<= band) revert NotOutside", "< band) revert NotOutside"),
  leases(EXITS, "        if (known != 0 && known <= time) return;\n"),
  leases(
    "test_takesProofsUntilTheEpochIsOneSecondTooOld",
    "        if (age > maxEpochAge) revert EpochTooOld(age, maxEpochAge);\n",
  ),
  leases("test_takesNoProofAtAnEpochWhoseBandTheNewestLeft", "        if (gap > band) revert EpochLeft(epoch, gap);\n"),
  leases(JUDGES, "        if (drift > band) revert EpochLeft(epoch, drift);\n"),
  leases(LATEST, "epoch == 0 || "),
  leases(LATEST, " || epoch > book.latestEpoch()"),
  leases(LATEST, "block.timestamp - timestamp > maxEpochAge || "),
  leases(LATEST, " || gap > band) return false", ") return false"),
  leases(LATEST, "return drift <= band;", "return true;"),
  leases(
    "test_anInitialProofLeasesLongerWhileItsBandHolds",
    "        if (end == 0 || block.timestamp <= uint256(end) + grace) return false;\n",
    "        if (end == 0) return false;\n",
  ),
  leases(
    "test_isSoftWithoutADeadlineBeforeItsFirstProof",
    "end == 0 || block.timestamp <= uint256(end)",
    "block.timestamp <= uint256(end)",
  ),
  leases(OVERDUE, "alive != 0 && "),
  leases(OVERDUE, " && block.timestamp > uint256(alive) + grace"),
  leases("test_aChallengeDelaysNoSilence", "!s.challenged && block.timestamp", "block.timestamp"),
  leases("test_anExitDoesNotTouchTheUnconditionalLease", "        if (end < s.leaseUntil) end = s.leaseUntil;\n"),
  leases("test_anUnrecordedExitEndsTheLongerLeaseForEverybodyWhoAsks", "if (exit != 0 && exit < end) end = exit;"),
  leases(MISSED, "        if (missed != 0 && missed < end) end = missed;\n"),
  leases(STARVED, " || bytes4(reason) == NotEnoughGas.selector"),

  challenges("test_oneAtATimeWithACooldown", "        if (s.challenged) revert ChallengeOpen(id);\n"),
  challenges(
    "test_oneAtATimeWithACooldown",
    "        if (block.timestamp < c.next) revert ChallengeTooSoon(id, c.next);\n",
  ),
  challenges(CURRENT_ONLY, "        if (block.timestamp > _leaseEnd(id, s)) revert AccountNotCurrent(id);\n"),
  challenges("test_wantsABondThatRepaysTheAnswer", "msg.value < least || "),
  challenges("test_wantsABondThatRepaysTheAnswer", "cost > challengeBond ? cost : challengeBond", "challengeBond"),
  challenges(MISSED, "        if (!s.challenged || _challenges[id].bond == 0) revert NotChallenged(id);\n"),
  challenges(MISSED, "        else revert ChallengeRuns(id);\n"),
  challenges("test_anUpdateShakesOffNoChallenge", " && book.overdue()"),
  challenges("test_aLateAnswerPaysNobodyAndGrantsItsLease", "        _cutLease(s, deadline);\n"),
  challenges(
    "test_aProofHeldBackUntilTheDeadlineRevivesNoLease",
    "s.challenged && _missedDeadline(id) != 0 ? _challenges[id].epoch : s.provenEpoch",
    "s.provenEpoch",
  ),
  challenges("test_collectPaysOnceToWhoReenters", "        owedTo[msg.sender] = 0;\n"),
  challenges("test_paysNoContractThatRefuses", "        if (!paid) revert TransferFailed(msg.sender);\n"),
  challenges(ANSWERED, "        if (amount == 0) revert NothingOwed(msg.sender);\n"),
  challenges(ANSWERED, "        if (epoch < c.epoch) return;\n"),
  challenges("test_noDeadlineRunsBeforeAnEpochThatCouldAnswer", "        if (epoch > book.latestEpoch()) return 0;\n"),
  challenges(ANSWERED, "if (block.timestamp <= missed) missed = 0;", "if (block.timestamp < missed) missed = 0;"),
  { ...challenges("stores nothing", "        c.bond = 0;\n"), testFile: REBUILD },

  covenants(RANGE, "coverage < coverageInitial || "),
  covenants(RANGE, " || coverage > MOST_COVERAGE"),
  covenants(ACCEPTED, "        if (found) revert AlreadyPledged(id, beneficiary);\n"),
  covenants(RANGE, "        if (covenants.length == MOST_COVENANTS) revert TooManyCovenants(id);\n"),
  covenants(PLEDGES, "if (coverage > s.pledged) s.pledged", "s.pledged"),
  covenants(ACCEPTED, "if (_end(id, beneficiary)) revert PledgeIsAccepted(id, beneficiary);", "_end(id, beneficiary);"),
  covenants(ACCEPTED, "        if (!found) revert NotPledged(id, msg.sender);\n"),
  covenants(ACCEPTED, "if (covenants[i].coverage < least) revert PledgeTooSmall(covenants[i].coverage, least);"),
  covenants(ACCEPTED, "        if (!found) revert NotPledged(id, beneficiary);\n"),
  covenants(PLEDGES, "if (covenants[i].coverage > largest) largest = covenants[i].coverage;"),

  gate("test_silenceNeedsACureEvenIfNobodyFlaggedIt", "        if (_isHard(id, s)) revert AccountHard(id);\n"),
  gate("test_proofsNeverGoBackInTime", "        if (m.epoch < least) revert EpochOvertaken(m.epoch, least);\n"),
  gate(
    PLEDGES,
    "        if (s.pledged != 0 && m.set == RequirementSet.Maintenance) revert CovenantStands(id, s.pledged);\n",
  ),
  gate(PLEDGES, "return pledged > coverageInitial ? pledged : coverageInitial;", "return coverageInitial;"),
  gate(ANSWERED, "        if (s.challenged) _closeChallenge(id, s, m.epoch);\n"),
  gate(HELD, "        s.fresh = true;\n"),
  gate("test_proofsNeverGoBackInTime", "        s.provenEpoch = m.epoch;\n"),
  gate(PLEDGES, "        s.coverage = 0;\n"),
  gate(
    "test_anInitialProofLeasesLongerWhileItsBandHolds",
    "m.timestamp + leaseInitial",
    "uint40(block.timestamp) + leaseInitial + 1",
  ),
  gate(LASTS, "m.timestamp + leaseMaintenance", "m.timestamp + leaseMaintenance + 1"),
  gate(
    "test_dustUpdatesDoNotDodgeABreachProofOnItsWay",
    "_breachable(id, account, commitment, epoch)",
    "(commitment == account.commitment)",
  ),
  gate(BREACH, "        if (!_breachable(id, account, commitment, epoch)) revert CommitmentNotHeld(id, commitment);\n"),
  gate(BREACH, "if (epoch > account.holder.flagEpoch) account.holder.flagEpoch = epoch;"),
  gate(BREACH, "        if (epoch < least) revert EpochOvertaken(epoch, least);\n"),
  gate(NO_DODGE, "        _cutLease(s, uint40(block.timestamp) - 1);\n"),
  gate(BREACH, "        if (!_isHard(id, s)) revert AccountNotHard(id);\n"),
  gate(
    "test_aChallengeDelaysNoFlag",
    "        if (s.challenged) _voidChallenge(id, s);\n        _cutLease",
    "        _cutLease",
  ),
  gate(LASTS, "        if (s.flagged) revert AccountHard(id);\n        if (outside", "        if (outside"),
  gate(
    "test_aChallengeDelaysNoFlag",
    "        if (s.flagged) revert AccountHard(id);\n        if (!_breachable",
    "        if (!_breachable",
  ),
  gate(
    "test_anUnrecordedExitEndsTheLongerLeaseForEverybodyWhoAsks",
    "        if (outside != 0) recordExit(s.bandedEpoch, outside);\n",
  ),
  gate("test_isSoftWithoutADeadlineBeforeItsFirstProof", "        if (end == 0) revert NeverProven(id);\n"),
  gate(OVERDUE, "        if (alive == 0) revert BookOverdue();\n"),
  gate(LASTS, "        if (!_isHard(id, s)) revert NotSilentYet(id, uint256(end > alive ? end : alive) + grace);\n"),
  gate(JUDGES, "_latest(epoch, RequirementSet.Maintenance)", "_usable(epoch, RequirementSet.Maintenance)"),
  gate(JUDGES, "_latest(epoch, RequirementSet.Initial)", "_usable(epoch, RequirementSet.Initial)"),
  gate(
    "testFuzz_letsOnlyTheOwnerAct",
    "        _requireConsent(id, account.holder, CURE, abi.encode(epoch), consent);\n",
  ),
  gate(SKIPS, "        else if (_isHard(id, s)) reason = AccountHard.selector;\n"),
  gate(SKIPS, "        else if (m.epoch < _leastEpoch(id, s)) reason = EpochOvertaken.selector;\n"),
  gate(
    SKIPS,
    "        else if (s.pledged != 0 && m.set == RequirementSet.Maintenance) reason = CovenantStands.selector;\n",
  ),
  gate(
    "test_asksForEachAccountsOwnPledge",
    "_healthySignals(claim.commitment, s.pledged, m, claim.context)",
    "_healthySignals(claim.commitment, 0, m, claim.context)",
  ),
  defence(MODEL, AGREES, "s.size != size || _accounts[id].commitment", "_accounts[id].commitment"),
  defence(MODEL, AGREES, "_accounts[id].commitment != claim.commitment\n                || _context", "_context"),
  defence(MODEL, AGREES, "_context(id, Action.Prove, msg.sender, s.nonce) != claim.context", "false"),
  defence(
    MODEL,
    AGREES,
    "(accepted[i], s) = _claimable(claims[i], size, m);",
    "(accepted[i], s) = (true, _read(_accounts[claims[i].id]));",
  ),
  defence(MODEL, AGREES, "            if (!holds[k]) {", "            if (false) {"),
  { ...accounts(AGREES, "!(s.nonce > r.base && s.provenEpoch >= epoch)", "!(s.nonce > r.base)"), testFile: MODEL },
  {
    ...accounts(
      "computes the context of cure as the gate does",
      "abi.encode(block.chainid, address(this), id, action",
      "abi.encode(address(this), id, action",
    ),
    testFile: CLIENT,
  },
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
    "coverage: _coverage(m.set, pledged),",
    "coverage: 9_999,",
  ),
  defence(PROOFS, "gain nothing from a malleated proof: one of the two is accepted, once", "        s.nonce++;\n"),
  {
    ...leases("requirementRoot: the set is another", "book.rootOf(epoch, uint256(set))", "book.rootOf(epoch, 0)"),
    testFile: PROOFS,
  },
  {
    ...of("contracts/generated/Margin4Verifier.sol", PROOFS)(
      "refuses each public signal plus one",
      "if gt(calldataload(add(signals, 0)), 1) {",
      "if 0 {",
    ),
  },

  lender(
    "test_lendsNothingOnAProofOfAnotherMarketOrAnotherBook",
    "        if (!gate.isLatest(epoch)) revert NotLatest(id, epoch);\n",
  ),
  lender(
    "test_lendsNothingOnAProofOfAnotherMarketOrAnotherBook",
    "        if (!gate.isHealthy(id)) revert NotHealthy(id);\n",
  ),
  lender(LENDS, "        if (gate.ownerOf(id) != msg.sender) revert NotOwner(id, msg.sender);\n"),
  lender(LENDS, "        if (proven < coverage) revert NotProven(id, proven, coverage);\n"),
  lender(LENDS, "        if (debt > limit) revert OverLimit(debt, limit);\n"),
  lender(LENDS, "        gate.accept(id, coverage);\n"),
  lender(
    "test_lendsOnAProofOfOneAndAHalfAndKeepsTheAccountToIt",
    "if (debt == 0) gate.release(id);",
    "gate.release(id);",
  ),
  lender("test_lendsOnAProofOfOneAndAHalfAndKeepsTheAccountToIt", "+ RATE - 1) / RATE", ") / RATE / 2"),
  lender(
    "test_onlyTheFunderTakesOutAndOnlyWhatIsThere",
    "        if (msg.sender != funder) revert NotFunder(msg.sender);\n",
  ),

  defence(BATCH, "reverts on an empty batch", "        if (claims.length == 0) revert EmptyBatch();\n"),
  defence(
    BATCH,
    "passes over what is bad, each for its own reason, and takes the rest",
    "if (s.size == 0) reason = UnknownAccount.selector;\n        else if",
    "if",
  ),
  ...(
    [
      ["refuses an empty batch", "        if (count == 0) return false;\n", ""],
      ["refuses every public signal", "                ok := and(ok, lt(signal, P))\n", ""],
      ["by +X and -X in c", "r := shr(128, keccak256(0, 64))", "r := 1"],
      ["when all challenges of a batch are the same", "mstore(32, i)", "mstore(32, 0)"],
      ["when challenges are known before c", "_hash(batch, size * count)))", "bytes32(0)))"],
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
      ["passes over what is bad, each for its own reason, and takes the rest", "all || _limited", "all && _limited"],
      [
        "reverts instead of calling good proofs bad when it was sent with too little gas",
        "        if (gasleft() < needed) revert NotEnoughGas(gasleft(), needed);\n",
        "",
      ],
    ] as const
  ).map(([test, find, replace]) => ({ ...defence(BATCH, test, find, replace), file: "contracts/Batch.sol" })),
];
