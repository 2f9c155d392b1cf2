#!/bin/sh
# Plants faults, one at a time, and runs the unit tests of the package that each is in: run.sh [NAME ...]
# A fault is planted in a compiled copy of its file, which comes first on the class path: the checkout is not changed. Prints
# "found" or "SURVIVED" for each, then the score. The exit status is 1 unless all were found. MAVEN_ARGS holds more arguments
# for Maven, such as -o. Only that file is compiled: a constant that other classes use is no place for a fault, for they have
# its value compiled in.
# A line of the list: name | file | text in it | what replaces the text | more packages whose tests are run
set -u
root=$(cd -- "$(dirname -- "$0")/../../../.." && pwd)
here=$root/it/src/test/faults
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
limit_seconds=600 # for the tests of a package; each test has its own limit
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
planted=0
found=0
checked=' '

cd "$root" || exit 1
mvn -q --batch-mode ${MAVEN_ARGS:-} -pl agent -am test-compile dependency:build-classpath -Dmdep.includeScope=test \
    -Dmdep.outputFile="$work/classpath" || exit 1
classpath=$(cat "$work/classpath"):$root/agent/target/classes
"${bin}javac" -d "$work/launcher" -cp "$classpath" "$here/RunTests.java" || exit 1

# plant FILE TEXT REPLACEMENT: the file with the fault, in $work/source, and compiled in $work/fault
plant() {
    rm -rf "$work/fault"
    mkdir -p "$work/fault" "$work/source"
    python3 - "$1" "$work/source/$(basename "$1")" "$2" "$3" <<'PY' || return 1
import sys
path, planted, old, new = sys.argv[1:]
text = open(path).read()
if text.count(old) != 1:
    sys.exit(f"{path}: {text.count(old)} times, not once: {old}")
open(planted, "w").write(text.replace(old, new))
PY
    "${bin}javac" -proc:none -nowarn -d "$work/fault" -cp "${1%%/*}/target/classes:$classpath" \
        "$work/source/$(basename "$1")"
}

# classes MODULE FOLDER...: the test classes of these packages
classes() {
    module=$1
    shift
    for folder; do
        (cd "$module/src/test/java" && ls "$folder"/*Test.java 2> /dev/null) | sed 's/\.java$//; s|/|.|g'
    done
}

# run MODULE CLASS...
run() {
    module=$1
    shift
    timeout "$limit_seconds" "${bin}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -Djunit.jupiter.execution.timeout.default=60s \
        -cp "$work/fault:$work/launcher:$module/target/test-classes:$module/target/classes:$classpath" RunTests "$@" \
        > "$work/log" 2>&1 < /dev/null
}

# passes MODULE CLASS...: whether the tests pass without a fault, asked once for each set of tests
passes() {
    case $checked in *" $* "*) return 0 ;; esac
    rm -rf "$work/fault"
    run "$@" || return 1
    checked="$checked $* "
}

while IFS='|' read -r name file old new packages; do
    case $name in '' | '#'*) continue ;; esac
    name=$(echo $name) file=$(echo $file)
    old=${old# } old=${old% } new=${new# } new=${new% }
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    planted=$((planted + 1))
    module=${file%%/*}
    own=$(dirname "${file#*/src/main/java/}")
    tests=$(classes "$module" "$own" $(for package in $packages; do echo "io/tcpprobe/$module/$package"; done))
    if [ -z "$tests" ]; then
        echo "$name: SURVIVED, its package has no tests"
    elif ! passes "$module" $tests; then
        echo "$name: the tests fail without it"
        head -n 40 "$work/log"
    elif ! plant "$file" "$old" "$new"; then
        echo "$name: could not be planted"
    elif run "$module" $tests; then
        echo "$name: SURVIVED"
    else
        echo "$name: found"
        found=$((found + 1))
    fi
done < "$here/list.txt"
echo "$found of $planted found"
[ "$found" -eq "$planted" ]
