// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev How a venue misbehaves when asked.
enum Manner {
    Answers,
    Reverts,
    RevertsWithFlood,
    BurnsGas,
    AnswersFlood,
    AnswersTwoWords,
    AnswersNothing
}

/// @dev A source that answers any three words in any manner.
contract Venue {
    Manner public manner;
    uint256[3] private _words;

    function set(Manner manner_, uint256 price, uint256 confidence, uint256 time) external {
        manner = manner_;
        _words = [price, confidence, time];
    }

    function read() external view returns (uint256, uint256, uint256) {
        if (manner == Manner.Reverts) revert("no");
        if (manner == Manner.BurnsGas) while (true) {}
        if (manner == Manner.AnswersNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        (uint256 a, uint256 b, uint256 c) = (_words[0], _words[1], _words[2]);
        // The largest memory that 200,000 gas pays for is about 200 kB; a revert with it costs the caller nothing more.
        uint256 size = manner == Manner.AnswersTwoWords
            ? 64
            : manner == Manner.AnswersFlood || manner == Manner.RevertsWithFlood ? 150_000 : 96;
        bool fails = manner == Manner.RevertsWithFlood;
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, a)
            mstore(add(p, 0x20), b)
            mstore(add(p, 0x40), c)
            if fails { revert(p, size) }
            return(p, size)
        }
    }
}

/// @dev A reporter or publisher that is a contract, as a multisig is: it holds some digests good.
contract ContractSigner {
    mapping(bytes32 digest => bool) private _good;

    function approve(bytes32 digest) external {
        _good[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return _good[digest] ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}
