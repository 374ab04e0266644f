#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the documents say: every command of README and of the pages named below gives the output shown, its C example is
# examples/curve.c and runs against an installed library, tables of commands, options and
# links are those of the program, the figures can be drawn, uninstall leaves nothing.
# Run from the top of the tree; needs BUILD, GIANTSTEP and CC as set by `make check`.
set -u
ROOT=$PWD
BUILD=${BUILD:-build}
GIANTSTEP=${GIANTSTEP:-$ROOT/$BUILD/giantstep}
export CC=${CC:-cc}
unset MAKEFLAGS MFLAGS MAKELEVEL
. "$(dirname "$0")/report.bash"

quietly() { # name, command: its output is shown if it fails
    "${@:2}" >"$T/log" 2>&1; local code=$?
    report $code "$1"; [ $code = 0 ] || cat "$T/log"
}
block() { # language, number: that fenced block of $page
    awk -v fence='```'"$1" -v wanted="$2" '
        inside && /^```/ { inside = 0 }
        inside && count == wanted
        $0 == fence { inside = 1; count++ }' "$page"
}

# ------------------------------------------------------------------ the library, installed
quietly "make install" make -s install PREFIX="$T/prefix"
mkdir -p "$T/bin" "$T/home"
ln -s "$T/prefix/bin/giantstep" "$T/bin/giantstep"
compiler=${CC%% *} # found before $T/bin is in front of it, or cc would call itself
printf '#!/bin/sh\nexec %s%s "$@"\n' "$(command -v "$compiler")" "${CC#"$compiler"}" >"$T/bin/cc"
if ! command -v pkg-config >/dev/null; then # not needed to build: read the file as it would
    printf '%s\n' '#!/bin/sh' 'case $* in *giantstep*) ;; *) exit 1;; esac' "sed -n 's/^Cflags: //p; s/^Libs: //p' '$T/prefix/lib/pkgconfig/giantstep.pc' | xargs" \
        >"$T/bin/pkg-config"
fi
chmod +x "$T"/bin/*
export PATH="$T/bin:$PATH" PKG_CONFIG_PATH="$T/prefix/lib/pkgconfig"

page=docs/library.md
block c 1 >"$T/home/curve.c"
quietly "docs/library.md shows examples/curve.c" diff "$T/home/curve.c" examples/curve.c
# shellcheck disable=SC2046
quietly "the example compiles without warnings" cc -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
    -Wstrict-prototypes -Wmissing-prototypes -Werror -c examples/curve.c $(pkg-config --cflags giantstep) -o "$T/example.o"

# ------------------------------------------------------------------ commands and their output
# Lines of the output shown must appear in this order in the real output; `...' stands for any lines.
# Numbers agree to 1e-6, or 1e-9 absolutely; the column `iterations' may have any value.
compare() { # shown real
    awk -F '[\t ]+' '
        function number(x) { return x ~ /^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$/ }
        function size(x) { return x < 0 ? -x : x }
        function close_to(x, y) { return size(x - y) <= 1e-9 + 1e-6*size(x) }
        function agree(a, b,    i, n, x, y) {
            n = split(a, x); if (split(b, y) != n) return 0
            for (i = 1; i <= n; i++) {
                if (i == free && number(x[i]) && number(y[i])) continue
                if (x[i] != y[i] && !(number(x[i]) && number(y[i]) && close_to(x[i], y[i]))) return 0
            }
            return 1
        }
        function note_header(line,    i, n, x) {
            n = split(line, x)
            for (i = 1; i <= n; i++) if (x[i] == "iterations") free = i
        }
        NR == FNR { real[FNR] = $0; lines = FNR; next }
        $0 == "..." { skip = 1; next }
        {
            at++
            while (skip && at <= lines && !agree($0, real[at])) at++
            if (at > lines || !agree($0, real[at])) { print "not in the output: " $0; exit 1 }
            note_header($0); skip = 0
        }
        END { if (at < lines && !skip && at > 0) { print "more output than shown"; exit 1 } }' "$2" "$1"
}
runs() { # command: of what was shown in $T/shown
    case $1 in python3*) python3 -c 'import pandas' 2>/dev/null || { echo "ok - no pandas, not run: $1"; return; };; esac
    (cd "$T/home" && bash -o pipefail -c "$1" >"$T/real" 2>"$T/err" </dev/null); local code=$?
    report $code "exit code 0: $1"; [ $code = 0 ] || cat "$T/err"
    [ ! -s "$T/shown" ] || quietly "output as shown: $1" compare "$T/shown" "$T/real"
}
# Each page in a folder of its own.
for page in README.md docs/library.md docs/examples.md docs/trust.md docs/tutorial.md docs/faq.md; do
rm -rf "$T/home"; mkdir "$T/home"; cp examples/curve.c "$T/home"
blocks=$(grep -c '^```console' $page); commands=0
for ((b = 1; b <= blocks; b++)); do
    command=
    while IFS= read -r line; do
        case $line in
        '$ '*) [ -z "$command" ] || runs "$command"; command=${line#'$ '}; commands=$((commands + 1)); : >"$T/shown";;
        *) printf '%s\n' "$line" >>"$T/shown";;
        esac
    done < <(block console $b)
    runs "$command"
