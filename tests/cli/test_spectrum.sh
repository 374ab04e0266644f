#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `giantstep spectrum` from outside: columns, preamble, what is refused, x outside the bulk, same bytes.
program=${GIANTSTEP:-build/giantstep}
. "$(dirname "$0")/../fail.bash"

# rows OPTIONS...: the table without its preamble
rows() {
    "$program" spectrum --quiet "$@" 2>"$work/notes" | grep -v '^#'
}

# meta KEY OPTIONS...: one line of the preamble
meta() {
    local key=$1
    shift
    "$program" spectrum --quiet "$@" | sed -n "s/^# $key: //p"
}

# refused TEXT OPTIONS...: exit code 2, one line on stderr with TEXT, nothing written
refused() {
    local text=$1
    shift
    "$program" spectrum "$@" --output "$work/none" >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] || fail "exit code is not 2: $*"
    [ "$(wc -l <"$work/err")" -eq 1 ] || fail "not one line on stderr: $*"
    grep -qF -- "$text" "$work/err" || fail "no '$text' on stderr: $*: $(cat "$work/err")"
    [ -s "$work/out" ] || [ -e "$work/none" ] && fail "something was written: $*"
}

# near A B TOLERANCE: relative
near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d
        exit !(d <= t * (b < 0 ? -b : b)) }' || fail "$1 is not $2"
}

relu=(--activation relu --spike '2,1,-1,-2' --alpha 2 --beta 1)

# Columns.
[ "$(rows "${relu[@]}" | head -1 | tr '\t' ' ')" = \
    'x density density_1 density_2 density_3 density_4 error status' ] || fail "columns of the density"
[ "$(rows --moments 1 | head -1 | tr '\t' ' ')" = 'lambda stieltjes stieltjes_1 error status' ] ||
    fail "columns of --moments"
[ "$(rows "${relu[@]}" --outliers --width 1500 | head -1 | tr '\t' ' ')" = \
    'index outlier status error mean_1 mean_2 mean_3 mean_4 spike_1' ] || fail "columns of --outliers"
[ "$(rows --simulate --d 20 --trials 1 | head -1 | tr '\t' ' ')" = 'x_low x_high count density theory' ] ||
    fail "columns of --simulate"

# The grid: increasing, inside the edges, all ok, and its mass.
IFS=, read -r low high <<<"$(meta spectrum.edges "${relu[@]}")"
near "$high" 3.607 1.4e-4
rows "${relu[@]}" >"$work/density"
awk -v low="$low" -v high="$high" 'NR > 1 { if ($1 <= last || $1 <= low || $1 >= high || $2 <= 0 ||
    $8 != "ok" || $7 > 1e-9) exit 1; sum = $3 + $4 + $5 + $6 - $2; if (sum > 1e-12 || sum < -1e-12) exit 1
    last = $1; n++ } END { exit !(n > 300) }' "$work/density" || fail "the default grid"
near "$(meta spectrum.mass "${relu[@]}")" 1 1e-9
[ "$(meta spectrum.atom "${relu[@]}")" = 0 ] || fail "atom at n > p"
[ "$(meta spectrum.atom --alpha0 0 --alpha 0.5 --beta 2 2>/dev/null)" = 0.75 ] || fail "atom at n < p"

# Points asked for, in the order given; zero outside the bulk, never nan.
rows "${relu[@]}" --x 50,1,1e-9,1e12,0.5 >"$work/points"
awk 'NR > 1 { x = x $1 " "; if ($2 ~ /nan/) exit 1; zero = $1 == 50 || $1 < 1e-8 || $1 > 1e6
    if (zero != ($2 == 0) || $8 != "ok") exit 1 } END { exit x != "50 1 1e-09 1000000000000 0.5 " }' \
    "$work/points" || fail "points: $(cat "$work/points")"

