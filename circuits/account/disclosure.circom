pragma circom 2.2.2;

include "babyjub.circom";
include "escalarmulany.circom";
include "escalarmulfix.circom";
include "hash.circom";
include "range.circom";
include "vanish.circom";

/// The state behind a commitment, encrypted to a guardian: docs/SPEC.md as one statement.
/// @input  commitment  public
/// @input  guardianX, guardianY    public: a point of Baby Jubjub
/// @input  ephemeralX, ephemeralY  public: the sender's point
/// @input  challenge   public: hashed by the contract from commitment, ephemeral point and ciphertext
/// @input  digest      public: the ciphertext as a polynomial at the challenge, computed by the contract
/// @input  plain       the hash inputs of the commitment after its tag: accountId, cash, eleven words, salt
/// @input  secret      of the ephemeral point, 251 bits
/// @ensures            the plaintext's wires are the commitment's wires, and the guardian can decrypt it: key and
///                     ciphertext follow from commitment, ephemeral point and guardian, before the challenge is known
template Disclosure() {
    signal input commitment;
    signal input guardianX;
    signal input guardianY;
    signal input ephemeralX;
    signal input ephemeralY;
    signal input challenge;
    signal input digest;
    signal input plain[14];
    signal input secret;

    // 1. What is encrypted is what is committed.
    var TAG = 0x74616369742f6163636f756e74; // "tacit/account"
    var committed[15];
    committed[0] = TAG;
    for (var i = 0; i < 14; i++) { committed[1 + i] = plain[i]; }
    signal opened <== Poseidon(15)(committed);
    commitment === opened;

    // 2. The guardian's point is on the curve, and times the cofactor it is not the identity: it has the large order.
    BabyCheck()(guardianX, guardianY);
    signal (twice_x, twice_y) <== BabyDbl()(guardianX, guardianY);
    signal (four_x, four_y) <== BabyDbl()(twice_x, twice_y);
    signal (eight_x, eight_y) <== BabyDbl()(four_x, four_y);
    signal {binary} small_order <== Vanishes()(eight_x);
    small_order === 0;

    // 3. The ephemeral point has the secret that the key is made with.
    signal {binary} bits[251] <== Bits(251)(secret);
    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
    signal own[2] <== EscalarMulFix(251, BASE8)(bits);
    ephemeralX === own[0];
    ephemeralY === own[1];
    signal shared[2] <== EscalarMulAny(251)(bits, [eight_x, eight_y]);

    // 4. The ciphertext is the plaintext plus a sponge over the shared point and the commitment.
    var KEY_TAG = 0x74616369742f646973636c6f73757265; // "tacit/disclosure"
    var absorbed[16];
    absorbed[0] = shared[0];
    absorbed[1] = shared[1];
    absorbed[2] = commitment;
    signal stream[17] <== Permutation(16)(KEY_TAG, absorbed);
    signal sum[15];
    sum[14] <== 0;
    for (var i = 13; i >= 0; i--) { sum[i] <== plain[i] + stream[1 + i] + challenge * sum[i + 1]; }
    digest === sum[0];
}
