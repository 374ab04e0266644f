/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step.c - the directions of two gradient steps at linear width and what they know of the target
 * (theory 9).
 *
 * With G = (<b_j, b_k>) and its Cholesky factor G = L L^T, learned direction k has the overlaps
 * t_k = (L^{-1} <b, w*>)_k with the target's directions.  Triangular changes of the b_k leave them alone:
 * instead of powers of x = beta1.x_mu take normalised Hermite polynomials of (x - E x)/sd x, whose Gram
 * matrix is far better conditioned.
 *
 *   1. moments of the label, moments of the basis, each with its error;
 *   2. Gram matrix, Cholesky, forward substitution;
 *   3. error of t_k = sum over all moments of |dt_k/dmoment| error, by finite differences; the error of C1
 *      and Y2 likewise, by moving them and doing 1 and 2 again. */
#include "giantstep/two_step.h"
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/twostep/two_step_moments.h"

enum { DIRECTIONS = GST_TWO_STEP_ORDER_MAX + 1 };

/* Exponents closer to zero than this are on the boundary. */
#define BOUNDARY 1e-9
/* Relative step of the finite differences. */
#define STEP 1e-6
/* Squared sine of the angle between b_k and its predecessors' span that rounding cannot tell from 0. */
#define DEPENDENT 1e-13

/* ---- which terms separate ----------------------------------------------------------------------- */

double gst_two_step_exponent(double a1, double a2, size_t k)
{
    return a2 - (double)k * (0.5 - a1);
}

int gst_two_step_separated(double exponent)
{
    return exponent > BOUNDARY ? 1 : exponent >= -BOUNDARY ? 0 : -1;
}

size_t gst_two_step_count(double a1, double a2, size_t order)
{
    double most = floor((a2 - BOUNDARY) / (0.5 - a1)) + 1; /* one too many, for rounding */
    size_t count = most < (double)order ? (size_t)most : order;
    while (count > 0 && gst_two_step_separated(gst_two_step_exponent(a1, a2, count)) <= 0)
        count--;
    return count;
}

/* ---- bases -------------------------------------------------------------------------------------- */

/* x = kappa + own y. */
typedef struct {
    size_t count;
    double own, centre, width;
} polynomials;

/* h_k = He_k/sqrt(k!) of (x - centre)/width: h_k' = sqrt(k) h_{k-1}/width. */
static void hermite_basis(const void *params, size_t n, const double *kappa, const double *y,
                          double *value, double *slope)
{
    const polynomials *p = params;
    for (size_t i = 0; i < n; i++) {
        double x = (kappa[i] + p->own * y[i] - p->centre) / p->width, before = 0, now = 1;
        for (size_t k = 0; k < p->count; k++) {
            double root = sqrt((double)k), next = sqrt((double)(k + 1));
            value[k * n + i] = now;
            slope[k * n + i] = root * before / p->width;
            double after = (x * now - root * before) / next;
            before = now;
            now = after;
        }
    }
}

static polynomials set_polynomials(const gst_two_step *problem, const gst_two_step_label *label)
{
    double signal = 0, phi = problem->phi;
    for (size_t j = 0; j < label->r; j++)
        signal += label->C1[j] * label->C1[j];
    polynomials p = {.count = problem->order + 1};
    if (problem->batch == GST_BATCH_FRESH) {
        p.width = sqrt(signal + problem->phi1 * label->Y2);
        return p;
    }
    p.own = phi;
    p.centre = phi * label->mean;
    p.width = sqrt(signal * (1 + 2 * phi) + phi * label->Y2 +
                   phi * phi * (label->Y2 - label->mean * label->mean));
    return p;
}

/* ---- overlaps ----------------------------------------------------------------------------------- */

/* Rows of L^{-1} B, B[k*r + i]: overlap[k] their norms; returns how many directions there are before one
 * that depends on its predecessors. */
static size_t find_overlaps(const gst_two_step *problem, const gst_two_step_moments *m,
                            double *overlap)
{
    size_t n = m->count, r = m->r;
    double L[DIRECTIONS * DIRECTIONS], t[DIRECTIONS * GST_TARGET_DIM_MAX];
    for (size_t k = 0; k < n; k++) {
        double norm = gst_two_step_product(problem, m, k, k), pivot = norm, square = 0;
        for (size_t j = 0; j < k; j++) {
            double sum = gst_two_step_product(problem, m, k, j);
            for (size_t i = 0; i < j; i++)
                sum -= L[k * n + i] * L[j * n + i];
            L[k * n + j] = sum / L[j * n + j];
            pivot -= L[k * n + j] * L[k * n + j];
        }
        if (!(pivot > DEPENDENT * norm))
            return k;
        L[k * n + k] = sqrt(pivot);
        for (size_t i = 0; i < r; i++) {
            double sum = m->value[gst_two_step_at_z(m, k, i)];
            for (size_t j = 0; j < k; j++)
                sum -= L[k * n + j] * t[j * r + i];
            t[k * r + i] = sum / L[k * n + k];
            square += t[k * r + i] * t[k * r + i];
        }
        overlap[k] = sqrt(square);
    }
    return n;
}

