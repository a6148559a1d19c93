#!/bin/sh
# Builds the kernel's two WebAssembly files from the core's C with Debian's clang-19 and lld-19; the same compiler gives the
# same bytes.
#   build-wasm.sh [folder]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-$root/prover/kernel}
cd "$root/prover/kernel/core"
build() {
  target=$1
  shift
  clang-19 --target=wasm32 -std=c11 -O3 -nostdlib -ffreestanding -ffp-contract=off -mcpu=mvp \
    -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals -Wall -Wextra -Werror -Wno-unused-function "$@" \
    -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=1048576 -Wl,--max-memory=4294967296 wasm.c -o "$target"
  chmod 644 "$target"
}
build "$output/kernel.wasm"
build "$output/kernel-fma.wasm" -msimd128 -mrelaxed-simd \
  '-DFIELD_HEADER="field51.h"' '-DCONSTANTS_HEADER="constants51.h"'
