/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - does a theory agree with simulations at several dimensions d?
 *
 * A test is one quantity at one point of a grid: its theory at every dimension of a ladder, and T
 * replicates of its simulation.  Differences that vanish like 1/d are what a limit theory has to show;
 * one that stays is an error:
 *     sim - theory = a + b/d ,   is a = 0 ?
 * Verdicts of many tests are settled together: the chance that any right theory among them is called
 * wrong is at most `level`, however the tests depend on each other.  verdict.c says for which simulations
 * that was measured. */
#ifndef GST_VERDICT_H
#define GST_VERDICT_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* level: chance of a false alarm anywhere among the tests settled together, in (0, 0.005]: Student's tails
 *   are safe there, not further in.
 * negligible: differences |a| up to this part of the theory never disagree, >= 0.
 * resolution: undecided if the standard error of a exceeds this part of the theory, > 0.
 * shortest: undecided with fewer different d, >= 3 (two leave no way to see b/d fail). */
typedef struct {
    double level, negligible, resolution;
    size_t shortest;
} gst_verdict_options;

/* 1e-3, 0.005, 0.05, 3. */
gst_verdict_options gst_verdict_defaults(void);
int gst_verdict_validate(const gst_verdict_options *options, gst_message *message);

typedef enum { GST_VERDICT_AGREE, GST_VERDICT_UNDECIDED, GST_VERDICT_DISAGREE } gst_verdict;

/* "agree", "undecided", "disagree". */
const char *gst_verdict_name(gst_verdict verdict);

/* One quantity at one point.  Replicates t are independent; simulations of one replicate at different d,
 * and of different tests, may share draws.  floor: absolute size of rounding, in the quantity's units;
 * differences up to it never disagree (0: none). */
typedef struct {
    size_t rungs, trials;
    const double *d;      /* d[l] > 0, all different, in any order */
    const double *theory; /* theory[l], at the sizes simulated at d[l] */
    const double *sim;    /* sim[l*trials + t] */
    double floor;
} gst_ladder;

/* What a ladder says.  Numbers are NaN where they do not exist. */
typedef struct {
    double a, b;     /* sim - theory = a + b/d */
    double error;    /* standard error of a, from the standard errors at the dimensions */
    double t, df, p; /* a/error, its degrees of freedom T - 1, its two-sided probability if a = 0 */
    double scale;    /* |theory| at the largest d: what "part of the theory" refers to */
    double floor;    /* that of the ladder */
    double adjusted; /* Holm's p: the smallest level at which this test disagrees */
    gst_verdict verdict;
    const char *reason; /* static text: why undecided, else "" */
} gst_finding;

/* Mean of T values and its standard error sd/sqrt(T), NaN for one value. */
void gst_mean_sem(size_t T, const double *x, double *mean, double *sem);

/* The weights of the fitted intercept and slope, a = sum_l ca[l] y[l], b = sum_l cb[l] y[l], of
 * y = a + b/d by least squares with weights 1/sem[l]^2, sem > 0.  NaN if fewer than two d differ. */
void gst_trend_weights(size_t rungs, const double *d, const double *sem, double *ca, double *cb);

/* The fit and its p; verdict and adjusted p are left to gst_verdict_settle.  A ladder that cannot be
 * tested (fewer than options->shortest different d, one given twice, one trial, a number that is not finite)
 * has p NaN and says why in `reason`.  GST_OK or GST_NO_MEMORY.  Cost: rungs*trials. */
int gst_finding_compute(gst_finding *finding, const gst_ladder *ladder,
                        const gst_verdict_options *options);

/* Holm's adjusted p of `count` tests: with p_(1) <= p_(2) <= ..., max over j <= i of
 * min(1, (count - j + 1) p_(j)).  NaN counts as 1 and stays NaN.  GST_OK or GST_NO_MEMORY. */
int gst_holm_adjust(size_t count, const double *p, double *adjusted);

/* Fill adjusted, verdict and reason of findings that were computed with these options:
 *   disagree   adjusted <= level, and |a| > negligible*scale, and |a| > floor
 *   undecided  else, if the ladder cannot be tested, error > resolution*scale (and > floor), or the test
 *              could not have told a from 0 even if a were all of the theory
 *   agree      else.
 * GST_OK or GST_NO_MEMORY. */
int gst_verdict_settle(size_t count, gst_finding *findings, const gst_verdict_options *options);

/* The verdict on a point from those on its quantities: one that disagrees outweighs one undecided. */
gst_verdict gst_verdict_join(gst_verdict x, gst_verdict y);

#ifdef __cplusplus
}
#endif

#endif