/* error[k] += |change of overlap k| share. */
static void add_change(size_t count, const double *overlap, size_t moved_count, const double *moved,
                       double share, double *error)
{
    for (size_t k = 0; k < count; k++)
        error[k] += share * (k < moved_count ? fabs(moved[k] - overlap[k]) : HUGE_VAL);
}

static void add_moment_errors(const gst_two_step *problem, gst_two_step_moments *m, size_t count,
                              gst_two_step_overlaps *found)
{
    double moved[DIRECTIONS];
    for (size_t c = 0; c < m->components; c++) {
        double value = m->value[c], error = m->error[c];
        double step = fmax(STEP * fabs(value), 1e3 * error);
        if (!(error > 0))
            continue;
        m->value[c] = value + step;
        size_t moved_count = find_overlaps(problem, m, moved);
        add_change(count, found->overlap, moved_count, moved, error / step, found->error);
        m->value[c] = value;
    }
}

/* Moments and overlaps for given C1 and Y2. */
static int solve(const gst_two_step *problem, const gst_two_step_label *label,
                 gst_two_step_moments *moments, double *overlap, size_t *count,
                 gst_message *message)
{
    polynomials p = set_polynomials(problem, label);
    int status = gst_two_step_moments_compute(problem, label, p.count, problem->order,
                                              hermite_basis, &p, moments, message);
    if (status >= 0)
        *count = find_overlaps(problem, moments, overlap);
    return status;
}

static int add_label_error(const gst_two_step *problem, const gst_two_step_label *label,
                           size_t count, gst_two_step_overlaps *found, gst_message *message)
{
    gst_two_step_label moved = *label;
    gst_two_step_moments moments = {0};
    double overlap[DIRECTIONS], step = STEP * sqrt(label->Y2);
    size_t moved_count = 0;
    for (size_t j = 0; j < label->r; j++)
        moved.C1[j] += step;
    moved.Y2 += step * sqrt(label->Y2);
    int status = solve(problem, &moved, &moments, overlap, &moved_count, message);
    if (status >= 0)
        add_change(count, found->overlap, moved_count, overlap, label->error / step, found->error);
    gst_two_step_moments_clear(&moments);
    return status;
}

static void set_status(size_t count, size_t directions, double tol, gst_two_step_overlaps *found)
{
    for (size_t k = 0; k < directions; k++) {
        if (k < count && isfinite(found->error[k])) {
            found->status[k] = found->error[k] <= tol ? GST_OK : GST_LOOSE;
            if (found->status[k] == GST_OK && found->overlap[k] <= found->error[k])
                found->overlap[k] = 0;
            continue;
        }
        found->overlap[k] = found->error[k] = NAN;
        found->status[k] = GST_FAILED;
    }
}

int gst_two_step_overlaps_compute(const gst_two_step *problem, double tol,
                                  gst_two_step_overlaps *overlaps, gst_message *message)
{
    gst_two_step_label label;
    gst_two_step_moments moments = {0};
    size_t count = 0;
    *overlaps = (gst_two_step_overlaps){0};
    int status = gst_two_step_check(problem, message);
    if (status >= 0)
        status = gst_two_step_label_compute(problem, &label, message);
    if (status >= 0)
        status = solve(problem, &label, &moments, overlaps->overlap, &count, message);
    if (status >= 0) {
        add_moment_errors(problem, &moments, count, overlaps);
        status = add_label_error(problem, &label, count, overlaps, message);
    }
    gst_two_step_moments_clear(&moments);
    if (status < 0) {
        set_status(0, GST_TWO_STEP_ORDER_MAX + 1, tol,
                   overlaps); /* the order may be what is wrong */
        return status;
    }
    set_status(count, problem->order + 1, tol, overlaps);
    return GST_OK;
}

/* ---- growth of the target ----------------------------------------------------------------------- */

/* Largest |g| at radii from R to 2 R along the line through the origin and `direction`. */
static double largest(const gst_target *target, const double *direction, double R)
{
    enum { POINTS = 64 };
    size_t r = gst_target_dim(target);
    double z[GST_TARGET_DIM_MAX * POINTS], g[POINTS], most = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double radius = R * (1 + (double)(i / 2) / (POINTS / 2 - 1));
        for (size_t j = 0; j < r; j++)
            z[j * POINTS + i] = (i % 2 ? -radius : radius) * direction[j];
    }
    gst_expression_evaluate(gst_target_expression(target), POINTS, z, g, NULL);
    for (size_t i = 0; i < POINTS; i++)
        if (!(fabs(g[i]) <= most))
            most = isnan(g[i]) ? HUGE_VAL : fabs(g[i]);
    return most;
}

int gst_two_step_is_heavy(const gst_target *target)
{
    static const double generic[GST_TARGET_DIM_MAX] = {1, 0.7, -0.83, 0.57};
    size_t r = gst_target_dim(target);
    for (size_t axis = 0; axis <= r; axis++) {
        double direction[GST_TARGET_DIM_MAX] = {0};
        for (size_t j = 0; j < r; j++)
            direction[j] = axis == r ? generic[j] : (double)(axis == j);
        double near = largest(target, direction, 1e2), far = largest(target, direction, 1e4);
        if (isinf(far) || log(far / near) > 2.9 * log(1e2))
            return 1;
    }
    return 0;
}
