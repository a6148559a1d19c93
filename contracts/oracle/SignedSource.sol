// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IPriceSource, PRICE_LIMIT} from "../interfaces/IPriceSource.sol";
import {ISignedSource} from "../interfaces/ISignedSource.sol";
import {Signature} from "../interfaces/ISigners.sol";
import {SignerSet, Signers} from "./Signers.sol";

/// @title See `ISignedSource`.
contract SignedSource is ISignedSource, EIP712 {
    using Signers for SignerSet;

    bytes32 private constant REPORT = keccak256("Report(bytes32 asset,uint64 price,uint64 confidence,uint40 timestamp)");

    bytes32 public immutable asset;
    SignerSet private _reporters;
    uint64 private _price;
    uint64 private _confidence;
    uint40 private _timestamp;

    /// @param members strictly increasing
    constructor(bytes32 asset_, uint8 threshold, address[] memory members) EIP712("Tacit reporter", "1") {
        asset = asset_;
        _reporters.fill(threshold, members);
    }

    /// @inheritdoc ISignedSource
    function report(uint64 price, uint64 confidence, uint40 timestamp, Signature[] calldata signatures) external {
        if (timestamp <= _timestamp) revert ReportNotAfter(timestamp, _timestamp);
        if (timestamp > block.timestamp) revert ReportInFuture(timestamp, block.timestamp);
        if (price == 0 || price >= PRICE_LIMIT) revert PriceOutOfRange(price);
        _reporters.requireQuorum(digestOf(price, confidence, timestamp), signatures);

        (_price, _confidence, _timestamp) = (price, confidence, timestamp);
        emit Reported(timestamp, price, confidence);
    }

    /// @inheritdoc ISignedSource
    function digestOf(uint64 price, uint64 confidence, uint40 timestamp) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REPORT, asset, price, confidence, timestamp)));
    }

    /// @inheritdoc IPriceSource
    function read() external view returns (uint64, uint64, uint40) {
        return (_price, _confidence, _timestamp);
    }

    /// @inheritdoc ISignedSource
    function reporters() external view returns (uint8 threshold, address[] memory members) {
        return (_reporters.threshold, _reporters.members);
    }
}
