#!/bin/sh
# Starts tcpprobe where it is installed: with its own run time, and with the start-up cache if there is one that can be trusted.
# JAVA_OPTS is added to the JVM's options.
set -eu

place=$(readlink -f -- "$0")
prefix=${place%/*/*} # /usr, or the folder where the tar ball was unpacked
home=$prefix/lib/tcpprobe
java_home=$home/runtime
read -r cache_label <"$home/version"
if [ "$prefix" = /usr ]; then
    etc=/etc/tcpprobe
    cache_folder=/var/cache/tcpprobe
else
    etc=$prefix/etc/tcpprobe
    cache_folder=$home
fi

# shellcheck source-path=SCRIPTDIR source=startup-cache.sh
. "$home/startup-cache.sh"
find_cache # sets class_path and cache
# The package makes the cache when it is installed; for the tar ball the first start does.
[ "$prefix" = /usr ] || make_cache

# How the user calls this program, for its texts: the name if it is on PATH.
program=${0##*/}
[ "$(command -v -- "$program")" = "$0" ] || program=$0

set -- "-Dtcpprobe.program=$program" "-Dtcpprobe.config=$etc/tcpprobe.conf" -cp "$class_path" io.tcpprobe.agent.cli.Main "$@"
if cache_is_usable; then set -- "-XX:AOTCache=$cache" "$@"; fi

# The width of the terminal; the JVM cannot query it.
if [ -t 1 ] && size=$(stty size 2>/dev/null </dev/tty); then
    COLUMNS=${size#* }
    export COLUMNS
fi

# One arena of malloc: the threads of the JVM would keep freed memory in several.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
# exec: signals reach the JVM and nothing else.
# shellcheck disable=SC2086 # options, not one word
exec "$java_home/bin/java" "@$home/jvm.options" ${JAVA_OPTS:-} "$@"
