#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# giantstep validate: the table, verdicts on right and planted wrong theories, exit codes, bad input.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
. "$(dirname "$0")/command.bash"

refuses() { # exit code, name, value, arguments
    refuses_with "${@:1:3}" validate "${@:4}"
}

N="--activation tanh --target tanh --alpha0 0.5"
B="$N --eta 3 --lambda 0.01 --alpha 3"

# ------------------------------------------------------------------ right and wrong theories
run validate $B --d 61,120,240 --trials 60
is "exact bulk against trained networks: exit 0" "$code$err" 0
is "exact bulk: agree on every row" "$(list verdict)" "agree agree agree "
header=$(grep -v '^#' out | head -n 1 | tr '\t' ' ')
is "columns" "$header" "eta alpha0 steps noise beta lambda alpha d p trials theory_excess limit_excess \
sim_excess sim_sem z theory_train sim_train sim_train_sem z_train verdict"
is "d and p" "$(list d)$(list p)" "61 120 240 61 120 240 "
for key in "level: 0.001" "negligible: 0.005" "resolution: 0.05" "shortest_ladder: 3" "tests: 2" \
    "points: 1" "agree: 1" "undecided: 0" "disagree: 0"; do
    has "preamble: verdict.$key" "$out" "^# verdict\.$key\$"
done
awk -F'\t' '!/^#/ && $1 != "eta" {
    bad += ($13 - $11) / $14 - $15 > 1e-9 || ($17 - $16) / $18 - $19 > 1e-9 } END { exit bad > 0 }' out
report $? "z = (sim - theory)/sem"
cp out right

run validate $B --bulk isotropic --d 61,120,240 --trials 60
is "isotropic bulk against trained networks: exit 4" "$code" 4
is "isotropic bulk: disagree on every row" "$(list verdict)" "disagree disagree disagree "
has "isotropic bulk: stderr says by how much" "$err" 'train_error disagrees at eta 3 alpha0 0.5 .* of theory'
has "isotropic bulk: counted" "$out" '^# verdict\.disagree: 1$'
# the fit, redone from the table: weighted sums of normal equations
awk -F'\t' '!/^#/ && NF && $1 != "eta" { w = 1/($18*$18); y = $17 - $16; u = 1/$8
    W += w; H += w*u; G += w*u*u; Y += w*y; Z += w*u*y }
    END { D = W*G - H*H; printf "%.3g +- %.2g (", (G*Y - H*Z)/D, sqrt(G/D) }' out >fit
grep 'train_error disagrees' err | grep -qF -e "tends to $(cat fit)"
report $? "the fit can be redone from the table: $(cat fit)"
is "the simulation is the same" "$(list sim_excess)" "$(column sim_excess <right | tr '\n' ' ')"

# case F: theory at the simulated width agrees, and is far from the limit
F="--activation tanh(z+0.3) --target sin(2*z) --spike 1.3,.65,-.65,-1.3 --alpha 2 --beta 1.5 --lambda 0.01"
run validate $F --d 60,120,240 --trials 40
is "case F: exit 0" "$code$err" 0
is "case F: agree" "$(list verdict)" "agree agree agree "
is "case F: no training" "$(list eta)$(list alpha0)$(list steps)" "nan nan nan nan nan nan nan nan nan "
near "case F: the limit of theory 13" "$(column limit_excess <out | head -n 1)" 0.129171516 1e-8

# several steps: the theory of the same batches, at the sizes drawn, one test for each point and quantity
P="--activation tanh --target sin --lambda 0.05 --alpha 2"
run validate $P --schedule 3:2,3:2 --d 61,120,240 --trials 40
is "two batches: exit 0" "$code$err" 0
is "two batches: agree on every row" "$(list verdict)" "agree agree agree "
is "two batches: no eta, no alpha0" "$(list eta)$(list alpha0)$(list steps)" "nan nan nan nan nan nan 2 2 2 "
near "two batches: the limit" "$(column limit_excess <out | head -n 1)" 0.064336643420 1e-8
run validate $P --schedule 3:2.01,2:1 --d 61 --trials 1
"$G" curve $P --schedule "$(awk 'BEGIN { printf "3:%.17g,2:1", 123 / 61 }')" --width 61 --quiet >curve # n0 = 123 of 122.61
is "every batch at its own size: exit 0" "$code" 0
near "every batch at its own size" "$(column theory_excess <out)" "$(column excess_risk <curve)" 1e-9
run validate $P --eta 3 --steps 2 --alpha0 2,5 --d 61,120,240 --trials 30
is "two sizes of batch: a test each" "$code $(grep -c '^# verdict.tests: 4$' out)" "0 1"
is "two sizes of batch: two theories" "$(list limit_excess | tr ' ' '\n' | sort -u | grep -c .)" 2
run validate $P --eta 3 --steps 2 --alpha0 2 --d 61,120 --trials 2
has "two batches, two d: undecided, by d alone" "$err" '2 of 2 tests undecided: fewer than 3 different d'
refuses 2 --alpha0 2 $P --steps 2 --alpha0 2 --bulk isotropic
run validate --activation 'tanh(z+0.5)' --target z1+z1*z2 --second-layer 1:.5,-1:.5 --lambda 0.5 --alpha 3 \
    --schedule 2:inf,1:inf --d 60,120,240 --trials 40
