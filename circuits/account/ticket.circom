pragma circom 2.2.2;

include "hash.circom";

/// What two accounts agreed to trade.
/// @input  quantity, cash  what the buying side receives, signed; the other side gives exactly that
/// @input  salt   128 random bits: without it, instrument, size and price could be guessed
/// @input  terms  chain, contract, both accounts and expiry, hashed by the contract
template Ticket() {
    signal input id;
    signal input quantity;
    signal input cash;
    signal input salt;
    signal input terms;
    signal output out;
    var TAG = 0x74616369742f7469636b6574; // "tacit/ticket"
    out <== Poseidon(6)([TAG, id, quantity, cash, salt, terms]);
}
