#!/bin/sh
# Builds the packages from a build of the agent; './tcpprobe package' calls it. JAVA_HOME names the JDK whose parts become the run time.
#   package.sh ROOT [--output DIR] [--version VERSION]
# Two builds of one commit give the same bytes: files are sorted, belong to root, and have the time of the commit.
set -eu
umask 022
export LC_ALL=C TZ=UTC0

say() {
    echo "tcpprobe: $*" >&2
}

die() {
    say "package: $*"
    exit 1
}

root=$1
shift
here=$root/packaging
dist=$root/agent/target/tcpprobe
output=$root/target/packages
version=
while [ $# != 0 ]; do
    case $1 in
        --output) output=${2:?--output needs a folder} && shift 2 ;;
        --version) version=${2:?--version needs a version} && shift 2 ;;
        --output=*) output=${1#*=} && shift ;;
        --version=*) version=${1#*=} && shift ;;
        *) die "there is no option $1; see './tcpprobe package --help'" ;;
    esac
done

mkdir -p "$output" && output=$(readlink -f -- "$output")
work=$(mktemp -d "$output/.work.XXXXXX")
deb=
trap '[ -z "$deb" ] || { pkill -P "$deb"; kill "$deb"; } 2>/dev/null || :; wait; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# ---- what is built: version, time, architecture ---------------------------------------------------------------------------

commit() {
    git -C "$root" log -1 --abbrev=12 --format="$1" 2>/dev/null
}

# Sets the time of all files, and the version: that of the project, or for a snapshot one that grows with every commit. "~" sorts before
# the release.
find_version() {
    [ ! -e "$root/.git" ] || commit %h >/dev/null || die "git cannot read $root; run 'git -C $root log' to see why"
    epoch=${SOURCE_DATE_EPOCH:-$(commit %ct || echo 1767225600)}
    export SOURCE_DATE_EPOCH="$epoch"
    date=$(date -d "@$epoch" -R)
    if [ "$version" ]; then return; fi
    version=$("$JAVA_HOME/bin/java" -cp "$dist/lib/*" io.tcpprobe.agent.cli.Main --version)
    version=${version##* }
    case $version in
        *-SNAPSHOT) version=${version%-SNAPSHOT}~$(date -d "@$epoch" +%Y%m%d.%H%M%S)$(commit .%h || :)
            [ -z "$(git -C "$root" status --porcelain --untracked-files=no 2>/dev/null)" ] || version=$version.changed
            ;;
    esac
}

# Sets the names that distributions have for this machine's architecture.
find_architecture() {
    machine=$(uname -m)
    case $machine in
        x86_64) debian=amd64 ;;
        aarch64) debian=arm64 ;;
        *) debian=$(dpkg --print-architecture 2>/dev/null || echo "$machine") ;;
    esac
}

# ---- the tree, the same for all packages: $1 is /usr or the tar ball's folder ---------------------------------------------

