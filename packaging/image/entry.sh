#!/bin/sh
# The entry point of the container image, and what "tcpprobe" is in it for commands, such as kubectl exec ... tcpprobe flows.
# Docker and Kubernetes cannot give capabilities to a user other than root: they set no ambient capabilities, and execve() of another
# user drops all others. So there the container begins as root, with the capabilities SETUID, SETGID and CHOWN in addition, and this
# script gives the state folder to the user tcpprobe, and continues as that user, who has only BPF and PERFMON. Podman sets ambient
# capabilities: there the container runs as the user from the beginning.
set -eu

PATH=/usr/bin:/bin # the package's launcher, not this script
if [ "$(id -u)" = 0 ]; then
    keep=-all
    for capability in bpf perfmon; do
        if /usr/bin/setpriv --inh-caps "-all,+$capability" --ambient-caps "-all,+$capability" true 2>/dev/null; then
            keep=$keep,+$capability
        fi
    done
    chown 10161:10161 "${STATE_DIRECTORY:-/var/lib/tcpprobe}" 2>/dev/null || : # the agent reports a folder that it cannot use
    exec /usr/bin/setpriv --reuid=10161 --regid=10161 --clear-groups --no-new-privs --inh-caps="$keep" --ambient-caps="$keep" \
        "$0" "$@"
fi

# The first start makes the start-up cache, in the volume: an image with a cache would not be the same bytes when it is built again.
STARTUP_CACHE=${STATE_DIRECTORY:-/var/lib/tcpprobe}/startup-cache
export STARTUP_CACHE
mkdir -p "$STARTUP_CACHE" 2>/dev/null || : # the agent reports a folder that it cannot use
exec tcpprobe "$@"
