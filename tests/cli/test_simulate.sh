#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `giantstep simulate` from outside: columns, rows, same bytes, what is refused.
program=${GIANTSTEP:-build/giantstep}
. "$(dirname "$0")/../fail.bash"

# rows OPTIONS...: the table without its preamble
rows() {
    "$program" simulate --quiet "$@" | grep -v '^#'
}

# refused CODE TEXT OPTIONS...: exit code, one line on stderr with TEXT, nothing written
refused() {
    local code=$1 text=$2
    shift 2
    "$program" simulate "$@" --output "$work/none" >"$work/out" 2>"$work/err"
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    grep -qF -- "$text" "$work/err" || fail "no '$text' on stderr: $*: $(cat "$work/err")"
    [ -s "$work/out" ] || [ -e "$work/none" ] && fail "something was written: $*"
}

columns='eta alpha0 steps noise beta lambda alpha d p n trials excess_risk excess_risk_sem'
columns="$columns test_error test_error_sem train_error train_error_sem status"
[ "$(rows --d 20 --trials 2 | head -1 | tr '\t' ' ')" = "$columns" ] || fail "columns"
[ "$(rows --d 20 --trials 2 --timing | head -1 | tr '\t' ' ')" = "$columns seconds" ] ||
    fail "columns with --timing"
raw='eta alpha0 steps noise beta lambda alpha d p n replicate excess_risk test_error train_error status'
[ "$(rows --d 20 --trials 2 --raw | head -1 | tr '\t' ' ')" = "$raw" ] || fail "columns with --raw"

# Row order: d slowest, then beta, lambda, alpha; sizes rounded; test = excess + noise.
# shellcheck disable=SC2054
grid=(--d 20,31 --alpha0 2 --beta 0.5,1 --lambda 0.1,1 --alpha 0.25,1.26 --noise 0.25 --trials 3)
rows "${grid[@]}" | awk 'NR > 1 && NF' >"$work/table"
[ "$(wc -l <"$work/table")" -eq 16 ] || fail "16 rows"
awk '{ want_d = NR <= 8 ? 20 : 31; want_beta = int((NR - 1) / 4) % 2 ? 1 : 0.5
       want_lambda = int((NR - 1) / 2) % 2 ? 1 : 0.1; want_alpha = NR % 2 ? 0.25 : 1.26
       off = $14 - $12 - 0.25
       if ($8 != want_d || $5 != want_beta || $6 != want_lambda || $7 != want_alpha ||
           $9 != int($5 * $8 + 0.5) || $10 != int($7 * $8 + 0.5) || $11 != 3 || $18 != "ok" ||
           off > 1e-12 || off < -1e-12) exit 1 }' "$work/table" || fail "rows: $(cat "$work/table")"

# Means and standard errors are those of the replicates; a replicate does not depend on how many there are.
rows --d 40 --trials 5 --raw >"$work/raw"
rows --d 40 --trials 3 --raw | cmp -s - <(head -4 "$work/raw") || fail "replicates depend on trials"
rows --d 40 --trials 5 | awk 'NR == FNR { if (FNR > 1) { s += $12; q += $12 * $12; n++ } next }
    FNR == 2 { m = s / n; e = sqrt((q / n - m * m) / (n - 1))
               bad = ($12 - m) ^ 2 > 1e-24 || ($13 - e) ^ 2 > 1e-18 }
    END { exit bad }' "$work/raw" - || fail "mean or standard error"
[ "$(rows --d 20 --trials 1 | awk 'NR == 2 { print $13 $15 $17 }')" = nannannan ] || fail "sem of one"

# Same bytes at any number of threads and in any grid; another seed is another sample.
rows "${grid[@]}" --threads 1 >"$work/one"
for threads in 2 3; do
    rows "${grid[@]}" --threads $threads | cmp -s - "$work/one" || fail "$threads threads"
