# How the program is started, for the launchers of the checkout and of the packages and for the packages' scripts, which source this file.
#
# The start-up cache (JEP 483, 514) halves the time to the first answer. JDK 25 does not check that a cache belongs to the class path
# (JDK-8377932): it would run the classes of other jars. So the cache's name has an id of the jars, the options and the Java run time,
# and a cache of another id is never loaded. It serves any processor: see jvm.options.
#
# Set before: java_home; home, which has lib/*.jar and jvm.options; cache_folder; cache_label, the readable part of the cache's name.
# shellcheck shell=sh disable=SC2154

main=io.tcpprobe.agent.cli.Main

# Sets class_path, always in the same order: a cache serves only the class path that it was made with. And sets cache, its file.
find_cache() {
    class_path=$(
        LC_ALL=C
        printf '%s:' "$home"/lib/*.jar
    )
    class_path=${class_path%:}
    [ -f "${class_path##*:}" ] || {
        echo "tcpprobe: there are no jars in $home/lib; unpack, install or build tcpprobe again" >&2
        exit 1
    }
    # Sizes and times, and where there is one the build id of the package, whose files all have the same time.
    cache_id=$(LC_ALL=C TZ=UTC0 stat -Lc '%n %s %y' "$home"/lib/*.jar "$home/jvm.options" "$java_home/release")
    cache_id=$({
        echo "$cache_id"
        cat "$home/build-id" 2>/dev/null || :
    } | cksum)
    cache=$cache_folder/tcpprobe-$cache_label-${cache_id%% *}.aot
}

# Succeeds if nobody but this user, a group of this user's files, and root can write the given files and folders; for root, nobody but
# root.
only_ours() {
    for access in $(stat -Lc '%u/%A' -- "$@" 2>/dev/null); do
        case $access in
            0/?????-??-*) ;;          # root only
            */????????w*) return 1 ;; # everybody
            *)
                user=$(id -u)
                [ "$user" != 0 ] || return 1
                case $access in
                    0/?????w*) return 1 ;; # a group of root's folders, as staff
                    0/* | "$user"/*) ;;
                    *) return 1 ;;
                esac
                ;;
        esac
    done
}

# Succeeds if there is a cache of this build, and it can be trusted.
cache_is_usable() {
    [ -s "$cache" ] && only_ours "$cache_folder" "$cache"
}

# Succeeds if a cache is missing, and this user may make one that will be used.
cache_can_be_made() {
    [ ! -e "$cache" ] && [ -w "$cache_folder" ] && only_ours "$cache_folder"
}

# Succeeds unless there is this file, and the limit in it is too small.
allows_memory() {
    limit=max
    [ ! -r "$1" ] || read -r limit <"$1"
    [ "$limit" = max ] || [ "$limit" -ge 600000000 ]
}

# Succeeds unless a control group of this process allows less memory than creating the cache needs, 460 MB: the kernel could kill
# everything in it.
memory_suffices() {
    allows_memory /sys/fs/cgroup/memory/memory.limit_in_bytes || return 1 # version 1
    group=
    while IFS= read -r line; do
        case $line in 0::/*) group=${line#0::} ;; esac
    done </proc/self/cgroup
    group=${group%/}
    while :; do
        allows_memory "/sys/fs/cgroup$group/memory.max" || return 1
        [ -n "$group" ] || return 0
        group=${group%/*}
    done
}

# Creates the cache, unless another process is creating it: that one's process keeps the lock even if its shell is ended.
make_cache() {
    { cache_can_be_made && memory_suffices; } || return 0
    if command -v flock >/dev/null; then
        (if flock -n 8 && cache_can_be_made; then write_cache; fi) 8>"$cache_folder/making.lock" || :
    else
        write_cache || :
    fi
}

# Writes the cache by starting and stopping the agent once. An empty file means that this failed: then the agent starts without a cache,
# and it is not tried again. A cache is replaced, never overwritten: a process may have mapped it.
write_cache() {
    echo "tcpprobe: creating the start-up cache, so that later starts are faster ..." >&2
    rm -f "$cache_folder"/tcpprobe-*.aot*
    if (
        umask 022
        timeout 120 "$java_home/bin/java" "@$home/jvm.options" "-XX:AOTCacheOutput=$cache.new" -cp "$class_path" \
            "$main" rehearse >"$cache.log" 2>&1 </dev/null && [ -s "$cache.new" ]
    ); then
        rm -f "$cache.log"
    else
        : >"$cache.new"
    fi
    mv "$cache.new" "$cache"
}

# Replaces this process by the program, with arguments "$@". JAVA_OPTS is added to the JVM's options.
# Set before: program, how the user calls it; config, the configuration file of the installation, if it has one.
start_java() {
    set -- "-Dtcpprobe.program=$program" ${config:+"-Dtcpprobe.config=$config"} -cp "$class_path" "$main" "$@"
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
}
