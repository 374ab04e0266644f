#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# giantstep plot: which columns and rows become which curves, for the tables of every command; what is refused; pictures
# and scripts that gnuplot takes.  Needs GIANTSTEP; the parts with gnuplot are skipped where there is none.
set -u
G=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../report.bash"
cd "$T" || exit 1
export OPENBLAS_NUM_THREADS=1

run() { timeout -k 2 60 "$G" "$@" >out 2>err </dev/null; code=$?; out=$(cat out); err=$(cat err); }
refuses() { # pattern, arguments
    local pattern=$1; shift
    run plot "$@"
    is "refused: plot $*" "$code $(grep -c . err) $(grep -cE -e "$pattern" err) $(wc -c <out)" "2 1 1 0"
}
blocks() { grep -c '^\$curve' out; }
block() { sed -n "/^\\\$curve$1 <</,/^EOD/p" out | sed '1d;$d'; }

"$G" curve --eta 1,3 --alpha0 5,inf --alpha 0.5:2:4 --quiet >curve.tsv
"$G" curve --eta 1,3 --alpha0 5,inf --alpha 0.5:2:4 --quiet --format csv >curve.csv
"$G" curve --eta 1,3 --alpha0 5,inf --alpha 0.5:2:4 --quiet --format json >curve.json
"$G" curve --eta 3 --lambda 1e-3:10:5:log --quiet >ridge.tsv
"$G" curve --optimise eta --alpha 1,2 --tol 1e-6 --quiet >best.tsv
"$G" simulate --eta 1,3 --alpha0 5 --alpha 0.5,2 --d 60 --trials 3 --quiet >networks.tsv
"$G" validate --eta 3 --alpha0 2 --alpha 1,2 --d 40,60,80 --trials 4 --quiet >validate.tsv 2>/dev/null
"$G" bounds --eta 0.5:4:4 >bounds.tsv
"$G" bounds --functions --eta 2 >functions.tsv
"$G" spectrum --eta 3 --alpha0 0.5 --alpha 2 --x 0.5,1,2 >density.tsv
"$G" spectrum --eta 3 --alpha0 0.5 --alpha 2 --simulate --d 60 --trials 2 >histogram.tsv
"$G" spectrum --eta 3 --alpha 2 --width 600 --outliers >outliers.tsv
"$G" spectrum --eta 3 --alpha 2 --moments 0.1,1 >moments.tsv
"$G" steps --eta 2 --steps 3 >steps.tsv
"$G" steps --eta 2 --steps 2 --alpha0 4 --d 60 --trials 3 --simulate >trained.tsv
"$G" steps --learnability --target 'z1+z1*z2' >learnability.tsv
"$G" twostep --target tanh >twostep.tsv
"$G" twostep --map --order 4 --target 'z1+z1^2' >map.tsv
"$G" twostep --singular-values --d 500,1000 >singular.tsv
"$G" twostep --simulate --d 60 --trials 2 >second.tsv
"$G" list >list.tsv

# ------------------------------------------------------------------ curves
run plot curve.tsv --script
is "curve: exit 0" "$code$err" 0
is "curve: one curve for each outer value" "$(blocks)" 4
is "curve: excess_risk over alpha" "$(block 3 | cut -d' ' -f1,2)" \
    "$(awk -F'\t' '$1 == 3 && $2 == 5 { print $8, $9 }' curve.tsv)"
has "curve: outer values in the legend" "$out" "title '\{/:Italic η\} = 3, \{/:Italic α\}_0 = ∞'"
script=$out
for format in csv json; do
    run plot curve.$format --script
    is "$format: the same picture" "${out#*$'\n'}" "${script#*$'\n'}"
done
{ grep '^#' curve.tsv; grep -v '^#' curve.tsv | cat -s; } >single.tsv
run plot single.tsv --script; is "one empty line between curves will do" "${out#*$'\n'}" "${script#*$'\n'}"
run plot ridge.tsv --script; has "a geometric axis is logarithmic" "$out" '^set logscale x'
run plot ridge.tsv --script --log none; is "--log none" "$(grep -c logscale out)" 0
run plot curve.tsv --script --log x,y; is "--log x,y" "$(grep -c '^set logscale' out)" 2
run plot curve.tsv --script --y train_error --x alpha --by eta
is "--by: curves by eta alone" "$(blocks) $(block 1 | grep -c .)" "2 8"
is "--y: that column" "$(block 1 | head -1 | cut -d' ' -f2)" "$(column train_error <curve.tsv | head -1)"
run plot curve.tsv --script --y test_error
is "--y alone: over the innermost axis" "$code$err $(blocks) $(grep -c "xlabel 'sample ratio" out)" "0 4 1"
run plot best.tsv --script; is "minimised axes tell no curves apart" "$(blocks)" 1

