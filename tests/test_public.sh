#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every function that a public header declares is called by a test, by name.  Run from the top of the tree.
set -u
. "$(dirname "$0")/fail.bash"
find tests -name '*.c' ! -path 'tests/fuzz/*' ! -path 'tests/figures/*' -exec cat {} + >"$work/tests"
count=0
for name in $(tools/public-functions include/giantstep/*.h | sort -u); do
    count=$((count + 1))
    grep -qE "(^|[^a-z_0-9])$name *\(" "$work/tests" || fail "$name: no test calls it"
done
[ $count -gt 50 ] || fail "$count public functions found"
[ $failures -eq 0 ] && echo "$count public functions, each called by a test"
exit $((failures > 0))
