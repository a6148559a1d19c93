import { Interface } from "ethers";

const PROOF = "(uint256[2] a, uint256[2][2] b, uint256[2] c)";
const CONSENT = "(address relayer, uint40 deadline, bytes signature)";
const STEP = `(uint256 id, uint256 commitment, ${PROOF} proof, ${CONSENT} consent)`;
const DISCLOSURE = `(uint32 key, uint256[2] ephemeral, uint256[14] cipher, bytes copy, ${PROOF} proof)`;
const PARTY = `(uint256 id, uint8 set, ${PROOF} health, ${DISCLOSURE} disclosure)`;
const LEG = `(uint256 party, bool reduce, uint128 feeBound, uint256 commitment, ${PROOF} proof, ${CONSENT} consent)`;
const FILL = `(uint256 ticket, uint40 expiry, ${LEG}[2] legs)`;
const COLLATERAL = "(address token, uint32 asset, uint128 unit)";
const TERMS = "(uint128 feeBound, uint128 feeBudget, uint32 feeWindow)";

/** `Vault` as the compiler sees it; a test compares the two, entry by entry. */
export const VAULT = new Interface([
  `constructor(address guardians_, address transition, address disclose, ${TERMS} terms_, ${COLLATERAL}[] list)`,

  "function bind(address gate_)",
  `function open(uint32 guardian, uint8 size, uint256 commitment, ${PROOF} proof, ${DISCLOSURE} disclosure) returns (uint256 id)`,
  `function deposit(uint32 asset, uint64 amount, ${STEP} step, ${DISCLOSURE} disclosure)`,
  `function withdraw(uint32 asset, uint64 amount, address to, uint32 epoch, ${PROOF} health, ${STEP} step, ${DISCLOSURE} disclosure)`,
  `function settle(${STEP} step, ${DISCLOSURE} disclosure)`,
  `function move(uint8 size, ${STEP} step, ${DISCLOSURE} disclosure)`,
  `function trade(uint32 epoch, ${FILL}[] fills, ${PARTY}[] parties)`,
  "function cancel(uint256 id, uint256 ticket)",
  "function contextOf(uint256 id) view returns (uint256)",
  "function termsOf(uint256 side1, uint256 side2, uint40 expiry) view returns (uint256)",
  "function accountOf(uint256 id) view returns (uint32 guardian, uint32 nonce, uint128 spent)",
  "function filled(uint256 ticket) view returns (bool)",
  "function cancelled(uint256 id, uint256 ticket) view returns (bool)",
  "function held(uint32 asset) view returns (uint256)",
  `function collaterals() view returns (${COLLATERAL}[] list)`,
  `function terms() view returns (${TERMS})`,
  "function gate() view returns (address)",
  "function guardians() view returns (address)",
  "function transitionVerifier() view returns (address)",
  "function discloseVerifier() view returns (address)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",

  "event GateBound(address gate)",
  "event AccountOpened(uint256 indexed id, address indexed owner, uint32 indexed guardian)",
  "event Transitioned(uint256 indexed id, uint8 indexed mode, uint256 commitment, uint32 nonce)",
  "event Deposited(uint256 indexed id, uint32 indexed asset, uint64 amount, address from)",
  "event Withdrawn(uint256 indexed id, uint32 indexed asset, uint64 amount, address to)",
  "event Filled(uint256 indexed ticket, uint256 indexed side1, uint256 indexed side2)",
  "event Cancelled(uint256 indexed id, uint256 indexed ticket)",
  "event Disclosed(uint256 indexed id, uint256 indexed commitment, uint32 key, uint256[2] ephemeral, uint256[14] cipher, bytes copy)",
  "event EIP712DomainChanged()",

  "error NotDeployer(address caller)",
  "error GateIsBound(address gate)",
  "error NotOurGate(address gate)",
  "error BadCollateral(uint256 index)",
  "error BadTerms()",
  "error DevelopmentKey(address verifier, uint256 chainId)",
  "error UncontributedKey(address verifier)",
  "error UnknownAccount(uint256 id)",
  "error NotOwner(uint256 id, address caller)",
  "error NotRelayer(address caller, address relayer)",
  "error ConsentExpired(uint40 deadline)",
  "error BadConsent(uint256 id, address owner)",
  "error GuardianClosed(uint32 guardian)",
  "error NotGuardiansKey(uint32 guardian, uint32 key)",
  "error CopyTooLong(uint256 bytes_)",
  "error NotFieldElement(uint256 value)",
  "error TransitionRejected(uint256 id)",
  "error DisclosureRejected(uint256 id)",
  "error HealthRejected(uint256 id)",
  "error UnknownAsset(uint32 asset)",
  "error NothingMoved()",
  "error WrongTransfer(address token, uint256 moved, uint256 expected)",
  "error HeldTooLittle(address token, uint256 held, uint256 asked)",
  "error NoRecipient()",
  "error EpochNotLatest(uint32 epoch)",
  "error NoFills()",
  "error TicketExpired(uint256 ticket, uint40 expiry)",
  "error TicketUsed(uint256 ticket)",
  "error TicketCancelled(uint256 id, uint256 ticket)",
  "error SelfTrade(uint256 id)",
  "error UnknownParty(uint256 party)",
  "error PartiesNotIncreasing(uint256 party)",
  "error IdleParty(uint256 id)",
  "error InitialNeeded(uint256 id)",
  "error FeeBoundTooLarge(uint256 id, uint256 feeBound, uint256 most)",
  "error FeeBudgetSpent(uint256 id, uint256 spent, uint256 budget)",
  "error InvalidShortString()",
  "error NotEnoughGas(uint256 gas, uint256 needed)",
  "error ReentrancyGuardReentrantCall()",
  "error SafeERC20FailedOperation(address token)",
  "error StringTooLong(string str)",
]);

