#!/bin/sh
# Builds rows.c, statically: rows.sh COMPILER OUT [ROOT]
# ROOT: a folder into which the packages libbpf-dev, libelf-dev and zlib1g-dev of the other architecture are unpacked.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bpf=$here/../../../../kernel/src/main/c/bpf
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# "F_LOCAL_PORT = 4," becomes FIELD(F_LOCAL_PORT, local_port, "localPort").
awk '/^\tF_[A-Z0-9_]+ = [0-9]+,$/ {
    member = tolower(substr($1, 3)); name = ""; upper = 0
    for (i = 1; i <= length(member); i++) {
        c = substr(member, i, 1)
        if (c == "_") upper = 1
        else { name = name (upper ? toupper(c) : c); upper = 0 }
    }
    printf "FIELD(%s, %s, \"%s\")\n", $1, member, name
}' "$bpf/flow_row.h" >"$made/fields.h"

if [ $# -gt 2 ]; then
    set -- "$@" -isystem "$3/usr/include" -L "$(echo "$3"/usr/lib/*-linux-gnu)"
    compiler=$1 out=$2
    shift 3
else
    compiler=$1 out=$2
    shift 2
fi
"$compiler" -O2 -Wall -Wextra -Werror -static -I "$made" -I "$bpf" "$@" "$here/rows.c" -o "$out" -lbpf -lelf -lz
