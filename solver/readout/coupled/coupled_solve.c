/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_solve.c - the solution of a convex loss at any ridge (docs/theory 6.1).
 *
 *   1. A neighbour's solution, if there is one, then the cold start, by accelerated passes.
 *   2. A ridge so small that these may not settle, or did not: down from a larger one by decades at most, with the
 *      secant in log lambda as a guess and Newton's iteration; a step that fails is halved.
 *   3. lambda = 0.  A loss of the margin below the threshold of separability, or of the residual with fewer samples than
 *      features, costs nothing there: |a| has no limit or is the least that fits, and the direction is that of
 *      loss->without_loss, from which cold starts settle with few samples, and from there more and more are taken, up to
 *      near the threshold.  Otherwise solutions have a limit, from which those at small ridge differ by O(lambda): Newton's
 *      iteration at 0 from there. */
#include "solver/readout/coupled/coupled.h"
#include "giantstep/problem.h"

#include <math.h>
#include <string.h>

#include "solver/readout/coupled/coupled_newton.h"

/* Accelerated passes from a neighbour, and from a cold start. */
#define PASSES_WARM 60
#define PASSES_COLD 300
/* Ridges from which cold starts are tried, and where the way down starts. */
#define RIDGE_COLD 1e-3
#define RIDGE_TOP 1e-2
#define RIDGE_HIGHEST 1e3
/* The way to lambda = 0 ends here. */
#define RIDGE_LAST 1e-9
#define SHORTEST 0.002 /* decades */
/* Share of the samples with which the way to the limit of all starts at least. */
#define FEWEST 0.01

#define NO_MINIMUM \
    "no minimum: the groups' means separate labels without noise; a finite `width` has one"

static int accelerated(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                       const gst_coupled_options *options, size_t passes, double *u,
                       gst_coupled_info *info)
{
    gst_coupled_options few = *options;
    if (passes < few.max_iterations)
        few.max_iterations = passes;
    return gst_coupled_anderson(c, loss, point, &few, u, info);
}

static int cold(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                const gst_coupled_options *options, size_t passes, double *u,
                gst_coupled_info *info)
{
    gst_coupled_cold_start(c, point->lambda, u);
    return accelerated(c, loss, point, options, passes, u, info);
}

/* ---- the way down ------------------------------------------------------------------------------- */

/* A solution at the lowest ridge at hand from which a cold start settles; *at: that ridge. */
static int top_of_way(gst_coupled *c, const gst_loss *loss, gst_coupled_point *at,
                      const gst_coupled_options *options, double *u, gst_coupled_info *info)
{
    int status = GST_FAILED;
    at->lambda = fmax(at->lambda, RIDGE_TOP);
    for (; at->lambda <= RIDGE_HIGHEST; at->lambda *= 10.0) {
        status = cold(c, loss, at, options, PASSES_COLD, u, info);
        if (status == GST_OK || status == GST_INTERRUPTED)
            return status;
    }
    return status;
}

/* From the solution u at `from' to the one at `to', lambda or rho of the point going from one value to the other. */
static int walk(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *from,
                const gst_coupled_point *to, const gst_coupled_options *options, double *u,
                gst_coupled_info *info)
{
    double of_lambda = log10(to->lambda / from->lambda), of_rho = log10(to->rho / from->rho);
    double whole = fmax(fabs(of_lambda), fabs(of_rho)), decades = 1.0, x = 0.0, before = NAN;
    double *here = c->previous, *earlier = c->secant, *trial = c->start;
    gst_coupled_to_log(c, u, here);
    while (x < whole) {
        gst_coupled_point at = *to;
        double next = fmin(x + decades, whole);
        double part = isnan(before) ? 0.0 : (next - x) / (x - before);
        for (size_t i = 0; i < c->N; i++)
            trial[i] = here[i] + (isnan(before) ? 0.0 : part * (here[i] - earlier[i]));
        gst_coupled_from_log(c, trial, u);
        if (next < whole) {
            at.lambda = from->lambda * pow(10.0, of_lambda * next / whole);
            at.rho = from->rho * pow(10.0, of_rho * next / whole);
        }
        int status = gst_coupled_newton(c, loss, &at, options, u, info);
        if (status == GST_INTERRUPTED)
            return status;
        if (status != GST_OK) {
            decades = 0.5 * (next - x);
            if (decades < SHORTEST)
                return GST_FAILED;
            continue;
        }
        memcpy(earlier, here, c->N * sizeof *here);
        gst_coupled_to_log(c, u, here);
        before = x;
        x = next;
        decades = fmin(1.0, 2.0 * decades);
    }
    return GST_OK;
}

