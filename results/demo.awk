# SPDX-License-Identifier: GPL-3.0-or-later
# How far the networks (second table) are from the theory at their width (first table), by column names, and
# whether that could be chance: student.awk, at level 1e-3.
/^#/ || !NF { next }
/^eta\t/ { for (i = 1; i <= NF; i++) at[$i] = i; table++; next }
{ point = $at["eta"] SUBSEP $at["alpha0"] SUBSEP ("steps" in at ? $at["steps"] : 1) SUBSEP $at["alpha"] }
table == 1 { expected[point] = $at["excess_risk"]; next }
$at["alpha0"] == 0 && $at["excess_risk"] in seen { next } # untrained: the same networks at every eta
{ seen[$at["excess_risk"]] }
!m++ { if (!brief) print "alpha0\talpha\ttheory\tnetworks\terror\tz = (networks - theory)/error" }
{
    theory[m] = expected[point]; mean[m] = $at["excess_risk"]; sem[m] = $at["excess_risk_sem"]; T = $at["trials"]
    if (!brief)
        printf "%s\t%s\t%.5f\t%.5f\t%.5f\t%+.1f\n", $at["alpha0"], $at["alpha"], theory[m], mean[m], sem[m],
            (mean[m] - theory[m])/sem[m]
}
END {
    p = least_p(m, mean, sem, theory, T)
    printf "%d points of %d replicates, |z| at most %.1f; all together the networks are %+.1f +- %.1f%% off.\n", m, T,
        largest_t, 100*average, 100*average_error
    print "Points of one replicate share its data and err together; the test allows for any such correlation and has a"
    printf "false-alarm rate of at most 1 in 1000: corrected p = %.2g, ", p
    print (p > 1e-3 ? "theory and networks agree." : "theory and networks differ.")
}
