#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --shard and `giantstep merge`: shards put together are the whole table, and what is refused.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../fail.bash"
cd "$work" || exit 1

# refused CODE TEXT ARGUMENTS...: exit code, one line on stderr with TEXT, nothing on stdout
refused() {
    local code=$1 text=$2
    shift 2
    "$program" "$@" >out 2>err
    [ $? -eq "$code" ] || fail "exit code is not $code: $*"
    grep -qF -- "$text" err || fail "no '$text' on stderr: $*: $(cat err)"
    [ "$(grep -c . err)" -eq 1 ] || fail "not one line on stderr: $*: $(cat err)"
    [ -s out ] && fail "something was written: $*"
}

# together N OPTIONS...: N shards of a table, merged in any order, are the table
together() {
    local count=$1 files=() i code
    shift
    rm -f shard.* merged.file
    "$program" "$@" --quiet >whole 2>/dev/null
    code=$?
    for ((i = count; i >= 1; i--)); do
        "$program" "$@" --quiet --shard "$i/$count" --output "shard.$i" 2>/dev/null
        files+=("shard.$i")
    done
    "$program" merge "${files[@]}" >merged 2>err
    [ $? -eq $code ] || fail "merge: exit code is not that of the whole, $code: $*: $(cat err)"
    same whole merged || fail "$count shards are not the whole: $*"
    "$program" merge "${files[@]}" --output merged.file 2>/dev/null
    same whole merged.file || fail "merge --output: $*"
    [ "$(sed -n 's/^# run.rows: //p' shard.* | awk '{ sum += $1 } END { print sum }')" -eq \
      "$(grep -vc '^#\|^$\|status$\|rare_share$' whole)" ] || fail "run.rows do not add up: $*"
}

curve=(curve --alpha 0.2:3:75 --lambda 0.1,1 --eta 1,2)
together 3 "${curve[@]}"
together 1 "${curve[@]}"
together 7 "${curve[@]}" --format csv # more shards than chunks of 64 rows: empty ones
together 2 "${curve[@]}" --max-iterations 1 --method damped # rows that are not ok: exit 3
together 3 bounds --eta 0.1:4:200 --tol 1e-4
together 3 simulate --d 20,30 --alpha0 2,3 --alpha 0.5,1,2 --lambda 0.1,1 --trials 3
together 4 simulate --d 20,30 --alpha0 2 --alpha 0.5,1,2 --lambda 0.1,1 --trials 3 --raw

# Jobs of replicates: a part is the replicates, the table is made when all are there.  More parts than replicates, tables
# that do not agree (exit 4), several layouts.
replicates() { # N OPTIONS...
    local count=$1 files=() i code merged
    shift
    rm -f shard.* merged
    "$program" "$@" --quiet >whole 2>/dev/null
    code=$?
    for ((i = count; i >= 1; i--)); do
        "$program" "$@" --quiet --shard "$i/$count" --output "shard.$i" 2>err || fail "shard $i: $*: $(cat err)"
        files+=("shard.$i")
    done
    "$program" merge "${files[@]}" --output merged 2>err
    merged=$?
    [ $merged -eq $code ] || fail "merge: exit code $merged is not that of the whole, $code: $*: $(cat err)"
    sed -i '/^"run\./d' whole merged
    same whole merged || fail "$count shards are not the whole: $*"
    "$program" merge "${files[@]}" 2>/dev/null | sed '/^"run\./d' | same whole /dev/stdin || fail "merge to stdout: $*"
}
replicates 3 validate --d 20,30,40 --alpha0 2 --alpha 0.5,1,2 --lambda 0.1,1 --trials 4
replicates 5 validate --d 20,30,40 --alpha0 2 --trials 3 --lambda opt --format csv
replicates 3 validate --d 20,30,40 --alpha0 2 --trials 2 --format json
replicates 4 spectrum --simulate --d 30 --alpha0 2 --trials 6
replicates 4 steps --simulate --d 60 --alpha0 3 --steps 2 --trials 6
replicates 2 twostep --simulate --d 60,90 --target tanh --trials 3

for i in 1 2; do "$program" steps --simulate --d 60 --alpha0 3 --trials 6 --shard $i/2 --output job.$i; done
refused 2 'shard 2/2 is missing' merge job.1
sed '$s/.\(\t[0-9a-f]*\)$/x\1/' job.1 >edited
refused 2 "'edited', line $(grep -c . edited): was changed" merge edited job.2
head -n -1 job.1 >short
refused 2 "'short' has 2 of the 3 rows of shard 1/2, run it again with --resume" merge short job.2
sed '/^item\t2/d' job.1 >short
refused 2 "'short' has 2 of the 3 rows" merge short job.2

