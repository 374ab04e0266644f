#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --resume: a run killed at any moment and resumed writes the bytes of an uninterrupted one.
# KILLS=100 for more random moments than the default.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/fail.bash"
kills=${KILLS:-8}
cd "$work" || exit 1
RANDOM=${SEED:-1}

# refused CODE TEXT ARGUMENTS...: exit code, one line on stderr with TEXT
refused() {
    local code=$1 text=$2
    shift 2
    "$program" "$@" >out 2>err
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    grep -qF -- "$text" err || fail "no '$text' on stderr: $*: $(cat err)"
    [ "$(grep -c . err)" -eq 1 ] || fail "not one line on stderr: $*: $(cat err)"
}

# cuts OPTIONS...: the table cut after any number of bytes is completed to the same table
cuts() {
    "$program" "$@" --quiet --output whole
    local size header cut
    size=$(stat -c %s whole)
    header=$(grep -n -m1 '^[^#]' whole | cut -d: -f1)
    header=$(head -"$header" whole | wc -c)
    for cut in 0 40 $((header - 1)) "$header" $((header + 1)) $((size - 1)) "$size" \
        $((header + RANDOM * (size - header) / 32768)) $((header + RANDOM * (size - header) / 32768)); do
        head -c "$cut" whole >cut
        "$program" "$@" --quiet --resume --output cut 2>err || fail "cut at $cut: exit code: $*: $(cat err)"
        same whole cut || fail "cut at $cut: $*"
    done
    rm -f cut
    "$program" "$@" --quiet --resume --output cut || fail "no file yet: $*"
    same whole cut || fail "no file yet: other bytes: $*"
    cp cut before
    "$program" "$@" --quiet --resume --output cut && cmp -s cut before || fail "complete, and changed: $*"
}

# killed N OPTIONS...: killed at N random moments and resumed until it ends
killed() {
    local count=$1 total=0 rounds=0 code pid seconds
    shift
    seconds=$(date +%s%N)
    "$program" "$@" --quiet --output whole
    seconds=$(($(date +%s%N) - seconds))e-9
    while [ $total -lt "$count" ]; do
        rm -f cut
        code=137
        while [ $code -eq 137 ]; do
            if [ $total -lt "$count" ]; then
                "$program" "$@" --quiet --resume --output cut &
                pid=$!
                sleep "$(awk -v s="$seconds" -v r=$RANDOM 'BEGIN { print s * r / 32768 }')"
                kill -9 $pid 2>/dev/null
                wait $pid 2>/dev/null
                code=$?
                total=$((total + (code == 137)))
            else
                "$program" "$@" --quiet --resume --output cut
                code=$?
            fi
        done
        [ $code -eq 0 ] || fail "exit code $code: $*"
        same whole cut || fail "killed and resumed: $*"
        rounds=$((rounds + 1))
    done
    echo "$total kills, $rounds tables: $*"
}

curve=(curve --alpha 0.2:3:75 --lambda 0.1,1 --eta 1,2)
cuts "${curve[@]}"
cuts "${curve[@]}" --threads 1 --format csv --shard 2/3
cuts bounds --eta 0.1:4:70 --tol 1e-4
cuts simulate --d 20,30 --alpha0 2 --alpha 0.5,1,2 --lambda 0.1,1 --trials 3
cuts simulate --d 20,30 --alpha0 2 --alpha 0.5,1,2 --lambda 0.1,1 --trials 3 --raw

slow=(--second-layer gaussian:4 --activation 'tanh(z+0.3)' --max-iterations 1000000 --method damped --damping 0.1)
slower=("${slow[@]:0:9}" 0.0001)
killed "$kills" curve --alpha 0.5:1.5:600 "${slow[@]}" 2>/dev/null
killed "$kills" simulate --d 100 --alpha0 2,3,4 --alpha 0.5,1,2 --trials 8 2>/dev/null
killed "$kills" simulate --d 100 --alpha0 2,3,4 --alpha 0.5,1,2 --trials 8 --raw 2>/dev/null