# Reference numbers.
near "$(rows "${relu[@]}" --moments 0.1,1 | awk 'NR == 2 { print $2 }')" 2.250440977 1e-9
near "$(rows "${relu[@]}" --moments 0.1,1 | awk 'NR == 3 { print $2 }')" 0.637902014 1e-9
rows "${relu[@]}" --outliers --width 1500 >"$work/outliers"
[ "$(awk 'NR > 1 { printf "%d:%s ", $1, $3 }' "$work/outliers")" = '1:ok 2:ok 3:ok ' ] ||
    fail "three outliers"
near "$(awk 'NR == 2 { print $2 }' "$work/outliers")" 16.0124 4e-6
near "$(awk 'NR == 3 { print $2 }' "$work/outliers")" 1876.816 1e-6
near "$(awk 'NR == 4 { print $2 }' "$work/outliers")" 2127.138 1e-6
[ "$(rows --alpha0 0 --alpha 2 --outliers --width 300 2>/dev/null | wc -l)" -eq 1 ] ||
    fail "an odd untrained network has no outliers"

# At n < p rare saturated samples make up a tail down to 0: one bulk, no lower edge and a note that says so.
saturated=(--eta 3 --alpha 0.5)
[ "$(meta spectrum.edges "${saturated[@]}" 2>/dev/null | tr ',' '\n' | wc -l)" -eq 2 ] ||
    fail "bands in a tail"
[ "$(meta spectrum.edge_kinds "${saturated[@]}" 2>/dev/null)" = tail,root ] || fail "a tail is no edge"
rows "${saturated[@]}" | awk 'NR > 1 && $5 != "ok" { exit 1 } END { exit NR < 300 }' ||
    fail "rows of a tail"
grep -q 'no edge at' "$work/notes" || fail "no note on the tail"
[ "$(meta spectrum.edge_kinds --alpha 1)" = hard,root ] || fail "a hard edge at n = p"

# The mass resolves what the rows resolve.
near_touch=(--activation relu --second-layer 1:1,2:1,3:1 --spike 2.1,0.4,-1.7 --bulk-variance
    1.2,0.9,1.5 --target 'sin(1.4*z1)+0.2*z1^2' --overlap 0.83 --alpha 1.37 --beta 1.21)
near "$(meta spectrum.mass "${near_touch[@]}")" 1 1e-9
"$program" spectrum --quiet "${near_touch[@]}" >/dev/null 2>&1 || fail "exit code of a good spectrum"

# What is refused.
refused "--width: 'inf'" --outliers
refused "--width: 'inf'" --outliers --width inf
refused "--x: '0'" --x 1,0
refused "--x: '-2'" --x -2
refused "--moments: '0'" --moments 0
refused "--alpha: '1,2'" --alpha 1,2
refused "--eta: '0:1:3'" --eta 0:1:3
refused "--width: '10,20'" --outliers --width 10,20
refused "--x: '1'" --x 1 --moments 1
refused "--simulate: 'yes'" --simulate --outliers --width 100
refused "--alpha0" --steps 2 --alpha0 3 --bulk isotropic
refused "--d: '1'" --simulate --d 1
refused "lambda" --lambda 0.1

# Simulated: all non-zero eigenvalues are counted, same numbers again, and as json.
sizes=(--simulate --alpha0 0 --alpha 0.7 --beta 1.3 --d 50 --trials 3 --seed 4)
rows "${sizes[@]}" >"$work/histogram"
[ "$(awk '{ n += $3 } END { print n }' "$work/histogram")" -eq 105 ] || fail "3 x 35 eigenvalues"
rows "${sizes[@]}" --threads 1 | cmp -s - "$work/histogram" || fail "the same bytes again"
awk 'NR > 1 { theory += ($2 - $1) * $5 } END { exit !(theory > 0.5384 && theory < 0.5386) }' \
    "$work/histogram" || fail "mass of the bulk n/p"
"$program" spectrum --quiet --moments 1 --format json | grep -q '"columns": \["lambda", "stieltjes"' ||
    fail "json"

[ $failures -eq 0 ] && echo "all passed"
exit $((failures > 0))
