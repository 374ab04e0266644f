/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - does a theory agree with simulations at several dimensions d?
 *
 * For one quantity let e_t[l] = sim - theory at dimension d_l, l = 1..L, in replicate t = 1..T.
 *
 * 1. Fit.  e = a + b/d by least squares with weights 1/sem^2, where sem^2 is taken proportional to 1/d:
 *    errors of n ~ d samples and p ~ d neurons fluctuate like d^{-1/2}.  With D = sum d, H = sum 1/d,
 *        a_t = sum_l c_l e_t[l],   c_l = (d_l H - L)/(D H - L^2),   a = (1/T) sum_t a_t ,
 *        b   = sum_l (D - L d_l)/(D H - L^2) mean_t e_t[l].
 * 2. Test.  error^2 = sum_t (a_t - a)^2/(T (T-1)),  t = a/error, Student with T - 1 degrees of freedom.
 * 3. Holm's correction over all tests; floors (verdict.h).
 *
 * False alarms.  Replicates are independent draws of the vector (e_t[1], .., e_t[L]); its components
 * share draws and have an unknown covariance S.  The c_l do not depend on the data, so the a_t are
 * independent with mean a (if b/d describes what is left at finite d) and the same variance c^T S c.
 * For Gaussian e_t, t is then exactly Student with T - 1 degrees of freedom, whatever S is: p < x has
 * probability x if a = 0.  A wrong guess of how sem depends on d costs power, never validity.
 *    Weights from the measured sems would not do: they are chosen by the data under test and prefer the
 * dimensions whose spread came out too small.  At T = 10, L = 3 and x = 1e-3 that rejects right theories
 * at 1.3e-3 (independent dimensions, sem ~ d^{-1/2}) to 2.5e-3 (sem growing with d); with the textbook
 * error, which also takes the dimensions for independent, at 7e-6 to 1.5e-3 with T - 1 degrees of
 * freedom, at 1.6e-4 to 8e-3 with L (T - 1)  (10^6 draws each, correlations from -0.45 to 0.7).
 *    Trained networks (case B with noise, d = 40, 80, 160, T = 10, exact theory): of 1,000 x 12 tests,
 * 0.0477, 0.0089, 0.00083 have p < 0.05, 0.01, 0.001; neighbouring d correlate by 0.2 to 0.3.
 * Skewed replicates cost little: gamma(4), skewness 1, T = 10 give 1.2e-3 at x = 1e-3.
 *    Holm's step-down keeps the chance of any false alarm below `level` under every dependence of the
 * tests (points that share data, train and excess error of one network).  The floors only take
 * disagreements away.
 *
 * A disagreement comes before "undecided", which is about tests that found nothing: a theory that is a
 * hundred times too small has an error larger than itself, and is still wrong.
 * Source: S. Holm, Scand. J. Statist. 6 (1979) 65. */
#include "verdict.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "memory.h"

gst_verdict_options gst_verdict_defaults(void)
{
    return (gst_verdict_options){
        .level = 1e-3, .negligible = 0.005, .resolution = 0.05, .shortest = 3};
}

int gst_verdict_validate(const gst_verdict_options *options, gst_message *message)
{
    if (!(options->level > 0 && options->level < 1))
        return gst_fail(message, GST_INVALID, "level: %g is outside (0, 1)", options->level);
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

void gst_trend_weights(size_t rungs, const double *d, double *ca, double *cb)
{
    double D = 0, H = 0, det = 0, L = (double)rungs;
    for (size_t l = 0; l < rungs; l++) {
        D += d[l];
        H += 1 / d[l];
        for (size_t k = 0; k < l; k++) /* D H - L^2, without its cancellation */
            det += (d[l] - d[k]) * (d[l] - d[k]) / (d[l] * d[k]);
    }
    for (size_t l = 0; l < rungs; l++) {
        ca[l] = det > 0 ? (d[l] * H - L) / det : NAN;
        cb[l] = det > 0 ? (D - L * d[l]) / det : NAN;
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

/* Why the ladder cannot be tested, or "". */
static const char *find_fault(const gst_ladder *ladder, const gst_verdict_options *options)
{
    for (size_t l = 0; l < ladder->rungs; l++)
        if (!(ladder->d[l] > 0) || !isfinite(ladder->d[l]))
            return "a dimension is not a positive number";
    if (count_different(ladder->rungs, ladder->d) < options->shortest)
        return "fewer than 3 different d";
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

/* work: rungs of ca, rungs of cb, trials of a_t. */
static void fit(gst_finding *f, const gst_ladder *ladder, double *work)
{
    size_t L = ladder->rungs, T = ladder->trials;
    double *ca = work, *cb = work + L, *a = work + 2 * L;
    gst_trend_weights(L, ladder->d, ca, cb);
    f->b = 0;
    for (size_t t = 0; t < T; t++) {
        a[t] = 0;
        for (size_t l = 0; l < L; l++) {
            double e = ladder->sim[l * T + t] - ladder->theory[l];
            a[t] += ca[l] * e;
            f->b += cb[l] * e / (double)T;
        }
    }
    gst_mean_sem(T, a, &f->a, &f->error);
    f->df = (double)(T - 1);
    f->t = f->error > 0 || f->a != 0 ? f->a / f->error : 0; /* no spread at all: 0 or +-inf */
    f->p = isinf(f->t) ? 0 : fmin(1, 2 * gsl_cdf_tdist_Q(fabs(f->t), f->df));
}

int gst_finding_compute(gst_finding *finding, const gst_ladder *ladder,
                        const gst_verdict_options *options)
{
    *finding = (gst_finding){NAN,
                             NAN,
                             NAN,
                             NAN,
                             NAN,
                             NAN,
                             .scale = theory_scale(ladder),
                             .floor = ladder->floor,
                             .adjusted = NAN,
                             .verdict = GST_VERDICT_UNDECIDED};
    finding->reason = find_fault(ladder, options);
    if (*finding->reason != '\0')
        return GST_OK;
    double *work = gst_alloc_doubles(2 * ladder->rungs + ladder->trials);
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
        order[i] = (ranked){isnan(p[i]) ? 1 : p[i], i};
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
