#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published numbers come out as docs/reproduce.md says, and a number that does not is found.  Run from the top of the tree.
set -u
G=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/report.bash"
export OPENBLAS_NUM_THREADS=1

tools/reproduce "$G" results/published.tsv >"$T/tables" 2>"$T/err"
is "published numbers are reproduced" "$?$(cat "$T/err")" 0
# Columns ours and difference may change in their last digits.
plain() { cut -d'|' -f1-4,7- "$1"; }
sed '1,/^<!-- tables/d' docs/reproduce.md >"$T/shown"
is "docs/reproduce.md shows these tables" "$(diff <(plain "$T/shown") <(plain "$T/tables"))" ""
numbers() { awk -F'|' 'NF > 6 && $5 ~ /[0-9]/ { print $5 }' "$1" | tr ' ' '\n' | grep .; }
is "and these numbers" "$(paste <(numbers "$T/shown") <(numbers "$T/tables") | awk '{ d = $1 - $2; if (d*d > 1e-10*$1*$1) print }')" ""
[ "$(numbers "$T/tables" | wc -l)" -ge 40 ]; report $? "numbers were compared"
for why in $(grep -v '^#' results/published.tsv | cut -f8 | sort -u); do
    grep -q "^| $why |" docs/reproduce.md; report $? "docs/reproduce.md says what '$why' is"
done
sed 's/\.0485953889/.0585953889/' results/published.tsv >"$T/wrong.tsv"
tools/reproduce "$G" "$T/wrong.tsv" >/dev/null 2>"$T/err"; is "a wrong number is found" "$? $(grep -c 'off by' "$T/err")" "1 1"

echo "$failures failed"
[ $failures = 0 ]
