import { type Defence, defencesOf } from "../defence.ts";

const VAULT = "test/vault/Vault.t.sol";
const TRADE = "test/vault/Trade.t.sol";
const TOKENS = "test/vault/Tokens.t.sol";
const GUARDIANS = "test/vault/Guardians.t.sol";
const GATE = "test/contracts/VaultedGate.t.sol";

const of = (file: string, testFile = VAULT) => defencesOf(file, testFile);
const vault = of("contracts/Vault.sol");
const guarded = of("contracts/Vault.sol", TOKENS);
const ledger = of("contracts/vault/Ledger.sol");
const fees = of("contracts/vault/Ledger.sol", TRADE);
const collaterals = of("contracts/vault/Collaterals.sol");
const transfers = of("contracts/vault/Collaterals.sol", TOKENS);
const statements = of("contracts/vault/Statements.sol");
const changes = of("contracts/vault/Changes.sol");
const disclosures = of("contracts/vault/Disclosures.sol");
const tickets = of("contracts/vault/Tickets.sol", TRADE);
const trades = of("contracts/vault/Trades.sol", TRADE);
const guardians = of("contracts/Guardians.sol", GUARDIANS);
const accounts = of("contracts/gate/Accounts.sol", GATE);

const BOUND = "test_isBoundByItsDeployerOnceToAGateThatNamesIt";
const TERMS = "test_keepsEveryTermWithinItsBounds";
const SIGNED = "testFuzz_everyFieldOfAConsentIsSigned";
const UNIT = "test_wantsAUnitThatIsWholeMicroUnits";
const TWICE = "test_refusesATokenOrAnAssetTwice";
const STRONG = "test_refusesEveryPointOfSmallOrder";
const REDUCED = "test_refusesWhatIsNoReducedPoint";
const HEALTH = "test_asksForTheInitialRequirementOfTheStateAfter";
const KEPT = "test_keepingChangesTheCommitmentAndTheSizeAlone";

