/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - does a theory agree with simulations at several dimensions d?
 *
 * For one quantity let y_l be the mean over T replicates of simulation - theory at dimension d_l,
 * l = 1..L, sem_l = sd/sqrt(T) its standard error, w_l = 1/sem_l^2.
 *
 * 1. Fit y = a + b/d by least squares with weights w: a = sum_l c_l y_l,
 *        c_l = w_l sum_k w_k (1/d_k - 1/d_l)/d_k / D,   D = sum_{k<l} w_k w_l (1/d_k - 1/d_l)^2 .
 * 2. Test.  error^2 = sum_l c_l^2 sem_l^2 = sum_l w_l/d_l^2 / D,  t = a/error, Student with T - 1
 *    degrees of freedom.
 * 3. Holm's correction over all tests; floors (verdict.h).
 * All of it can be redone from the columns of the table.
 *
 * False alarms.  Means and spreads of Gaussian samples are independent: given the sems, a is Gaussian, and
 * only its error is uncertain.  Two effects oppose each other at order 1/T.  Weights from measured sems
 * prefer the dimensions whose spread came out too small, and the error is too small.  But it pools up
 * to L spreads, and Student is given the degrees of freedom of one.  In the tails the second wins: for one
 * mean from two samples of equal variance, below x = 0.008, where (z^2 + 1)/2 > 4 (z the two-sided normal
 * quantile).
 *    Measured rates of p < x over x, at x = 5e-3, 1e-3, 1e-4 (d = 250, 500, 1000; 10^6 draws: errors of 0.01,
 * 0.03 and 0.1; sem falls like d^{-1/2}, or is the same at all d):
 *                                            T = 4             T = 10            T = 40
 *    falls, independent d                0.19 0.05 0.00    0.55 0.34 0.08    0.88 0.77 0.53
 *    same, independent d                 0.40 0.12 0.00    0.73 0.53 0.29    0.92 0.82 0.67
 *    falls, nested draws                 0.06 0.02 0.00    0.09 0.03 0.01    0.08 0.03 0.00
 *    falls, correlation 0.7              0.03 0.01 0.00    0.03 0.01 0.00    0.01 0.00 0.00
 *    falls, neighbours 0.3               0.16 0.04 0.00    0.56 0.30 0.09    0.95 0.85 0.63
 *    falls, all pairs -0.45              0.42 0.14 0.01    1.72 1.45 0.84    2.72 3.45 4.57
 * With up to 8 dimensions the first two lines stay below 1 at x = 1e-3, except for 1.4 (T = 5, L = 8, the
 * same sem); sems that grow with d reach 2.6 there.  Simulations at different d share draws, which correlates them
 * positively: the last line, where the error misses the covariance, is not met.
 *    What was not taken, at x = 1e-3, T = 4, 10, 40, independent d, sem falling: Satterthwaite's degrees of
 * freedom 2.9, 1.5, 1.1; the spread over replicates of their own intercepts c.e_t as the error 1.9, 1.3, 1.1;
 * that spread with weights that do not depend on the data (w ~ d) 1, 1, 1, exactly Student for
 * any covariance, but another fit.
 *    Trained networks (case B with noise 0.1, d = 40, 80, 160, exact theory at that width; 10,000 replicates
 * in sets of T = 10, 12 tests a verdict): of 1,000 verdicts at level 1e-3 none was a false alarm; of
 * their tests 0.0022 have p < 0.005, 0.0004 p < 0.001.  Neighbouring d correlate by 0.16 to 0.33.
 *    Holm's step-down keeps the chance of any false alarm below `level` under every dependence of the
 * tests (points that share data, train and excess error of one network).  The floors only take
 * disagreements away.
 *
 * A disagreement comes before "undecided", which is about tests that found nothing: a theory that is a
 * hundred times too small has an error larger than itself, and is still wrong.
 * Sources: S. Holm, Scand. J. Statist. 6 (1979) 65; F. E. Satterthwaite, Biometrics Bull. 2 (1946) 110;
 * P. Meier, Biometrics 9 (1953) 59 (the error of a mean with estimated weights). */
#include "giantstep/verdict.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"

gst_verdict_options gst_verdict_defaults(void)
{
    return (gst_verdict_options){
        .level = 1e-3, .negligible = 0.005, .resolution = 0.05, .shortest = 3};
}

