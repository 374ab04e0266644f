#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command while memory runs out: at any one allocation, or from one on, it ends with exit code 1 and one line,
# its rows those of an undisturbed run as far as they go; under a limit of address space it ends at all.
# ALLOCATIONS=500 tries each of the first 500 (minutes), instead of a sample.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
source=$(realpath "$(dirname "$0")/../faults/failing_malloc.c")
. "$(dirname "$0")/../fail.bash"
allocations=${ALLOCATIONS:-0}
cd "$work" || exit 1
RANDOM=${SEED:-1}
"${CC:-gcc}" -shared -fPIC -O1 -o failing.so "$source" -ldl || exit 1
tried=0 survived=0

# Which allocations of `count`: all up to a number, or the first ones and a sample that thins out.
chosen() {
    if [ "$allocations" -gt 0 ]; then
        seq "$((count < allocations ? count : allocations))"
    else
        local n=1
        while [ $n -le "$count" ] && [ $n -le 500 ]; do
            echo $n
            n=$((n + 1 + RANDOM % (2 + n / 3)))
        done
    fi
}

# one MODE N ARGUMENTS...
one() {
    local mode=$1 n=$2 code
    shift 2
    timeout -s KILL 60 env LD_PRELOAD="$PWD/failing.so" "$mode=$n" "$program" "$@" >out 2>err </dev/null
    code=$?
    tried=$((tried + 1))
    if [ $code -eq "$whole" ] && cmp -s <(grep -Ev '^(# run\.|seconds|memory)' out) right && cmp -s err right.err; then
        survived=$((survived + 1))
    elif [ $code -ne 1 ] || [ "$(grep -c . err)" -ne 1 ] || ! grep -q '^giantstep: ' err; then
        fail "$mode=$n: exit code $code: $*: $(head -2 err)"
    elif ! cmp -s <(grep -Ev '^(# run\.|seconds|memory)' out | grep .) <(grep . right | head -"$(grep -Ev '^(# run\.|seconds|memory)' out | grep -c .)"); then
        fail "$mode=$n: other rows: $*"
    fi
}

# starved ARGUMENTS...
starved() {
    FAIL_COUNT=count LD_PRELOAD="$PWD/failing.so" "$program" "$@" >out 2>right.err </dev/null
    whole=$?
    [ $whole -eq 0 ] || [ $whole -eq 3 ] || fail "undisturbed: exit code $whole: $*"
    grep -Ev '^(# run\.|seconds|memory)' out >right
    count=$(cat count)
    for n in $(chosen); do
        one FAIL_AT "$n" "$@"
        [ "$allocations" -eq 0 ] || [ $((n % 10)) -eq 0 ] && one FAIL_FROM "$n" "$@"
    done
    echo "$count allocations: $*"
}

starved list
starved info
starved help curve
starved curve --threads 1 --alpha 0.5,1,2 --activation 'tanh(z+0.2)' --second-layer 1:0.5,-1:0.5
starved curve --threads 1 --alpha0 2 --noise 0.1 --order-parameters
starved curve --threads 1 --alpha0 2 --steps 2 --second-layer 1,-0.5
starved curve --threads 1 --lambda opt
starved curve --threads 1 --spike '1,0.5' --alpha 0.5,1
starved curve --threads 1 --alpha 0.5:2:100 --dry-run
starved bounds --threads 1 --eta 1,2
starved bounds --functions
starved steps --steps 2 --target 'z1+z1*z2'
starved steps --learnability --target 'z1*z2'
starved steps --simulate --d 40 --alpha0 2 --trials 2
starved twostep
starved twostep --simulate --d 40 --trials 2 --threads 1
starved spectrum --x 0.5,1
starved spectrum --outliers --width 1000
starved spectrum --simulate --d 40 --trials 2 --threads 1
starved simulate --threads 1 --d 40 --trials 2 --alpha 0.5,2 --lambda 0.1,1
starved validate --threads 1 --d 40,50,60 --trials 2 --alpha 0.5,2
for i in 1 2; do "$program" curve --threads 1 --alpha 0.5:1:100 --shard $i/2 --output $i.tsv; done
starved merge 1.tsv 2.tsv

# A limit of address space: every command ends, with its result or with one line.
for limit in 90000 120000 250000; do
    for command in list curve bounds steps twostep spectrum 'simulate --d 60 --trials 2' \
        'validate --d 40,50,60 --trials 2' 'spectrum --simulate --d 60' 'steps --simulate --d 60 --alpha0 2' \
        'twostep --simulate --d 60 --trials 2'; do
        (ulimit -v $limit; exec timeout -s KILL 60 "$program" $command --quiet >out 2>err)
        code=$?
        [ $code -eq 0 ] || [ $code -eq 1 ] || fail "ulimit -v $limit: exit code $code: $command: $(head -1 err)"
        [ $code -eq 0 ] || [ "$(grep -c . err)" -eq 1 ] || fail "ulimit -v $limit: not one line: $command: $(cat err)"
    done
done

echo "$tried failures of one allocation, $survived of them without effect"
[ $failures -eq 0 ]
