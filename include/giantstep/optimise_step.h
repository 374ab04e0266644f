/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimise_step.h - the step size, and with it the ridge, that minimise the excess risk. */
#ifndef GST_OPTIMISE_STEP_H
#define GST_OPTIMISE_STEP_H

#include "giantstep/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a minimum is looked for: in [low, high], first at `points` points, equally spaced in the logarithm if
 * low > 0, else in the value.  Minima closer to each other than these points may be missed. */
typedef struct {
    double low, high;
    size_t points; /* >= 3 */
} gst_range;

/* A minimiser.  error: half the width of the interval over which the excess risk, to second order, rises
 * by no more than its quad_error (and rounding), or the accuracy of the search if that is larger; NaN on the
 * boundary of the range. */
typedef struct {
    double value, error;
} gst_minimiser;

/* How far the ridge of a solved point (risk->lambda, a minimum within its range) is from the true minimiser:
 * the error above.  NaN where the excess risk is not convex.  GST_OK, GST_INTERRUPTED, GST_NO_MEMORY.
 * Cost: two solves. */
int gst_model_lambda_error(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, const gst_risk *risk, double *error);

/* One training protocol with its step size left open; the models of the first points are kept from one solve
 * to the next.  Used by one thread at a time. */
typedef struct gst_plane gst_plane;

/* lambda: NULL for the ridge of each point.  The eta of its steps is ignored; pointers in it are borrowed.  GST_OK,
 * GST_NO_MEMORY, GST_INVALID (a range that is not one). */
int gst_plane_alloc(gst_plane **plane, const gst_problem *problem, const gst_range *eta,
                    const gst_range *lambda, gst_message *message);
void gst_plane_free(gst_plane *plane);

/* Forget previous points: model.h's reset of all models. */
void gst_plane_reset(gst_plane *plane);

/* The model at the minimiser of the last solve, NULL if that failed.  Owner: the plane. */
gst_model *gst_plane_model(const gst_plane *plane);

/* Minimise over eta (and lambda).  risk is that of the minimiser, risk->lambda its ridge; at[0] eta, at[1]
 * lambda (value and NaN if it is the point's own).  GST_LOOSE if a minimum is on the boundary of its
 * range, GST_FAILED if no point of the range could be solved, else as gst_model_solve.
 * Cost: `points` models, once, and some 20 per minimum and solve; a search over lambda for each. */
int gst_plane_solve(gst_plane *plane, const gst_point *point, const gst_solve_options *options,
                    gst_risk *risk, gst_minimiser at[2], gst_message *message);

#ifdef __cplusplus
}
#endif

#endif
