pragma circom 2.2.2;

include "range.circom";
include "select.circom";
include "vanish.circom";
include "lane.circom";
include "commitment.circom";
include "published.circom";
include "ticket.circom";

/// One hidden change of an account: docs/SPEC.md as one statement. Everything that is not the change stays as it was.
/// @input  oldCommitment  public: 0 when the account is opened
/// @input  newCommitment  public
/// @input  accountId      public: in both states
/// @input  mode           public: 0 open, 1 move, 2 transfer, 3 fill, 4 reduce, 5 settle
/// @input  subject        public: transfer: the asset, 0 for cash; fill and reduce: the ticket; else unused
/// @input  amount         public: transfer: signed, 1e-6; fill and reduce: 1 or -1, the side; else unused
/// @input  terms          public: of the ticket
/// @input  root           public: reduce: a requirement root; settle: the settlement root; else unused
/// @input  feeBound       public: reduce: the most that may be given up, 1e-12 USD
/// @input  context        public: what the proof is for
/// @input  id             the instrument in question; any that is not held where a mode changes none
/// @input  from, to       its slot before and after; what stood in `to` goes to `from`
/// @requires              the old state was committed by this circuit: ids unique, widths kept
template Change() {
    signal input oldCommitment;
    signal input newCommitment;
    signal input accountId;
    signal input mode;
    signal input subject;
    signal input amount;
    signal input terms;
    signal input root;
    signal input feeBound;
    signal input context;

    signal input cash;
    signal input salt;
    signal input newSalt;
    signal input heldId[32];
    signal input heldQuantity[32];
    signal input id;
    signal input from;
    signal input to;

    signal input ticketQuantity;
    signal input ticketCash;
    signal input ticketSalt;

    signal input element[16];
    signal input entry;
    signal input place;
    signal input low[8];
    signal input middle[8];
    signal input upper[16];
    signal input top[16];
    signal input price;
    signal input rest;
    signal input long;

    signal {binary} is[8] <== OneHot(3)(Bits(3)(mode));
    is[6] + is[7] === 0;

    // 1. The old state is the committed one, or empty where the account is opened.
    signal lane[32];
    signal {binary} index[32][12];
    signal {maxabs} held[32];
    signal {binary} is_short[32];
    var all_lanes = 0;
    for (var i = 0; i < 32; i++) {
        (lane[i], index[i], held[i], is_short[i]) <== Lane()(heldId[i], heldQuantity[i]);
        all_lanes += lane[i];
    }
    signal committed <== Commitment(32)(accountId, cash, lane, salt);
    oldCommitment === (1 - is[0]) * committed;
    is[0] * all_lanes === 0;
    is[0] * cash === 0;

    // 2. The instrument stands in its slot or in none, and the slot is its own or empty.
    signal {binary} from_bits[5] <== Bits(5)(from);
    signal {binary} to_bits[5] <== Bits(5)(to);
    signal {binary} at_from[32] <== OneHot(5)(from_bits);
    signal {binary} at_to[32] <== OneHot(5)(to_bits);
    signal old_id <== Pick(5)(heldId, from_bits);
    signal old_quantity <== Pick(5)(heldQuantity, from_bits);
    signal old_short <== Pick(5)(is_short, from_bits);
    signal displaced <== Pick(5)(lane, to_bits);
    old_id * (old_id - id) === 0;
    signal {binary} no_id <== Vanishes()(id);
    no_id === 0;
    var holders = 0;
    signal {binary} is_held[32];
    for (var i = 0; i < 32; i++) {
        is_held[i] <== Vanishes()(heldId[i] - id);
        holders += is_held[i];
    }
    signal {binary} held_here <== Vanishes()(old_id - id);
    holders === held_here;
    signal {binary} id_bits[32] <== Bits(32)(id);
    var high_bits = 0;
    for (var i = 8; i < 32; i++) { high_bits += id_bits[i]; }
    signal {binary} is_spot <== Vanishes()(high_bits);

    // 3. The one change of the mode.
    signal {binary} is_cash <== Vanishes()(subject);
    signal cash_transfer <== is[2] * is_cash;
    signal asset_transfer <== is[2] - cash_transfer;
    asset_transfer * (id - subject) === 0;
    asset_transfer * (1 - is_spot) === 0;
    signal cash_in <== cash_transfer * amount;
    signal asset_in <== asset_transfer * amount;

    signal ticket <== Ticket()(
        id <== id, quantity <== ticketQuantity, cash <== ticketCash, salt <== ticketSalt, terms <== terms);
    signal trades <== is[3] + is[4];
    trades * (ticket - subject) === 0;
    signal side <== trades * amount;
    side * side === trades;
    signal bought <== side * ticketQuantity;
    signal received <== side * ticketCash;

    component published = Published();
    published.id <== id;
    published.element <== element;
    published.entry <== entry;
    published.place <== place;
    published.low <== low;
    published.middle <== middle;
    published.upper <== upper;
    published.top <== top;
    published.price <== price;
    published.rest <== rest;
    published.long <== long;
    signal opens <== is[4] + is[5];
    opens * (published.root - root) === 0;
    for (var i = 0; i < 3; i++) { is[4] * published.row_error[i] === 0; }
    is[5] * published.settlement_error === 0;
    signal settled <== is[5] * old_quantity;
    signal proceeds <== settled * published.price_out;

    // 4. The new state is the old one after that change, within its widths, spot not negative.
    signal quantity_change <== asset_in + bought - settled;
    signal cash_change <== 10 ** 6 * cash_in + received + proceeds;
    signal {maxabs} new_quantity;
    signal {binary} new_short;
    (new_quantity, new_short) <== Signed(47)(old_quantity + quantity_change);
    is_spot * new_short === 0;
    signal {maxabs} new_cash;
    signal {binary} in_debt;
    (new_cash, in_debt) <== Signed(100)(cash + cash_change);

    // An emptied slot forgets its id, so that an account that closed everything is the account that holds nothing.
    signal {binary} emptied <== Vanishes()(new_quantity);
    signal new_id <== id * (1 - emptied);
    signal new_lane <== new_id + (1 << 32) * (new_quantity + (1 << 48) * new_short);
    signal old_lane <== old_id + (1 << 32) * (old_quantity + (1 << 48) * old_short);
    signal swapped[32];
    signal lane_after[32];
    for (var i = 0; i < 32; i++) {
        swapped[i] <== lane[i] + at_from[i] * (displaced - old_lane);
        lane_after[i] <== swapped[i] + at_to[i] * (new_lane - displaced);
    }
    signal committed_after <== Commitment(32)(accountId, new_cash, lane_after, newSalt);
    newCommitment === committed_after;
    signal {binary} same_salt <== Vanishes()(newSalt - salt);
    same_salt === 0;

    // 5. A reduction shrinks the position, keeps its sign, and gives up no more than the bound at the mark.
    signal left <== (old_quantity + quantity_change) * (1 - 2 * old_short);
    signal gone <== quantity_change * (2 * old_short - 1);
    _ <== Unsigned(48)(is[4] * left);
    _ <== Unsigned(48)(is[4] * gone);
    signal moved_value <== quantity_change * published.price_out;
    _ <== Unsigned(103)(is[4] * (feeBound + cash_change + moved_value));

    // 6. The context takes part in a constraint, so that it cannot be exchanged.
    signal bound_context <== context * context;
}
