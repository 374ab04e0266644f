#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --second-layer as a law and --step-exponent in every command that takes them: equal to what says the same otherwise;
# what is refused, with the reason; resumed, from a preamble.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
. "$(dirname "$0")/command.bash"

refuses() { refuses_with 2 "$@"; } # name, value, arguments

S="--activation tanh(z+0.6) --target h1(z1)+0.7*h2(z1)+0.5*h3(z1) --alpha0 4"
M="$S --lambda 0.01"
I="$M --bulk isotropic"

# ------------------------------------------------------------------ the second layer
run curve $I --alpha 2 --second-layer gaussian:8 --eta 0.251188643151 --width 1000
is "gaussian:K: exit 0" "$code" 0
near "its number" "$(of_out excess_risk)" 1.4505849695 1e-10
grep -q "note: .*gaussian:8 is a quadrature" err; report $? "gaussian:K says that it is a quadrature"
run curve $I --alpha 2 --second-layer gaussian --eta 0.251188643151 --width 1000 --tol 1e-8
is "gaussian: ok, nothing on stderr" "$code$(cat err)$(of_out status)" 0ok
near "gaussian is where gaussian:K goes" "$(of_out excess_risk)" 1.4505846431 1e-9
run curve $I --second-layer rademacher --eta 0.5
cp out first
run curve $I --second-layer 1,-1 --eta 0.5
diff <(grep -v '^#' first) <(grep -v '^#' out) >/dev/null; report $? "rademacher is 1,-1, at any width"
run curve $I --second-layer -1,1 --eta 0.5
cp out first
{ echo '# values'; for i in 1 2 3 4; do printf '1\n -1 # the other\n\n'; done; } >two.txt
run curve $I --second-layer table:two.txt --eta 0.5
diff <(grep -v '^#' first) <(grep -v '^#' out) >/dev/null; report $? "a table of two values is a list"
awk 'BEGIN { for (i = 0; i < 200; i++) printf "%.6f\n", sin(i) + 0.2 }' >many.txt
run curve $I --second-layer table:many.txt --eta 0.3 --width 200 --tol 1e-8
is "a table of many values" "$code$(of_out status)" 0ok
refuses --second-layer "finite --width" curve $I --second-layer gaussian
refuses --second-layer "finite --width" curve $I --second-layer uniform --width 100,inf
refuses --second-layer "finite --width" curve $I --second-layer table:many.txt
refuses --second-layer "cannot be read" curve $I --second-layer table:none.txt --width 100
echo 'a' >>two.txt
refuses --second-layer "line 14 of the file has 'a'" curve $I --second-layer table:two.txt --width 100
: >empty.txt
refuses --second-layer "no values" curve $I --second-layer table:empty.txt --width 100
refuses --order-parameters "continuous" curve $I --second-layer gaussian --width 100 --order-parameters
refuses --second-layer "continuous" curve --spike 1 --second-layer gaussian --width 100
refuses --second-layer "groups" bounds --second-layer gaussian
refuses --second-layer "groups" steps $S --second-layer uniform
refuses --weights "srf" simulate --second-layer gaussian --d 40
refuses --lambda "infinite width" validate $S --second-layer gaussian --lambda opt --d 40,50,60

# ------------------------------------------------------------------ the step exponent
run curve $I --alpha 2 --second-layer gaussian:8 --eta 1 --step-exponent 0.3 --width 1000
near "eta is K0 p^(s-1/2)" "$(of_out eta)" 0.251188643150958 1e-14
near "the number at that eta" "$(of_out excess_risk)" 1.4505849695 1e-10
is "its exponent follows the other columns" "$(grep -v '^#' out | head -1 | awk '{ print $NF }')" step_exponent
sed -n 's/^# \([^:]*\): /\1 = /p' out >again.conf
cp out first
run curve --config again.conf
diff <(grep -v '^# run' first) <(grep -v '^# run' out) >/dev/null; report $? "the preamble gives the table again"
run curve $I --second-layer gaussian:4 --eta 0.5,1 --step-exponent 0:0.5:3 --width 100,400 --alpha 1,2
is "axes: eta slower than the exponent, slower than the width" "$(list eta | cut -d' ' -f1-8)" \
    "$(awk 'BEGIN { for (s = 0; s < 2; s++) for (w = 100; w <= 400; w += 300) for (a = 0; a < 2; a++) printf "%s%.15g", x++ ? " " : "", 0.5 * exp(log(w) * (s / 4 - 0.5)) }')"
cp out first
run curve $I --second-layer gaussian:4 --eta 0.5,1 --step-exponent 0:0.5:3 --width 100,400 --alpha 1,2 --output t.tsv
head -c 2500 t.tsv >t.tsv.part && rm t.tsv
run curve $I --second-layer gaussian:4 --eta 0.5,1 --step-exponent 0:0.5:3 --width 100,400 --alpha 1,2 --output t.tsv --resume
diff <(grep -v '^#' first) <(grep -v '^#' t.tsv) >/dev/null; report $? "resumed ($code: $(cat err))"
run simulate $M --second-layer gaussian --step-exponent 0.2,0.4 --d 40,60 --trials 2
is "simulate: p of its own" "$code $(list eta)" \
    "0 $(awk 'BEGIN { for (d = 40; d <= 60; d += 20) for (s = 2; s < 5; s += 2) printf "%.15g ", exp(log(d) * (s / 10 - 0.5)) }')"
