#!/bin/sh
# Creates the start-up cache of the installed program. The packages run it as root after they have been installed or upgraded.
set -eu
home=/usr/lib/tcpprobe
java_home=$home/runtime
cache_folder=/var/cache/tcpprobe
read -r cache_label <$home/version

# shellcheck source-path=SCRIPTDIR source=start-java.sh
. $home/start-java.sh
find_cache # sets class_path and cache
make_cache