# Links the run time: the modules that the jars use, and those that no class names: JMX over a socket, jcmd,
# the flight recorder, and signals (sun.misc.Signal).
link_runtime() {
    say "linking the run time from $JAVA_HOME ..."
    modules=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --print-module-deps --ignore-missing-deps -cp "$dist/lib/*:$dist/lib/kafka/*" \
        "$dist"/lib/*.jar "$dist"/lib/kafka/*.jar 2>/dev/null | tail -n 1)
    "$JAVA_HOME/bin/jlink" --add-modules "$modules,jdk.management.agent,jdk.management.jfr,jdk.jfr,jdk.jcmd,jdk.naming.rmi,jdk.unsupported" \
        --strip-java-debug-attributes --compress=zip-0 --no-man-pages --no-header-files --output "$work/runtime"
}

# Copies file $1 to $2, which others may read; with $3 = 755 also execute.
install_file() {
    install -D -m "${3:-644}" "$1" "$2"
}

install_program() {
    home=$1/lib/tcpprobe
    mkdir -p "$home"
    cp -r "$dist/lib" "$work/runtime" "$home"
    install_file "$dist/tcpprobe-javaagent.jar" "$home/tcpprobe-javaagent.jar"
    install_file "$here/jvm.options" "$home/jvm.options"
    install_file "$here/start-java.sh" "$home/start-java.sh"
    echo "$version" >"$home/version"
    (cd "$home" && find lib runtime jvm.options -type f | sort | xargs sha256sum | sha256sum | cut -c 1-16) >"$home/build-id"
    install_file "$here/launcher.sh" "$1/bin/tcpprobe" 755
}

# Installs what is rendered from the lists of commands, settings and objects.
install_texts() {
    for text in man/tcpprobe.1 man/tcpprobe.conf.5 man/tcpprobe-mib.7 mibs/TCPPROBE-MIB.txt tcpprobe.conf completion/tcpprobe.bash \
        completion/_tcpprobe completion/tcpprobe.fish; do
        [ -s "$here/rendered/$text" ] || die "there is no $here/rendered/$text; render it: mvn test -Dtcpprobe.render=true"
    done
    for page in "$here"/rendered/man/*.[157]; do
        install_file "$page" "$1/share/man/man${page##*.}/${page##*/}"
        gzip -9n "$1/share/man/man${page##*.}/${page##*/}"
    done
    for mib in "$here"/rendered/mibs/*.txt; do install_file "$mib" "$1/share/snmp/mibs/${mib##*/}"; done
    install_file "$here/rendered/completion/tcpprobe.bash" "$1/share/bash-completion/completions/tcpprobe"
    install_file "$here/rendered/completion/_tcpprobe" "$1/share/zsh/vendor-completions/_tcpprobe"
    install_file "$here/rendered/completion/tcpprobe.fish" "$1/share/fish/vendor_completions.d/tcpprobe.fish"
    doc=$1/share/doc/tcpprobe
    install_file "$here/debian/copyright" "$doc/copyright"
    install_file "$root/README.md" "$doc/README.md"
    install_file "$root/mibs/src/main/mibs/TCPPROBE-MIB.txt" "$doc/mibs/TCPPROBE-MIB.txt"
    for text in "$root"/docs/*.md; do install_file "$text" "$doc/docs/${text##*/}"; done
    (cd "$root/integrations" && find . -name target -prune -o -type f -print | sort) | while IFS= read -r file; do
        install_file "$root/integrations/$file" "$doc/integrations/${file#./}"
    done
    gzip -9nc "$root/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
}

# Prepares tree $1 for packing: readable by all, and of one time.
settle() {
    chmod -R u=rwX,go=rX "$1"
    find "$1" -exec touch -hd "@$epoch" {} +
}

# ---- the packages ---------------------------------------------------------------------------------------------------------

pack_tar() {
    name=tcpprobe-$version-linux-$machine
    say "packing $name.tar.gz ..."
    tree=$work/tar/tcpprobe-$version
    install_program "$tree"
    install_texts "$tree"
    install_file "$here/rendered/tcpprobe.conf" "$tree/etc/tcpprobe/tcpprobe.conf"
    settle "$tree"
    tar -C "$work/tar" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "tcpprobe-$version" | gzip -9n \
        >"$output/$name.tar.gz"
}

# The system's tree below $1, for packages that a package manager installs.
install_system() {
    install_program "$1/usr"
    install_texts "$1/usr"
    install_file "$here/rendered/tcpprobe.conf" "$1/etc/tcpprobe/tcpprobe.conf"
    install_file "$here/make-startup-cache.sh" "$1/usr/lib/tcpprobe/make-startup-cache" 755
    install_file "$here/tcpprobe.service" "$1/usr/lib/systemd/system/tcpprobe.service"
    install_file "$here/tcpprobe.sysusers" "$1/usr/lib/sysusers.d/tcpprobe.conf"
    mkdir -p "$1/var/cache/tcpprobe"
}

