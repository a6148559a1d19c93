// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {ERC20, ERC4626, IERC20} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @title For tests and local chains only: a vault that earns what anybody gives it and loses what anybody takes.
contract ShareMock is ERC4626 {
    uint8 private immutable _offset;

    /// @param offset decimals of the share beyond those of the underlying
    constructor(string memory symbol_, IERC20 underlying, uint8 offset) ERC20(symbol_, symbol_) ERC4626(underlying) {
        _offset = offset;
    }

    function lose(uint256 assets) external {
        IERC20(asset()).transfer(address(0xdead), assets);
    }

    function _decimalsOffset() internal view override returns (uint8) {
        return _offset;
    }
}
