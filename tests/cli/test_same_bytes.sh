#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Rows do not depend on the number of threads, on shards, or on a run having been killed and resumed: for every
# kind of bulk, a ridge that is searched, and a step size that is.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../fail.bash"
cd "$work" || exit 1

# rows FILE...: header and rows, one after the other
rows() {
    cat "$@" | grep -v '^#' | grep -v '^$' | awk 'NR == 1 { header = $0 } NR == 1 || $0 != header'
}

# bytes OPTIONS...: one table by 1, 2 and 3 threads and by two and three shards
bytes() {
    local threads shards i files
    "$program" curve "$@" --quiet --threads 1 >whole 2>/dev/null
    rows whole >wanted
    [ "$(wc -l <wanted)" -gt 65 ] || fail "not two chunks of rows: $*"
    grep -q 'nan.*failed' wanted && fail "rows failed: $*"
    for threads in 2 3; do
        "$program" curve "$@" --quiet --threads $threads >other 2>/dev/null
        same whole other || fail "$threads threads: other bytes: $*"
    done
    for shards in 2 3; do
        files=()
        for ((i = 1; i <= shards; i++)); do
            "$program" curve "$@" --quiet --threads 1 --shard "$i/$shards" >"shard.$i" 2>/dev/null
            files+=("shard.$i")
        done
        cmp -s wanted <(rows "${files[@]}") || fail "$shards shards: other bytes: $*"
    done
}

# resumed OPTIONS...: killed once some rows are in the file, resumed by another number of threads
resumed() {
    local pid part=
    rm -f cut.tsv*
    "$program" curve "$@" --quiet --threads 1 >whole 2>/dev/null
    "$program" curve "$@" --quiet --threads 2 --output cut.tsv 2>/dev/null &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        part=$(cat cut.tsv* 2>/dev/null | grep -vc '^#')
        [ "${part:-0}" -gt 3 ] && break
        sleep 0.02
    done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ $? -eq 137 ] || fail "ended before it could be killed: $*"
    "$program" curve "$@" --quiet --threads 3 --resume --output cut.tsv 2>/dev/null
    same whole cut.tsv || fail "killed and resumed: other bytes: $*"
}

even='tanh(z+0.5)'
bytes --alpha 0.5:3:131 --activation "$even"
bytes --alpha 0.5:3:131 --activation "$even" --alpha0 2 --bulk isotropic
bytes --alpha 0.5:3:131 --activation "$even" --alpha0 2
bytes --alpha 0.5:3:44 --lambda 1e-6,0.1,10 --alpha0 0.7 --noise 0.1
bytes --alpha 0.5:3:131 --activation "$even" --alpha0 2 --second-layer 1:2,-0.5:1 --width 300 --tol 1e-6
bytes --alpha 0.5:3:131 --spike 1.3 --overlap 0.8 --bulk-variance 1.2
bytes --alpha 0.5:3:66 --spike '1,0.5;0,2' --overlap '1,0;0,1' --target 'z1*z2' --second-layer 1:1,2:1 --activation erf
bytes --alpha 0.5:3:66 --steps 3 --activation "$even" --target 'z1+z1*z2' --second-layer 1:1,-1:1
bytes --alpha 0.5:3:131 --second-layer gaussian:4 --activation "$even"
bytes --alpha 0.5:3:33 --eta 1,3 --alpha0 0,1,inf --activation "$even" # several trainings in a chunk

for options in '' '--alpha0 2 --bulk isotropic' '--spike 1.3' '--steps 2'; do
    bytes --alpha 0.5:3:66 --noise 0.1 --activation "$even" --lambda opt --tol 1e-4 $options
done
bytes --alpha 0.5:3:66 --noise 0.1 --alpha0 2 --lambda opt --tol 1e-4
bytes --alpha 0.5:3:66 --noise 0.1 --alpha0 2 --optimise lambda --lambda 1e-2:1:17:log --tol 1e-4
bytes --alpha 0.5:3:66 --noise 0.1 --optimise eta --eta 1:5:17 --tol 1e-4
bytes --alpha 0.5:3:66 --noise 0.1 --optimise eta,lambda --eta 1:5:17 --lambda 1e-2:1:17:log --tol 1e-3

resumed --alpha 0.5:3:3001 --activation "$even" --alpha0 2
resumed --alpha 0.5:3:3001 --noise 0.1 --alpha0 2 --lambda opt --tol 1e-4
resumed --alpha 0.5:3:131 --noise 0.1 --optimise eta --eta 1:5:17 --tol 1e-4

[ $failures -eq 0 ]
