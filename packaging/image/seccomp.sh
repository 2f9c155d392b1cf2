#!/bin/sh
# Writes the seccomp profile to standard output. Its members are those that the formats of Docker, podman, CRI-O (names, action, args)
# and the OCI runtime specification, which containerd reads, have in common.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")

awk '
function rule(names, action, more) {
    rules = rules (rules ? ",\n" : "") "    {\"names\": [" names "], \"action\": \"SCMP_ACT_" action "\"" more "}"
}
function argument(index_, value, two, op) {
    return ", \"args\": [{\"index\": " index_ ", \"value\": " value ", \"valueTwo\": " two ", \"op\": \"SCMP_CMP_" op "\"}]"
}
function number(text, i, value) {
    if (text !~ /^0x/) return text + 0
    for (i = 3; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}
function quoted(first, i, names) {
    for (i = first; i <= NF; i++) names = names (names ? ", " : "") "\"" $i "\""
    return names
}
/^#/ || NF == 0 { next }
$1 == "!" { rule(quoted(2), "ERRNO", ", \"errnoRet\": 1"); next }
$3 == "==" { rule("\"" $1 "\"", "ALLOW", argument($2, number($4), 0, "EQ")); next }
$3 == "&" { rule("\"" $1 "\"", "ALLOW", argument($2, number($4), 0, "MASKED_EQ")); next }
{ rule(quoted(1), "ALLOW", "") }
END {
    print "{"
    print "  \"defaultAction\": \"SCMP_ACT_ERRNO\","
    print "  \"defaultErrnoRet\": 38,"
    print "  \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_AARCH64\"],"
    print "  \"syscalls\": [\n" rules "\n  ]"
    print "}"
}' "$here/seccomp.list"