# ------------------------------------------------------------------ what counts towards the exit code
bad=(curve --max-iterations 1 --method damped --alpha 0.7:1.3:5)
"$program" "${bad[@]}" --output flagged 2>/dev/null
"$program" "${bad[@]}" --output flagged --resume 2>err
[ $? -eq 3 ] && grep -q '5 of 5 rows' err || fail "rows in the file that are not ok: $(cat err)"

# ------------------------------------------------------------------ SIGINT, SIGTERM
for signal in INT:130 TERM:143; do
    rm -f cut
    "$program" curve --alpha 0.5:1.5:100000 "${slow[@]}" --quiet --output cut 2>err &
    pid=$!
    for _ in $(seq 200); do [ -s cut ] && [ "$(wc -l <cut)" -gt 60 ] && break; sleep 0.02; done
    kill -s "${signal%:*}" $pid
    wait $pid
    [ $? -eq "${signal#*:}" ] || fail "exit code of $signal"
    [ "$(grep -c . err)" -eq 2 ] && grep -q '^giantstep: stopping; once more' err && grep -q 'interrupted after .* --resume' err || fail "hint: $(cat err)"
    [ "$(tail -c1 cut | od -An -c | tr -d ' ')" = '\n' ] || fail "$signal: half a row"
done

# Slow rows, fewer than a chunk, are in the file before the chunk ends.
rm -f cut
"$program" curve --alpha 0.5:1.5:60 "${slower[@]}" --quiet --output cut 2>/dev/null &
pid=$!
for _ in $(seq 400); do [ -e cut ] && [ "$(grep -vc '^#' cut)" -gt 1 ] && break; sleep 0.02; done
kill -0 $pid 2>/dev/null || fail "not slow enough"
[ "$(grep -vc '^#' cut)" -gt 1 ] || fail "slow rows wait for the chunk"
kill -9 $pid

# ------------------------------------------------------------------ disks that are full
(ulimit -f 32; "$program" "${curve[@]}" --output cut 2>err; echo $? >code)
[ "$(cat code) $(grep -c . err)" = '1 1' ] || fail "a file that may not grow: $(cat err)"
"$program" "${curve[@]}" --resume --output cut && "$program" "${curve[@]}" --output whole
same whole cut || fail "resumed after a full disk"

# ------------------------------------------------------------------ bad input
refused 2 "--resume: 'yes' needs --output" "${curve[@]}" --resume
refused 2 "--resume: 'yes' needs --format tsv or csv" "${curve[@]}" --resume --format json --output none
refused 2 "--resume: 'yes' does not go with --functions" bounds --functions --resume --output none
[ -e none ] && fail "something was written"
refused 2 "--resume: '/dev/null' is not a regular file" "${curve[@]}" --resume --output /dev/null
refused 2 "has \`tol: 1e-10', this run has \`tol: 1e-9'" "${curve[@]}" --tol 1e-9 --resume --output cut
"$program" simulate --d 20 --trials 2 --output simulated
refused 2 "has \`trials: 2', this run has \`trials: 3'" simulate --d 20 --trials 3 --resume --output simulated
refused 2 "has \`giantstep.command: simulate', this run has" "${curve[@]}" --resume --output simulated
"$program" "${curve[@]}" --shard 1/3 --output shard
refused 2 "has \`run.shard: 1/3', this run \`run.shard: 2/3'" "${curve[@]}" --shard 2/3 --resume --output shard
refused 2 "has \`run.shard: 1/3', this run no run.shard" "${curve[@]}" --resume --output shard
{ cat whole; tail -1 whole; } >longer
refused 2 "'longer' has 301 rows, this run has 300" "${curve[@]}" --resume --output longer
echo hello >text
refused 2 "'text', line 1: not a table of giantstep" "${curve[@]}" --resume --output text
sed '40s/\t/\t\t/' whole >damaged
refused 2 "'damaged', line 40: not as many columns as the header" "${curve[@]}" --resume --output damaged
sed 's/^# library.gsl.*/# library.gsl: 0/' whole | head -25 >other
refused 2 "has \`library.gsl: 0'" "${curve[@]}" --resume --output other
[ "$(cat text)" = hello ] && [ "$(wc -l <other)" -eq 25 ] || fail "a refused file was changed"
chmod 444 whole
[ "$(id -u)" -eq 0 ] || refused 1 'whole' "${curve[@]}" --resume --output whole

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