# A single block has replicates enough for several shards with --raw.
"$program" simulate --d 20 --trials 4 --alpha 0.5,1 --raw --shard 2/2 2>/dev/null | grep -q '^# run.rows: 4$' ||
    fail "--raw shards replicates"

# ------------------------------------------------------------------ bad input
for shard in 0/4 5/4 1/0 x 1 1/ /1 1/2/3 -1/2 1.0/2 '1 /2' 1/99999999999999999999; do
    refused 2 "--shard: '$shard' is not i/N" curve --shard "$shard"
done
refused 2 '--shard: not an option of list' list --shard 1/2
refused 2 "--shard: '1/2' needs --format tsv or csv" curve --shard 1/2 --format json
refused 2 "--shard: '1/2' does not go with --functions" bounds --functions --shard 1/2

rm -f shard.*
for i in 1 2 3; do "$program" "${curve[@]}" --shard $i/3 --output shard.$i; done
refused 2 'which files' merge
refused 1 'missing.tsv' merge shard.1 missing.tsv
refused 2 'shard 2/3 is missing' merge shard.1 shard.3
refused 2 "'shard.1' and 'shard.1' are both shard 1/3" merge shard.1 shard.2 shard.1
refused 2 "--output: 'shard.2' is one of the shards" merge shard.1 shard.2 shard.3 --output shard.2
[ -s shard.2 ] || fail "a shard was destroyed"
"$program" "${curve[@]}" --noise 0.1 --shard 2/3 --output other
refused 2 "'other' has \`noise: 0.1', shard.1 has \`noise: 0'" merge shard.1 other shard.3
"$program" "${curve[@]}" --shard 2/4 --output other --force
refused 2 "'other' is one of 4 shards, 'shard.1' one of 3" merge shard.1 other shard.3
"$program" "${curve[@]}" --output other --force
refused 2 "'other' has no run.shard" merge shard.1 other shard.3
head -n -1 shard.2 >short
refused 2 "'short' has $(($(sed -n 's/^# run.rows: //p' shard.2) - 1)) of the" merge shard.1 short shard.3
head -c -5 shard.2 >torn
refused 2 "'torn' has" merge shard.1 torn shard.3
{ cat shard.2; printf 'x'; } >more
refused 2 "'more' has something after its last row" merge shard.1 more shard.3
sed '/\tok/s/\t/\t\t/3' shard.2 >columns
refused 2 "'columns', line" merge shard.1 columns shard.3
# Rows are compared with the grid and with their checksums, and named as those of the whole table.
first=$(($(sed -n 's/^# run.rows: //p' shard.1) + 1))
line=$(($(grep -n -m1 '^[^#]' shard.2 | cut -d: -f1) + 5))
sed "${line}d" shard.2 >edited
{ cat edited; tail -1 shard.2; } >again
refused 2 "'again', line $line: row $((first + 4)) has alpha" merge shard.1 again shard.3
awk -F'\t' -v OFS='\t' -v n="$line" 'NR == n { $10 = "banana" } { print }' shard.2 >edited
refused 2 "'edited', line $line: row $((first + 4)) has test_error 'banana'" merge shard.1 edited shard.3
awk -F'\t' -v OFS='\t' -v n="$line" 'NR == n { $10 = 0.25 } { print }' shard.2 >edited
refused 2 "'edited': row $((first + 4)) was changed" merge shard.1 edited shard.3
sed 's/\tok\t/\tokay\t/' shard.2 >status
refused 2 "a row without its status" merge shard.1 status shard.3
echo hello >text
refused 2 "'text', line 1: not a table of giantstep" merge text
head -5 shard.1 >head
refused 2 "'head' ends before its header" merge head
if [ -c /dev/full ]; then
    "$program" merge shard.1 shard.2 shard.3 >/dev/full 2>err
    [ "$? $(grep -c . err)" = "1 1" ] || fail "full disk: $(cat err)"
fi
(ulimit -f 16; "$program" merge shard.1 shard.2 shard.3 --force --output short 2>err; echo $? >code)
[ "$(cat code)" = 1 ] || fail "a file that may not grow"
[ -e short.part ] || [ -e short.journal ] && fail "something is left of a table that merge could not write"

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
