/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixed_point.c - the positive fixed point of section 3 (docs/theory, self-consistent equations).
 *
 * The map T: (V1, V2) -> bulk map of the hats is increasing and concave (hats are averages of 1/(t+V),
 * and parallel sums are concave), so it has one positive fixed point, and
 *   - iteration from a point with T(x) <= x decreases to it, from T(x) >= x increases to it;
 *   - Newton's iteration on x - T(x) from above decreases to it too, quadratically at the end.
 * A start from above is V2 = pi/ridge, V1 = diag(c V2); at ridge = 0 it is one Newton step from the solution
 * at a small ridge.
 * Newton from a neighbour's solution may leave the positive cone; then a plain map step is taken, and
 * after a second time the iteration is restarted from above. */
#include "solver/readout/fixed_point.h"

#include "base/arena.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* After a Newton step of this relative size only rounding is left. */
#define LAST_STEP 1e-8
/* The ray of starting points covers this many powers of ten. */
#define RAY_DECADES 40
/* Ridges from 1 down to this many decades lead to ridge 0. */
#define RIDGE_DECADES 14
#define NEWTON_MAX 200
/* Next to the solution Newton's iteration leaves less than this of a residual, or nothing but rounding. */
#define NEAR_SOLUTION 1e-6
#define FALLING 0.5
/* An iteration stopped at a relative residual above this has no usable value. */
#define UNUSABLE 1e-4
/* Newton and the damped iteration need no certified order of their starts: it may fail by rounding. */
#define ROUNDING_ALLOWED (-8.0 * DBL_EPSILON)

/* ---- memory ------------------------------------------------------------------------------------- */

int gst_fixed_point_alloc(gst_fixed_point *f, gst_averages *averages)
{
    *f = (gst_fixed_point){.averages = averages, .state = gst_averages_state(averages)};
    size_t L = f->state->L;
    const gst_array arrays[] = {GST_VECTOR(f->x, L),    GST_VECTOR(f->step, L),
                                GST_VECTOR(f->next, L), GST_VECTOR(f->centre, L),
                                GST_VECTOR(f->rise, L), GST_VECTOR(f->low, L),
                                GST_VECTOR(f->high, L)};
    return gst_arena_take(&f->memory, sizeof arrays / sizeof *arrays, arrays);
}

void gst_fixed_point_clear(gst_fixed_point *f)
{
    gst_arena_free(&f->memory);
    *f = (gst_fixed_point){.averages = NULL};
}

/* ---- starting points ---------------------------------------------------------------------------- */

/* V2 = size pi, V1 = diag(c V2): c is read off as V1/V2 for uncorrelated features. */
static void set_ray(gst_fixed_point *f, const double *c, const double *pi, double size)
{
    size_t K = f->state->K;
    memset(f->x, 0, f->state->L * sizeof *f->x);
    for (size_t g = 0; g < K; g++) {
        f->x[gst_packed_pair(K, g, g)] = c[g] * pi[g] * size;
        f->x[gst_packed_value(K, g)] = pi[g] * size;
    }
}

int gst_start_on_ray(gst_fixed_point *f, const gst_scaled_point *point, double sign, double slack)
{
    const gst_bulk *bulk = f->state->bulk;
    double size = sign > 0.0 && point->ridge > 0.0 ? 1.0 / point->ridge : 1.0;
    for (int decade = 0; decade < RAY_DECADES; decade++) {
        set_ray(f, bulk->c, bulk->pi, size);
        if (gst_averages_map(f->averages, point, f->x) == GST_OK &&
            gst_averages_ordered(f->averages, sign, slack))
            return GST_OK;
        size *= sign > 0.0 ? 10.0 : 0.1;
    }
    return GST_FAILED;
}

/* ---- Newton ------------------------------------------------------------------------------------- */

static int stopped(const gst_iteration_options *options)
{
    return options->stop && *options->stop;
}

/* x + system^{-1} (mapped - x) of the state into f->x if it is positive, else the plain map's value; *size is
 * the relative length of the step. */
static int newton_step(gst_fixed_point *f, double *size)
{
    const gst_state *at = f->state;
    size_t L = at->L;
    if (gst_averages_linearise(f->averages) != GST_OK) {
        memcpy(f->x, at->mapped, L * sizeof *f->x);
        *size = 1.0;
        return 0;
    }
    for (size_t a = 0; a < L; a++)
        f->step[a] = at->mapped[a] - at->x[a];
    gst_state_solve(at, f->step);
    *size = 0.0;
    for (size_t a = 0; a < L; a++) {
        f->next[a] = at->x[a] + f->step[a];
        double change = fabs(f->step[a]) / at->unit[a];
        *size = change <= *size ? *size : change;
    }
    int newton = gst_averages_positive(f->averages, f->next);
    memcpy(f->x, newton ? f->next : at->mapped, L * sizeof *f->x);
    return newton;
}

/* The iteration ends at a residual that happens to be small: those before it tell how large rounding makes them. */
static void note_residual(gst_iteration_info *info, double residual)
{
    if (info->noise > 0.0 ||
        (info->residual <= NEAR_SOLUTION && residual > FALLING * info->residual))
        info->noise = fmax(info->noise, residual);
    info->residual = residual;
}

