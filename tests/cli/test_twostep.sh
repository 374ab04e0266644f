#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `giantstep twostep` from outside: columns, rows, the map, predictions, simulation, what is refused.
program=${GIANTSTEP:-build/giantstep}
. "$(dirname "$0")/../fail.bash"

# rows OPTIONS...: the table without its preamble
rows() {
    "$program" twostep --quiet "$@" 2>"$work/err" | grep -v '^#'
}

# column NAME: that column of the table on stdin, as one line
column() {
    awk -F'\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
                             NF { printf "%s%s", sep, $c; sep = " " }'
}

# is WHAT FOUND WANTED
is() {
    [ "$2" = "$3" ] || fail "$1: '$2' is not '$3'"
}

# near WHAT TOLERANCE FOUND WANTED: lists of numbers
near() {
    awk -v tol="$2" -v a="$3" -v b="$4" 'BEGIN { n = split(a, x, " "); m = split(b, y, " ")
        if (n != m || n == 0) exit 1
        for (i = 1; i <= n; i++) { d = x[i] - y[i]; if (!(d <= tol && -d <= tol)) exit 1 } }' ||
        fail "$1: '$3' is not '$4'"
}

# refused CODE TEXT OPTIONS...: exit code, one line on stderr with TEXT, nothing written
refused() {
    local code=$1 text=$2
    shift 2
    "$program" twostep "$@" --output "$work/none" >"$work/out" 2>"$work/err"
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    grep -qF -- "$text" "$work/err" || fail "no '$text' on stderr: $*: $(cat "$work/err")"
    [ "$(grep -c . "$work/err")" -eq 1 ] || fail "not one line: $*: $(cat "$work/err")"
    [ -s "$work/out" ] || [ -e "$work/none" ] && fail "something was written: $*"
}

# The table: columns, rows k = 0 .. L, exponents, the boundary, the number that separate.
is columns "$(rows | head -1 | tr '\t' ' ')" \
    'k exponent separated overlap_fresh overlap_reuse error status coefficient'
is k "$(rows --order 5 | column k)" '0 1 2 3 4 5'
near exponents 1e-14 "$(rows --exponents 0.31,0.43 | column exponent)" '0.43 0.24 0.05 -0.14'
is separated "$(rows --exponents 0.31,0.43 | column separated)" 'yes yes yes no'
is boundary "$(rows --exponents 0.3,0.4 | column separated)" 'yes yes boundary no'
is 'no step' "$(rows --exponents 0,0 --order 1 | column separated)" 'boundary no'
count() {
    "$program" twostep "$@" 2>"$work/err" | sed -n 's/^# separated_count: //p'
}
is 'separated_count' "$(count --exponents 0.31,0.43)" 2
is 'separated_count on the boundary' "$(count --exponents 0.3,0.4)" 1
is 'separated_count by the default' "$(count)" 1
is 'separated_count up to --order' "$(count --exponents 0.45,0.49 --order 4)" 4
grep -q 'note: 9 directions separate' "$work/err" || fail "no note on directions above --order"

# Reference overlaps (docs/theory), noise, batches of two sizes: an independent program's digits.
near 'tanh, fresh' 6e-4 "$(rows --target tanh | column overlap_fresh)" '0.807 0 0.066 0'
near 'tanh, reused' 6e-4 "$(rows --target tanh | column overlap_reuse)" '0.807 0 0.233 0'
sines='sin(2*z)-2*exp(-1.5)*sin(z)'
near 'sines, reused' 6e-5 "$(rows --target "$sines" --order 4 | column overlap_reuse)" \
    '0 0 0.2506 0 0.0586'
is 'sines, fresh' "$(rows --target "$sines" --order 4 | column overlap_fresh)" '0 0 0 0 0'
is 'an even target' "$(rows --target 'cos(2*z)' | column overlap_reuse)" '0 0 0 0'
bent=(--target 'tanh(1.3*z+0.4)' --phi 0.37 --phi1 0.83 --noise 0.2)
near 'noise and phi1, fresh' 1e-9 "$(rows "${bent[@]}" | column overlap_fresh)" \
    "0.78190587682 0.01504809101 0.09172979531 0.01100235643"