static int from_above(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                      const gst_coupled_options *options, double *u, gst_coupled_info *info)
{
    gst_coupled_point top = *point;
    gst_coupled_point last = *point;
    last.lambda = point->lambda > 0.0 ? point->lambda : RIDGE_LAST;
    int status = top_of_way(c, loss, &top, options, u, info);
    if (status == GST_OK && last.lambda < top.lambda)
        status = walk(c, loss, &top, &last, options, u, info);
    return status == GST_OK && point->lambda == 0.0
               ? gst_coupled_newton(c, loss, point, options, u, info)
               : status;
}

/* ---- lambda = 0 --------------------------------------------------------------------------------- */

/* *fits = 1 if samples can be fitted without loss. */
static int fits_samples(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                        const gst_coupled_options *options, int *fits, double *u,
                        gst_coupled_info *info)
{
    double rho;
    *fits = point->rho < 1.0;
    if (!loss->margin)
        return GST_OK;
    int status = gst_coupled_separate(c, point->beta, point->width, options, &rho, u, info);
    *fits = point->rho < rho;
    return status == GST_LOOSE ? GST_OK : status;
}

static int solve_limit(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                       const double *start, const gst_coupled_options *options, double *u,
                       gst_coupled_info *info)
{
    gst_coupled_point at = *point;
    at.lambda = 1.0;
    int status = GST_FAILED;
    if (start) {
        memcpy(u, start, c->N * sizeof *u);
        status = accelerated(c, loss, &at, options, PASSES_WARM, u, info);
    }
    for (gst_coupled_point few = at; status == GST_FAILED || status == GST_LOOSE; few.rho *= 0.5) {
        status = few.rho > FEWEST * at.rho ? cold(c, loss, &few, options, PASSES_COLD, u, info)
                                           : GST_FAILED;
        if (status == GST_OK && few.rho < at.rho)
            return walk(c, loss, &few, &at, options, u, info);
        if (!(few.rho > FEWEST * at.rho))
            break;
    }
    return status;
}

int gst_coupled_solve(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                      const double *start, const gst_coupled_options *options, double *u,
                      int *limit, gst_coupled_info *info)
{
    int status = GST_FAILED, fits = 0;
    *info = (gst_coupled_info){.residual = INFINITY, .reason = ""};
    *limit = gst_loss_equal(loss->without_loss, loss);
    if (*limit || point->lambda == 0.0)
        status = fits_samples(c, loss, point, options, &fits, u, info);
    if (status == GST_INTERRUPTED)
        return status;
    if (*limit && !fits) {
        info->reason = "samples cannot be separated: alpha is above the threshold";
        info->none = 1;
        return GST_FAILED;
    }
    *limit = fits;
    if (fits) {
        status = solve_limit(c, loss->without_loss, point, start, options, u, info);
    } else {
        status = GST_FAILED;
        if (start) {
            memcpy(u, start, c->N * sizeof *u);
            status = accelerated(c, loss, point, options, PASSES_WARM, u, info);
        }
        if ((status == GST_FAILED || status == GST_LOOSE) && point->lambda >= RIDGE_COLD)
            status = cold(c, loss, point, options, PASSES_COLD, u, info);
        if (status == GST_FAILED || status == GST_LOOSE)
            status = from_above(c, loss, point, options, u, info);
    }
    if (status == GST_LOOSE && !(info->residual <= GST_COUPLED_UNUSABLE))
        status = GST_FAILED;
    if (status != GST_INTERRUPTED && loss->margin &&
        gst_coupled_means_separate(c, point->width, u)) {
        info->reason = NO_MINIMUM;
        info->none = 1;
        return GST_FAILED;
    }
    return status;
}
