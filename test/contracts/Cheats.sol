// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

/// @dev The few cheat codes of the test chain that these tests use.
interface Cheats {
    function warp(uint256 timestamp) external;
    function chainId(uint256 id) external;
    function prank(address sender) external;
    function deal(address who, uint256 wei_) external;
    function fee(uint256 basefee) external;
    function assume(bool condition) external;
    function expectRevert(bytes calldata revertData) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

Cheats constant vm = Cheats(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
