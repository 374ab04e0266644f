#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# giantstep steps: the table of U and c per step and group, networks beside it, several steps in curve, bad input.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
. "$(dirname "$0")/command.bash"

refuses() { refuses_with 2 "$@"; } # name, value, arguments

header() { grep -v '^#' out | head -n 1 | tr '\t' ' '; }

S="--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:0.5,-1:0.5 --eta 2"

# ------------------------------------------------------------------ the table
run steps $S --steps 2
is "exit 0, nothing on stderr" "$code$(cat err)" 0
is "columns" "$(header)" "step group a fraction c U_1 U_2 error status own_error"
is "steps and groups" "$(list step)/ $(list group)/ $(list a)" "0 0 1 1 2 2 / 1 2 1 2 1 2 / 1 -1 1 -1 1 -1 "
is "status" "$(of_out status | sort -u)" ok
is "U_1 after two steps" "$(of_out U_1 | tail -n 2 | cut -c1-12 | tr '\n' ' ')" "1.3742219646 -1.374221964 "
is "U_2 after two steps" "$(of_out U_2 | tail -n 1 | cut -c1-13)" "-0.1654392150"
# An inner average that misses its own, tighter tolerance does not make rows loose: their errors decide.  Values by
# the closed form of E relu(s + sqrt(c) xi) and a trapezoidal rule in z.
run steps --activation relu --target 'z1+z1^2' --second-layer 1:1,-1:1 --eta 2 --steps 2
is "relu: exit code, status" "$code $(of_out status | sort -u)" "0 ok"
is "relu: errors" "$(of_out error | awk '!($1 < 1e-12)' | wc -l)" 0
is "relu: U" "$(of_out U_1 | tail -n 2 | cut -c1-13 | tr '\n' ' ')" "2.52768870835 -0.0169577157 "
is "relu: c" "$(of_out c | tail -n 2 | cut -c1-13 | tr '\n' ' ')" "4.73992577944 0.05954514603 "
run steps $S --steps 2 --covariance
is "columns with covariance" "$(header)" "step group a fraction c U_1 U_2 error status \
C_1_1 C_1_2 C_1_3 C_2_1 C_2_2 C_2_3 C_3_1 C_3_2 C_3_3 own_error"
is "norm entry after two steps" "$(of_out C_3_3 | tail -n 1 | cut -c1-11)" "1.043347896"
run steps --activation 'tanh(z+0.5)' --target 'z1+z1*z3' --second-layer 1:0.5,-1:0.5 --eta 2 --steps 2
is "variables keep their index" "$(header)" "step group a fraction c U_1 U_3 error status own_error"
is "and their overlap" "$(of_out U_3 | tail -n 1 | cut -c1-13)" "-0.1654392150"
run steps --alpha0 2 --eta 1
is "one finite batch: its c" "$(of_out c | tail -n 1 | cut -c1-6)" 1.0210 # case A: 0.018973200458 at eta 3, alpha0 20
is "one finite batch: U as at alpha0 = inf" "$(of_out U_1 | tail -n 1 | cut -c1-9)" "$("$G" steps --eta 1 --quiet | tail -n 1 | cut -f 6 | cut -c1-9)"
run steps --activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --alpha0 4 --eta 3
is "one finite batch: own error" "$(of_out own_error | tail -n 1 | cut -c1-11)" 1.281202364 # reference: E res^2 of the next step
run steps --activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --alpha0 2 --eta 3 --covariance --simulate --d 100 --trials 40 --tol 1e-8
awk -F'\t' '/^#/ { next } !names++ { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $1 == 1 { for (name in at) if (at[name "_sim"] && name != "own_error") { n++
        d = $at[name "_sim"] - $at[name]; bad += d * d > 36 * $at[name "_sem"] ^ 2 + 0.15 ^ 2 } }
    END { exit bad > 0 || n != 6 }' out
