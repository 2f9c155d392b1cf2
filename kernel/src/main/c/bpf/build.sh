#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Builds the BPF object that the agent loads: build.sh [OUTPUT]. Needs clang-14, llvm-14 and libbpf-dev.
# Its bytes do not depend on where or when it is built; a test builds it again and compares.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/../../resources/io/tcpprobe/kernel/bpf/tcpprobe.bpf.o}
cd "$here"
clang-14 -g -O2 -mcpu=v3 -target bpf -Wall -Wextra -Werror -Wno-unused-parameter \
	-ffile-prefix-map="$here"=. -fdebug-compilation-dir=. -c tcpprobe.bpf.c -o "$output"
llvm-strip-14 -g "$output"