near 'noise and phi1, reused' 1e-9 "$(rows "${bent[@]}" | column overlap_reuse)" \
    "0.78190587682 0.12103004942 0.21312721198 0.07874722198"
[ "$(rows --target 'abs(z1)*z2+z1' | column status)" = 'ok ok ok ok' ] || fail "two variables"
rows --target he3 >"$work/out"
grep -q "warning: --target: 'he3' grows" "$work/err" || fail "no warning for a cubic target"
is 'values of a cubic target' "$(column status <"$work/out")" 'ok ok ok ok'
rows --target tanh >"$work/out"
[ -s "$work/err" ] && fail "stderr is not empty: $(cat "$work/err")"

# A table from its preamble; json.
"$program" twostep --target tanh --noise 0.1 --output "$work/first"
sed -n 's/^# \([^:]*\): /\1 = /p' "$work/first" >"$work/again.conf"
"$program" twostep --config "$work/again.conf" --output "$work/again" || fail "preamble as a file"
cmp -s <(grep -v '^# run' "$work/first") <(grep -v '^# run' "$work/again") || fail "another table"
is "json" "$("$program" twostep --format json | LC_ALL=C awk -f "$(dirname "$0")/../json.awk" | sed 's/ .*//' | tr '\n' ' ')" \
    'columns data index meta '

# The map: 40 x 40, and its points are those of the table.
rows --map --target "$sines" --order 4 >"$work/map"
is 'columns of the map' "$(head -1 "$work/map" | tr '\t' ' ')" \
    'a1 a2 separated_count best_fresh best_reuse span_fresh span_reuse error status'
is 'points of the map' "$(awk 'NF' "$work/map" | wc -l)" 1601
point=$(awk -F'\t' '$1 == 0.375 && $2 == 0.4 { print $3, $4, $5, $7 }' "$work/map")
near 'a point of the map' 1e-9 "$point" "3 0 $(rows --target "$sines" --order 4 |
    awk -F'\t' '$1 == 2 { print $5, $5 }')"

# Predictions: a value above the edge has a vector, others have none.
rows --singular-values --d 400,1e12 --activation 'z+z^2' --target tanh --beta 2 >"$work/values"
is 'columns of predictions' "$(head -1 "$work/values" | tr '\t' ' ')" \
    'd width batch k exponent strength singular_value overlap edge outliers error status'
is 'rows of predictions' "$(column k <"$work/values")" '0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3'
is width "$(column width <"$work/values" | tr ' ' '\n' | uniq | tr '\n' ' ')" '800 2000000000000 '
awk -F'\t' 'NR > 1 { above = $7 > $9 + 1e-12; if (above != ($8 != "nan") || $7 < $6) exit 1
                     n += above } END { if (n != 8) exit 1 }' "$work/values" || fail "outliers"

# Where the sum over terms has not settled its rows say so, and those of the fresh batch beside it do not.
"$program" twostep --singular-values --target tanh --phi 3 --d 50 --order 4 >"$work/out" 2>"$work/err"
is 'exit code of a sum that has not settled' $? 3
is 'its rows' "$(grep -v '^#' "$work/out" | column status)" \
    'ok ok ok ok ok loose loose loose loose loose'
grep -q '5 of 10 rows loose: the last terms still change' "$work/err" || fail "no word on the sum"

rows --singular-values --activation relu >"$work/out"
grep -q "note: --activation: 'relu'" "$work/err" || fail "no note on a kinked activation"

