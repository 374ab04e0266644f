# SPDX-License-Identifier: GPL-3.0-or-later
# How far the networks (second table) are from the theory at their width (first table), by column names.
/^#/ || !NF { next }
/^eta\t/ { for (i = 1; i <= NF; i++) at[$i] = i; table++; next }
table == 1 { theory[$at["alpha0"], $at["alpha"]] = $at["excess_risk"]; next }
!shown++ {
    print "alpha0\talpha\ttheory\tnetworks\terror\tz = (networks - theory)/error"
}
{
    expected = theory[$at["alpha0"], $at["alpha"]]
    error = $at["excess_risk_sem"]
    z = ($at["excess_risk"] - expected)/error
    printf "%s\t%s\t%.5f\t%.5f\t%.5f\t%+.1f\n", $at["alpha0"], $at["alpha"], expected, $at["excess_risk"], error, z
    size = z < 0 ? -z : z
    if (size > largest) largest = size
    squares += z*z
    points++
}
END {
    printf "%d points, |z| at most %.1f, root mean square %.2f: ", points, largest, sqrt(squares/points)
    print (largest <= 4 ? "theory and networks agree." : "theory and networks differ.")
}
