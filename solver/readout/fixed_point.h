/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixed_point.h - solving the fixed point of section 3 by Newton, damped iteration or enclosure. */
#ifndef GST_FIXED_POINT_H
#define GST_FIXED_POINT_H

#include "solver/readout/averages.h"

typedef struct {
    double tol;
    double damping; /* in (0, 1], of the damped iteration */
    size_t max_iterations;
    volatile const int *stop; /* NULL or a flag that ends the iteration */
} gst_iteration_options;

typedef struct {
    size_t iterations;
    double residual;
    const char *reason; /* why it failed, or is loose; "" otherwise */
} gst_iteration_info;

/* All three leave the solution in e->x, with weights, hats and linearisation at the solution.
 * warm != 0: start from e->x as it is, if that is positive.
 * Return GST_OK (residual <= tol), GST_LOOSE (not reached within max_iterations; info->reason), GST_FAILED,
 * GST_INTERRUPTED. */
int gst_solve_newton(gst_equations *e, const gst_scaled_point *point, int warm,
                     const gst_iteration_options *options, gst_iteration_info *info);
int gst_solve_damped(gst_equations *e, const gst_scaled_point *point,
                     const gst_iteration_options *options, gst_iteration_info *info);

/* A point of the ray V2 = pi size, V1 = diag(c V2) with sign*(x - T(x)) above `slack` as
 * gst_equations_ordered says: sign 1 above the solution, -1 below.  x in e->x, T(x) in e->mapped.
 * GST_FAILED if there is none. */
int gst_start_on_ray(gst_equations *e, const gst_scaled_point *point, double sign, double slack);

/* A point with T(x) <= x up to rounding, also at ridge 0.  GST_FAILED with info->reason. */
int gst_start_above(gst_equations *e, const gst_scaled_point *point, gst_iteration_info *info);

/* The plain map from below and from above, started next to Newton's solution.  GST_OK: e->x is the midpoint and
 * gap[a] >= 0 a half width with |x_a - solution_a| <= gap_a (Loewner order for V1, so off-diagonal entries are
 * bounded by the diagonal gaps), rounding included.  GST_LOOSE: not closed, gap is not set and e->x is
 * Newton's, with info->reason. */
int gst_solve_enclose(gst_equations *e, const gst_scaled_point *point,
                      const gst_iteration_options *options, gst_iteration_info *info, double *gap);

#endif