# The networks of figure 12, N = 250 .. 4000: two leading singular values within 3.5% or three standard errors of the
# predictions, ends of the bulk of rows as long as theirs within 2%, and with fresh batches two outliers.
rows --config results/fig12.conf --singular-values >"$work/values"
awk -F'\t' '/^#/ { next } NR == FNR { theory[$1, $3, $4] = $7; edge[$1, $3] = $9; next }
    $5 < 2 { off = $12 / theory[$1, $4, $5] - 1; most = 3 * $13 / $12; if (most < 0.035) most = 0.035
             end = $21 / edge[$1, $4] - 1; n++
             if (!(off < most && off > -most && end < 0.02 && end > -0.02)) exit 1
             if ($4 == "fresh" && !($18 < 2.05 && $18 > 1.95)) exit 1 }
    END { if (n != 20) exit 1 }' "$work/values" results/fig12-networks.tsv || fail "figure 12"
is 'separated in figure 12' "$(count --config results/fig12.conf)" 1

# Simulation: theory and measurement side by side; the same bytes at any number of threads.
small=(--simulate --target tanh --d 60,90 --trials 5 --order 2)
rows "${small[@]}" --threads 1 >"$work/one"
rows "${small[@]}" --threads 2 | cmp -s - "$work/one" || fail "threads change the simulation"
rows "${small[@]}" --seed 2 | cmp -s - "$work/one" && fail "the seed does not matter"
rows "${small[@]}" --loss correlation | cmp -s - "$work/one" && fail "the loss does not matter"
is 'rows of the simulation' "$(column batch <"$work/one")" \
    'fresh fresh fresh reuse reuse reuse fresh fresh fresh reuse reuse reuse'
is 'theory beside the simulation' "$(column overlap <"$work/one" | cut -d' ' -f1-3)" \
    "$(rows --target tanh --order 2 | column overlap_fresh)"
near 'overlap of the first direction' 0.1 "$(column sim_overlap <"$work/one" | cut -d' ' -f7)" 0.8065
is 'error of one network' "$(rows --simulate --d 30 --trials 1 --order 2 | column sim_overlap_sem |
    cut -d' ' -f1)" nan

# What is refused.
refused 2 "--exponents: '0.5,0.4' has 0.5, outside [0, 0.5)" --exponents 0.5,0.4
refused 2 "--exponents: '0.2,-0.1' has -0.1, outside [0, 0.5)" --exponents 0.2,-0.1
refused 2 "--exponents: '0.2' is not two numbers" --exponents 0.2
refused 2 "--exponents: '0.1,0.2,0.3' is not two numbers" --exponents 0.1,0.2,0.3
refused 2 "--exponents: 'x' is not" --exponents x,0.2
refused 2 "--phi: '0' is not" --phi 0
refused 2 "--phi: '-1' is not" --phi -1
refused 2 "--phi: 'nan' is not" --phi nan
refused 2 "--phi1: '0' is not" --phi1 0
refused 2 "--order: '0' is not" --order 0
refused 2 "--order: '21' is above 20" --order 21
refused 2 "--noise: '-1' is not" --noise -1
refused 2 "--noise: '0,1' is not one value" --noise 0,1
refused 2 "--beta: '1,2' is not one value" --beta 1,2
refused 2 "--tol: '1' is outside" --tol 1
refused 2 "--target: 'exp(z^2)' has moments" --target 'exp(z^2)'
refused 2 "--target: 'exp(z^2/8)' has moments E[kappa^6 y^2] that do not settle" --target 'exp(z^2/8)'
refused 2 "--target: '3' is constant" --target 3
refused 2 "--target: 'z1+z2+z3+z4+z5' has 5 variables" --target z1+z2+z3+z4+z5
refused 2 "--activation: 'sign' is discontinuous" --activation sign
refused 2 "--simulate: 'yes' excludes --map" --map --simulate=yes
refused 2 "--d: 5 with N = 5" --simulate --d 5
refused 2 "--trials: '0' is not" --simulate --trials 0
refused 2 '--alpha: not an option of twostep' --alpha 1
[ "$failures" -eq 0 ]
