// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev What an accepted proof reads and writes, in one word of storage. `Account` says what each means.
struct Standing {
    uint32 nonce;
    uint32 provenEpoch;
    uint40 leaseUntil;
    uint40 bandedUntil;
    uint32 bandedEpoch;
    uint24 coverage;
    uint24 pledged;
    uint8 size;
    bool fresh;
    bool flagged;
    bool challenged;
}

using {pack} for Standing global;

/// @dev Solidity would load and store the word once for every field.
function pack(Standing memory s) pure returns (uint256 word) {
    word = s.nonce | uint256(s.provenEpoch) << 32 | uint256(s.leaseUntil) << 64 | uint256(s.bandedUntil) << 104;
    word |= uint256(s.bandedEpoch) << 144 | uint256(s.coverage) << 176 | uint256(s.pledged) << 200;
    word |= uint256(s.size) << 224 | (s.fresh ? 1 << 232 : 0) | (s.flagged ? 1 << 240 : 0);
    word |= s.challenged ? 1 << 248 : 0;
}

function unpack(uint256 word) pure returns (Standing memory s) {
    s.nonce = uint32(word);
    s.provenEpoch = uint32(word >> 32);
    s.leaseUntil = uint40(word >> 64);
    s.bandedUntil = uint40(word >> 104);
    s.bandedEpoch = uint32(word >> 144);
    s.coverage = uint24(word >> 176);
    s.pledged = uint24(word >> 200);
    s.size = uint8(word >> 224);
    s.fresh = word >> 232 & 1 != 0;
    s.flagged = word >> 240 & 1 != 0;
    s.challenged = word >> 248 & 1 != 0;
}
