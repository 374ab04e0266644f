#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `giantstep steps --learnability` from outside: columns, staircases, preamble, formats, what is refused.
program=${GIANTSTEP:-build/giantstep}
. "$(dirname "$0")/../fail.bash"

# learn TARGET OPTIONS...: the table with its preamble
learn() {
    local target=$1
    shift
    "$program" steps --learnability --quiet --target "$target" "$@"
}

# refused CODE TEXT OPTIONS...: exit code, one line on stderr with TEXT, nothing written
refused() {
    local code=$1 text=$2
    shift 2
    "$program" steps --learnability "$@" --output "$work/none" >"$work/out" 2>"$work/err"
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    [ "$(wc -l <"$work/err")" -eq 1 ] || fail "not one line on stderr: $*"
    grep -qF -- "$text" "$work/err" || fail "no '$text' on stderr: $*: $(cat "$work/err")"
    [ -s "$work/out" ] || [ -e "$work/none" ] && fail "something was written: $*"
}

# has KEY VALUE FILE: a preamble line
has() {
    grep -qxF "# $1: $2" "$3" || fail "$1 is not $2: $(grep "^# $1:" "$3")"
}

# ---- columns: variables keep their own index
columns='step dimension floor direction_1_1 direction_1_3 direction_2_1 direction_2_3 error status'
columns="$columns gain_1 gain_2"
learn 'z1 + z1*z3' >"$work/gap" || fail "exit code"
[ "$(grep -v '^#' "$work/gap" | head -1 | tr '\t' ' ')" = "$columns" ] || fail "columns"

# ---- rows: z1 + z1 z3 learns z1, then z3
awk -F '\t' '/^#/ { next } $1 == "step" { next }
    function near(x, y) { return x - y < 1e-9 && y - x < 1e-9 }
    { rows++; bad += $1 != rows - 1 || $2 != rows - 1 || $9 != "ok" || $8 > 1e-10 }
    $1 == 0 { bad += !near($3, 1) || $4 != "nan" || $7 != "nan" || $10 != "nan" }
    $1 == 1 { bad += !near($3, 0) || !near($4, 1) || $5 != 0 || $6 != "nan" || !near($10, sqrt(0.5)) }
    $1 == 2 { bad += !near($3, 0) || $6 != 0 || !near($7, 1) || !near($11, sqrt(0.5)) }
    END { exit bad || rows != 3 }' "$work/gap" || fail "staircase of z1 + z1*z3: $(cat "$work/gap")"
has information_exponent nan "$work/gap"
has leap_exponent 1 "$work/gap"
has leap_directions 1,0 "$work/gap"

# ---- the leap of a single index is its information exponent; no direction at n = O(d)
learn 'h3(z)' >"$work/h3"
has information_exponent 3 "$work/h3"
has leap_exponent 3 "$work/h3"
has leap_batch_exponent 3 "$work/h3"
has leap_step_size_exponent 1 "$work/h3"
[ "$(grep -v '^#' "$work/h3" | wc -l)" -eq 2 ] || fail "rows of h3"
learn 'z1*z2' >"$work/product"
has leap_exponent 2 "$work/product"
has leap_directions '1,0;0,1' "$work/product"

# ---- beyond order 6: no number is made up, and a line says so
learn 'z^7 - 21*z^5 + 105*z^3 - 105*z' >"$work/h7" 2>"$work/err" || fail "exit code beyond order 6"
has leap_exponent nan "$work/h7"
has leap_directions none "$work/h7"
grep -q 'order 6' "$work/err" || fail "no note beyond order 6"

# ---- the tolerance decides what is zero
learn '1e-6*z1 + z1^2' >"$work/small"
has leap_exponent 1 "$work/small"
learn '1e-6*z1 + z1^2' --tol 1e-5 >"$work/small"
has leap_exponent 2 "$work/small"

# ---- formats, files, the same rows whatever the threads
learn 'z1 + z1*z3' --format json >"$work/json"
grep -qF '"leap_exponent": "1"' "$work/json" || fail "json: meta"
sed -n '/"data"/,$p' "$work/json" | sed -n 3p | grep -qE '^\[1, 1, [^,]*, 1, 0, null, null, .*, null\]' ||
    fail "json: row $(sed -n '/"data"/,$p' "$work/json" | sed -n 3p)"
learn 'z1 + z1*z3' --format csv | grep -q '^step,dimension,floor,direction_1_1,' || fail "csv"
learn 'z1 + z1*z3' --threads 2 --output "$work/file" || fail "--output"
diff <(grep -v '^# run' "$work/gap") <(grep -v '^# run' "$work/file") >/dev/null || fail "rows differ"
printf 'target = z1 + z1*z3\nlearnability = yes\n' >"$work/conf"
"$program" steps --config "$work/conf" --quiet >"$work/file" || fail "--config"
diff <(grep -v '^# run' "$work/gap") <(grep -v '^# run' "$work/file") >/dev/null || fail "rows differ"

# ---- what cannot be told from zero is loose: exit 3, rows written
learn 'exp(3*z1)' >"$work/loose" 2>"$work/err"
[ $? -eq 3 ] || fail "exit code of a loose table"
grep -q loose "$work/loose" && grep -q loose "$work/err" || fail "no status loose"

# ---- refused
refused 2 "'z1+z2+z3+z4+z5' has 5 variables" --target 'z1+z2+z3+z4+z5'
refused 2 "'2' is constant" --target 2
refused 2 "column 2" --target '0,5*z1'
refused 2 "--target: 'exp(z^2)'" --target 'exp(z^2)'
refused 2 "--covariance: 'yes' is excluded by --learnability" --covariance
refused 2 "--simulate: 'yes' is excluded by --learnability" --simulate --alpha0 2
refused 2 "--eta: '1,2' has 2 values" --eta 1,2
refused 2 "--eta: 'nan'" --eta nan
refused 2 "--activation: 'nonsense'" --activation nonsense
refused 2 "--tol: '0'" --tol 0
refused 2 "--tol: 'nan'" --tol nan
refused 2 "not an option of steps" --alpha 1
refused 2 "given twice" --target z1 --target z2
"$program" steps --learnability --output "$work/no/such" >"$work/out" 2>"$work/err"
[ $? -eq 1 ] || fail "exit code of an unwritable output"
[ -s "$work/out" ] && fail "something was written"
"$program" steps --learnability >/dev/full 2>"$work/err"
[ $? -eq 1 ] || fail "exit code of a full disk"
"$program" steps --learnability --target 'exp(3*z1)' >/dev/full 2>"$work/err"
[ "$? $(grep -c . "$work/err")" = "1 1" ] || fail "a full disk under a loose table: $(cat "$work/err")"

echo "$failures failures"
[ "$failures" -eq 0 ]