is "two population gradients, listed" "$code $(list verdict)" "0 agree agree agree "

# ------------------------------------------------------------------ theory at the realised sizes
"$G" curve --activation tanh --target tanh --eta 3 --alpha0 "$(awk 'BEGIN { printf "%.17g", 31 / 61 }')" \
    --lambda 0.01 --alpha 3 --width 61 --quiet >curve
near "theory at n0/d and width p" "$(column theory_excess <right | head -n 1)" \
    "$(column excess_risk <curve)" 1e-9
near "train theory" "$(column theory_train <right | head -n 1)" "$(column train_error <curve)" 1e-9
"$G" curve $B --quiet >curve
near "the limit at nominal ratios" "$(column limit_excess <right | head -n 1)" "$(column excess_risk <curve)" 1e-9
run validate --second-layer 1:1,-0.5:1,2:1 --target 'z+z^2/3' --d 50 --beta 1.013 --alpha 0.507 --trials 1 --noise 0.1
"$G" curve --second-layer 1:17,-0.5:17,2:17 --target 'z+z^2/3' --beta 1.02 --alpha 0.5 --width 51 \
    --noise 0.1 --quiet >curve # p = 51 of 50.65, n = 25 of 25.35
near "realised p/d, n/d" "$(column theory_excess <out)" "$(column excess_risk <curve)" 1e-9
run validate --second-layer 1:1,-0.5:1,2:1 --target 'z+z^2/3' --d 50 --trials 1
"$G" curve --second-layer 1:17,-0.5:17,2:16 --target 'z+z^2/3' --width 50 --quiet >curve
near "realised fractions of the groups" "$(column theory_excess <out)" "$(column excess_risk <curve)" 1e-9
run validate --second-layer 1:1,-0.5:1000 --target 'z+z^2/3' --d 50 --trials 1
"$G" curve --second-layer -0.5:1 --target 'z+z^2/3' --width 50 --quiet >curve
near "a group without rows" "$(column theory_excess <out)" "$(column excess_risk <curve)" 1e-9

run validate --weights srf --bulk isotropic --alpha0 0.5 --eta 3 --alpha 2 --d 61 --beta 2 --trials 1
"$G" curve --bulk isotropic --alpha0 0.5 --eta 3 --alpha 2 --beta 2 --width 122 --quiet >curve
near "rows drawn at the nominal alpha0" "$(column theory_excess <out)" "$(column excess_risk <curve)" 1e-9

# ------------------------------------------------------------------ undecided
run validate --d 40,80 --trials 5
is "two d: exit 0" "$code" 0
is "two d: undecided" "$(list verdict)" "undecided undecided "
has "two d: said so" "$err" '2 of 2 tests undecided: fewer than 3 different d'
run validate --d 40,80,80 --trials 5
has "two different d" "$err" 'fewer than 3 different d'
run validate --d 40,80,160,160 --trials 5
has "one d twice" "$err" 'a dimension is given twice'
run validate --d 40,80,160 --trials 1
is "one trial: undecided, exit 0" "$code$(list verdict)$(list sim_sem)" "0undecided undecided undecided nan nan nan "
has "one trial: said so" "$err" 'one trial has no standard error'
run validate --d 20,24,28 --trials 4
is "large errors: undecided" "$(list verdict)" "undecided undecided undecided "
has "large errors: said so" "$err" 'undecided: the error is too large a part of the theory'

# Networks are nowhere near a limit that is right, but made by samples that none of them meets.
run validate --eta 3 --alpha0 2 --alpha 0.5 --lambda 1e-8 --d 60,90,120 --trials 10
is "rare samples: undecided, exit 0" "$code $(list verdict)" "0 undecided undecided undecided "
has "rare samples: said so" "$err" '2 of 2 tests undecided: rare samples: '
has "rare samples: in the preamble" "$out" '^# verdict.rare_samples: 2$'
has "rare samples: the threshold" "$out" '^# verdict.rare_share: 0.2$'

