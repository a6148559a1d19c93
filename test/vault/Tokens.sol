// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev OpenZeppelin's vault share, of any token.
contract Share is ERC4626 {
    constructor(IERC20 asset_) ERC4626(asset_) ERC20("Share", "SHARE") {}
}

/// @dev Tokens that are not what they should be. 6 decimals, anybody mints.
contract OddToken is ERC20 {
    enum Oddity {
        None,
        FeeFromAmount, // the recipient gets a hundredth less
        FeeFromSender, // the sender pays a hundredth more
        SaysFalse, // and moves nothing
        SaysNothing, // and moves what it should, as USDT
        CallsBack // calls `target` with `data` in the middle of a transfer
    }

    uint8 private immutable _decimals;
    Oddity public oddity;
    address public target;
    bytes public data;
    bool public calledBack;
    bytes public answer;

    constructor(uint8 decimals_) ERC20("Odd", "ODD") {
        _decimals = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function be(Oddity oddity_) external {
        oddity = oddity_;
    }

    function callBack(address target_, bytes calldata data_) external {
        (oddity, target, data, calledBack) = (Oddity.CallsBack, target_, data_, false);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _odd(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _odd(from, to, amount);
    }

    function _odd(address from, address to, uint256 amount) private returns (bool) {
        if (oddity == Oddity.SaysFalse) return false;
        if (oddity == Oddity.FeeFromAmount) _burn(from, amount / 100);
        _transfer(from, to, oddity == Oddity.FeeFromAmount ? amount - amount / 100 : amount);
        if (oddity == Oddity.FeeFromSender) _burn(from, amount / 100);
        if (oddity == Oddity.CallsBack && !calledBack) {
            calledBack = true;
            bool ok;
            (ok, answer) = target.call(data);
            if (ok) answer = "";
        }
        if (oddity == Oddity.SaysNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