/* Iterates from f->x; *bad counts steps that left the cone. */
static int newton_from_here(gst_fixed_point *f, const gst_scaled_point *point, size_t bad_allowed,
                            const gst_iteration_options *options, gst_iteration_info *info)
{
    double size = INFINITY;
    size_t bad = 0;
    for (; info->iterations < options->max_iterations; info->iterations++) {
        if (stopped(options))
            return GST_INTERRUPTED;
        if (gst_averages_map_sloped(f->averages, point, f->x) != GST_OK)
            return GST_FAILED;
        note_residual(info, gst_state_residual(f->state));
        int settled = size <= LAST_STEP || info->residual <= 4.0 * DBL_EPSILON;
        if (settled && info->residual <= options->tol)
            return gst_averages_linearise(f->averages);
        bad += !newton_step(f, &size);
        if (bad > bad_allowed)
            return GST_FAILED;
    }
    info->reason = "Newton's iteration did not settle within `max_iterations`";
    return GST_LOOSE;
}

/* ---- a start from above ------------------------------------------------------------------------- */

/* At ridge = 0 solutions grow as the ridge shrinks to it: follow them down by decades, then one Newton step
 * at ridge 0 from below lands above, since T is concave. */
static int start_above_without_ridge(gst_fixed_point *f, const gst_scaled_point *point)
{
    gst_iteration_options options = {
        .tol = LAST_STEP, .damping = 1.0, .max_iterations = NEWTON_MAX};
    gst_iteration_info info = {.residual = INFINITY, .reason = ""};
    gst_scaled_point with_ridge = *point;
    double size;
    with_ridge.ridge = 1.0;
    if (gst_start_on_ray(f, &with_ridge, 1.0, ROUNDING_ALLOWED) != GST_OK)
        return GST_FAILED;
    for (int decade = 0; decade < RIDGE_DECADES; decade++) {
        info.iterations = 0;
        if (newton_from_here(f, &with_ridge, NEWTON_MAX, &options, &info) != GST_OK)
            return GST_FAILED;
        if (gst_averages_map(f->averages, point, f->x) == GST_OK && newton_step(f, &size) &&
            gst_averages_map(f->averages, point, f->x) == GST_OK &&
            gst_averages_ordered(f->averages, 1.0, ROUNDING_ALLOWED))
            return GST_OK;
        with_ridge.ridge *= 0.1;
    }
    return GST_FAILED;
}

int gst_start_above(gst_fixed_point *f, const gst_scaled_point *point, gst_iteration_info *info)
{
    int status = point->ridge > 0.0 ? gst_start_on_ray(f, point, 1.0, ROUNDING_ALLOWED)
                                    : start_above_without_ridge(f, point);
    if (status != GST_OK)
        info->reason = point->ridge > 0.0 && point->shift > 0.0
                           ? "no starting point above the solution"
                           : "no minimum-norm limit: the features have lower rank than min(n, p)";
    return status;
}

int gst_solve_newton(gst_fixed_point *f, const gst_scaled_point *point, const double *start,
                     const gst_iteration_options *options, gst_iteration_info *info)
{
    *info = (gst_iteration_info){.residual = INFINITY, .reason = ""};
    int status = GST_FAILED;
    if (start) {
        memcpy(f->x, start, f->state->L * sizeof *start);
        status = newton_from_here(f, point, 1, options, info);
    }
    if (status == GST_FAILED) {
        if (gst_start_above(f, point, info) != GST_OK)
            return GST_FAILED;
        status = newton_from_here(f, point, options->max_iterations, options, info);
    }
    if (status == GST_FAILED)
        info->reason = "the map has no positive value";
    if (status == GST_LOOSE &&
        (!(info->residual <= UNUSABLE) || gst_averages_map(f->averages, point, f->x) != GST_OK ||
         gst_averages_linearise(f->averages) != GST_OK))
        return GST_FAILED;
    return status;
}

/* ---- plain and damped iteration ----------------------------------------------------------------- */

/* One damped step of the plain map on f->x; the size of the undamped one, relative. */
static int damped_step(gst_fixed_point *f, const gst_scaled_point *point, double damping,
                       double *size)
{
    if (gst_averages_map(f->averages, point, f->x) != GST_OK)
        return GST_FAILED;
    *size = gst_state_residual(f->state);
    for (size_t a = 0; a < f->state->L; a++)
        f->x[a] += damping * (f->state->mapped[a] - f->x[a]);
    return GST_OK;
}

static int finish(gst_fixed_point *f, const gst_scaled_point *point, gst_iteration_info *info)
{
    if (gst_averages_map_sloped(f->averages, point, f->x) != GST_OK ||
        gst_averages_linearise(f->averages) != GST_OK)
        return GST_FAILED;
    info->residual = gst_state_residual(f->state);
    return GST_OK;
}

int gst_solve_damped(gst_fixed_point *f, const gst_scaled_point *point,
                     const gst_iteration_options *options, gst_iteration_info *info)
{
    *info = (gst_iteration_info){.residual = INFINITY, .reason = ""};
    if (gst_start_above(f, point, info) != GST_OK)
        return GST_FAILED;
    double size = INFINITY, last;
    int settled = 0;
    while (!settled && info->iterations < options->max_iterations) {
        last = size;
        if (stopped(options))
            return GST_INTERRUPTED;
        if (damped_step(f, point, options->damping, &size) != GST_OK)
            return GST_FAILED;
        info->iterations++;
        /* geometric convergence: what is left is size*ratio/(1 - ratio) */
        double ratio = isfinite(last) ? size / last : 1.0, left = size * ratio / (1.0 - ratio);
        settled = size <= 2.0 * DBL_EPSILON || (ratio < 1.0 && left <= 0.01 * options->tol);
        settled = settled || (size <= 64.0 * DBL_EPSILON && !(size < last));
    }
    if (finish(f, point, info) != GST_OK)
        return GST_FAILED;
    if (!settled)
        info->reason = "the damped iteration did not settle within `max_iterations`";
    return settled ? GST_OK : GST_LOOSE;
}