# Prints the packages that hold the libraries which the run time is linked with, except its own.
needed_packages() {
    libraries=$(find "$work/runtime" -name '*.so' -exec ldd {} + | awk '/=> [/]/ { print $3 }' | sort -u)
    for library in $libraries; do
        case $library in
            "$work"/*) ;;
            *) dpkg-query -S "$library" "$(readlink -f -- "$library")" 2>/dev/null | head -n 1 | cut -d : -f 1 ;;
        esac
    done | sort -u | paste -sd , | sed 's/,/, /g'
}

# In a shell of its own, which becomes dpkg-deb in the end, so that a signal ends that and its children.
pack_deb() {
    command -v dpkg-deb >/dev/null || {
        say "no .deb: there is no dpkg-deb here"
        return
    }
    name=tcpprobe_${version}_$debian
    say "packing $name.deb (a minute) ..."
    tree=$work/deb
    install_system "$tree"
    gzip -9nc >"$tree/usr/share/doc/tcpprobe/changelog.gz" <<TEXT
tcpprobe ($version) unstable; urgency=medium

  * Changes are in /usr/share/doc/tcpprobe/CHANGELOG.md.gz.

 -- ${DEBFULLNAME:-tcpprobe} <${DEBEMAIL:-tcpprobe@tcpprobe.invalid}>  $date
TEXT
    install_file "$here/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/tcpprobe"
    settle "$tree"
    mkdir "$tree/DEBIAN"
    sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$debian/" -e "s/@DEPENDS@/$(needed_packages)/" \
        -e "s/@SIZE@/$(find "$tree" -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')/" \
        -e "s/@MAINTAINER@/${DEBFULLNAME:-tcpprobe} <${DEBEMAIL:-tcpprobe@tcpprobe.invalid}>/" "$here/debian/control" >"$tree/DEBIAN/control"
    (cd "$tree" && find etc -type f | sed 's:^:/:' | sort) >"$tree/DEBIAN/conffiles"
    (cd "$tree" && find usr -type f | sort | xargs md5sum) >"$tree/DEBIAN/md5sums"
    for script in postinst prerm postrm; do
        sed "s/@VERSION@/$version/" "$here/debian/$script" >"$tree/DEBIAN/$script"
        chmod 755 "$tree/DEBIAN/$script"
    done
    settle "$tree"
    exec dpkg-deb -Zxz --threads-max=1 --root-owner-group --build "$tree" "$output/$name.deb" >/dev/null
}

pack_rpm() {
    command -v rpmbuild >/dev/null || return 0
    say "packing the .rpm (a minute) ..."
    tree=$work/rpm
    install_system "$tree"
    settle "$tree"
    sed -e "s/@VERSION@/$version/" "$here/tcpprobe.spec" >"$work/tcpprobe.spec"
    rpmbuild -bb --quiet --define "_topdir $work/rpmbuild" --define "_rpmdir $work/rpms" --define "tree $tree" --define "dist %nil" \
        "$work/tcpprobe.spec" >"$work/rpm.log" 2>&1 || {
        cat "$work/rpm.log" >&2
        die "rpmbuild failed; the output above says why"
    }
    find "$work/rpms" -name '*.rpm' -exec mv {} "$output" \;
}

pack_javaagent() {
    install_file "$root/agent/target/tcpprobe-javaagent-onefile.jar" "$output/tcpprobe-javaagent-$version.jar"
}

find_version
find_architecture
rm -f "$output"/tcpprobe[-_]*.deb "$output"/tcpprobe-*.tar.gz "$output"/tcpprobe-*.jar "$output"/tcpprobe-*.rpm "$output/SHA256SUMS"
link_runtime
pack_deb & # beside the others: xz compresses it for most of a minute, on one processor so that its bytes are always the same
deb=$!
pack_tar
pack_rpm
pack_javaagent
wait "$deb"
deb=
(cd "$output" && sha256sum tcpprobe[-_]* >SHA256SUMS)
say "built in $output:"
(cd "$output" && du -h --apparent-size tcpprobe[-_]* | sed 's/^/  /' >&2)