int gst_verdict_validate(const gst_verdict_options *options, gst_message *message)
{
    if (!(options->level > 0 && options->level <= 0.005))
        return gst_fail(message, GST_INVALID, "level: %g is outside (0, 0.005]", options->level);
    if (!(options->negligible >= 0))
        return gst_fail(message, GST_INVALID, "negligible: %g is negative or not a number",
                        options->negligible);
    if (!(options->resolution > 0))
        return gst_fail(message, GST_INVALID, "resolution: %g is not a positive number",
                        options->resolution);
    if (options->shortest < 3)
        return gst_fail(message, GST_INVALID, "shortest: %zu is less than 3", options->shortest);
    return GST_OK;
}

const char *gst_verdict_name(gst_verdict verdict)
{
    static const char *const names[] = {"agree", "undecided", "disagree"};
    return names[verdict];
}

gst_verdict gst_verdict_join(gst_verdict x, gst_verdict y)
{
    return x > y ? x : y;
}

/* ---- one ladder --------------------------------------------------------------------------------- */

void gst_mean_sem(size_t T, const double *x, double *mean, double *sem)
{
    double sum = 0, squares = 0;
    for (size_t t = 0; t < T; t++)
        sum += x[t];
    *mean = sum / (double)T;
    for (size_t t = 0; t < T; t++)
        squares += (x[t] - *mean) * (x[t] - *mean);
    *sem = T > 1 ? sqrt(squares / ((double)T * (double)(T - 1))) : NAN;
}

/* Differences of 1/d only: nothing cancels, however unequal the weights. */
void gst_trend_weights(size_t rungs, const double *d, const double *sem, double *ca, double *cb)
{
    double least = rungs > 0 ? sem[0] : NAN, det = 0;
    for (size_t l = 1; l < rungs; l++)
        least = fmin(least, sem[l]);
    for (size_t l = 0; l < rungs; l++) {
        double w = (least / sem[l]) * (least / sem[l]); /* in units of the largest */
        ca[l] = cb[l] = 0;
        for (size_t k = 0; k < rungs; k++) {
            double v = (least / sem[k]) * (least / sem[k]), step = 1 / d[l] - 1 / d[k];
            ca[l] -= w * v * step / d[k];
            cb[l] += w * v * step;
            det += w * v * step * step / 2;
        }
    }
    for (size_t l = 0; l < rungs; l++) {
        ca[l] = det > 0 ? ca[l] / det : NAN;
        cb[l] = det > 0 ? cb[l] / det : NAN;
    }
}

static size_t count_different(size_t count, const double *x)
{
    size_t different = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < i && x[k] != x[i])
            k++;
        different += k == i;
    }
    return different;
}

static int all_positive(size_t count, const double *x)
{
    for (size_t l = 0; l < count; l++)
        if (!(x[l] > 0) || !isfinite(x[l]))
            return 0;
    return 1;
}

/* Why the ladder cannot be tested, or "". */
static const char *find_fault(const gst_ladder *ladder, const gst_verdict_options *options)
{
    if (!all_positive(ladder->rungs, ladder->d))
        return "a dimension is not a positive number";
    if (count_different(ladder->rungs, ladder->d) < options->shortest)
        return "fewer than 3 different d";
    if (count_different(ladder->rungs, ladder->d) < ladder->rungs)
        return "a dimension is given twice";
    if (ladder->trials < 2)
        return "one trial has no standard error";
    for (size_t l = 0; l < ladder->rungs; l++)
        if (!isfinite(ladder->theory[l]))
            return "the theory failed";
    for (size_t i = 0; i < ladder->rungs * ladder->trials; i++)
        if (!isfinite(ladder->sim[i]))
            return "the simulation failed";
    return "";
}

/* |theory| at the largest d. */
static double theory_scale(const gst_ladder *ladder)
{
    size_t last = 0;
    for (size_t l = 1; l < ladder->rungs; l++)
        if (ladder->d[l] > ladder->d[last])
            last = l;
    return ladder->rungs > 0 ? fabs(ladder->theory[last]) : NAN;
}

/* The standard errors as weights want them: positive.  Spreads below the rounding of the numbers weigh
 * like rounding. */
static void lift_errors(const gst_ladder *ladder, double scale, double *sem)
{
    double unit = fmax(scale, ladder->floor);
    for (size_t l = 0; l < ladder->rungs; l++)
        unit = fmax(unit, sem[l]);
    double least = fmax(ladder->floor, DBL_EPSILON * unit);
    for (size_t l = 0; l < ladder->rungs; l++)
        sem[l] = unit > 0 ? fmax(sem[l], least) : 1;
}

