import { type Defence, defencesOf as of } from "../defence.ts";

const INDEX = "test/oracle/IndexOracle.t.sol";
const SOURCES = "test/oracle/Sources.t.sol";
const EPOCHS = "test/oracle/EpochBook.t.sol";

const oracle = of("contracts/oracle/IndexOracle.sol", INDEX);
const chainlink = of("contracts/oracle/ChainlinkSource.sol", SOURCES);
const pyth = of("contracts/oracle/PythSource.sol", SOURCES);
const scale = of("contracts/oracle/Scale.sol", SOURCES);
const signed = of("contracts/oracle/SignedSource.sol", SOURCES);
const signers = of("contracts/oracle/Signers.sol", SOURCES);
const book = of("contracts/EpochBook.sol", EPOCHS);

const FAULTS = "test_namesWhatIsWrongWithASource";
const SEQUENCER = "test_refusesWhileTheSequencerIsDownOrJustUp";
const QUORUMS = "test_refusesQuorumsThatOneSourceCouldForgeOrBlock";
const BOUNDS = "test_refusesSourcesWithoutBounds";
const NO_ANSWER = "test_isAbsentWhenChainlinksAnswerIsNoPrice";
const NO_PRICE = "test_isAbsentWhenPythChangesItsExponentOrHasNoPrice";
const SETS = "test_refusesSetsThatTwoDisjointQuorumsCouldRule";
const ONCE = "test_countsEverySignerOnce";
const TERMS = "test_refusesTermsOutOfBounds";
const IN_TIME = "test_publishesUpToTheLastSecondAndNeverAhead";
const ROOTS = "test_refusesRootsThatAreNoFieldElements";
const COUNTS = "test_wantsOneRootForEachSetAndOnePriceForEachAsset";
const SIGNED = "testFuzz_everyFieldIsSigned";
const APART = "test_measuresHowFarEpochsAreApart";
const OUTSIDE = "test_findsTheFirstEpochOutsideABand";
const ALIVE = "test_knowsSinceWhenItHasNotBeenOverdue";
const DELAY = "test_changesItsPublishersOnlyAfterTheDelay";