/** One removal for each defence of a vault, its guardians, and its gate. */
export const DEFENCES: readonly Defence[] = [
  ledger(BOUND, "        if (msg.sender != deployer) revert NotDeployer(msg.sender);\n"),
  ledger(BOUND, "        if (address(gate) != address(0)) revert GateIsBound(gate);\n"),
  ledger(BOUND, "        if (gate_.vault() != address(this)) revert NotOurGate(gate_);\n"),
  ledger(TERMS, "t.feeBound >> 102 == 0 && "),
  ledger(TERMS, " && t.feeBound <= t.feeBudget"),
  ledger(TERMS, "t.feeWindow < 1 hours || "),
  ledger(TERMS, " || t.feeWindow > 30 days"),
  ledger("test_anUnknownAccountHasNothingToAddTo", "        if (account.guardian == 0) revert UnknownAccount(id);\n"),
  ledger(
    "test_aProofIsForOneVaultOnOneChain",
    "abi.encode(block.chainid, address(this), id, nonce)",
    "abi.encode(id, nonce)",
  ),
  fees("test_aWindowHasABudget", "        if (spent > feeBudget) revert FeeBudgetSpent(id, spent, feeBudget);\n"),
  fees("test_aWindowHasABudget", "bounds + (account.window == _window() ? account.spent : 0)", "bounds"),
  fees(
    "test_aWindowHasABudget",
    "bounds + (account.window == _window() ? account.spent : 0)",
    "bounds + account.spent",
  ),

  collaterals(
    TWICE,
    "            for (uint256 k; k < i; ++k) if (address(list[k].token) == address(list[i].token)) revert BadCollateral(i);\n",
  ),
  collaterals(TWICE, " || address(_holdings[c.asset].token) != address(0)"),
  collaterals("test_knowsTheSpotsIdsAlone", "c.asset > 255 || "),
  collaterals(
    "test_wantsExactlyOneSettlementCoin",
    "        if (address(_holdings[0].token) == address(0)) revert BadCollateral(list.length);\n",
  ),
  collaterals("test_wantsAtLeastSixDecimals", "decimals > 30 || "),
  collaterals(UNIT, "c.unit == 0 || "),
  collaterals(UNIT, " || c.unit > type(uint96).max"),
  collaterals(UNIT, "c.unit % micro == 0", "true"),
  collaterals(UNIT, "c.asset == 0 ? c.unit == micro : ", ""),
  collaterals(
    "test_paysWhatItHolds",
    "        if (tokens > holding.held) revert HeldTooLittle(token, holding.held, tokens);\n",
  ),
  collaterals(
    "test_aDonationIsNobodys",
    "holding.held -= tokens;",
    "holding.held = token.balanceOf(address(this)) - tokens;",
  ),
  collaterals(
    "test_takesOnlyWhatItKnowsAndNotNothing",
    "        if (address(_holdings[asset].token) == address(0)) revert UnknownAsset(asset);\n",
  ),
  collaterals("test_takesOnlyWhatItKnowsAndNotNothing", "        if (amount == 0) revert NothingMoved();\n"),
  transfers(
    "test_refusesATokenThatTakesAFee",
    "        if (balance != before + tokens) revert WrongTransfer(token, balance > before ? balance - before : 0, tokens);\n",
  ),
  transfers(
    "test_refusesATokenThatTakesMoreThanItGives",
    "        if (balance + tokens != before) revert WrongTransfer(token, before > balance ? before - balance : 0, tokens);\n",
  ),
  transfers(
    "test_refusesATokenThatSaysNo",
    "token.safeTransferFrom(msg.sender, address(this), tokens);",
    "token.transferFrom(msg.sender, address(this), tokens);",
  ),

  statements("testFuzz_refusesADevelopmentKeyOnAChainThatIsNotLocal", "if (!local && development)", "if (false)"),
  statements(
    "test_refusesAnUncontributedKeyOnEveryChain",
    "keccak256(abi.encode(gamma)) == keccak256(abi.encode(delta))",
    "false",
  ),
  statements(
    "test_refusesAnUncontributedKeyOnEveryChain",
    "        _requireSoundKey(address(disclose), disclose.DEVELOPMENT(), gamma, delta);\n",
  ),

  changes(
    "test_knowingAnOpeningIsNotConsent",
    "            if (msg.sender != owner) revert NotOwner(id, msg.sender);\n",
  ),
  changes(
    "test_theRelayerNamedAloneSendsIt",
    "        if (relayer != address(0) && relayer != msg.sender) revert NotRelayer(msg.sender, relayer);\n",
  ),
  changes("test_lastsThroughItsDeadline", "        if (block.timestamp > deadline) revert ConsentExpired(deadline);\n"),
  ...[", id, commitment, c.mode", "c.subject, ", "c.amount, c.terms"].map((text) =>
    changes(SIGNED, `${text}`, text.replaceAll(/c\.\w+|commitment/g, "uint256(0)")),
  ),
  changes(SIGNED, "abi.encode(c.feeBound, c.recipient,", "abi.encode(uint256(0), c.recipient,"),
  changes("test_paysWhomTheOwnerNamed", "c.recipient, c.size, relayer", "uint256(0), c.size, relayer"),
  changes("test_isVoidOnceUsed", "relayer, nonce, deadline", "relayer, uint32(2), deadline"),
  changes("test_creditsNoMoreThanItTakes", "c.amount < 0 ? FIELD - uint256(-c.amount) : uint256(c.amount)", "10e6"),

  disclosures(
    "test_isForTheAccountsOwnGuardian",
    "        if (!guardians.accepts(guardian, d.key)) revert NotGuardiansKey(guardian, d.key);\n",
  ),
  disclosures("test_theOwnersCopyHasALength", "        if (d.copy.length > COPY) revert CopyTooLong(d.copy.length);\n"),
  disclosures(
    "test_refusesWhatIsNoFieldElement",
    "            if (element >= FIELD) revert NotFieldElement(element);\n",
  ),
  disclosures("test_refusesAnythingButTheState", "digest: _digest(d.cipher, challenge)", "digest: 1"),

  vault(
    "test_opensOnlyWithAGuardianThatIsOpen",
    "        if (!guardians.isOpen(guardian)) revert GuardianClosed(guardian);\n",
  ),
  vault(
    "test_opensNothingThatIsNotEmpty",
    "        if (batch.firstWrong(_ofTransitions()) == 0) revert TransitionRejected(id);\n",
  ),
  vault(
    "test_refusesAnythingButTheState",
    "        if (batch.firstWrong(_ofDisclosures()) == 0) revert DisclosureRejected(id);\n",
  ),
  vault("test_paysWhomTheOwnerNamed", "        if (to == address(0)) revert NoRecipient();\n"),
  vault("test_asksForALatestEpoch", "        if (!gate.isLatest(epoch)) revert EpochNotLatest(epoch);\n"),
  vault(HEALTH, "        gate.prove(step.id, epoch, RequirementSet.Initial, health);\n"),
  vault(HEALTH, "RequirementSet.Initial, health", "RequirementSet.Maintenance, health"),
  vault("test_paysWhomTheOwnerNamed", "        change.recipient = to;\n"),
  vault("test_isVoidOnceUsed", "        account.nonce = nonce + 1;\n"),
  vault("test_onlyTheNewestRootCounts", "gate.book().settlementRoot()", "1_000_001"),
  vault(
    "test_theSizeIsSigned",
    "(change.mode, change.size) = (Mode.Move, size);",
    "(change.mode, change.size) = (Mode.Move, 16);",
  ),
  vault(
    "test_changesNothingOfACurrentAccount",
    "        _change(step, change, disclosure, true);\n        emit Deposited",
    "        _change(step, change, disclosure, false);\n        emit Deposited",
  ),
  guarded(
    "test_aTokenThatCallsBackChangesNothing",
    "    function settle(Step calldata step, Disclosure calldata disclosure) external nonReentrant {",
    "    function settle(Step calldata step, Disclosure calldata disclosure) external {",
  ),
  guarded(
    "test_aTokenThatCallsBackChangesNothing",
    "    function move(uint8 size, Step calldata step, Disclosure calldata disclosure) external nonReentrant {",
    "    function move(uint8 size, Step calldata step, Disclosure calldata disclosure) external {",
  ),

  tickets(
    "test_refusesATradeWithItself",
    "        if (AccountId.unwrap(side1) == AccountId.unwrap(side2)) revert SelfTrade(side1);\n",
  ),
  tickets(
    "test_isGoodThroughItsLastSecond",
    "        if (block.timestamp > expiry) revert TicketExpired(ticket, expiry);\n",
  ),
  tickets("test_isFilledOnce", "        if (filled[ticket]) revert TicketUsed(ticket);\n"),
  tickets("test_isFilledOnceWithinABlock", "        filled[ticket] = true;\n"),
  tickets("test_eitherSideCancelsIt", "        if (cancelled[side1][ticket]) revert TicketCancelled(side1, ticket);\n"),
  tickets("test_eitherSideCancelsIt", "        if (cancelled[side2][ticket]) revert TicketCancelled(side2, ticket);\n"),
  tickets(
    "test_onlyItsOwnersCancelIt",
    "        if (msg.sender != gate.ownerOf(id)) revert NotOwner(id, msg.sender);\n",
  ),
  tickets("test_itsExpiryIsPartOfIt", "side1, side2, expiry)))", "side1, side2, uint256(0))))"),
  tickets(
    "test_nobodyTakesATicketMadeForAnother",
    "address(this), side1, side2, expiry",
    "address(this), side1, side1, expiry",
  ),

  trades("test_refusesABlockOfNothing", "        if (fills.length == 0) revert NoFills();\n"),
  trades("test_asksForALatestEpoch", "        if (!gate.isLatest(epoch)) revert EpochNotLatest(epoch);\n"),
  trades(
    "test_bothOrNeither",
    "        if (wrong < batch.count) revert TransitionRejected(traders[batch.items[wrong]].id);\n",
  ),
  trades(
    "test_disclosesEveryPartyInTheStateItEndsIn",
    "        if (wrong < batch.count) revert DisclosureRejected(parties[wrong].id);\n",
  ),
  trades("test_provesEveryPartyInTheStateItEndsIn", "        _requireHealthy(epoch, parties, traders);\n"),
  trades(
    "test_provesEveryPartyInTheStateItEndsIn",
    "                if (!accepted[i]) revert HealthRejected(parties[first + i].id);\n",
  ),
  trades("test_standsInOrderAndOnce", "(same && place <= last)", "(same && place < last)"),
  trades("test_standsInOrderAndOnce", " || (same && place <= last)"),
  trades("test_maintenanceStandsBeforeInitial", "parties[i].set < parties[i - 1].set || "),
  trades(
    "test_isAnAccountOfThisVault",
    "            if (fill.legs[k].party >= traders.length) revert UnknownParty(fill.legs[k].party);\n",
  ),
  trades("test_nobodyTakesTheOthersSide", "change.amount = k == 0 ? int256(1) : -1;", "change.amount = 1;"),
  trades(
    "test_isMeasuredAtTheEpochItIsProvenAt",
    "change.root = leg.reduce ? root : 0;",
    "change.root = leg.reduce ? 2 * uint256(gate.book().latestEpoch()) : 0;",
  ),
  trades(
    "test_theBoundHasABound",
    "        if (leg.feeBound > most) revert FeeBoundTooLarge(trader.id, leg.feeBound, most);\n",
  ),
  trades("test_aBoundIsForReductions", "leg.reduce ? feeBound : 0", "feeBound"),
  trades(
    "test_needsBothOwners",
    "        _requireConsent(trader.id, trader.owner, trader.nonce, leg.commitment, change, leg.consent);\n",
  ),
  trades("test_fillsABlockAndProvesEachAccountOnce", "        trader.commitment = leg.commitment;\n"),
  trades("test_aBlockHasNoBudgetOfItsOwn", "trader.bounds += leg.feeBound;", "trader.bounds = leg.feeBound;"),
  trades("test_fillsABlockAndProvesEachAccountOnce", "        ++trader.nonce;\n"),
  trades(
    "test_whoAlsoFillsProvesTheInitialRequirement",
    "trader.fills = trader.fills || !leg.reduce;",
    "trader.fills = !leg.reduce && trader.fills;",
  ),
  trades("test_doesSomething", "        if (trader.legs == 0) revert IdleParty(trader.id);\n"),
  trades(
    "test_nobodyLeavesTwoWaysFromOneState",
    "        if (account.nonce + trader.legs != trader.nonce) revert PartiesNotIncreasing(i);\n",
  ),
  trades(
    "test_whoAlsoFillsProvesTheInitialRequirement",
    "        if (trader.fills && party.set != RequirementSet.Initial) revert InitialNeeded(trader.id);\n",
  ),
  trades("test_fillsBothSidesOfATicket", "        account.nonce = trader.nonce;\n"),
  trades("test_aWindowHasABudget", "        if (trader.bounds != 0) _spend(trader.id, account, trader.bounds);\n"),

  guardians(
    "test_onlyTheVenueRegistersAndRetires",
    "        if (msg.sender != venue) revert NotVenue(msg.sender);\n        guardian",
    "        guardian",
  ),
  guardians(
    "test_onlyTheVenueRegistersAndRetires",
    "        if (msg.sender != venue) revert NotVenue(msg.sender);\n        _existing",
    "        _existing",
  ),
  guardians(
    "test_onlyTheKeeperRotatesAndHandsOn",
    "        if (msg.sender != _existing(guardian).keeper) revert NotKeeper(guardian, msg.sender);\n",
  ),
  guardians(
    "test_rotatesNoSoonerThanTheOverlapIsOver",
    "        if (block.timestamp <= until) revert RotatedTooSoon(guardian, until);\n",
  ),
  guardians(
    "test_acceptsTheKeyBeforeThroughTheLastSecondOfTheOverlap",
    " && block.timestamp <= uint256(_keys[g.key].since) + overlap",
  ),
  guardians("test_numbersGuardiansAndKeysFromOne", "        if (key == 0) return false;\n"),
  guardians(REDUCED, "        if (x >= FIELD) revert KeyNotReduced(x);\n"),
  guardians(REDUCED, "        if (y >= FIELD) revert KeyNotReduced(y);\n"),
  guardians(REDUCED, "revert KeyNotOnCurve(x, y);", "{}"),
  guardians(STRONG, "        if (px == 0 && py == pz) revert KeyOfSmallOrder(x, y);\n"),
  guardians(STRONG, "i < 3", "i < 2"),
  guardians("test_takesNoKeyTwice", "        if (_numberOf[point] != 0) revert KeyInUse(_numberOf[point]);\n"),
  guardians(
    "test_anOverlapLastsTenMinutesToADay",
    "        if (overlap_ < 10 minutes) revert OverlapTooShort(overlap_);\n",
  ),
  guardians("test_anOverlapLastsTenMinutesToADay", "        if (overlap_ > 1 days) revert OverlapTooLong(overlap_);\n"),

  accounts("test_onlyTheVaultOpensAndReplaces", "        if (caller != vault) revert NotVault(msg.sender, vault);\n"),
  accounts(KEPT, "        if (!keep) {", "        {"),
  accounts("test_notKeepingEndsTheLeaseAsAnUpdateDoes", "        if (!keep) {", "        if (false) {"),
  accounts("test_nobodysProofVoidsOneThatTheVaultHandsIn", " || caller == vault"),
];
