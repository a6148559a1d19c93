// SPDX-License-Identifier: GPL-3.0-only
pragma solidity 0.8.37;

import {Signature} from "../../contracts/interfaces/ISigners.sol";
import {vm} from "../contracts/Cheats.sol";

/// @dev Signers with the keys 1, 2, 3, ..., in ascending order of their addresses.
abstract contract Keys {
    function members(uint256 n) internal pure returns (address[] memory all) {
        all = new address[](n);
        for (uint256 i; i < n; ++i) {
            address signer = vm.addr(i + 1);
            uint256 place = i;
            for (; place > 0 && all[place - 1] > signer; --place) all[place] = all[place - 1];
            all[place] = signer;
        }
    }

    function sorted2(address a, address b) internal pure returns (address[] memory both) {
        both = new address[](2);
        (both[0], both[1]) = a < b ? (a, b) : (b, a);
    }

    function keyOf(address signer, uint256 n) internal pure returns (uint256 key) {
        for (key = 1; key <= n; ++key) if (vm.addr(key) == signer) return key;
        revert("no such key");
    }

    function signatureOf(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Of all `n` members but the one in place `absent`.
    function signatures(bytes32 digest, uint256 n, uint256 absent) internal pure returns (Signature[] memory all) {
        address[] memory set = members(n);
        all = new Signature[](n - 1);
        for (uint256 i; i < n - 1; ++i) {
            address signer = set[i < absent ? i : i + 1];
            all[i] = Signature(signer, signatureOf(keyOf(signer, n), digest));
        }
    }
}
