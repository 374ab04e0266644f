/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixed_point.h - solving the fixed point of section 3 by Newton, damped iteration or enclosure. */
#ifndef GST_FIXED_POINT_H
#define GST_FIXED_POINT_H

#include "base/arena.h"
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
    double
        noise; /* largest residual since one that Newton's iteration did not halve: what rounding makes of them */
    const char *reason; /* why it failed, or is loose; "" otherwise */
} gst_iteration_info;

/* What the iterations work with, made once per resolution. */
typedef struct {
    gst_averages *averages; /* borrowed; at its last map: */
    const gst_state *state;
    double *x;                          /* L: where the iteration is */
    double *step, *next;                /* L: of Newton's iteration */
    double *centre, *rise, *low, *high; /* L: of enclosure.c */
    gst_arena memory;
} gst_fixed_point;

/* GST_OK, GST_NO_MEMORY; cleared, or all members zero, nothing is held. */
int gst_fixed_point_alloc(gst_fixed_point *f, gst_averages *averages);
void gst_fixed_point_clear(gst_fixed_point *f);

/* All three leave f->state at the solution, linearised.
 * start: NULL, or L numbers that are near it, positive (gst_averages_positive).
 * Return GST_OK (residual <= tol), GST_LOOSE (not reached within max_iterations; info->reason), GST_FAILED,
 * GST_INTERRUPTED. */
int gst_solve_newton(gst_fixed_point *f, const gst_scaled_point *point, const double *start,
                     const gst_iteration_options *options, gst_iteration_info *info);
int gst_solve_damped(gst_fixed_point *f, const gst_scaled_point *point,
                     const gst_iteration_options *options, gst_iteration_info *info);

/* A point of the ray V2 = pi size, V1 = diag(c V2) with sign*(x - T(x)) above `slack` as
 * gst_averages_ordered says: sign 1 above the solution, -1 below.  x in f->x, and T(x) in the state.
 * GST_FAILED if there is none. */
int gst_start_on_ray(gst_fixed_point *f, const gst_scaled_point *point, double sign, double slack);

/* A point with T(x) <= x up to rounding, also at ridge 0, in f->x.  GST_FAILED with info->reason. */
int gst_start_above(gst_fixed_point *f, const gst_scaled_point *point, gst_iteration_info *info);

/* The plain map from below and from above, started next to Newton's solution.  GST_OK: the state is at the midpoint and
 * gap[a] >= 0 a half width with |x_a - solution_a| <= gap_a (Loewner order for V1, so off-diagonal entries are
 * bounded by the diagonal gaps), rounding included.  GST_LOOSE: not closed, gap is not set and the state is
 * Newton's, with info->reason. */
int gst_solve_enclose(gst_fixed_point *f, const gst_scaled_point *point,
                      const gst_iteration_options *options, gst_iteration_info *info, double *gap);

#endif