report $? "one finite batch: c, U and covariance of networks: $code $(grep -v '^#' out | tail -n 1)"
run steps --alpha0 0 --steps 3
is "untrained: one step, step 0" "$code $(list step)" "0 0 "
run steps --activation cos --target 'tanh(z1)' --steps 2
is "nothing learned" "$(of_out U_1 | awk '{ if ($1 > 1e-15 || $1 < -1e-15) bad = 1 } END { print bad + 0 }')" 0

# ------------------------------------------------------------------ networks beside it
run steps $S --steps 1 --simulate --d 60 --alpha0 40 --beta 2 --trials 6
is "networks: exit 0" "$code" 0
is "columns with networks" "$(header)" "step group a fraction c U_1 U_2 error status c_sim c_sem U_1_sim U_1_sem U_2_sim U_2_sem \
own_error own_error_sim own_error_sem"
is "theory of the finite batch" "$(grep '^# theory.alpha0' out)" "# theory.alpha0: 40"
awk -F'\t' '!/^#/ && $1 == 1 { if (($12 - $6) ^ 2 > 36 * $13 ^ 2 + 0.03 ^ 2) bad = 1 } END { exit bad }' out
report $? "networks: U_1 within six standard errors and 3%"
# The network's own error, of 4d test points.
awk -F'\t' '!/^#/ && $1 == 1 { d = $17 - $16; bad += d * d > 36 * $18 ^ 2 + (0.03 * $16) ^ 2 } END { exit bad > 0 }' out
report $? "networks: own error within six standard errors and 3%"
cp out first; run steps $S --steps 1 --simulate --d 60 --alpha0 40 --beta 2 --trials 6 --threads 1
is "same numbers again" "$(grep -v '^# run' first)" "$(grep -v '^# run' out)"
run steps --activation 'erf(0.8*z)' --target 'erf(1.1*z1)' --eta 2 --simulate --d 60 --alpha0 4 --trials 6
awk -F'\t' '!/^#/ && $1 == 1 { d = $14 - $13; bad += d * d > 36 * $15 ^ 2 + 0.01 ^ 2 || $15 > 0.02 } END { exit bad > 0 }' out
report $? "networks: the exact own error of erf: $(grep -v '^#' out | tail -n 1 | cut -f13-15)"
run steps $S --steps 2 --simulate --d 60 --alpha0 40 --trials 2
is "several steps: theory of the same batches" "$code $(grep '^# theory.alpha0' out)" "0 # theory.alpha0: 40"

# ------------------------------------------------------------------ several steps in other commands
run curve $S --steps 0,1,2 --lambda 0.05 --alpha 3
is "curve: case T" "$(of_out excess_risk | cut -c1-11 | tr '\n' ' ')" "1.726780180 1.204041945 1.120645663 "
run simulate $S --steps 2 --alpha0 3 --d 40 --trials 2
is "simulate: finite batches" "$code $(of_out status)" "0 ok"

# ------------------------------------------------------------------ bad input
refuses --alpha0 3 curve --steps 2 --alpha0 3 --bulk isotropic
refuses --alpha0 3 curve --steps 1,2 --alpha0 3 --bulk isotropic
refuses --steps 1,2 steps --steps 1,2
refuses --eta 1,2 steps --eta 1,2
refuses --alpha0 3 steps --steps 2 --alpha0 3 --bulk isotropic
refuses --alpha0 inf steps --simulate
refuses --activation sign steps --activation sign
refuses --target variables steps --target 'z1+z2+z3+z4+z5'
refuses --trials 0 steps --simulate --alpha0 3 --trials 0
refuses --d "'1'" steps --simulate --alpha0 3 --d 1
refuses --alpha0 n0 steps --simulate --alpha0 0.001 --d 100
refuses --second-layer empty steps --simulate --alpha0 2 --d 20 --beta 0.2 --second-layer 1:1,2:100
refuses --spike option steps --spike 1

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
