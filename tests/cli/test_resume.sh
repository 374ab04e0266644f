#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --resume: a run killed at any moment and resumed writes the bytes of an uninterrupted one.
# KILLS=100 for more random moments than the default.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../fail.bash"
kills=${KILLS:-10}
cd "$work" || exit 1
RANDOM=${SEED:-1}

# refused CODE TEXT ARGUMENTS...: exit code, one line on stderr, beside notes, with TEXT
refused() {
    local code=$1 text=$2
    shift 2
    "$program" "$@" >out 2>err
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    grep -qF -- "$text" err || fail "no '$text' on stderr: $*: $(cat err)"
    [ "$(grep -vc "^giantstep: note:" err)" -eq 1 ] || fail "not one line on stderr: $*: $(cat err)"
}

forget() { # FILES...: with what is beside them
    local file
    for file in "$@"; do rm -f "$file" "$file.part" "$file.journal"; done
}

# cuts OPTIONS...: the table cut after any number of bytes, under its own name as an older version left it or as
# NAME.part, is completed to the same table
cuts() {
    forget whole
    "$program" "$@" --quiet --output whole
    local size header cut name
    size=$(stat -c %s whole)
    header=$(grep -n -m1 '^[^#]' whole | cut -d: -f1)
    header=$(head -"$header" whole | wc -c)
    for cut in 0 40 $((header - 1)) "$header" $((header + 1)) $((size - 1)) "$size" \
        $((header + RANDOM * (size - header) / 32768)) $((header + RANDOM * (size - header) / 32768)); do
        for name in cut cut.part; do
            forget cut
            head -c "$cut" whole >$name
            "$program" "$@" --quiet --resume --output cut 2>err || fail "cut at $cut: exit code: $*: $(cat err)"
            same whole cut || fail "cut at $cut: $*"
        done
    done
    forget cut
    "$program" "$@" --quiet --resume --output cut || fail "no file yet: $*"
    same whole cut || fail "no file yet: other bytes: $*"
    cp cut before
    "$program" "$@" --quiet --resume --output cut && cmp -s cut before || fail "complete, and changed: $*"
    ls cut.* >/dev/null 2>&1 && fail "something is left beside the table: $(echo cut.*)"
}

