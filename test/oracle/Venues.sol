// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IAggregatorV3} from "../../contracts/interfaces/IAggregatorV3.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {IPyth, PythPrice} from "../../contracts/interfaces/IPyth.sol";

/// @dev A Chainlink feed as its proxy behaves: rounds count up, `updatedAt` is the block that answered, and an answer
/// may be anything an int256 holds. Also an uptime feed: 0 up, 1 down, `startedAt` the last change.
contract ChainlinkMock is IAggregatorV3 {
    uint8 public decimals;
    bool public dead;
    uint80 private _round;
    int256 private _answer;
    uint256 private _startedAt;
    uint256 private _updatedAt;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function answer(int256 value, uint256 time) external {
        (_answer, _startedAt, _updatedAt) = (value, time, time);
        ++_round;
    }

    function changeDecimals(uint8 value) external {
        decimals = value;
    }

    function die() external {
        dead = true;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        require(!dead, "No data present");
        return (_round, _answer, _startedAt, _updatedAt, _round);
    }
}

/// @dev Pyth as its contract behaves: a price per id with its own exponent, and a refusal for unknown ids.
contract PythMock is IPyth {
    error PriceFeedNotFound();

    mapping(bytes32 id => PythPrice) private _prices;

    function update(bytes32 id, int64 price, uint64 conf, int32 expo, uint256 time) external {
        _prices[id] = PythPrice(price, conf, expo, time);
    }

    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory price) {
        price = _prices[id];
        if (price.publishTime == 0) revert PriceFeedNotFound();
    }
}

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
