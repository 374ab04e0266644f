#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# No circle of object files: whoever reads a file of the library or the program reads what it uses first, and gets to an
# end.  An edge leads from an object to each that defines a name it leaves open (rooms are held by tools/check-rooms).
# Run from the top of the tree; needs BUILD as set by `make check`.
set -u
BUILD=${BUILD:-build}
. "$(dirname "$0")/report.bash"

# farm_mpi.c takes the place of farm.c, with the same names.
objects=()
while read -r source; do
    object=$BUILD/${source%.c}.o
    if [ -f "$object" ]; then objects+=("$object"); else report 1 "$object is built"; fi
done < <(find base integrals models solver validate cli -name '*.c' ! -name farm_mpi.c | sort)
[ ${#objects[@]} -gt 100 ]; report $? "${#objects[@]} objects"

# "user definer" per edge, from lines "object: value type name" of nm on stdin.
edges() {
    awk '{ sub(/:$/, "", $1); type = $(NF - 1); name = $NF }
         type ~ /^[TDBRVW]$/ { by[name] = $1 }
         type == "U" { n++; user[n] = $1; open[n] = name }
         END { for (i = 1; i <= n; i++) if (open[i] in by) print user[i], by[open[i]], open[i] }' | sort -u
}

# The circles among edges on stdin, one line each: what leads nowhere, or is led to from nowhere, goes until nothing
# does; then a walk from any object that is left ends in a circle, whose edges go.
circles() {
    awk '{ if ($1 != $2) { to[$1, $2] = $3; object[$1]; object[$2] } }
    function peel(    changed, e, end, starts, ends) {
        do {
            changed = 0
            for (e in starts) delete starts[e]
            for (e in ends) delete ends[e]
            for (e in to) { split(e, end, SUBSEP); starts[end[1]] = 1; ends[end[2]] = 1 }
            for (e in to) {
                split(e, end, SUBSEP)
                if (!(end[2] in starts) || !(end[1] in ends)) { delete to[e]; changed = 1 }
            }
        } while (changed)
    }
    function walk(    e, end, at, next_one, n, path, seen, i, line) {
        for (e in to) { split(e, end, SUBSEP); at = end[1]; break }
        while (!(at in seen)) {
            seen[at] = ++n; path[n] = at
            for (e in to) { split(e, end, SUBSEP); if (end[1] == at) { next_one = end[2]; break } }
            at = next_one
        }
        line = at; path[n + 1] = at
        for (i = seen[at]; i <= n; i++) {
            line = line " -> " path[i + 1] " (" to[path[i], path[i + 1]] ")"
        }
        print line
        for (i = seen[at]; i <= n; i++) delete to[path[i], path[i + 1]]
    }
    END { for (peel(); left_over(); peel()) walk() }
    function left_over(    e) { for (e in to) return 1; return 0 }'
}

nm -A -P "${objects[@]}" | sed 's/^\([^:]*\)[^ ]*: *\([^ ]*\) \([A-Za-z]\).*/\1 \3 \2/' >"$T/names"
edges <"$T/names" >"$T/edges"
[ "$(wc -l <"$T/edges")" -gt 500 ]; report $? "$(cut -d' ' -f1,2 "$T/edges" | sort -u | wc -l) edges"
is "no circle" "$(circles <"$T/edges" | sed "s,$BUILD/,,g; s,\.o\b,.c,g")" ""

# It sees one.
is "a circle of three, and what hangs on it" \
    "$(printf '%s\n' 'a b x' 'b c y' 'c a z' 'd a w' 'c e v' | circles | tr ' ' '\n' | grep -cE '^[abc]$')" 4
is "no circle where there is none" "$(printf '%s\n' 'a b x' 'b c y' 'a c z' | circles)" ""

# The drawing has a line for each floor with its rooms, and the page names no file that is not there.
for room in $(sed -n '/^ROOMS :=/,/[^\\]$/p' Makefile | sed 's/.*:=//; s/\\$//'); do
    grep -qE "^ ${room%%/*}/ .* ${room##*/}/ |^ $room/ " docs/architecture.md; report $? "docs/architecture.md draws $room"
done
for file in $(grep -oE '`[a-z]+/[a-z_/]+\.[a-z]+`' docs/architecture.md | tr -d '`' | sort -u); do
    [ -f "$file" ]; report $? "docs/architecture.md names $file"
done

[ $failures -eq 0 ]