run validate $M --second-layer gaussian --step-exponent 0.2 --d 40,50,60 --trials 2 --tol 1e-6
is "validate: p of its own, no limit" "$(list limit_excess)$(list step_exponent)" "nan nan nan 0.2 0.2 0.2 "
run steps $S --second-layer 1,-1 --step-exponent 0.1 --width 500
cp out first
run steps $S --second-layer 1,-1 --eta "$(awk 'BEGIN { printf "%.17g", exp(-0.4 * log(500)) }')"
near "steps: at --width" "$(column U_1 <first | tail -1)" "$(of_out U_1 | tail -1)" 1e-13
run spectrum $S --alpha 2 --bulk isotropic --second-layer gaussian:8 --step-exponent 0.2 --width 1000 --outliers
is "spectrum: outliers at a small step" "$(of_out outlier | awk '{ printf "%.5g ", $1 }')" "5.7137 246.07 "
refuses --step-exponent "finite --width" curve $M --step-exponent 0.3
refuses --step-exponent "finite --width" curve $M --step-exponent 0.3 --width 10,inf
refuses --step-exponent "finite --width" spectrum $S --step-exponent 0.3
refuses --step-exponent "finite --width" steps $S --step-exponent 0.3
refuses --width "without --step-exponent" steps $S --width 100
refuses --step-exponent "outside [0, 0.5]" curve $M --step-exponent 0.6 --width 10
refuses --step-exponent "excluded by --schedule" curve --schedule 1:2 --step-exponent 0.3 --width 10
refuses --step-exponent "excluded by --spike" curve --spike 1 --step-exponent 0.3 --width 10
refuses --step-exponent "excluded by --optimise" curve $M --optimise eta --step-exponent 0.3 --width 10
refuses --step-exponent "not an option" bounds --step-exponent 0.3

# ------------------------------------------------------------------ networks
# Trained networks of d = p = 150, 60 replicates, within 4.5 standard errors (3e-5 a point of one-sided t_59, four points) and 3%
# for what finite d leaves; those of the kept table, d = p = 500, within 4.5 standard errors (2e-5 a point, nine points).
deviations() { # theory, networks: the largest |difference|/(4.5 sem + part)
    paste <(column excess_risk <"$1") <(column excess_risk <"$2") <(column excess_risk_sem <"$2") |
        awk -v part="$3" '{ d = $1 - $2; d = (d < 0 ? -d : d) / (4.5 * $3 + part * $1); if (d > m) m = d } END { print NR, (m < 1) }'
}
run curve $I --alpha 2 --second-layer gaussian --step-exponent 0,0.2,0.35,0.45 --width 150 --tol 1e-6
cp out theory
run simulate $M --alpha 2 --second-layer gaussian --step-exponent 0,0.2,0.35,0.45 --d 150 --trials 60 --seed 3 --threads 1
is "networks at s = 0, .2, .35, .45" "$(deviations theory out 0.03)" "4 1"
run curve $I --alpha 2 --second-layer gaussian --step-exponent 0,0.1,0.2,0.25,0.3,0.35,0.4,0.45,0.5 --width 500 --tol 1e-6
is "the kept networks of p = 500" "$(deviations out "$OLDPWD/results/staircase-networks.tsv" 0)" "9 1"

# ------------------------------------------------------------------ regimes
run regimes $M --alpha 2 --second-layer gaussian
is "regimes: exit 0, nothing on stderr" "$code$(cat err)" 0
is "its columns" "$(grep -v '^#' out | head -1 | cut -f1-10 | tr '\t' ' ')" \
    "kind s_low s_high stage excess_risk train_error value overlap error status"
is "its rows" "$(list kind)" "stage stage stage stage threshold threshold threshold weights bound "
is "stages" "$(grep '^stage' out | cut -f4,7 | tr '\t\n' '  ')" "0 0 1 1 2 2 3 3 "
is "between thresholds" "$(grep '^stage' out | cut -f2,3 | tr '\t\n' '  ')" \
    "-inf 0 0 0.25 0.25 0.333333333333333 0.333333333333333 0.375 "
near "the limit of a stage" "$(grep '^stage' out | cut -f5 | sed -n 3p)" 1.0560292659 1e-10
near "a threshold" "$(grep '^threshold' out | cut -f5 | sed -n 1p)" 1.7666548638 1e-10
run regimes --activation tanh --target tanh --alpha0 2 --beta 1.5 --eta 3 --second-layer gaussian --order 1
near "the spike of the weights" "$(grep '^weights' out | cut -f7)" 2.2733 3e-5
near "its overlap, squared" "$(grep '^weights' out | cut -f8 | awk '{ print $1 * $1 }')" 0.2402 3e-4
near "tau*" "$(grep '^bound' out | cut -f7)" 9.45265e-5 1e-6
near "at its kappa" "$(grep '^bound' out | cut -f8)" 1.58827 1e-5
near "the step size at which the spike separates" "$(sed -n 's/^# regimes.threshold_eta: //p' out)" 2.43282892612819 1e-12
cp out first
sed -n 's/^# \([^:]*\): /\1 = /p' out >again.conf
run regimes --config again.conf
diff <(grep -v '^# run' first) <(grep -v '^# run' out) >/dev/null; report $? "regimes: the preamble gives the table again"
run regimes --activation 'he2(z)+0.3*z' --target 'z1+z1^2' --second-layer gaussian --order 3 --lambda 0.05
is "a stage that is not known fails" "$code $(grep -c failed out)" "3 2"
refuses --eta "has 2 values" regimes --eta 1,2
refuses --order "above 10" regimes --order 11
refuses --alpha0 "no step" regimes --alpha0 0
refuses --activation "discontinuous" regimes --activation sign

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
