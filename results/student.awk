# SPDX-License-Identifier: GPL-3.0-or-later
# student.awk - are m means of T replicates each what a theory says, whatever the correlation between them?
#
# Points of one replicate share its data, so the errors of means at different alpha (or step size) are correlated, and
# neither the largest z nor a sum of squares has the law it would have for independent points.  Two tests hold for
# every correlation:
#   1. each mean alone: t_i = (mean_i - theory_i)/sem_i, Student with T - 1 degrees of freedom;
#   2. all together: the average over points of x_i = (mean_i - theory_i)/theory_i.  Over replicates its standard
#      error is at most the average of the errors of the x_i (the norm of a sum of vectors is at most the sum of
#      their norms), so t = average of x_i over average of their errors is at most Student's t of the
#      replicates' own averages.
# Holm's correction over the m + 1 tests holds the level under every dependence; disagreement is a corrected p
# of the smallest below the level, that is (m + 1) p <= level.

# P(|t| > x) of Student's law with df degrees of freedom, df a whole number (Abramowitz and Stegun 26.7.3-4).
function student_p(x, df,    theta, c, term, sum, k) {
    if (x < 0) x = -x
    theta = atan2(x, sqrt(df)); c = cos(theta)^2
    if (df % 2 == 0) {
        term = sum = 1
        for (k = 2; k < df; k += 2) { term *= c*(k - 1)/k; sum += term }
        return 1 - sin(theta)*sum
    }
    term = sum = df > 1 ? cos(theta) : 0
    for (k = 3; k < df; k += 2) { term *= c*(k - 1)/k; sum += term }
    return 1 - (theta + sin(theta)*sum)/atan2(0, -1)*2
}

# The smallest p of the m + 1 tests times m + 1, at most 1.  Sets largest_t (of single points), average and
# average_error (of all, relative to the theory).
function least_p(m, mean, sem, theory, T,    i, t, p, least) {
    least = 1; largest_t = average = average_error = 0
    for (i = 1; i <= m; i++) {
        t = (mean[i] - theory[i])/sem[i]; if (t < 0) t = -t
        if (t > largest_t) largest_t = t
        average += (mean[i] - theory[i])/theory[i]/m
        average_error += sem[i]/theory[i]/m
    }
    p = student_p(largest_t, T - 1); if (p < least) least = p
    p = student_p(average/average_error, T - 1); if (p < least) least = p
    return (m + 1)*least < 1 ? (m + 1)*least : 1
}