done
rows "${grid[@]}" --d 31 >/dev/null 2>&1 && fail "a repeated flag"
rows "${grid[@]}" --seed 2 | cmp -s - "$work/one" && fail "the seed does not matter"
[ "$(rows --d 31 --alpha0 2 --trials 3 | awk 'NR == 2')" = \
  "$(rows --d 20,31 --alpha0 2,3 --alpha 0.5,1 --trials 3 | awk '$8 == 31 && $2 == 2 && $7 == 1')" ] ||
    [ "$(rows --d 31 --alpha0 2 --trials 3 | awk 'NR == 2 { printf "%.9g", $12 }')" = \
      "$(rows --d 20,31 --alpha0 2,3 --alpha 0.5,1 --trials 3 |
         awk '$8 == 31 && $2 == 2 && $7 == 1 { printf "%.9g", $12 }')" ] || fail "grid point in the key"

# More steps than there is a theory for; weights by name.
rows --d 30 --alpha0 3 --steps 3 --trials 2 | grep -q '	ok$' || fail "--steps 3"
[ "$(rows --d 30 --alpha0 3 --trials 2)" = "$(rows --d 30 --alpha0 3 --trials 2 --weights gd)" ] ||
    fail "auto is not gd"
[ "$(rows --d 30 --trials 2)" = "$(rows --d 30 --trials 2 --weights srf)" ] || fail "auto is not srf"
rows --d 30 --spike 1,2 --trials 2 | awk 'NR == 2 { exit !($1 $2 $3 == "nannannan" && $18 == "ok") }' ||
    fail "--spike"
"$program" simulate --d 30 --dry-run | grep -q '^simulation: d 30, p 30, replicates at once' ||
    fail "--dry-run"

# A failed readout: nan, exit 3.
"$program" simulate --d 40 --lambda 0 --activation linear --beta 1.5 --alpha 1.25 --trials 2 \
    >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "exit 3"
grep -q '	nan	nan	nan	nan	nan	nan	failed$' "$work/out" || fail "failed row"

# A law that has no such rows at this d: no number, and why.
"$program" simulate --quiet --weights srf --activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --alpha0 inf \
    --eta 3 --steps 2 --d 20,200 --trials 2 >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "rows that cannot be drawn do not exit 3"
[ "$(grep -v '^#' "$work/out" | awk -F'\t' 'NF && NR > 1 { printf "%s ", ($12 == "nan") $NF }')" = '1failed 0ok ' ] ||
    fail "rows that cannot be drawn: $(grep -v '^#' "$work/out")"
grep -q 'at d = 20: the law wants a larger --d' "$work/err" || fail "no reason: $(cat "$work/err")"

# Single precision: the same networks but for rounding, in a preamble that says so; double is what is meant without.
grid=(--d 60 --alpha0 2 --alpha 0.5,2 --trials 2)
rows "${grid[@]}" >"$work/double"
rows "${grid[@]}" --precision double | cmp -s - "$work/double" || fail "--precision double moves digits"
"$program" simulate --quiet "${grid[@]}" --precision single >"$work/single"
grep -qx '# precision: single' "$work/single" || fail "the preamble does not name the precision"
paste <(grep -v '^#' "$work/single") "$work/double" |
    awk -F'\t' 'NR > 1 && NF { off = $12 / $30 - 1; if (off == 0 || off > 1e-4 || off < -1e-4) exit 1; n++ }
                END { exit n != 2 }' || fail "single and double: $(cat "$work/single" "$work/double")"

refused 2 '--trials' --trials 0
refused 2 "--seed: '9007199254740993'" --seed 9007199254740993
refused 2 "--d: '1'" --d 1
refused 2 '--alpha:' --d 20 --alpha 0.02
refused 2 '--beta:' --d 20 --beta 0.02
refused 2 '--alpha0:' --d 20 --alpha0 0.02
refused 2 '--weights' --weights gd
refused 2 '--weights' --weights srf --alpha0 2
refused 2 '--weights' --weights gd --spike 1
refused 2 '--bulk' --steps 2 --bulk isotropic --weights srf --alpha0 3
refused 2 '--precision' --precision half
refused 2 '--lambda' --lambda opt
refused 2 'discontinuous' --activation sign --alpha0 2
refused 1 'bytes of memory' --d 1000000

[ $failures -eq 0 ] && echo "all passed"
exit $((failures > 0))
