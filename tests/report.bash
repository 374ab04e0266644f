# SPDX-License-Identifier: GPL-3.0-or-later
# report.bash - what the scripts that report every check share: a scratch folder $T, `ok' and `not ok' lines, columns.
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
failures=0

report() { # verdict name
    if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failures=$((failures + 1)); fi
}
is() { # name, got, wanted
    if [ "$2" = "$3" ]; then report 0 "$1"; else
        report 1 "$1"; printf '    got    %s\n    wanted %s\n' "$2" "$3"; fi
}
has() { # name, text, pattern (extended regular expression)
    if grep -qE -e "$3" <<<"$2"; then report 0 "$1"; else
        report 1 "$1"; printf '    no match for %s in\n%s\n' "$3" "$2"; fi
}
rows() { grep -v '^#' | grep -v '^$' | tail -n +2; } # of a table on stdin
column() { # name, table on stdin
    grep -v '^#' | grep -v '^$' | awk -F'\t' -v n="$1" \
        'NR == 1 { for (i = 1; i <= NF; i++) if ($i == n) c = i; next } { print c ? $c : "no column" }'
}