/* a, b and the error of a. */
static void fit_dimensions(gst_finding *f, const gst_ladder *ladder, const double *y,
                           const double *sem, const double *weight, double *ca, double *cb)
{
    double square = 0;
    gst_trend_weights(ladder->rungs, ladder->d, weight, ca, cb);
    f->a = f->b = 0;
    for (size_t l = 0; l < ladder->rungs; l++) {
        f->a += ca[l] * y[l];
        f->b += cb[l] * y[l];
        square += ca[l] * sem[l] * ca[l] * sem[l];
    }
    f->error = sqrt(square);
}

/* work: rungs each of the means of sim - theory, their errors, the weights' errors, and two more. */
static void fit(gst_finding *f, const gst_ladder *ladder, double *work)
{
    size_t L = ladder->rungs, T = ladder->trials;
    double *y = work, *sem = work + L, *weight = work + 2 * L, *rest = work + 3 * L;
    for (size_t l = 0; l < L; l++) {
        gst_mean_sem(T, ladder->sim + l * T, &y[l], &sem[l]);
        y[l] -= ladder->theory[l];
        weight[l] = sem[l];
    }
    lift_errors(ladder, f->scale, weight);
    fit_dimensions(f, ladder, y, sem, weight, rest, rest + L);
    f->df = (double)(T - 1);
    f->t = f->error > 0 || f->a != 0 ? f->a / f->error : 0; /* no spread at all: 0 or +-inf */
    double tail = isinf(f->t) ? 0 : 2 * gsl_cdf_tdist_Q(fabs(f->t), f->df);
    f->p = tail > 1 ? 1 : tail; /* NaN stays */
}

int gst_finding_compute(gst_finding *finding, const gst_ladder *ladder,
                        const gst_verdict_options *options)
{
    *finding = (gst_finding){.a = NAN,
                             .b = NAN,
                             .error = NAN,
                             .t = NAN,
                             .df = NAN,
                             .p = NAN,
                             .scale = theory_scale(ladder),
                             .floor = ladder->floor,
                             .adjusted = NAN,
                             .verdict = GST_VERDICT_UNDECIDED};
    finding->reason = find_fault(ladder, options);
    if (*finding->reason != '\0')
        return GST_OK;
    double *work = gst_alloc_doubles(5 * ladder->rungs);
    if (!work)
        return GST_NO_MEMORY;
    fit(finding, ladder, work);
    free(work);
    return GST_OK;
}

/* ---- all tests together ------------------------------------------------------------------------- */

typedef struct {
    double p;
    size_t index;
} ranked;

static int compare_ranked(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

int gst_holm_adjust(size_t count, const double *p, double *adjusted)
{
    double largest = 0;
    ranked *order = gst_alloc(count, sizeof *order);
    if (!order)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        order[i] = (ranked){.p = isnan(p[i]) ? 1 : p[i], .index = i};
    qsort(order, count, sizeof *order, compare_ranked);
    for (size_t i = 0; i < count; i++) {
        size_t index = order[i].index;
        largest = fmax(largest, fmin(1, (double)(count - i) * order[i].p));
        adjusted[index] = isnan(p[index]) ? NAN : largest;
    }
    free(order);
    return GST_OK;
}

/* The verdict of a finding with its adjusted p, among `count` tests. */
static void decide(gst_finding *f, size_t count, const gst_verdict_options *options)
{
    if (isnan(f->p))
        return;
    double difference = fabs(f->a);
    /* the |t| that disagrees at the first, strictest step of Holm */
    double critical = gsl_cdf_tdist_Qinv(options->level / 2 / (double)count, f->df);
    int rounding = f->error <= f->floor;
    f->reason = "";
    if (f->adjusted <= options->level && difference > options->negligible * f->scale &&
        difference > f->floor) {
        f->verdict = GST_VERDICT_DISAGREE;
        return;
    }
    f->verdict = GST_VERDICT_UNDECIDED;
    if (!(f->error <= options->resolution * f->scale || rounding))
        f->reason = "the error is too large a part of the theory";
    else if (!(critical * f->error <= f->scale || rounding))
        f->reason = "too few trials to tell any error of the theory";
    else
        f->verdict = GST_VERDICT_AGREE;
}

int gst_verdict_settle(size_t count, gst_finding *findings, const gst_verdict_options *options)
{
    double *p = gst_alloc_doubles(2 * count);
    if (!p)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        p[i] = findings[i].p;
    int status = gst_holm_adjust(count, p, p + count);
    for (size_t i = 0; i < count && status == GST_OK; i++) {
        findings[i].adjusted = p[count + i];
        decide(&findings[i], count, options);
    }
    free(p);
    return status;
}
