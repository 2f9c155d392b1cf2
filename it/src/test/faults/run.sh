#!/bin/sh
# Plants faults, one at a time, in a copy of this checkout, and runs the unit tests that should find each: run.sh [NAME ...]
# Prints "found" or "SURVIVED" for each; the exit status is 1 if one survived, could not be planted or did not compile.
# A line of the list: name | module | file | text in it | what stands there instead | tests
set -u
root=$(cd -- "$(dirname -- "$0")/../../../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT INT TERM
git -C "$root" ls-files -z | (cd "$root" && xargs -0 cp --parents -t "$copy") || exit 1
cd "$copy" || exit 1
maven="mvn -q --batch-mode"
found=0
failed=0

plant() {
    python3 - "$1" "$2" "$3" <<'PY'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
if text.count(old) != 1:
    sys.exit(f"{path}: {text.count(old)} times, not once: {old}")
open(path, "w").write(text.replace(old, new))
PY
}

while IFS='|' read -r name module file old new tests; do
    case $name in '' | '#'*) continue ;; esac
    name=$(echo $name) module=$(echo $module) file=$(echo $file) tests=$(echo $tests)
    old=${old# } old=${old% } new=${new# } new=${new% }
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    cp "$file" original
    if ! plant "$file" "$old" "$new"; then
        echo "$name: could not be planted"
        failed=1
        continue
    fi
    $maven test -pl "$module" -am -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false > log 2>&1
    status=$?
    if grep -q 'COMPILATION ERROR' log; then
        echo "$name: does not compile"
        failed=1
    elif [ $status -eq 0 ]; then
        echo "$name: SURVIVED"
        failed=1
    else
        echo "$name: found"
        found=$((found + 1))
    fi
    cp original "$file"
done < "$root/it/src/test/faults/list.txt"
echo "$found found"
exit $failed
