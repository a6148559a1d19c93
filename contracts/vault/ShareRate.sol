// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IShareRate} from "../interfaces/IShareRate.sol";

/// @title Takes a share for what `IShareRate` says.
contract ShareRate is IShareRate {
    struct Anchor {
        uint216 rate;
        uint40 time;
    }

    IERC4626 public immutable share;
    uint256 public immutable growth;
    /// @dev So many shares that the assets they convert to are the rate itself, as finely as the vault can tell it.
    uint256 private immutable asked;

    Anchor public anchor;

    /// @dev No vault that earns more than it holds in a year is collateral, and none whose tokens have over 18 decimals is one
    /// of which the rate could be told in 1e-18.
    constructor(IERC4626 share_, uint256 growth_) {
        if (growth_ > 1e18) revert BadGrowth(growth_);
        uint8 assetDecimals = IERC20Metadata(share_.asset()).decimals();
        if (assetDecimals > 18 || share_.decimals() > 36) revert BadShare(address(share_));
        share = share_;
        growth = growth_;
        asked = 10 ** (uint256(share_.decimals()) + 18 - assetDecimals);
        uint256 first = told();
        // Below 2^120 here, the bound's products stay far from 2^256 for as long as anybody lives.
        if (first == 0 || first > type(uint120).max) revert BadShare(address(share_));
        _anchor(first);
    }

    function poke() external returns (uint256 now_) {
        now_ = rate();
        _anchor(now_);
    }

    function rate() public view returns (uint256) {
        (uint256 told_, uint256 most_) = (told(), most());
        return told_ < most_ ? told_ : most_;
    }

    function told() public view returns (uint256) {
        return share.convertToAssets(asked);
    }

    function most() public view returns (uint256) {
        Anchor memory a = anchor;
        return a.rate + a.rate * growth * (block.timestamp - a.time) / (365 days * 1e18);
    }

    function _anchor(uint256 rate_) private {
        anchor = Anchor(SafeCast.toUint216(rate_), uint40(block.timestamp));
        emit Anchored(rate_, uint40(block.timestamp));
    }
}
