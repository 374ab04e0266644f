#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `giantstep curve --optimise` from outside: columns, agreement with tables of given values, what is refused.
program=${GIANTSTEP:-build/giantstep}
. "$(dirname "$0")/../fail.bash"

rows() {
    "$program" curve --quiet "$@" | grep -v '^#'
}

# refused TEXT OPTIONS...: exit 2, one line on stderr with TEXT, nothing written
refused() {
    local text=$1
    shift
    "$program" curve "$@" --output "$work/none" >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] || fail "exit code is not 2: $*"
    grep -qF -- "$text" "$work/err" || fail "no '$text' on stderr: $*: $(cat "$work/err")"
    [ -s "$work/out" ] || [ -e "$work/none" ] && fail "something was written: $*"
}

last() { rows "$@" | head -1 | cut -f16- | tr '\t' ' '; }
[ "$(last --optimise eta,lambda)" = 'rare_share eta_error lambda_error' ] || fail "columns of eta,lambda"
[ "$(last --optimise lambda,eta)" = 'rare_share eta_error lambda_error' ] || fail "columns of lambda,eta"
[ "$(last --optimise eta)" = 'rare_share eta_error' ] || fail "columns of eta"
[ "$(last --optimise lambda)" = 'rare_share lambda_error' ] || fail "columns of lambda"

# The row of the minimiser is that of curve with its eta and lambda given.
alphas=(--alpha 0.5,1.5,3 --noise 0.1 --activation 'tanh(z+0.3)')
rows "${alphas[@]}" --optimise eta | sed 1d | while IFS=$'\t' read -r -a cell; do
    rows "${alphas[@]:2}" --alpha "${cell[7]}" --eta "${cell[0]}" | sed 1d |
        awk -F'\t' -v f="${cell[8]}" -v t="${cell[10]}" \
            '{ exit !($9 / f - 1 < 1e-9 && 1 - $9 / f < 1e-9 && $11 / t - 1 < 1e-6 && 1 - $11 / t < 1e-6) }' ||
        echo differs
done | grep -q differs && fail "not the row of the best eta"

# --optimise lambda is --lambda opt; its range is the user's, a boundary is flagged.
[ "$(rows "${alphas[@]}" --optimise lambda | cut -f1-16)" = "$(rows "${alphas[@]}" --lambda opt)" ] ||
    fail "--optimise lambda is not --lambda opt"
"$program" curve "${alphas[@]}" --optimise lambda --lambda 1e-6:1e-4:2 >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "a minimum on the boundary: exit 3"
[ "$(grep -v '^#' "$work/out" | awk -F'\t' 'NR > 1 && $6 == 0.0001 && $15 == "loose" && $17 == "nan"' | wc -l)" \
  -eq 3 ] || fail "a minimum on the boundary: $(cat "$work/out")"

# The same bytes on any number of threads, with the order parameters of the minimiser's own model.
options=(--alpha 0.5:3:66 --noise 0.1 --optimise eta --order-parameters)
rows "${options[@]}" --threads 1 >"$work/one"
rows "${options[@]}" --threads 2 | cmp -s - "$work/one" || fail "threads"
[ "$(awk -F'\t' 'NR == 1 { n = NF } /nan/ || NF != n' "$work/one" | wc -l)" -eq 0 ] || fail "order parameters"
"$program" curve --optimise eta >"$work/out"
grep -q "^# optimise: eta$" "$work/out" || fail "the preamble"

# A preamble as a config file: the ranges searched by default are in it.
for axes in eta lambda eta,lambda; do
    "$program" curve --optimise $axes --alpha 0.5,1 >"$work/out"
    sed -n 's/^# \([^:]*\): /\1 = /p' "$work/out" >"$work/again.conf"
    "$program" curve --config "$work/again.conf" | grep -v '^# run' |
        cmp -s - <(grep -v '^# run' "$work/out") || fail "preamble of --optimise $axes as a file"
done

refused "--optimise: 'alpha' is not one of" --optimise alpha
refused "--optimise: 'eta,eta' is not one of" --optimise eta,eta
refused "--optimise: 'eta' has no meaning with --spike" --optimise eta --spike 1
refused "--eta: '2' is one value" --optimise eta --eta 2
refused "--lambda: '0,1' reaches 0" --optimise lambda --lambda 0,1
refused "--alpha0: '0,2' has 0" --optimise eta --alpha0 0,2
refused "--steps: '0' has 0" --optimise eta --steps 0
refused '--activation' --optimise eta --activation sign

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
