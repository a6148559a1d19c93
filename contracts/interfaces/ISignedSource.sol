// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IPriceSource} from "./IPriceSource.sol";
import {ISigners, Signature} from "./ISigners.sol";

/// @title The price of one asset that k of n reporters sign.
///
/// @notice Powers. A quorum of reporters sets this source's price; the oracle treats it like any other source. Fewer
/// than k reporters can do nothing, and n-k may be lost. The set is fixed: a lost quorum is a lost source, for good.
/// Anybody submits what they signed.
interface ISignedSource is IPriceSource, ISigners {
    event Reported(uint40 indexed timestamp, uint64 price, uint64 confidence);

    error ReportNotAfter(uint40 timestamp, uint40 latest);
    error ReportInFuture(uint40 timestamp, uint256 time);
    error PriceOutOfRange(uint64 price);

    /// @notice Stores what a quorum signed under EIP-712: domain `("Tacit reporter", "1", chain, this contract)`, type
    /// `Report(bytes32 asset,uint64 price,uint64 confidence,uint40 timestamp)`.
    /// @param price      1e-6 USD per unit
    /// @param confidence half width of the reporters' interval, 1e-6 USD
    /// @param timestamp  unix seconds; after the latest report's and not in the future
    function report(uint64 price, uint64 confidence, uint40 timestamp, Signature[] calldata signatures) external;

    /// @notice The digest that reporters sign.
    function digestOf(uint64 price, uint64 confidence, uint40 timestamp) external view returns (bytes32);

    function asset() external view returns (bytes32);
    function reporters() external view returns (uint8 threshold, address[] memory members);
}