# ------------------------------------------------------------------ grids
run validate $N --alpha 1,3 --lambda 0.01,0.1 --eta 1,3 --d 30,60,120 --trials 4
is "a grid: 24 rows" "$(rows <out | wc -l)" 24
is "d slowest, alpha fastest" "$(list d | tr ' ' '\n' | uniq | tr '\n' ' ')$(list alpha | cut -c1-8)" "30 60 120 1 3 1 3 "
is "a verdict per point, on all its rows" \
    "$(rows <out | cut -f1-7,20 | sort | uniq -c | awk '$1 != 3' | wc -l)" 0
is "curves" "$(grep -c '^$' out)" 22
has "16 tests" "$out" '^# verdict\.tests: 16$'
rows <out >two
run validate $N --alpha 1,3 --lambda 0.01,0.1 --eta 1,3 --d 30,60,120 --trials 4 --threads 1
is "rows do not depend on --threads" "$(rows <out)" "$(cat two)"
sed -n 's/^# \([a-z0-9.-]*\): /\1 = /p' out >table.conf
run validate --config table.conf
is "a preamble reproduces its table" "$(rows <out)" "$(cat two)"
run validate $N --eta 3 --lambda opt --alpha 1,3 --d 30,60,120 --trials 4
"$G" curve $N --eta 3 --lambda opt --alpha 1,3 --quiet >curve
is "--lambda opt: the best ridge of the limit" "$(list lambda)" \
    "$(column lambda <curve | tr '\n' ' ' | awk '{ print $0 $0 $0 }')"
second=$(column lambda <curve | tail -n 1)
column sim_excess <out | awk 'NR % 2 == 0' >best
run validate $N --eta 3 --lambda "$second" --alpha 3 --d 30,60,120 --trials 4
is "--lambda opt: simulated at that ridge" "$(awk '{ printf "%.8g ", $1 }' best)" \
    "$(column sim_excess <out | awk '{ printf "%.8g ", $1 }')"
run validate --d 30,60,120 --trials 4 --max-iterations 2 --alpha 0.9
is "loose theory: exit 3" "$code" 3
run validate --eta 1e200 --alpha0 0.5 --d 30,60,90 --trials 3
is "failed theory: undecided, exit 3" "$code $(list verdict)" "3 undecided undecided undecided "
has "failed theory: said so" "$err" '3 of 3 rows failed: .'
run validate --lambda 0 --alpha 2 --beta 4 --d 30,60,120 --trials 4
is "errors that are zero do not disagree" "$code$(list sim_train | tr -d ' ')" 0000
run validate $B --bulk isotropic --d 61,120,240 --trials 60 --method damped --max-iterations 20
is "loose, and disagrees: exit 4" "$code" 4
run validate --d 30,60,120 --trials 2 --format json
has "json" "$out" '"verdict.tests": "2"'

# ------------------------------------------------------------------ sizes, bad input, interruption
run validate --help
has "help has its own default ladder" "$out" '^  --d AXIS .*\[250,500,1000\]$'
run validate --dry-run
is "dry run: exit 0" "$code$err" 0
has "the default ladder" "$out" 'd 250, p 250'
has "the default ladder ends" "$out" 'd 1000, p 1000'
has "dry run: seconds" "$out" '^seconds: [0-9]'
refuses 2 --trials "'0'" --trials 0
refuses 2 --d "1" --d 1,30,60
refuses 2 --d "'0'" --d 0,30,60
refuses 2 --alpha 0.001 --alpha 0.001
refuses 2 --beta 0.001 --beta 0.001
refuses 2 --alpha0 0.001 --alpha0 0.001
refuses 2 --weights gd --weights gd
refuses 2 --weights srf --weights srf --alpha0 0.5
refuses 2 --weights gd --weights gd --spike 1
refuses 2 --weights "'exact'" --weights exact
refuses 2 --width "" --width 30
refuses 2 --lambda "'-1'" --lambda -1
refuses 2 --alpha "0.01" --alpha 0.01 --d 30,40,60
refuses 2 --activation sign --activation sign --eta 2
refuses 2 --overlap 0.5 --overlap 0.5
if [ -c /dev/full ]; then
    "$G" validate --d 20,30 --trials 2 --quiet >/dev/full 2>err
    is "full disk: exit 1, one line" "$? $(grep -c . err)" "1 1"
fi
timeout --foreground --preserve-status -s INT 2 "$G" validate --d 400,800,1600 --trials 200 --quiet --output never >out 2>err </dev/null
is "interrupted: exit 130" "$?" 130
is "interrupted: nothing written" "$(cat out; ls never 2>/dev/null)" ""
has "interrupted: said so" "$(cat err)" 'interrupted (before there were verdicts|after .* replicates)'

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