# ------------------------------------------------------------------ points
run plot networks.tsv --script
is "simulate: points with their errors" "$(block 1)" "$(awk -F'\t' '$1 == 1 && $2 == 5 { print $7, $12, $13 }' networks.tsv)"
is "simulate: bars" "$(grep -c 'with yerrorbars' out)" 2
run plot curve.tsv networks.tsv --script
is "networks over theory: colours are shared" \
    "$(grep -oE '\$curve[15] using.*linetype [0-9]+' out | grep -oE '[0-9]+$' | tr '\n' ' ')" "1 11 "
has "networks have one entry in the legend" "$out" "keyentry with yerrorbars .* title 'networks'"
run plot validate.tsv --script
is "validate: theory and points for each d" "$(blocks) $(grep -c 'with lines' out) $(grep -c '\$.*with yerrorbars' out)" "6 3 3"
cp curve.tsv other.tsv; run plot curve.tsv other.tsv --script
has "two tables alike are named" "$out" "title '.*, other'"

# ------------------------------------------------------------------ the other commands
curves() { # table, number of curves, pattern
    run plot $1 --script; is "plot $1" "$code$err $(blocks)" "0 $2"; has "plot $1: $3" "$out" "$3"
}
curves bounds.tsv 4 "xlabel 'step size"
curves functions.tsv 4 "title 'target'"
curves density.tsv 1 "xlabel 'eigenvalue'"
curves histogram.tsv 4 'with boxes'
curves outliers.tsv 1 '^[0-9.]+ 0 0'
curves 'density.tsv histogram.tsv' 4 "title 'outliers, networks'"
curves moments.tsv 1 "xlabel 'ridge"
curves steps.tsv 2 "xlabel 'step'"
curves trained.tsv 4 yerrorbars
curves learnability.tsv 1 "ylabel 'error floor'"
curves twostep.tsv 2 "title 'reused batch'"
curves map.tsv 1 'with image'
curves singular.tsv 8 "batch reuse"
curves second.tsv 4 yerrorbars
run plot map.tsv --script; is "a map has a line for each value" "$(block 1 | grep -c '^$')" "$(($(column a1 <map.tsv | sort -u | wc -l) - 1))"

# ------------------------------------------------------------------ refused
refuses 'no table'
refuses "'rain_error' is no column of 'curve.tsv', did you mean train_error\?" curve.tsv --y rain_error
refuses "--by: 'foo' is no column" curve.tsv --by eta,foo
refuses "without a picture of its own" list.tsv
refuses "not a table of giantstep" err
refuses "does not end in .pdf, .png or .svg" curve.tsv --output picture.jpg
refuses "is the name of a script" curve.tsv --output picture.gp
refuses "--log: 'z' is not one of" curve.tsv --log z
grep '^#' curve.tsv >empty.tsv; refuses 'has no rows' empty.tsv
{ cat curve.tsv; echo 1; } >torn.tsv; refuses 'line [0-9]+: not as many columns' torn.tsv
echo '{"columns": ["a"' >torn.json; refuses 'not a json table' torn.json
run plot absent.tsv; is "no such file: exit 1" "$code $(grep -c 'absent.tsv' err)" "1 1"
GNUPLOT=no-such-program run plot curve.tsv; is "no gnuplot: exit 1, one line" "$code $(grep -c 'no-such-program' err)" "1 1"
run plot curve.tsv --script --output edit.gp; is "--script --output: the script" "$code$(sed 1d edit.gp)" "0${script#*$'\n'}"
refuses "exists: --force replaces it" curve.tsv --script --output edit.gp

# ------------------------------------------------------------------ gnuplot
if command -v gnuplot >/dev/null; then
    for table in *.tsv; do
        case $table in list.tsv | empty.tsv | torn.tsv) continue;; esac
        run plot "$table" -o "${table%.tsv}.svg"
        is "drawn: $table" "$code$err $(grep -c '</svg>' "${table%.tsv}.svg")" "0 1"
    done
    run plot curve.tsv networks.tsv -o picture.png --script
    is "png" "$code$err$(head -c 4 picture.png | tail -c 3)" 0PNG
    rm picture.png; gnuplot picture.gp; is "the script beside it draws it again" "$(head -c 4 picture.png | tail -c 3)" PNG
    run plot curve.tsv -o picture.pdf; is "pdf" "$code$err$(head -c 4 picture.pdf)" '0%PDF'
    refuses "exists: --force replaces it" curve.tsv -o picture.pdf
    run plot curve.tsv -o picture.pdf --force; is "--force" "$code$err" 0
    is "nothing is left beside a picture" "$(ls ./*.part ./*.journal 2>/dev/null)" ""
    run plot curve.tsv; is "in characters" "$code$err$(grep -c 'sample ratio' out)" 01
    printf '#!/bin/sh\necho "line 0: it does not work" >&2; exit 3\n' >broken; chmod +x broken
    GNUPLOT=./broken run plot curve.tsv -o never.pdf
    is "gnuplot fails: one line, no file" "$code $(grep -c 'it does not work' err) $(ls never* 2>/dev/null)" "1 1 "
else
    echo "ok - # SKIP no gnuplot: nothing drawn"
fi

echo "$failures failed"
[ $failures = 0 ]
