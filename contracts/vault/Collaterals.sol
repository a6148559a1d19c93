// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
// OpenZeppelin's: tokens that return nothing, false, or are no contract.
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Collateral, IVault} from "../interfaces/IVault.sol";

/// @title Which tokens a vault takes, and how much of each it holds for accounts.
abstract contract Collaterals is IVault {
    using SafeERC20 for IERC20;

    struct Holding {
        IERC20 token;
        uint96 unit;
        uint256 held;
    }

    uint32[] private _assets;
    mapping(uint32 asset => Holding) private _holdings;

    constructor(Collateral[] memory list) {
        for (uint256 i; i < list.length; ++i) {
            if (!_isSound(list[i])) revert BadCollateral(i);
            for (uint256 k; k < i; ++k) if (address(list[k].token) == address(list[i].token)) revert BadCollateral(i);
            _assets.push(list[i].asset);
            Holding storage holding = _holdings[list[i].asset];
            (holding.token, holding.unit) = (list[i].token, uint96(list[i].unit));
        }
        if (address(_holdings[0].token) == address(0)) revert BadCollateral(list.length);
    }

    /// @inheritdoc IVault
    function held(uint32 asset) external view returns (uint256) {
        return _holdings[asset].held;
    }

    /// @inheritdoc IVault
    function collaterals() external view returns (Collateral[] memory list) {
        list = new Collateral[](_assets.length);
        for (uint256 i; i < list.length; ++i) {
            Holding storage holding = _holdings[_assets[i]];
            list[i] = Collateral(holding.token, _assets[i], holding.unit);
        }
    }

    /// @dev Called under the reentrancy guard. What is held is counted last: it is never above the balance, not even when
    /// the token looks.
    function _pull(uint32 asset, uint64 amount) internal {
        (Holding storage holding, uint256 tokens) = _tokens(asset, amount);
        IERC20 token = holding.token;
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), tokens);
        uint256 balance = token.balanceOf(address(this));
        if (balance != before + tokens) revert WrongTransfer(token, balance > before ? balance - before : 0, tokens);
        holding.held += tokens;
    }

    /// @dev Refuses a token that takes more than it gives: the rest would be another depositor's.
    function _push(uint32 asset, uint64 amount, address to) internal {
        (Holding storage holding, uint256 tokens) = _tokens(asset, amount);
        IERC20 token = holding.token;
        if (tokens > holding.held) revert HeldTooLittle(token, holding.held, tokens);
        holding.held -= tokens;
        uint256 before = token.balanceOf(address(this));
        token.safeTransfer(to, tokens);
        uint256 balance = token.balanceOf(address(this));
        if (balance + tokens != before) revert WrongTransfer(token, before > balance ? before - balance : 0, tokens);
    }

    function _requireMove(uint32 asset, uint64 amount) internal view {
        if (address(_holdings[asset].token) == address(0)) revert UnknownAsset(asset);
        if (amount == 0) revert NothingMoved();
    }

    function _tokens(uint32 asset, uint64 amount) private view returns (Holding storage holding, uint256 tokens) {
        holding = _holdings[asset];
        return (holding, uint256(amount) * holding.unit);
    }

    /// @dev A micro-unit of the asset is a whole number of the token's, or dust would be lost; of the settlement coin it
    /// is 1e-6 of a coin, since cash counts USD.
    function _isSound(Collateral memory c) private view returns (bool) {
        uint256 decimals = IERC20Metadata(address(c.token)).decimals();
        if (c.asset > 255 || address(_holdings[c.asset].token) != address(0)) return false;
        if (decimals < 6 || decimals > 30 || c.unit == 0 || c.unit > type(uint96).max) return false;
        uint256 micro = 10 ** (decimals - 6);
        return c.asset == 0 ? c.unit == micro : c.unit % micro == 0;
    }
}
