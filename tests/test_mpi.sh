#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# giantstep-mpi under mpirun with 1, 2 and 4 processes: the bytes of giantstep; ends on errors and signals.
# Skipped where there is no OpenMPI.
program=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/fail.bash"
build=$(realpath "${BUILD:-build}")
if ! command -v mpirun >/dev/null || ! command -v mpicc >/dev/null; then
    echo "skipped: no mpirun and mpicc (Debian: openmpi-bin, libopenmpi-dev)"
    exit 0
fi
# BUILD as given: under another name the objects would be made again with dependencies that make does not know later.
if ! make MPI=1 BUILD="${BUILD:-build}" ${CC:+CC="$CC"} "${BUILD:-build}/giantstep-mpi" >/dev/null; then
    echo "FAILED: giantstep-mpi cannot be built"
    exit 1
fi
cd "$work" || exit 1

# farm PROCESSES ARGUMENTS...; root and more processes than cores are allowed here; no search for fast networks
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_pml=ob1
farm() {
    local processes=$1
    shift
    timeout 60 mpirun --oversubscribe -n "$processes" "$build/giantstep-mpi" "$@"
}

# same FILE FILE: equal outside run., and but for the commits from which the two programs were built
same() {
    cmp -s <(grep -v '^# run\.\|^# giantstep.git' "$1") <(grep -v '^# run\.\|^# giantstep.git' "$2")
}

# like_serial OPTIONS...
like_serial() {
    "$program" "$@" --threads 1 >serial 2>/dev/null
    for processes in 1 2 4; do
        farm $processes "$@" >out 2>err || fail "$processes processes: $*: $(cat err)"
        same serial out || fail "$processes processes, other bytes: $*"
    done
}

curve=(curve --alpha 0.2:3:400 --lambda 0.1,1 --second-layer gaussian:4 --activation 'tanh(z+0.3)')
like_serial "${curve[@]}"
like_serial simulate --d 30 --alpha0 2,3 --alpha 0.5,1,2 --lambda 0.1,1 --trials 7
like_serial simulate --d 30 --alpha0 2,3 --alpha 0.5,1,2 --trials 7 --raw --shard 2/3
grep -q '^# run.processes: 4$' out || fail "run.processes"
like_serial validate --d 20,30,40 --alpha0 2 --alpha 0.5,1 --trials 5
like_serial validate --d 20,30,40 --alpha0 2 --trials 3 --lambda opt
like_serial spectrum --simulate --d 40 --alpha0 2 --trials 9
like_serial steps --simulate --d 60 --alpha0 3 --steps 2 --trials 9
like_serial twostep --simulate --d 60,80 --target tanh --trials 5
# A part of a job, and what was stored of it, do not depend on processes either.
"$program" validate --d 20,30,40 --alpha0 2 --trials 5 --shard 1/2 --output part.serial
farm 3 validate --d 20,30,40 --alpha0 2 --trials 5 --shard 1/2 --output part.farm 2>err || fail "a part: $(cat err)"
same part.serial part.farm || fail "a part of a job by 3 processes"

# Errors and rows that are not ok end all processes with the code of the serial program, one line each.
for options in '2 curve --alpha -1' '3 curve --alpha 0.5:2:200 --max-iterations 1 --method damped' \
    '1 curve --output no/such/directory' '2 simulate --d 1' '2 nonsense' '2' '0 info' '0 curve --dry-run' \
    '0 bounds --functions' '0 validate --d 20,30,40 --trials 2 --alpha0 2' '0 spectrum --x 1,2' '0 steps --steps 2' \
    '2 spectrum --simulate --d 0' '2 steps --simulate' '0 twostep --map'; do
    read -r -a words <<<"$options"
    farm 3 "${words[@]:1}" >out 2>err
    code=$?
    [ $code -eq "${words[0]}" ] || fail "exit code $code: $options: $(cat err)"
    [ "$(grep -c '^giantstep: [^n]' err)" -le 1 ] || fail "several messages: $options: $(cat err)"
done
if [ -c /dev/full ]; then
    farm 3 "${curve[@]}" --output /dev/full >out 2>err
    [ $? -eq 1 ] && [ "$(grep '^giantstep' err | grep -vc ': note:')" -eq 1 ] || fail "full disk: $(cat err)"
fi

# Killed, or ended by a signal, and resumed by another number of processes.
slow=("${curve[@]}" --max-iterations 1000000 --method damped --damping 0.1)
"$program" "${slow[@]}" --force --output serial
for signal in KILL TERM; do
    rm -f out out.part out.journal
    mpirun --oversubscribe -n 2 "$build/giantstep-mpi" "${slow[@]}" --output out 2>err &
    pid=$!
    for _ in $(seq 400); do [ -s out.part ] && [ "$(wc -l <out.part)" -gt 90 ] && break; sleep 0.02; done
    kill -s $signal $pid
    wait $pid 2>/dev/null
    # The processes of a killed mpirun end by themselves, a moment later.
    for _ in $(seq 100); do
        farm 3 "${slow[@]}" --output out --resume 2>err && break
        grep -q 'another process' err || break
        sleep 0.1
    done
    same serial out || fail "$signal and resumed: $(cat err)"
done

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
