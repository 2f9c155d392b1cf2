#!/bin/sh
# Starts tcpprobe where it is installed: with its own run time, and with the start-up cache if there is one that can be trusted.
# JAVA_OPTS is added to the JVM's options. STARTUP_CACHE names another folder for the cache than the package's.
set -eu

place=$(readlink -f -- "$0")
prefix=${place%/*/*} # /usr, or the folder where the tar ball was unpacked
home=$prefix/lib/tcpprobe
java_home=$home/runtime
read -r cache_label <"$home/version"
if [ "$prefix" = /usr ]; then
    etc=/etc/tcpprobe
    cache_folder=${STARTUP_CACHE:-/var/cache/tcpprobe}
else
    etc=$prefix/etc/tcpprobe
    cache_folder=$home
fi

# shellcheck source-path=SCRIPTDIR source=start-java.sh
. "$home/start-java.sh"
find_cache # sets class_path and cache
# The package makes the cache when it is installed; for the tar ball and the container image the first start does.
[ "$cache_folder" = /var/cache/tcpprobe ] || make_cache

# How the user calls this program, for its texts: the name if it is on PATH.
program=${0##*/}
[ "$(command -v -- "$program")" = "$0" ] || program=$0

config=$etc/tcpprobe.conf
start_java "$@"
