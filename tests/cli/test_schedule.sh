#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --schedule and --reuse: steps of their own sizes and batches in every command that takes them, equal to what says the
# same otherwise; resumed, in parts, from a preamble, as json; what is refused.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
. "$(dirname "$0")/command.bash"

refuses() { refuses_with 2 "$@"; } # name, value, arguments

cells() { # file, from, to: the cells of its rows without the header
    grep -v '^#' "$1" | sed 1d | cut -f"$2-$3"
}

S="--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:0.5,-1:0.5"

# ------------------------------------------------------------------ what says the same otherwise
run curve $S --schedule 2:inf,2:inf --lambda 0.05 --alpha 3,1
is "curve: exit 0, nothing on stderr" "$code$(cat err)" 0
is "its axes" "$(list eta)$(list alpha0)$(list steps)" "nan nan nan nan 2 2 "
is "its preamble" "$(grep -cE '^# (schedule: 2:inf,2:inf|eta:|alpha0:|steps:)' out)" 1
cp out listed; run curve $S --eta 2 --steps 2 --lambda 0.05 --alpha 3,1
is "equal steps, listed" "$(cells listed 4 16)" "$(cells out 4 16)"
run curve $S --schedule 2:inf,0:5,1:0,2:inf --lambda 0.05 --alpha 3,1
is "steps that do nothing" "$(cells out 9 11)" "$(cells listed 9 11)"
run curve $S --schedule 1:inf,2:inf --lambda 0.05 --alpha 3,1
[ "$(cells out 9 11)" != "$(cells listed 9 11)" ]; report $? "other steps, other numbers"
for bulk in exact isotropic; do
    run curve --schedule 3:20 --bulk $bulk --noise 0,0.1 --order-parameters; cp out listed
    run curve --eta 3 --alpha0 20 --bulk $bulk --noise 0,0.1 --order-parameters
    is "one finite batch, $bulk" "$(cells listed 4 99)" "$(cells out 4 99)"
done
run curve --schedule 3:0,0:2
is "nothing but idle steps: a note" "$code $(cat err)" "0 giantstep: note: --schedule 3:0,0:2 is the untrained network"
cp out listed; run curve --alpha0 0
is "and the untrained network" "$(cells listed 9 11)" "$(cells out 9 11)"
run bounds --schedule 2:inf; cp out listed; run bounds --eta 2
is "bounds" "$(cells listed 1 1) $(cells listed 2 6)" "nan $(cells out 2 6)"
run spectrum --schedule 3:2 --moments 0.1,1; cp out listed; run spectrum --eta 3 --alpha0 2 --moments 0.1,1
is "spectrum" "$(cells listed 1 9)" "$(cells out 1 9)"
run steps $S --schedule 2:inf,2:inf --covariance; cp out listed; run steps $S --eta 2 --steps 2 --covariance
is "steps" "$(cells listed 1 99)" "$(cells out 1 99)"
run steps --learnability --schedule 2:1; cp out listed; run steps --learnability
is "learnability" "$(cells listed 1 99)" "$(cells out 1 99)"

# ------------------------------------------------------------------ networks
N="--d 50 --trials 3 --threads 1"
run simulate $S --schedule 2:3,2:3 $N; cp out listed
is "simulate: exit 0, trained" "$code $(list status)" "0 ok "
is "its axes" "$(list eta)$(list alpha0)$(list steps)" "nan nan 2 "
run simulate $S --eta 2 --alpha0 3 --steps 2 $N
is "equal steps, listed" "$(cells listed 4 99)" "$(cells out 4 99)"
run simulate $S --schedule 2:3,0:7,2:3,4:0 $N
is "the third step draws the third batch" "$([ "$(cells out 11 12)" != "$(cells listed 11 12)" ]; echo $?)" 0
run simulate $S --schedule 2:3,2:5 $N; cp out other
[ "$(cells other 11 12)" != "$(cells listed 11 12)" ]; report $? "the second batch has its own size"
run simulate $S --schedule 2:3 $N; cp out listed
run simulate $S --schedule 2:3,0:5,1:0 $N
is "idle steps at the end" "$(cells out 11 99)" "$(cells listed 11 99)"
run simulate $S --schedule 2:3 --reuse $N
is "one step has nothing to reuse" "$(cells out 11 99)" "$(cells listed 11 99)"
run simulate $S --eta 2 --alpha0 3 --steps 2 --reuse $N; cp out again
run simulate $S --schedule 2:3,2:3 --reuse $N
is "reuse: equal steps, listed" "$(cells out 11 99)" "$(cells again 11 99)"
run simulate $S --eta 2 --alpha0 3 --steps 2 $N
[ "$(cells out 11 12)" != "$(cells again 11 12)" ]; report $? "a batch taken again is not a fresh one"
has "reuse: in the preamble" "$(cat again)" '^# reuse: yes$'
run simulate --schedule 2:inf,1:inf --weights srf $N
is "srf of the population gradient" "$code $(list status)" "0 ok "

