#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SIGINT and SIGTERM in the middle of everything that takes long: the process ends within a second, says so, and
# leaves only whole rows.  SLACK: what a loaded machine may add to that second.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../fail.bash"
SLACK=${SLACK:-1.0}
cd "$work" || exit 1

now() { date +%s.%N; }

# stops SIGNAL:CODE DELAY ARGUMENTS...
stops() {
    local signal=${1%:*} code=${1#*:} delay=$2 pid began took got
    shift 2
    "$program" "$@" >out 2>err &
    pid=$!
    sleep "$delay"
    kill -0 $pid 2>/dev/null || fail "ended before the signal: $*: $(head -1 err)"
    began=$(now)
    kill -s "$signal" $pid
    wait $pid
    got=$?
    took=$(awk -v a="$began" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }')
    [ $got -eq "$code" ] || fail "$signal: exit code $got: $*"
    awk -v t="$took" -v most="$SLACK" 'BEGIN { exit !(t < 1 + most) }' || fail "$signal: $took s: $*"
    [ "$(grep -c 'stopping; once more to quit at once' err)" -eq 1 ] || fail "$signal: not said once: $*: $(cat err)"
    awk -F'\t' '!/^#/ && NF { if (!n) n = NF; if (NF != n) bad = 1 } END { exit bad }' out ||
        fail "$signal: half a row: $*"
    echo "$signal after $delay s: $took s: $*: $(tail -1 err)"
}

T=TERM:143 I=INT:130
# tables of three and four variables; one with a finite batch; second layers of many groups
stops $T 0.5 curve --target 'tanh(z1*z2*z3)' --activation 'abs(z)*tanh(z)' --second-layer gaussian:24
stops $I 0.7 curve --target 'z1*z2*z3*z4+sin(z1)' --activation tanh --alpha0 3 --second-layer gaussian:12
stops $T 0.3 curve --alpha0 2.5 --activation 'relu(z)+0.1*sin(9*z)' --eta 1:2:500 --order-parameters
# minima of lambda and eta
stops $I 0.5 curve --lambda opt --alpha 0.5:2:5000 --second-layer gaussian:12
stops $T 1.0 curve --optimise eta --alpha 0.5:2:500 --target 'tanh(z1*z2)'
stops $T 0.5 curve --alpha 0.5:2:1000000 --output rows.tsv
# bounds, densities, steps
stops $I 0.5 bounds --eta 0.1:9:100000 --target 'sin(z1)*cos(2*z2)'
stops $T 0.3 spectrum --alpha0 3 --second-layer gaussian:40
stops $I 0.3 spectrum --outliers --width 1000 --alpha0 3 --second-layer gaussian:24
stops $T 0.5 spectrum --simulate --d 3000 --trials 8 --alpha0 2
stops $I 0.3 steps --target 'z1*z2*z3' --steps 40 --second-layer gaussian:30
stops $T 0.3 steps --simulate --d 2000 --trials 100 --alpha0 5
stops $T 0.3 twostep --simulate --d 1500 --trials 20
# many trials, many rows, one large network
stops $I 0.3 simulate --trials 1e9 --d 100
stops $T 0.5 simulate --d 4000 --beta 2 --alpha 3 --alpha0 2 --trials 2
stops $T 0.7 simulate --d 300 --alpha 1,2 --lambda 0.1,1 --trials 1000 --raw
stops $I 0.5 validate --d 250,500,1000 --trials 50
stops $T 0.5 validate --d 250,500,1000 --trials 50 --target 'tanh(z1*z2)' --lambda opt --alpha 0.5:2:50
# estimates
stops $T 0.3 simulate --d 2000:6000:41 --dry-run

# the second signal does not wait
"$program" simulate --d 4000 --beta 2 --alpha 3 --trials 2 >out 2>err &
pid=$!
sleep 0.5
began=$(now)
kill -s INT $pid
sleep 0.05
kill -s TERM $pid
wait $pid
code=$?
[ $code -eq 143 ] || [ $code -eq 130 ] || fail "twice: exit code $code"
awk -v a="$began" -v b="$(now)" -v most="$SLACK" 'BEGIN { exit !(b - a < 0.3 + most) }' || fail "twice: not at once"

[ $failures -eq 0 ]