/** One removal for each defence of the oracle and the epoch book. */
export const DEFENCES: readonly Defence[] = [
  oracle(
    "test_refusesToAskASourceWithLessThanItsShareOfGas",
    "        if (gasleft() < GAS_PER_CALL) revert NotEnoughGas(gasleft(), GAS_PER_CALL);\n",
  ),
  oracle("test_aSourceThatBurnsItsGasLeavesTheOthersTheirs", "staticcall(SOURCE_GAS,", "staticcall(gas(),"),
  oracle(FAULTS, "and(gt(returndatasize(), 0x5f), staticcall", "and(gt(returndatasize(), 0x3f), staticcall"),
  oracle(FAULTS, "reading.price == 0 || ", ""),
  oracle(FAULTS, " || reading.price >= PRICE_LIMIT", ""),
  oracle(FAULTS, "        if (reading.timestamp > block.timestamp) return Fault.Future;\n", ""),
  oracle(FAULTS, "> s.maxAge) return", ">= s.maxAge) return"),
  oracle(FAULTS, "        if (block.timestamp - reading.timestamp > s.maxAge) return Fault.Stale;\n"),
  oracle(FAULTS, "reading.confidence >= PRICE_LIMIT || "),
  oracle(FAULTS, "reading.confidence * RATIO > s.maxConfidence", "reading.confidence * RATIO >= s.maxConfidence"),
  oracle(FAULTS, "return uncertain ? Fault.Uncertain : Fault.None", "return Fault.None"),
  oracle(FAULTS, "            if (deviates) readings[i].fault = Fault.Deviates;\n"),
  oracle(FAULTS, "* RATIO > asset.sources[i].maxDeviation", "* RATIO >= asset.sources[i].maxDeviation"),
  oracle(
    "testFuzz_oneBadVenueNeitherMovesNorBlocksTheIndex",
    "(sorted[(usable - 1) / 2] + sorted[usable / 2]) / 2",
    "(sorted[0] + sorted[usable - 1]) / 2",
  ),
  oracle(
    "test_takesTheMedianOfOddAndTheMeanOfTheMiddleTwoOfEven",
    "(sorted[(usable - 1) / 2] + sorted[usable / 2]) / 2",
    "sorted[usable / 2]",
  ),
  oracle("test_takesTheMedianOfOddAndTheMeanOfTheMiddleTwoOfEven", "median) + reading.confidence", "median)"),
  oracle(
    "testFuzz_fewerThanAQuorumNeverFakeAnIndex",
    "if (index.agreeing < asset.quorum)",
    "if (index.agreeing + 1 < asset.quorum)",
  ),
  oracle("test_refusesWhatFewerThanAQuorumSay", "if (index.agreeing < asset.quorum)", "if (index.agreeing == 0)"),
  oracle(SEQUENCER, "answer != 0 || "),
  oracle(SEQUENCER, "startedAt == 0 || "),
  oracle(SEQUENCER, " || startedAt > block.timestamp"),
  oracle(SEQUENCER, "block.timestamp - startedAt <= grace", "block.timestamp - startedAt < grace"),
  oracle(SEQUENCER, "        _requireSequencer();\n        return", "        return"),
  oracle(SEQUENCER, "        _requireSequencer();\n        all", "        all"),
  oracle(QUORUMS, "asset.quorum < 2 || "),
  oracle(QUORUMS, "asset.quorum >= n || ", "asset.quorum > n || "),
  oracle(QUORUMS, " || n > MAX_SOURCES"),
  oracle(BOUNDS, "s.maxAge > 0 && "),
  oracle(BOUNDS, "s.maxAge <= MAX_AGE && "),
  oracle(BOUNDS, "s.maxConfidence <= MAX_RATIO && "),
  oracle(BOUNDS, "s.maxDeviation > 0\n                && ", ""),
  oracle(BOUNDS, "\n                && s.maxDeviation <= MAX_RATIO"),
  oracle(BOUNDS, "if (address(asset.sources[j].source) == address(s.source))", "if (false)"),
  oracle(BOUNDS, "        if (asset.symbol == 0) revert BadAsset(asset.symbol);\n"),
  oracle(BOUNDS, "        if (uptime.grace > MAX_GRACE) revert GracePeriodTooLong(uptime.grace);\n"),
  oracle("test_refusesTheSameAssetTwice", "_assets[i].symbol == asset.symbol", "false"),

  chainlink(
    "test_isAbsentWhenChainlinkChangesItsDecimals",
    "        if (current != decimals) revert DecimalsChanged(current, decimals);\n",
  ),
  chainlink(NO_ANSWER, "answer <= 0", "answer < 0"),
  chainlink(NO_ANSWER, "        if (answer <= 0) revert AnswerNotPositive(answer);\n"),
  chainlink(NO_ANSWER, "        if (updatedAt > type(uint40).max) revert TimeOutOfRange(updatedAt);\n"),
  scale(NO_ANSWER, "        if (scaled > type(uint64).max) revert OutOfRange(value, exponent);\n"),
  scale("test_roundsPythsPriceDownAndItsConfidenceUp", "(roundUp && value % divisor != 0 ? 1 : 0)", "0"),
  pyth(NO_PRICE, "        if (p.expo != exponent) revert ExponentChanged(p.expo, exponent);\n"),
  pyth(NO_PRICE, "        if (p.price <= 0) revert PriceNotPositive(p.price);\n"),
  pyth(NO_PRICE, "        if (p.publishTime > type(uint40).max) revert TimeOutOfRange(p.publishTime);\n"),

  signed("test_refusesReportsThatAreNotNewer", "timestamp <= _timestamp", "timestamp < _timestamp"),
  signed("test_refusesReportsThatAreNotNewer", "timestamp > block.timestamp", "false"),
  signed("test_refusesReportedPricesOutOfRange", "price == 0 || "),
  signed("test_refusesReportedPricesOutOfRange", " || price >= PRICE_LIMIT"),
  signed(
    "test_refusesStrangersAndForeignSignatures",
    "asset, price, confidence, timestamp)))",
    "asset, price, confidence)))",
  ),
  signed(
    "test_refusesStrangersAndForeignSignatures",
    "asset, price, confidence, timestamp)))",
    "asset, price, timestamp)))",
  ),
  signed(
    "test_countsEverySignerOnce",
    "        _reporters.requireQuorum(digestOf(price, confidence, timestamp), signatures);\n",
  ),
  signers(ONCE, "if (signer <= last)", "if (signer < last)"),
  signers(ONCE, "            if (signer <= last) revert ISigners.SignersNotIncreasing(signer);\n"),
  signers(ONCE, "signatures.length != set.threshold", "false"),
  signers(
    "test_refusesStrangersAndForeignSignatures",
    "            if (!set.has[signer]) revert ISigners.NotASigner(signer);\n",
  ),
  signers(
    "test_refusesTheOtherFormOfASignature",
    "!SignatureChecker.isValidSignatureNow(signer, digest, signatures[i].data)",
    "ecrecover(digest, uint8(signatures[i].data[64]), bytes32(signatures[i].data[:32]), bytes32(signatures[i].data[32:64])) != signer",
  ),
  signers(
    "test_asksReportersThatAreContracts",
    "!SignatureChecker.isValidSignatureNow(signer, digest, signatures[i].data)",
    "signer.code.length == 0 && !SignatureChecker.isValidSignatureNow(signer, digest, signatures[i].data)",
  ),
  signers(SETS, "threshold > n || "),
  signers(SETS, "2 * uint256(threshold) <= n", "2 * uint256(threshold) < n"),
  signers(SETS, " || n > MAX_MEMBERS"),
  signers(SETS, "            if (members[i] <= last) revert ISigners.SignersNotIncreasing(members[i]);\n"),

  book(TERMS, "t.minSpacing > 0 && "),
  book(TERMS, "t.minSpacing < t.maxSpacing", "t.minSpacing <= t.maxSpacing"),
  book(TERMS, "t.maxSpacing <= 1 days && "),
  book(TERMS, " && t.maxDelay <= t.maxSpacing"),
  book(TERMS, "t.sets > 0 && "),
  book(TERMS, "t.maxGap > 0 && "),
  book(TERMS, "t.maxGap <= RATIO / 5 && "),
  book(TERMS, "t.setDelay >= 1 days && "),
  book(TERMS, " && t.setDelay <= 30 days"),
  book(IN_TIME, "        if (timestamp > block.timestamp) revert EpochInFuture(timestamp, block.timestamp);\n"),
  book(IN_TIME, "        if (delay > maxDelay) revert EpochTooOld(delay, maxDelay);\n"),
  book(IN_TIME, "        if (timestamp < earliest) revert EpochTooSoon(timestamp, earliest);\n"),
  book(IN_TIME, "        if (block.timestamp < earliest) revert PublishedTooSoon(block.timestamp, earliest);\n"),
  book(IN_TIME, "block.timestamp < earliest", "block.timestamp <= earliest"),
  book("test_isOverdueOneSecondAfterItsLongestSpacing", "timestamp) + maxSpacing", "timestamp) + maxSpacing + 1"),
  book(ROOTS, "        for (uint256 i; i < sets; ++i) _requireFieldElement(epoch.requirementRoots[i]);\n"),
  book(ROOTS, "        _requireFieldElement(epoch.settlementRoot);\n"),
  book(ROOTS, "value == 0 || "),
  book(ROOTS, "value >= FIELD", "value > FIELD"),
  book(
    COUNTS,
    "        if (epoch.requirementRoots.length != sets) revert WrongRootCount(epoch.requirementRoots.length, sets);\n",
  ),
  book(COUNTS, "        if (index.length != assets) revert WrongIndexCount(index.length, assets);\n"),
  book(SIGNED, "        _sets[_rulingSet()].requireQuorum(digestOf(epoch), signatures);\n"),
  book(SIGNED, "                    epoch.timestamp,\n", "                    uint256(0),\n"),
  book(SIGNED, "keccak256(abi.encodePacked(epoch.index))", "bytes32(0)"),
  book(SIGNED, "keccak256(abi.encodePacked(epoch.requirementRoots))", "bytes32(0)"),
  book(SIGNED, "                    epoch.settlementRoot,\n", "                    uint256(0),\n"),
  book(SIGNED, "                    epoch.dataHash,\n", "                    bytes32(0),\n"),
  book(SIGNED, "keccak256(bytes(epoch.dataURI))", "bytes32(0)"),
  book(
    "test_takesTheLastPriceInsideItsBoundAndNoneOutside",
    "_distance(index[i], price) * RATIO > uint256(maxGap) * price",
    "false",
  ),
  book("test_takesTheLastPriceInsideItsBoundAndNoneOutside", "* RATIO > uint256(maxGap)", "* RATIO >= uint256(maxGap)"),
  book("test_measuresHowFarTheMarketHasMovedSinceAnEpoch", "* RATIO + from - 1) / from", "* RATIO) / from"),
  book(
    "test_measuresHowFarTheMarketHasMovedSinceAnEpoch",
    "if (moved > drift) drift = moved",
    "if (i == 0) drift = moved",
  ),
  book("test_keepsEveryEpochAsItWasSigned", "        if (epoch.timestamp == 0) revert UnknownEpoch(number);\n"),
  book(DELAY, "block.timestamp >= _nextFrom ? _next", "block.timestamp + 1 >= _nextFrom ? _next"),
  book(
    "test_aReplacedProposalStartsItsDelayAnew",
    "block.timestamp >= _nextFrom ? _next",
    "block.timestamp > _nextFrom ? _next",
  ),
  book("test_aLaterProposalLeavesTheRulingSetInPlace", "        _ruling = _rulingSet();\n"),
  book("test_aReplacedProposalStartsItsDelayAnew", "        if (!_waits()) revert NothingProposed();\n"),
  book("test_aLaterProposalLeavesTheRulingSetInPlace", "        _nextFrom = 0;\n"),
  book(
    "testFuzz_letsOnlyTheGovernorPropose",
    "        if (msg.sender != governor) revert NotGovernor(msg.sender);\n        _ruling",
    "        _ruling",
  ),
  book(
    "testFuzz_letsOnlyTheGovernorPropose",
    "        if (msg.sender != governor) revert NotGovernor(msg.sender);\n        if (!_waits",
    "        if (!_waits",
  ),
  book(APART, "        if (set >= sets) revert UnknownSet(set);\n"),
  book(APART, "if (number != newest) gap = _gap(_epochs[newest], epoch);"),
  book(APART, "* RATIO + from - 1) / from", "* RATIO) / from"),
  book(OUTSIDE, "            if (timestamp > until) break;\n"),
  book(OUTSIDE, "if (_gap(later, from) > band)", "if (_gap(later, from) >= band)"),
  book(ALIVE, "alive == 0 ? uint40(block.timestamp) : alive", "alive"),
  book(ALIVE, "+ maxSpacing ? 0 : latest.aliveSince", "+ maxSpacing ? latest.aliveSince : latest.aliveSince"),
  book("testFuzz_keepsThePricesOfManyAssets", "i += PRICES_PER_WORD) stored", "i += 2 * PRICES_PER_WORD) stored"),
  book("testFuzz_keepsThePricesOfManyAssets", "i += PRICES_PER_WORD) {", "i += 2 * PRICES_PER_WORD) {"),
];
