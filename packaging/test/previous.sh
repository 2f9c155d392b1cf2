#!/bin/sh
# Builds the packages of an earlier commit, for install-test.sh to upgrade from. JAVA_HOME names the JDK that builds.
#   previous.sh ROOT OUTPUT
#     ROOT    a checkout with history
#     OUTPUT  the folder for the packages
# The commit is that of the last release before ROOT's commit, which is what users have; before the first release, the commit before.
# Its version is lower than any other: two commits may be of the same second. The exit status is 77 if there is no history.
set -eu

root=$1
output=$2
git -C "$root" rev-parse --quiet --verify 'HEAD^' >/dev/null || {
    echo "previous: $root has no commit before its own, as in a shallow clone; fetch more: git fetch --unshallow"
    exit 77
}
commit=$(git -C "$root" describe --tags --abbrev=0 --match 'v[0-9]*' 'HEAD^' 2>/dev/null) ||
    commit=$(git -C "$root" rev-parse 'HEAD^')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
git clone -q --no-local --no-checkout "$root" "$work/tcpprobe"
cd "$work/tcpprobe"
git checkout -q --detach "$commit"
echo "previous: building $(git log -1 --format='%h %s')"
mvn -q --batch-mode -DskipTests package -pl agent -am
sh packaging/package.sh "$PWD" --output "$output" --version "0~previous.$(git rev-parse --short=12 HEAD)"