const VIEWING_KEY = "(uint32 guardian, uint40 since, uint256 x, uint256 y)";

/** `Guardians` as the compiler sees it. */
export const GUARDIANS = new Interface([
  "constructor(address venue_, uint32 overlap_)",

  "function register(address keeper, uint256 x, uint256 y) returns (uint32 guardian)",
  "function retire(uint32 guardian)",
  "function rotate(uint32 guardian, uint256 x, uint256 y) returns (uint32 key)",
  "function handOn(uint32 guardian, address keeper)",
  "function guardianOf(uint32 guardian) view returns ((address keeper, uint32 key, uint32 before, bool retired))",
  `function keyOf(uint32 key) view returns (${VIEWING_KEY} k)`,
  "function accepts(uint32 guardian, uint32 key) view returns (bool)",
  "function isOpen(uint32 guardian) view returns (bool)",
  "function venue() view returns (address)",
  "function overlap() view returns (uint32)",

  "event Registered(uint32 indexed guardian, address indexed keeper)",
  "event KeyRotated(uint32 indexed guardian, uint32 indexed key, uint256 x, uint256 y)",
  "event KeeperChanged(uint32 indexed guardian, address indexed keeper)",
  "event Retired(uint32 indexed guardian)",

  "error NotVenue(address caller)",
  "error NotKeeper(uint32 guardian, address caller)",
  "error UnknownGuardian(uint32 guardian)",
  "error UnknownKey(uint32 key)",
  "error KeyNotReduced(uint256 coordinate)",
  "error KeyNotOnCurve(uint256 x, uint256 y)",
  "error KeyOfSmallOrder(uint256 x, uint256 y)",
  "error KeyInUse(uint32 key)",
  "error OverlapTooLong(uint32 overlap)",
  "error OverlapTooShort(uint32 overlap)",
  "error RotatedTooSoon(uint32 guardian, uint256 until)",
]);

/** What of an ERC-20 is used here; `mint` is the mocks' alone. */
export const TOKEN = new Interface([
  "function approve(address spender, uint256 amount)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function balanceOf(address holder) view returns (uint256)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function mint(address to, uint256 amount)",
]);

/** What OpenZeppelin's tokens refuse a transfer with. */
export const TOKEN_ERRORS = new Interface([
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
]);
