#!/bin/sh
# The entry point of the container image. Docker and Kubernetes cannot give capabilities to a user other than root: they have no
# ambient capabilities, and execve() of another user drops all others. So there the container begins as root, with the capabilities
# SETUID, SETGID and CHOWN in addition, and this script gives the state folder to the user tcpprobe, and continues as that user,
# who has only BPF and PERFMON. Podman sets ambient capabilities: there the container runs as the user from the beginning.
set -eu

if [ "$(id -u)" = 0 ]; then
    keep=-all
    for capability in bpf perfmon; do
        if setpriv --inh-caps "-all,+$capability" --ambient-caps "-all,+$capability" true 2>/dev/null; then
            keep=$keep,+$capability
        fi
    done
    chown 10161:10161 "$STATE_DIRECTORY" 2>/dev/null || : # the agent reports a folder that it cannot use
    exec setpriv --reuid=10161 --regid=10161 --clear-groups --no-new-privs --inh-caps="$keep" --ambient-caps="$keep" \
        /usr/bin/tcpprobe "$@"
fi
exec /usr/bin/tcpprobe "$@"
