/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_newton.c - the fixed point of the pass by Newton's iteration, for points where accelerated passes do not settle.
 *
 * Unknowns in coordinates that neither leave the positive cone nor run away as lambda -> 0 without a limit of |a|:
 *   logarithms of V1_gg, V2_g, Q0_gg, q2_g;  V1_gh/sqrt(V1_gg V1_hh), the same of Q0;  (m, t)/sqrt(sum q2).
 *   1. F(w) = T(w) - w by one pass, its Jacobian by one more for each unknown;
 *   2. the same Jacobian serves until a step gains less than a factor 10;
 *   3. steps longer than STEP_MOST in any coordinate are cut to that. */
#include "solver/readout/coupled/coupled.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/linear.h"
#include "solver/readout/coupled/coupled_newton.h"

#define DIFFERENCE 1e-6
#define STEP_MOST 1.0
#define STEPS_MOST 40
/* Share of the tolerance that is aimed at. */
#define AIM 1e-2

/* ---- coordinates -------------------------------------------------------------------------------- */

static void pack_to_log(size_t K, const double *x, double *w)
{
    for (size_t g = 0; g < K; g++) {
        double diagonal = x[gst_packed_pair(K, g, g)];
        for (size_t h = g + 1; h < K; h++)
            w[gst_packed_pair(K, g, h)] =
                x[gst_packed_pair(K, g, h)] / sqrt(diagonal * x[gst_packed_pair(K, h, h)]);
        w[gst_packed_pair(K, g, g)] = log(diagonal);
        w[gst_packed_value(K, g)] = log(x[gst_packed_value(K, g)]);
    }
}

static void log_to_pack(size_t K, const double *w, double *x)
{
    for (size_t g = 0; g < K; g++) {
        double half = 0.5 * w[gst_packed_pair(K, g, g)];
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] = (g == h ? 1.0 : w[gst_packed_pair(K, g, h)]) *
                                          exp(half + 0.5 * w[gst_packed_pair(K, h, h)]);
        x[gst_packed_value(K, g)] = exp(w[gst_packed_value(K, g)]);
    }
}

static double norm_of(const gst_coupled *c, const double *u)
{
    double sum = 0.0;
    for (size_t g = 0; g < c->K; g++)
        sum += u[gst_coupled_fluctuations(c) + gst_packed_value(c->K, g)];
    return sqrt(sum);
}

void gst_coupled_to_log(const gst_coupled *c, const double *u, double *w)
{
    double norm = norm_of(c, u);
    pack_to_log(c->K, u, w);
    pack_to_log(c->K, u + c->L, w + c->L);
    for (size_t i = gst_coupled_mean(c); i < c->N; i++)
        w[i] = u[i] / norm;
}

void gst_coupled_from_log(const gst_coupled *c, const double *w, double *u)
{
    log_to_pack(c->K, w, u);
    log_to_pack(c->K, w + c->L, u + c->L);
    double norm = norm_of(c, u);
    for (size_t i = gst_coupled_mean(c); i < c->N; i++)
        u[i] = w[i] * norm;
}

/* ---- the iteration ------------------------------------------------------------------------------ */

typedef struct {
    gst_coupled *c;
    const gst_loss *loss;
    const gst_coupled_point *point;
    double *u; /* N, the point of the last pass */
    size_t *passes;
} newton;

/* value = T(w) in coordinates. */
static int evaluate(newton *s, const double *w, double *value)
{
    gst_coupled_from_log(s->c, w, s->u);
    ++*s->passes;
    int status = gst_coupled_pass(s->c, s->loss, s->point, s->u, s->c->next);
    if (status != GST_OK)
        return status;
    gst_coupled_to_log(s->c, s->c->next, value);
    for (size_t i = 0; i < s->c->N; i++)
        if (!isfinite(value[i]))
            return GST_FAILED;
    return GST_OK;
}

/* Factors of I - dT/dw at w, where T(w) = value. */
static int set_jacobian(newton *s, double *w, const double *value)
{
    gst_coupled *c = s->c;
    size_t n = c->N;
    double *moved = c->newton_step;
    for (size_t j = 0; j < n; j++) {
        double kept = w[j];
        w[j] = kept + DIFFERENCE;
        int status = evaluate(s, w, moved);
        w[j] = kept;
        if (status != GST_OK)
            return status;
        for (size_t i = 0; i < n; i++)
            c->jacobian[i * n + j] = (i == j) - (moved[i] - value[i]) / DIFFERENCE;
    }
    return gst_lu_factor(n, c->jacobian, c->newton_pivot);
}

/* w moves by the Newton step for T(w) = value. */
static void take_step(gst_coupled *c, double *w, const double *value)
{
    size_t n = c->N;
    double *step = c->newton_step, longest = 0.0;
    for (size_t i = 0; i < n; i++)
        step[i] = value[i] - w[i];
    gst_lu_solve(n, c->jacobian, c->newton_pivot, 1, step);
    for (size_t i = 0; i < n; i++)
        longest = fmax(longest, fabs(step[i]));
    for (size_t i = 0; i < n; i++)
        w[i] += step[i] * (longest > STEP_MOST ? STEP_MOST / longest : 1.0);
}

/* max |T(u) - u| in natural units at the last pass. */
static double residual(newton *s)
{
    gst_coupled *c = s->c;
    double worst = 0.0;
    gst_coupled_units(c, s->u, c->unit);
    for (size_t i = 0; i < c->N; i++) {
        double part = fabs(c->next[i] - s->u[i]) / c->unit[i];
        if (!(part <= worst))
            worst = part;
    }
    return worst;
}

int gst_coupled_newton(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                       const gst_coupled_options *options, double *u, gst_coupled_info *info)
{
    newton s = {.c = c, .loss = loss, .point = point, .u = u, .passes = &info->iterations};
    double before = INFINITY, *w = c->log_u, *value = c->log_value;
    double aim = fmax(AIM * options->tol, 64.0 * DBL_EPSILON);
    int fresh = 0;
    info->reason = "Newton's iteration did not settle";
    gst_coupled_to_log(c, u, w);
    for (int step = 0; step < STEPS_MOST; step++) {
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        if (evaluate(&s, w, value) != GST_OK)
            return GST_FAILED;
        info->residual = residual(&s);
        int stuck = fresh && !(info->residual < 0.5 * before);
        if (info->residual <= aim || (info->residual <= options->tol && stuck)) {
            info->reason = "";
            return GST_OK;
        }
        if (step == 0 || !(info->residual <= 0.1 * before)) {
            if (set_jacobian(&s, w, value) != GST_OK)
                return GST_FAILED;
            fresh = 1;
        } else {
            fresh = 0;
        }
        before = info->residual;
        take_step(c, w, value);
    }
    return GST_FAILED;
}
