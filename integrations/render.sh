#!/bin/sh
# Renders the files of this folder, and TCPPROBE-MIB, for an agent with another object id:
#   sh integrations/render.sh BASEOID FOLDER
# BASEOID is the value of snmp.baseoid, such as 1.3.6.1.4.1.99999.1: an id below the enterprise number that IANA has assigned to you.
# FOLDER must not exist yet. TCPPROBE-MIB is written to FOLDER/mibs, and to FOLDER/mibs-without-imports for net-snmp as Debian has it.
set -eu

default=1.3.6.1.4.1.8072.9999.9999.2012
enterprises=1.3.6.1.4.1

die() {
    echo "render.sh: $*" >&2
    exit 1
}

[ $# = 2 ] || die "usage: sh integrations/render.sh BASEOID FOLDER"
base=$1
folder=$2
kit=$(dirname -- "$(readlink -f -- "$0")")
printf '%s\n' "$base" | grep -Eqx '1\.3\.6\.1\.4\.1(\.(0|[1-9][0-9]{0,8})){1,55}' ||
    die "'$base' is not an object id below $enterprises without leading dot, with numbers of at most 9 digits"
[ ! -e "$folder" ] || die "$folder exists"

# Prints module $1 with other parents: below enterprises, one name for each number except the last.
render_mib() {
    awk -v arcs="${base#"$enterprises".}" '
        BEGIN {
            count = split(arcs, arc, ".")
            for (i = 1; i < count; i++) {
                above = i == 1 ? "enterprises" : "tcpProbeParent" (i - 1)
                parents = parents "tcpProbeParent" i " OBJECT IDENTIFIER ::= { " above " " arc[i] " }\n"
            }
            parent = count == 1 ? "enterprises" : "tcpProbeParent" (count - 1)
        }
        /^tcpProbeParent[0-9]+ OBJECT IDENTIFIER/ { printf "%s", parents; parents = ""; next }
        /^    ::= \{ tcpProbeParent[0-9]+ 2012 \}$/ { print "    ::= { " parent " " arc[count] " }"; next }
        { print }' "$1"
}

dots=$(printf '%s' "$default" | sed 's/\./\\./g')
mkdir -p "$folder/mibs" "$folder/mibs-without-imports"
(cd "$kit" && find . -type f ! -name render.sh) | while IFS= read -r file; do
    mkdir -p "$folder/$(dirname "$file")"
    sed "s/$dots/$base/g" "$kit/$file" >"$folder/$file"
done

# Prints the first of these files that exists: the place in a checkout, or that in a package.
first() {
    for file; do
        [ ! -f "$file" ] || { echo "$file" && return; }
    done
    die "there is no TCPPROBE-MIB beside $kit"
}
imports=$(first "$kit/../mibs/src/main/mibs/TCPPROBE-MIB.txt" "$kit/../mibs/TCPPROBE-MIB.txt")
plain=$(first "$kit/../packaging/rendered/mibs/TCPPROBE-MIB.txt" "$kit/../../../snmp/mibs/TCPPROBE-MIB.txt")
render_mib "$imports" >"$folder/mibs/TCPPROBE-MIB.txt"
render_mib "$plain" >"$folder/mibs-without-imports/TCPPROBE-MIB.txt"
echo "rendered for snmp.baseoid=$base: $folder"
