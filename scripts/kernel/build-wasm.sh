#!/bin/sh
# Builds prover/kernel/kernel.wasm from the core's C with Debian's clang and lld; the same compiler gives the same bytes.
#   build-wasm.sh [output]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-$root/prover/kernel/kernel.wasm}
cd "$root/prover/kernel/core"
clang --target=wasm32 -std=c11 -O3 -nostdlib -ffreestanding -fno-builtin-memset \
  -mbulk-memory -msign-ext -mnontrapping-fptoint -Wall -Wextra -Werror \
  -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=1048576 -Wl,--max-memory=4294967296 \
  wasm.c -o "$output"