# ------------------------------------------------------------------ preambles, files, parts, formats
run simulate $S --schedule 2:3,1:2 --alpha 0.5,1,2 $N --output whole; cp whole kept
sed -n 's/^# \([a-z-]*\): /\1 = /p' whole >again.conf
"$G" simulate --config again.conf --quiet 2>err | grep -v '^# run' >again
is "the preamble as a file" "$(cat again)" "$(grep -v '^# run' kept)"
for i in 1 2; do
    "$G" curve $S --schedule 1:inf,2:inf --alpha 0.5:3:150 --shard $i/2 --output part$i --quiet
done
"$G" merge part1 part2 --output merged; run curve $S --schedule 1:inf,2:inf --alpha 0.5:3:150
same() { # name, file: as the table out
    cmp -s <(grep -v '^# run' "$2") <(grep -v '^# run' out); report $? "$1"
}
same "in parts" merged
"$G" curve $S --schedule 1:inf,2:inf --alpha 0.5:3:150 --output merged --resume --quiet
is "a whole table resumed" $? 0
head -n 60 merged >cut.part
"$G" curve $S --schedule 1:inf,2:inf --alpha 0.5:3:150 --output cut --resume --quiet
same "resumed" cut
"$G" curve $S --schedule 1:inf,2:inf --alpha 0.5:3:150 --threads 2 --quiet >threads
same "threads do not change a row" threads
run curve $S --schedule 1:inf,2:inf --format json
has "json: null, null and the number of steps" "$(cat out)" '^\[null, null, 2, 0, '
run curve $S --schedule 1:inf,2:inf --noise 0,0.1 --dry-run; has "dry run: one model" "$(cat out)" '^models: 1$'
run simulate $S --schedule 1:3,2:4 --dry-run --d 60; is "dry run of networks" "$code" 0
run curve --optimise lambda --schedule 3:inf,1:inf; is "the best ridge" "$code" 0
run curve --lambda opt --schedule 3:inf,1:inf; is "the same" "$code" 0

# ------------------------------------------------------------------ steps beside networks
run steps --schedule 3:2.02 --simulate --d 50 --trials 40
is "theory of the batch drawn" "$(grep '^# theory.alpha0' out)" "# theory.alpha0: 2.02"
run steps --schedule 3:2.035 --simulate --d 50 --trials 40
is "not of the one asked for" "$(grep '^# theory.alpha0' out)" "# theory.alpha0: 2.04"
awk -F'\t' '!/^#/ && $1 == 1 { bad = ($9 - $5) ^ 2 > 36 * $10 ^ 2 + 0.1 ^ 2 || ($11 - $6) ^ 2 > 36 * $12 ^ 2 + 0.05 ^ 2 ||
    ($14 - $13) ^ 2 > 36 * $15 ^ 2 + 0.02 ^ 2 } END { exit bad }' out
report $? "c, U and the own error of networks: $(grep -v '^#' out | tail -n 1)"
run steps --schedule 3:2,2:2,1:2 --reuse --simulate --d 50 --trials 3
is "reuse: exit 0, nothing on stderr" "$code$(cat err)" 0
is "reuse: theory of the first step alone" "$(list status)" "ok ok none none "
is "reuse: no numbers of one that is not there" "$(list U_1 | cut -d' ' -f3,4) $(list c | cut -d' ' -f3,4) \
$(list error | cut -d' ' -f3,4) $(list own_error | cut -d' ' -f3,4)" "nan nan nan nan nan nan nan nan"
is "reuse: networks at every step" "$(of_out U_1_sim | grep -c '^[0-9]')" 4
cp out again; run steps --schedule 3:2,2:2,1:2 --reuse --simulate --d 50 --trials 3 --threads 1
is "reuse: the same bytes" "$(grep -v '^# run' out)" "$(grep -v '^# run' again)"

