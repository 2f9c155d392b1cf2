#!/bin/sh
# Builds a release; './tcpprobe release' calls it. JAVA_HOME names the JDK that builds, and whose parts become the run time.
#   release.sh ROOT [--output DIR]
# All is built from a clone of the commit, so that no file of the checkout that is not committed gets into it.
set -eu
umask 022

say() {
    echo "tcpprobe: $*" >&2
}

die() {
    say "release: $*"
    exit 1
}

root=$1
shift
output=$root/target/release
while [ $# != 0 ]; do
    case $1 in
        --output) output=${2:?--output needs a folder} && shift 2 ;;
        --output=*) output=${1#*=} && shift ;;
        *) die "there is no option $1; see './tcpprobe release --help'" ;;
    esac
done

# ---- what is released: the tag of the commit, and the section of the changelog --------------------------------------------

# Sets tag and version.
find_version() {
    tag=$(git -C "$root" describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null) ||
        die "this commit has no tag such as v1.2.3; set it: git tag -a v1.2.3 -m 1.2.3"
    version=${tag#v}
    echo "$version" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$' || die "tag $tag is not a version such as v1.2.3; delete it: git tag -d $tag"
    changed=$(git -C "$root" status --porcelain --untracked-files=no)
    [ -z "$changed" ] || die "there are changes that are not committed, and a release has only what is; commit or undo them:
$changed"
}

# Writes the section of the version: from its heading "## 1.2.3, 2026-01-31" to the next one.
write_notes() {
    grep -qE "^## $(echo "$version" | sed 's/\./\\./g'), [0-9]{4}-[0-9]{2}-[0-9]{2}\$" "$source/CHANGELOG.md" ||
        die "CHANGELOG.md has no section '## $version, YYYY-MM-DD'; give its section this heading, and move the tag"
    awk -v heading="## $version, " 'index($0, "## ") == 1 { inside = index($0, heading) == 1; next } inside' "$source/CHANGELOG.md" \
        >"$output/RELEASE-NOTES-$version.md"
    grep -q '^- ' "$output/RELEASE-NOTES-$version.md" ||
        die "the section $version of CHANGELOG.md names no change; write it, and move the tag"
}

# ---- the files ------------------------------------------------------------------------------------------------------------

build() {
    say "building $version (the first time takes minutes: Maven fetches what it needs) ..."
    (cd "$source" && mvn -q --batch-mode -DskipTests "-Drevision=$version" package org.cyclonedx:cyclonedx-maven-plugin:makeBom \
        -pl agent -am) >"$work/build.log" 2>&1 || {
        cat "$work/build.log" >&2
        die "the build failed; the output above says why"
    }
}

# Writes the bill of materials: the libraries, as Maven resolved them, and what Maven does not know.
write_bill() {
    bill=$output/tcpprobe-$version.cdx.json
    jdk=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")
    vendor=$(sed -n 's/^IMPLEMENTOR="\(.*\)"/\1/p' "$JAVA_HOME/release")
    uplot=$(sed -n 's/.*uPlot \([0-9.]*[0-9]\).*/\1/p' "$source/docs/dependencies.md" | head -n 1)
    { [ "$jdk" ] && [ "$uplot" ]; } || die "found no version of the JDK ($JAVA_HOME/release) or of uPlot (docs/dependencies.md)"
    awk -v jdk="$jdk" -v vendor="$vendor" -v uplot="$uplot" '
        { print }
        /^  "components" : \[/ {
            print "    { \"type\" : \"platform\", \"name\" : \"openjdk\", \"version\" : \"" jdk "\", \"supplier\" : { \"name\" : \"" vendor \
                "\" }, \"description\" : \"The parts of a JDK that the packages contain, linked by jlink\" },"
            print "    { \"type\" : \"library\", \"name\" : \"uplot\", \"version\" : \"" uplot "\", \"purl\" : \"pkg:npm/uplot@" uplot \
                "\", \"licenses\" : [ { \"license\" : { \"id\" : \"MIT\" } } ] },"
            added = 1
        }
        END { exit !added }' "$source/agent/target/bom.json" >"$bill" || die "the bill of materials has no list of components"
}

find_version
mkdir -p "$output"
[ -z "$(find "$output" -mindepth 1 -maxdepth 1 ! -name 'tcpprobe[-_]*' ! -name 'RELEASE-NOTES-*.md' ! -name 'SHA256SUMS*' \
    ! -name '.work.*')" ] || die "$output has other files than those of a release; name a new folder with --output"
rm -rf "$output"/tcpprobe[-_]* "$output"/RELEASE-NOTES-*.md "$output"/SHA256SUMS* "$output"/.work.*
output=$(readlink -f -- "$output")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
source=$work/tcpprobe
git clone -q --no-local "$root" "$source" # has the commit that is checked out
write_notes
build
sh "$source/packaging/package.sh" "$source" --version "$version" --output "$output"
write_bill
(cd "$output" && rm SHA256SUMS && LC_ALL=C && export LC_ALL && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
say "release $version is in $output; sign SHA256SUMS, and publish the folder with RELEASE-NOTES-$version.md"
