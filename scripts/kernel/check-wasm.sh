#!/bin/sh
# Rebuilds the kernel's WebAssembly files and fails unless they are the committed ones, byte for byte.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/scripts/kernel/build-wasm.sh" "$folder"
for file in kernel.wasm kernel-fma.wasm; do
  cmp "$folder/$file" "$root/prover/kernel/$file"
done
echo "Both WebAssembly files are what the sources give."