done
[ $commands -ge 1 ]; report $? "$page has commands ($commands)"
done
[ "$(wc -l <README.md)" -lt 150 ]; report $? "README has less than 150 lines"

# ------------------------------------------------------------------ what the documents name
for name in $(giantstep help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^| \`$name\` |" docs/usage.md; report $? "docs/usage.md has the command $name"
done
giantstep help --man | sed 's/\\//g' >"$T/manual"
for option in $(grep -ohE -e '`--[a-z0-9-]+' README.md docs/{usage,theory,examples,trust,faq,tutorial}.md | tr -d '`' | grep -vx -e --key | sort -u); do
    grep -qw -e "$option" "$T/manual"; report $? "the program has $option"
done
for file in README.md docs/*.md results/README.md NEWS.md; do
    for link in $(grep -oE '\]\([^)]+\)' "$file" | sed 's/^](//; s/)$//; /^http/d'); do
        [ -e "$(dirname "$file")/${link%%#*}" ]; report $? "$file: $link exists"
    done
done
awk '/^```ini/ { inside = 1; next } /^```/ { inside = 0 } inside' docs/usage.md >"$T/usage.conf"
quietly "the config file of docs/usage.md is read" giantstep curve --config "$T/usage.conf" --dry-run
version=$(sed -n 's/^#define GST_VERSION "\(.*\)"/\1/p' include/giantstep/giantstep.h)
grep -qx "version: $version" CITATION.cff && grep -qx "## $version" NEWS.md
report $? "CITATION.cff and NEWS.md know version $version"

# ------------------------------------------------------------------ figures, and away with it
library=$(dirname "$GIANTSTEP")/libgiantstep.a
for source in results/fig*.gp; do
    name=$(basename "$source" .gp)
    quietly "figure $name" make -s -o "$GIANTSTEP" -o "$library" BUILD="$T/coarse" PROGRAM="$GIANTSTEP" LIBRARY="$library" \
        COARSE=yes "$T/coarse/figures/$name.pdf"
    for conf in "$T"/coarse/results/"$name"*.conf; do
        [ ! -s "$conf" ] || quietly "$(basename "$conf") is coarser than $name.conf" \
            awk 'NR == FNR { fine[FNR] = $0; next } $0 != fine[FNR] && !/:6(:log)?$/ { exit 1 }' "results/$name.conf" "$conf"
    done
    [ -s "results/$name.png" ] && grep -q "($name.png)" results/README.md; report $? "$name is shown in results/README.md"
done
quietly "make uninstall" make -s uninstall PREFIX="$T/prefix"
[ -z "$(find "$T/prefix" -type f)" ]; report $? "uninstall leaves no file"
quietly "make install with DESTDIR" make -s install DESTDIR="$T/stage" PREFIX=/usr
grep -qx 'Cflags: -I/usr/include' "$T/stage/usr/lib/pkgconfig/giantstep.pc"; report $? "DESTDIR is not in giantstep.pc"

echo "$failures failed"
[ $failures = 0 ]