# ------------------------------------------------------------------ several finite batches
# docs/theory 7: reference numbers of a program that shares no code with this one
P="--activation tanh --target sin --lambda 0.05 --alpha 2"
run curve $P --schedule 3:2,3:2
near "two batches: excess risk" "$(of_out excess_risk)" 0.064336643420 1e-9
near "two batches: train error" "$(of_out train_error)" 0.025178412653 1e-9
cp out listed; run curve $P --eta 3 --alpha0 2 --steps 2
is "two batches, equal steps" "$(cells out 9 16)" "$(cells listed 9 16)"
run curve $P --schedule 1:0.5,1:0.5,1:0.5,1:0.5
near "four batches" "$(of_out excess_risk)" 0.10054847 1e-7
run curve --activation 'tanh(z+0.5)' --target 'tanh(2*z1)' --schedule 2.5:1,2.5:3 --noise 0.1 --alpha 1.5
near "unequal batches, with noise" "$(of_out test_error)" 0.415433518 1e-8
run curve $P --schedule 3:2,0:1; cp out listed; run curve $P --eta 3 --alpha0 2
near "a batch, then a step that does nothing" "$(column excess_risk <listed)" "$(of_out excess_risk)" 1e-9
run curve $P --schedule 3:inf,3:2
is "a mix with an infinite batch" "$code $(list status)" "0 ok "
run curve --alpha 2 --eta 3 --alpha0 2 --optimise lambda --steps 2
is "the best ridge after two batches" "$code" 0
run curve $P --alpha0 2 --steps 2 --optimise eta --eta 1:6:5 --tol 1e-6
is "the best eta of two batches" "$code" 0
run spectrum --activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --schedule 3:4,3:4 --alpha 2 --outliers --width 800
near "spectrum: the outlier" "$(of_out outlier | tail -n 1)" 774.54 1e-5
run steps --activation tanh --target sin --schedule 3:2,3:2
near "steps: U_1" "$(of_out U_1 | tail -n 1)" "$(awk 'BEGIN { printf "%.15g", 1.502107255402 * 0.918650137543 }')" 1e-9
near "steps: c" "$(of_out c | tail -n 1)" 1.370024168452 1e-9
near "steps: own error before the second" "$(of_out own_error | sed -n 2p)" 0.1921591056 1e-8
run steps --activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --schedule 3:4,3:4 --covariance --tol 1e-6
# (v, zeta, norm) with gamma = 0.9227644573 turned to (z1, norm)
awk -v a="$(of_out C_1_1 | tail -n 1)" -v b="$(of_out C_1_2 | tail -n 1)" -v d="$(of_out C_2_2 | tail -n 1)" 'BEGIN {
    g = 0.9227644573; s = sqrt(1 - g * g)
    a -= g * g * 1.654526844 - 2 * g * s * 0.300311362 + s * s * 1.2933805601
    b -= -g * 0.1758082524 - s * 0.2649754339; d -= 3.0139158678
    exit !(a * a < 1e-14 && b * b < 1e-14 && d * d < 1e-14) }'
report $? "steps: the covariance: $(grep -v '^#' out | tail -n 1)"
run steps --activation relu --target 'z+0.5*z^2' --schedule 1:2,1:3 --noise 0.05
near "steps: own error" "$(of_out own_error | tail -n 1)" 0.6434128 1e-6

run steps --schedule 1:40,1:40 --simulate --d 50 --trials 3; cp out fresh
is "steps: networks of two fresh batches" "$code $(list status)" "0 ok ok ok "
run steps --schedule 1:40,1:40 --reuse --simulate --d 50 --trials 3
is "steps: the first step is that of a reused batch" "$(cells out 9 12 | sed -n 2p)" "$(cells fresh 9 12 | sed -n 2p)"
[ "$(cells out 9 12 | sed -n 3p)" != "$(cells fresh 9 12 | sed -n 3p)" ]; report $? "steps: the second is not"