# killed OPTIONS...: killed at random moments, `kills' of them, and resumed until it ends; with 1 and 2 threads
killed() {
    local total=0 rounds=0 code pid seconds threads=1 wanted=0
    forget whole
    seconds=$(date +%s%N)
    "$program" "$@" --quiet --output whole 2>/dev/null
    wanted=$?
    seconds=$(($(date +%s%N) - seconds))e-9
    while [ $total -lt "$kills" ]; do
        forget cut
        code=137
        while [ $code -eq 137 ]; do
            "$program" "$@" --threads $threads --quiet --resume --output cut 2>err &
            pid=$!
            if [ $total -lt "$kills" ]; then
                sleep "$(awk -v s="$seconds" -v r=$RANDOM 'BEGIN { print s * r / 32768 }')"
                kill -9 $pid 2>/dev/null
            fi
            wait $pid 2>/dev/null
            code=$?
            total=$((total + (code == 137)))
            threads=$((3 - threads))
        done
        [ $code -eq $wanted ] || fail "exit code $code: $*: $(cat err)"
        same whole cut || fail "killed and resumed: $*"
        ls cut.* >/dev/null 2>&1 && fail "something is left beside the table: $(echo cut.*)"
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
killed curve --alpha 0.5:1.5:200 "${slow[@]}" 2>/dev/null
killed bounds --eta 0.1:4:100 --tol 1e-3 2>/dev/null
killed simulate --d 60 --alpha0 2,3 --alpha 0.5,1,2 --trials 6 2>/dev/null
killed simulate --d 60 --alpha0 2,3 --alpha 0.5,1,2 --trials 6 --raw 2>/dev/null
killed validate --d 30,40,50 --alpha0 2 --alpha 0.5,2 --trials 6 2>/dev/null
killed validate --d 30,40,50 --alpha0 2 --alpha 0.5,2 --trials 6 --shard 2/3 2>/dev/null
killed spectrum --simulate --d 20 --alpha0 2 --trials 16 2>/dev/null
killed steps --simulate --d 60 --alpha0 3 --steps 2 --trials 40 2>/dev/null
killed twostep --simulate --d 40,60 --target tanh --trials 6 2>/dev/null

# A simulation that is killed keeps the replicates of its block.
forget cut
"$program" simulate --d 400 --alpha0 2 --alpha 1,2 --trials 400 --quiet --threads 1 --output cut &
pid=$!
for _ in $(seq 400); do [ -e cut.journal ] && [ "$(grep -c '^item' cut.journal)" -ge 3 ] && break; sleep 0.02; done
kill -9 $pid
wait $pid 2>/dev/null
[ "$(grep -c '^item' cut.journal)" -ge 3 ] || fail "no replicates in the journal"
[ "$(grep -vc '^#' cut.part)" -eq 1 ] || fail "not killed within the block"

# ------------------------------------------------------------------ what counts towards the exit code
bad=(curve --max-iterations 1 --method damped --alpha 0.7:1.3:5)
"$program" "${bad[@]}" --output flagged 2>/dev/null
"$program" "${bad[@]}" --output flagged --resume 2>err
[ $? -eq 3 ] && grep -q '5 of 5 rows' err || fail "rows in the file that are not ok: $(cat err)"

# ------------------------------------------------------------------ SIGINT, SIGTERM
for signal in INT:130 TERM:143; do
    forget cut
    "$program" curve --alpha 0.5:1.5:100000 "${slow[@]}" --quiet --output cut 2>err &
    pid=$!
    for _ in $(seq 200); do [ -s cut.part ] && [ "$(wc -l <cut.part)" -gt 60 ] && break; sleep 0.02; done
    kill -s "${signal%:*}" $pid
    wait $pid
    [ $? -eq "${signal#*:}" ] || fail "exit code of $signal"
    [ "$(grep -vc "^giantstep: note:" err)" -eq 2 ] && grep -q '^giantstep: stopping; once more' err && grep -q 'interrupted after .* --resume' err || fail "hint: $(cat err)"
    [ "$(tail -c1 cut.part | od -An -c | tr -d ' ')" = '\n' ] || fail "$signal: half a row"
done

# Slow rows, fewer than a chunk, are in the file before the chunk ends.
forget cut
"$program" curve --alpha 0.5:1.5:60 "${slower[@]}" --quiet --output cut 2>/dev/null &
pid=$!
for _ in $(seq 400); do [ -e cut.part ] && [ "$(grep -vc '^#' cut.part)" -gt 1 ] && break; sleep 0.02; done
kill -0 $pid 2>/dev/null || fail "not slow enough"
[ "$(grep -vc '^#' cut.part)" -gt 1 ] || fail "slow rows wait for the chunk"

# ------------------------------------------------------------------ two writers
for more in --resume --force ''; do
    refused 1 "another process, $pid, is writing to it" curve --alpha 0.5:1.5:60 "${slower[@]}" $more --output cut
done
kill -9 $pid
wait $pid 2>/dev/null

# ------------------------------------------------------------------ disks that are full
forget cut whole
(ulimit -f 32; "$program" "${curve[@]}" --output cut 2>err; echo $? >code)
[ "$(cat code) $(grep -c . err)" = '1 1' ] || fail "a file that may not grow: $(cat err)"
[ -e cut ] && fail "an incomplete table under its own name"
[ "$(tail -c1 cut.part | od -An -c | tr -d ' ')" = '\n' ] || fail "half a row"
"$program" "${curve[@]}" --resume --output cut && "$program" "${curve[@]}" --output whole
same whole cut || fail "resumed after a full disk"
mkdir disk
if mount -t tmpfs -o size=32k none disk 2>/dev/null; then
    "$program" "${curve[@]}" --output disk/cut 2>err
    [ "$? $(grep -c . err)" = '1 1' ] && grep -q 'No space left' err || fail "a full disk: $(cat err)"
    [ "$(tail -c1 disk/cut.part | od -An -c | tr -d ' ')" = '\n' ] || fail "a full disk: half a row"
    cp disk/cut.part part.part; cp disk/cut.journal part.journal
    umount disk
    "$program" "${curve[@]}" --resume --output part && same whole part || fail "resumed after a full disk elsewhere"
fi

# ------------------------------------------------------------------ killed between the last name and the last removal
for command in "${curve[*]}" 'steps --simulate --d 40 --alpha0 3 --trials 3'; do
    forget cut whole
    "$program" $command --quiet --output whole
    cp whole cut
    grep '^#' whole >cut.journal
    printf 'record\tnumber\tdata\tchecksum\n' >>cut.journal
    "$program" $command --quiet --output cut --resume 2>err || fail "a journal beside a whole table: $(cat err)"
    cmp -s whole cut && [ ! -e cut.journal ] || fail "a journal beside a whole table is left: $command"
done
forget whole
"$program" "${curve[@]}" --output whole

# ------------------------------------------------------------------ what is there is not destroyed
cp whole kept
for more in '' --quiet; do
    refused 2 "--output: 'kept' exists: --force replaces it, --resume goes on with it" "${curve[@]}" $more --output kept
done
cmp -s whole kept || fail "a table was destroyed"
refused 2 "--output: 'kept' exists: --force replaces it" list --output kept
"$program" "${curve[@]}" --noise 0.1 --output kept --force 2>err || fail "--force: $(cat err)"
grep -q '^# noise: 0.1' kept || fail "--force did not replace the table"
head -100 whole >begun.part
refused 2 "--output: 'begun.part' exists, of a run that did not end" "${curve[@]}" --output begun
[ "$(wc -l <begun.part)" -eq 100 ] || fail "rows of a run that did not end were destroyed"
cp whole begun
refused 2 "'begun' and 'begun.part' are both there" "${curve[@]}" --output begun --resume
"$program" "${curve[@]}" --output begun --resume --force && same whole begun || fail "--resume --force"
ln -s begun link
"$program" "${curve[@]}" --output link --force && [ -L link ] && same whole begun || fail "through a link"

# ------------------------------------------------------------------ what is not a regular file
"$program" "${curve[@]}" --output /dev/null || fail "/dev/null"
"$program" "${curve[@]}" --output /dev/stdout >standard && same whole <(cat standard; :) || fail "/dev/stdout"
echo before >standard
"$program" "${curve[@]}" --output /dev/stdout >>standard
[ "$(head -1 standard)" = before ] && same whole <(tail -n +2 standard) || fail "/dev/stdout, appended to"
"$program" "${curve[@]}" --output /dev/stdout | cat >standard
same whole standard || fail "/dev/stdout, a pipe"
mkfifo pipe
cat pipe >standard &
"$program" "${curve[@]}" --output pipe || fail "a named pipe"
wait
same whole standard || fail "a named pipe: other bytes"
ls ./*.journal >/dev/null 2>&1 && [ "$(echo ./*.journal)" != ./part.journal ] && [ "$(echo ./*.journal)" != './begun.journal' ] &&
    fail "journals are left: $(echo ./*.journal)"

# ------------------------------------------------------------------ edited tables
row() { echo $(($(grep -n -m1 '^[^#]' whole | cut -d: -f1) + $1 + 2 * (($1 - 1) / 75))); } # line of row N
edited() { # WHAT TEXT, the edited table on stdin: refused under its own name and as NAME.part
    cat >edited
    refused 2 "$2" "${curve[@]}" --resume --output edited
    cp edited kept
    cmp -s edited kept || fail "$1: the file was changed"
}
sed "$(row 40)d" whole | edited "a deleted row" "row 40 has alpha"
awk -v n="$(row 40)" 'NR == n { kept = $0; next } { print } NR == n + 1 { print kept }' whole |
    edited "swapped rows" "row 40 has alpha"
awk -F'\t' -v OFS='\t' -v n="$(row 140)" 'NR == n { $10 = "banana" } { print }' whole |
    edited "a word" "row 140 has test_error 'banana', which is not a number"
awk -F'\t' -v OFS='\t' -v n="$(row 140)" 'NR == n { $10 = "0.5" } { print }' whole |
    edited "a changed value" "row 140 was changed after it was written"
awk -F'\t' -v OFS='\t' -v n="$(row 140)" 'NR == n || NR == n + 1 { $10 = "0.5" } { print }' whole |
    edited "two changed values" "rows 115 to 152 are not those written"
awk -F'\t' -v OFS='\t' -v n="$(row 77)" 'NR == n { $1 = 1.5 } { print }' whole | edited "another axis" "row 77 has eta '1.5', this table 1"
# The same while the table is incomplete: the journal knows.
forget cut
"$program" curve --alpha 0.5:1.5:100000 "${slow[@]}" --quiet --output cut 2>/dev/null &
pid=$!
for _ in $(seq 400); do [ -s cut.part ] && [ "$(wc -l <cut.part)" -gt 300 ] && break; sleep 0.02; done
kill -9 $pid
wait $pid 2>/dev/null
header=$(grep -n -m1 '^[^#]' cut.part | cut -d: -f1)
cp cut.part cut.kept
for edit in '10 "banana":row 70 has test_error' '10 0.5:row 70 was changed' '8 0.5:row 70 has alpha'; do
    awk -F'\t' -v OFS='\t' -v n=$((header + 70)) "NR == n { \$${edit%% *} = $(cut -d' ' -f2 <<<"${edit%%:*}") } { print }" cut.kept >cut.part
    refused 2 "${edit#*:}" curve --alpha 0.5:1.5:100000 "${slow[@]}" --resume --output cut
done
sed "$((header + 70))d" cut.kept >cut.part
refused 2 "row 70 has alpha" curve --alpha 0.5:1.5:100000 "${slow[@]}" --resume --output cut

# ------------------------------------------------------------------ tables with one empty line between curves, or none
for empty in 'cat -s' 'grep -v ^$'; do
    forget older
    $empty whole | head -200 >older
    "$program" "${curve[@]}" --resume --output older 2>err || fail "$empty: $(cat err)"
    cmp -s <(grep -v '^#\|^$' whole) <(grep -v '^#\|^$' older) || fail "$empty: other rows"
done

# ------------------------------------------------------------------ bad input
forget cut
cp whole cut
refused 2 "--resume: 'yes' needs --output" "${curve[@]}" --resume
refused 2 "--resume: 'yes' needs --format tsv or csv" "${curve[@]}" --resume --format json --output none
refused 2 "--resume: 'yes' does not go with --functions" bounds --functions --resume --output none
refused 2 "--resume: 'yes' needs --simulate" spectrum --resume --output none
refused 2 "--shard: '1/2' needs --simulate" twostep --shard 1/2 --output none
refused 2 "--shard: '1/2' needs --output" validate --shard 1/2
[ -e none ] && fail "something was written"
refused 2 "--resume: '/dev/null' is not a regular file" "${curve[@]}" --resume --output /dev/null
refused 2 "--resume: '/dev/null' is not a regular file" validate --resume --output /dev/null
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
[ -e text.journal ] && fail "a journal beside a refused file"
chmod 444 whole
[ "$(id -u)" -eq 0 ] || refused 1 'whole' "${curve[@]}" --resume --output whole

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
