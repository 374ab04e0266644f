#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make demo` says of its networks: Student's tail, the false-alarm rate on correlated replicates, and that
# a wrong theory is found.  Run from the top of the tree; test_demo.sh SETS draws as many sets of replicates.
set -u
. "$(dirname "$0")/report.bash"
sets=${1:-1500}
{ cat results/student.awk; cat <<'AWK'
function near(x, y) { return x - y < 1e-4*y && y - x < 1e-4*y }
function normal() { return sqrt(-2*log(1 - rand()))*cos(6.283185307179586*rand()) }
# m points of T replicates: shared part of the deviation by rho; every point off by shift times its theory.
function draw(m, T, rho, shift,    t, i, common, x, s, q) {
    for (i = 1; i <= m; i++) { s[i] = q[i] = 0; theory[i] = 0.3/i }
    for (t = 1; t <= T; t++) {
        common = normal()
        for (i = 1; i <= m; i++) {
            x = theory[i]*(1 + shift + 0.04*(sqrt(rho)*common + sqrt(1 - rho)*normal()))
            s[i] += x; q[i] += x*x
        }
    }
    for (i = 1; i <= m; i++) { mean[i] = s[i]/T; sem[i] = sqrt((q[i] - s[i]*s[i]/T)/T/(T - 1)) }
}
function rate(sets, m, T, rho, shift,    k, n) {
    for (k = n = 0; k < sets; k++) { draw(m, T, rho, shift); n += least_p(m, mean, sem, theory, T) <= 1e-3; old += largest_t > 4 }
    return n
}
BEGIN {
    srand(1)
    print "tail " (near(student_p(4.780913, 9), 1e-3) && near(student_p(12.924, 3), 1e-3) &&
        near(student_p(-636.6192, 1), 1e-3) && near(student_p(31.59905, 2), 1e-3) && near(student_p(3.849516, 20), 1e-3))
    for (rho = 0; rho <= 1; rho += 0.25) {
        old = 0; n = rate(sets, 15, 20, rho, 0)
        printf "# correlation %g: %d of %d sets called different, %d with |z| above 4\n", rho, n, sets, old
        alarms += n
    }
    old = 0; n = rate(sets, 15, 5, 0.5, 0); alarms += n
    printf "# correlation 0.5, 5 replicates: %d of %d, %d with |z| above 4\n", n, sets, old
    # at most six times sets/1000, and five standard deviations
    print "alarms " (alarms <= 6*sets*1e-3 + 5*sqrt(6*sets*1e-3))
    n = rate(200, 15, 20, 0.8, 0.06)
    printf "# a theory 6%% too high or low, errors of 0.9%%: found in %d of 200 sets\n", n
    print "found " (n >= 180)
    # one point alone
    for (k = n = 0; k < 200; k++) { draw(15, 20, 0.8, 0); theory[7] *= 1.12; n += least_p(15, mean, sem, theory, 20) <= 1e-3 }
    printf "# one of 15 theories off by 12%%: found in %d of 200 sets\n", n
    print "one " (n >= 180)
}
AWK
} >"$T/program.awk"
awk -v sets="$sets" -f "$T/program.awk" >"$T/out" </dev/null; report $? "the statistics run"
grep '^#' "$T/out"
while read -r name text; do
    grep -qx "$name 1" "$T/out"; report $? "$text"
done <<'LIST'
tail Student's tail probabilities
alarms no more false alarms than 1 in 1000
found a wrong theory is called different
one a single wrong point is called different
LIST

# tables: a column by its name, the untrained network of two step sizes counted once
header='eta\talpha0\talpha\ttrials\texcess_risk\texcess_risk_sem'
rows() { printf "$header\n"; printf "1\t0\t1\t10\t$1\t0.01\n1\t5\t1\t10\t$2\t0.01\n\n3\t0\t1\t10\t$1\t0.01\n3\t5\t1\t10\t$3\t0.01\n"; }
rows 0.4 0.2 0.3 >"$T/theory"; rows 0.41 0.19 0.31 >"$T/near"; rows 0.41 0.19 0.5 >"$T/far"
said() { awk -F '\t' -f results/student.awk -f results/demo.awk "$T/theory" "$1"; }
said "$T/near" | grep -q '^3 points of 10 replicates, |z| at most 1.0;'; report $? "three different points"
said "$T/near" | grep -q 'theory and networks agree'; report $? "agree within the errors"
said "$T/far" | grep -q 'theory and networks differ'; report $? "differ by 20 errors"

# ------------------------------------------------------------------ the independent program of docs/theory.md, 7.3
program=${GIANTSTEP:-${BUILD:-build}/giantstep}
awk -f results/notebook.awk >"$T/notebook"
"$program" curve --eta 3 --alpha0 20 --bulk isotropic --alpha 0.2:3:5 --quiet | column excess_risk |
    paste -sd ' ' >"$T/curve"
is "results/notebook.awk gives the curve" "$(sed -n 's/^equations\t//p' "$T/notebook" | tr '\t' ' ')" \
    "$(awk '{ for (i = 1; i <= NF; i++) printf "%s%.7f", (i > 1 ? " " : ""), $i; print "" }' "$T/curve")"
awk -F'\t' '/^both/ { for (i = 2; i <= 6; i++) x[i] = $i } /^notebook/ { for (i = 2; i <= 6; i++) {
    d = x[i]/$i - 1; bad += d < 0 || d > 0.0016 } print bad + 0 }' "$T/notebook" | grep -qx 0
report $? "with both older choices within 0.16% of the notebook"

echo "$failures failed"
[ $failures = 0 ]
