#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From equations to functions: every numbered equation and every section of docs/theory.md has a row in the table at its
# end, and every function there is defined in the file beside it, by its own text, nowhere else under that name, and
# computes: it does not merely allocate or free.
# Run from the top of the tree; needs BUILD as set by `make check`.
set -u
BUILD=${BUILD:-build}
. "$(dirname "$0")/report.bash"

mapfile -t files < <(find base integrals models solver validate cli -name '*.c' -o -name '*.inc' | sort)
awk -f tests/definitions.awk "${files[@]}" >"$T/defined"
nm -g --defined-only "$BUILD/libgiantstep.a" 2>/dev/null | awk '$2 == "T" { print $3 }' | sort -u >"$T/exported"

# What is wrong with the note on stdin, one line each.
faults() {
    awk -v defined="$T/defined" -v exported="$T/exported" '
    BEGIN {
        while ((getline line < defined) > 0) {
            split(line, part, " ")
            count[part[1]]++; inside[part[1], part[2]] = 1; is_file[part[2]] = 1
        }
        while ((getline line < exported) > 0) symbol[line] = 1
    }
    function judge(path, name) {
        if (!(path in is_file)) print path ": defines no function"
        else if (name == "") print path ": no function named"
        else if (!((name, path) in inside)) print name ": not defined in " path
        else if (count[name] > 1) print name ": " count[name] " functions have that name"
        else if (name ~ /_(alloc|free|init|clear)$/) print name ": allocates or frees"
        else if (name ~ /^gst_/ && !(name in symbol)) print name ": not in the library, a macro has another name for it"
    }
    function take(row,    cell, labels, list, n, i) {
        split(row, cell, " \\| ")
        sub(/^\| /, "", cell[1]); sub(/ \|$/, "", cell[2])
        if (match(cell[1], /^[0-9]+(\.[0-9]+)?/)) has_row[substr(cell[1], 1, RLENGTH)] = 1
        else print "no section: " row
        labels = cell[1]
        while (match(labels, /\([0-9]+(\.[0-9]+)?[a-z]\)/)) {
            has_row[substr(labels, RSTART + 1, RLENGTH - 2)] = 1
            labels = substr(labels, RSTART + RLENGTH)
        }
        n = split(cell[2], list, ", ")
        for (i = 1; i <= n; i++) {
            if (list[i] !~ /^`[a-z0-9_\/]+\.(c|inc):[A-Za-z0-9_]*`$/) { print "no function: " list[i]; continue }
            split(substr(list[i], 2, length(list[i]) - 2), part, ":")
            judge(part[1], part[2])
        }
        rows++
    }
    /^## [0-9]+\. / { section = $2 + 0; sub(/\.$/, "", $2); if (section <= 12) wanted[$2] = "section" }
    /^\*\*[0-9]+\.[0-9]+ / { label = $1; gsub(/\*/, "", label); wanted[label] = "section" }
    /^```math$/ { open = 1; tagged = 0 }
    open && match($0, /\\tag\{[^}]*\}/) {
        label = substr($0, RSTART + 5, RLENGTH - 6); tagged++
        if (label in wanted) print "equation " label ": twice"
        wanted[label] = "equation"
    }
    open && /^```$/ { open = 0; if (tagged != 1) print "line " NR ": an equation without a number" }
    section == 15 && /^\| [0-9]/ { take($0) }
    section == 15 && /^\| / && !/^\| [0-9]/ && !/^\| equation \| function \|$/ { print "no section: " $0 }
    END {
        for (label in wanted) if (!(label in has_row)) print wanted[label] " " label ": no row"
        for (label in has_row) if (!(label in wanted)) print "row " label ": not in the note"
        if (rows < 60) print rows " rows"
    }'
}

# Files that the note names elsewhere.
for file in $(grep -oE '`[a-z][a-z_/]*\.(c|h|inc|sh)[:`]' docs/theory.md | tr -d '`:' | sort -u); do
    [ -f "$file" ]; report $? "docs/theory.md names $file"
done

found=$(faults <docs/theory.md | sort)
is "every row of the table of docs/theory.md" "$found" ""

# The judge is not blind: one thing changed, one fault more.
notices() { # name, sed command
    local more
    more=$(comm -13 <(echo "$found") <(sed "$2" docs/theory.md | faults | sort) | grep -c .)
    [ "$more" -ge 1 ]; report $? "notices $1"
}
notices "a wrong file" 's,models/twostep/bulk_edge.c:gst_bulk_edge`,models/twostep/two_step.c:gst_bulk_edge`,'
notices "a wrong name" 's,:gst_bulk_edge`,:gst_bulk_ends`,'
notices "a function of which only the declaration is there" 's,models/twostep/bulk_edge.c:gst_bulk_edge`,models/twostep/bulk_edge.h:gst_bulk_edge`,'
notices "a name that two functions have" 's,solver/readout/model.c:gst_model_solve_values`,models/training/untrained.c:gst_features_untrained`\, `solver/bulk/chain.c:map`,'
notices "an allocator" 's,solver/readout/model.c:gst_model_solve_values`,models/training/features.c:gst_features_alloc`,'
notices "a name that a macro makes" 's,chain_pencil.inc:gst_chain_response`,chain_forms_complex.c:gst_chain_response_complex`,'
notices "an equation without a row" 's,^| 9 (9g),| 9,'
notices "a section without a row" '/^| 11, bounds/d'
notices "an equation without a number" 's, \\tag{8b},,'
notices "a row that belongs to nothing" 's,^| 9 (9g),| 9 (9g) (9z),'

[ $failures -eq 0 ]
