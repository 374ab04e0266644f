# SPDX-License-Identifier: GPL-3.0-or-later
# fail.bash - what the scripts that report only failures share: a scratch folder $work, a count, tables compared.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# same FILE FILE: equal outside run.
same() {
    cmp -s <(grep -v '^# run\.' "$1") <(grep -v '^# run\.' "$2")
}