# ------------------------------------------------------------------ bad input
for command in curve simulate validate bounds spectrum steps; do
    refuses --schedule "'3:2,,1:2' has an empty step" $command --schedule 3:2,,1:2
    refuses --eta "'2' is excluded by --schedule" $command --schedule 3:2 --eta 2
done
refuses --schedule "''" curve --schedule ''
refuses --schedule "',3:2'" curve --schedule ,3:2
refuses --schedule "'3:2,'" curve --schedule 3:2,
refuses --schedule "'1' is not a step of the form eta:alpha0" curve --schedule 3:2,1
refuses --schedule "'1:2:3' is not a step of the form eta:alpha0" curve --schedule 3:2,1:2:3
refuses --schedule "'x:2' has eta 'x'" curve --schedule 3:2,x:2
refuses --schedule "'1:y' has alpha0 'y'" curve --schedule 3:2,1:y
refuses --schedule "'1:' has alpha0 ''" curve --schedule 1:
refuses --schedule "':1' has eta ''" curve --schedule :1
refuses --schedule "'1:-2' has alpha0 '-2'" curve --schedule 1:-2
refuses --schedule "'1:nan' has alpha0 'nan'" curve --schedule 1:nan
refuses --schedule "'nan:1' has eta 'nan'" curve --schedule nan:1
refuses --schedule "'inf:1' has eta 'inf'" curve --schedule 2:inf,inf:1
refuses --schedule "' 1:2' has eta ' 1'" curve --schedule '3:2, 1:2'
refuses --schedule "has 33 steps, more than 32" curve --schedule "1:1$(printf ',1:1%.0s' {1..32})"
refuses --alpha0 "'3' is excluded by --schedule" curve --schedule 3:2 --alpha0 3
refuses --steps "'2' is excluded by --schedule" curve --schedule 3:2 --steps 2
refuses --spike "'1' is excluded by --schedule" curve --schedule 3:2 --spike 1
refuses --optimise "'eta' has no meaning with --schedule" curve --schedule 3:2 --optimise eta
refuses --optimise "'eta,lambda' has no meaning with --schedule" curve --schedule 3:2 --optimise eta,lambda
refuses --activation sign curve --schedule 3:2 --activation sign
refuses --alpha0 2 curve --schedule 3:2,1:2 --bulk isotropic
refuses --schedule "has 2 steps" bounds --schedule 3:inf,1:inf
refuses --schedule "has alpha0 2" bounds --schedule 3:2
refuses --weights "'gd'" simulate --schedule 3:2,1:inf --d 50
refuses --weights "'gd'" simulate --schedule 3:inf --weights gd --d 50
refuses --weights "'srf'" simulate --schedule 3:2 --weights srf --d 50
refuses --schedule "'0.001' gives n0 = 0" simulate --schedule 3:2,1:0.001 --d 100
refuses --schedule "alpha0 inf" steps --simulate --schedule 3:2,1:inf
refuses --schedule "rounds to 0" steps --simulate --schedule 3:0.001 --d 100
refuses --schedule "not an option" twostep --schedule 3:2
for command in curve validate bounds spectrum steps "spectrum --simulate"; do
    refuses --reuse "no theory of a reused batch" $command --reuse --eta 2
done
refuses --reuse "excluded by --learnability" steps --learnability --reuse
refuses --reuse "'maybe'" simulate --reuse=maybe
refuses --reuse "excluded by --spike" simulate --reuse --spike 1
refuses --schedule "has alpha0 2 and 3" simulate --schedule 3:2,1:2,1:3 --reuse --d 50
refuses --schedule "has alpha0 2 and 0" steps --simulate --schedule 3:2,1:0 --reuse --d 50
refuses --reuse "there is none of a" simulate --steps 2 --reuse --d 50
printf 'schedule = 3:2,1:x\n' >bad.conf
run curve --config bad.conf; is "in a file: its line" "$code $(grep -c "^giantstep: bad.conf:1: schedule: '1:x' has alpha0 'x'" err)" "2 1"
printf 'schedule = 3:2\neta = 2\n' >bad.conf
run curve --config bad.conf; is "in a file: excluded" "$code $(grep -c "^giantstep: bad.conf:2: eta: '2' is excluded" err)" "2 1"

[ "$failures" = 0 ] || { echo "$failures failed"; exit 1; }
