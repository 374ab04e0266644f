/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel.c - whether functions are resolved on one panel (step 3 of partition.c).
 *
 * A function that oscillates faster than the nodes can see takes values at the samples that the polynomial does
 * not: they are random, so the chance that all of them agree by accident to 1e-10 is nil. */
#include "integrals/resolver.h"

#include "base/wide.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Neighbouring numbers whose values are compared; interpolation amplifies their differences up to so many times. */
enum { neighbours = 3 };
static const double amplified = 32;

/* Interpolation errors below this part of the largest value are rounding. */
static const double flat = 4 * DBL_EPSILON;

/* How far from an end, in units of the length: a function may jump at the end itself. */
static const double beside_end = 1e-6;

/* Length times error below this, relative to the largest value times a unit length, does not count. */
static const double negligible = 1e-17;

void gst_panel_nodes(const gst_resolver *r, const gst_panel *panel, double x[N])
{
    double middle = 0.5 * (panel->low + panel->high), half = 0.5 * (panel->high - panel->low);
    for (size_t k = 0; k < N; k++)
        x[k] = middle + half * r->node[k];
}

/* Coefficients of the values at the nodes, all at once: each is a sum over the nodes in their order. */
GST_WIDE_CLONES
static void project(const gst_resolver *r, const double *value, double *restrict coefficient)
{
    double sum[N] = {0};
    for (size_t k = 0; k < N; k++) {
#pragma omp simd
        for (size_t j = 0; j < N; j++)
            sum[j] += r->project[k][j] * value[k];
    }
    memcpy(coefficient, sum, sizeof sum);
}

/* Values and coefficients; returns how many of the values are finite. */
size_t gst_panel_evaluate(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    double x[N], share = fmin((panel->high - panel->low) / p->spacing, 1);
    size_t finite = 0;
    gst_panel_nodes(r, panel, x);
    p->f(N, x, r->value, p->params);
    for (size_t c = 0; c < p->functions; c++) {
        const double *value = r->value + c * N;
        r->peak[c] = 0;
        for (size_t k = 0; k < N; k++) {
            gst_resolver_raise(&r->peak[c], value[k]);
            finite += isfinite(value[k]) != 0;
        }
        gst_resolver_raise(&r->largest[c], r->peak[c] * share);
        project(r, value, r->coefficient + c * N);
    }
    return finite;
}

/* Raise error and peak by the values f_c(x), stride apart. */
static void compare_at(gst_resolver *r, const gst_panel *panel, double x, const double *f,
                       size_t stride)
{
    double P[N];
    gst_resolver_legendre((2 * x - panel->low - panel->high) / (panel->high - panel->low), P);
    for (size_t c = 0; c < r->problem->functions; c++) {
        double sum = 0, here = f[c * stride];
        for (size_t j = 0; j < N; j++)
            sum += r->coefficient[c * N + j] * P[j];
        double error = fabs(sum - here);
        if (!(error <= r->error[c]) && !isnan(r->error[c])) /* a NaN stays */
            r->error[c] = error;
        gst_resolver_raise(&r->peak[c], here);
    }
}

/* Step 3's comparison: the samples inside, or fresh points; and a point next to each end, where the tail of what the next
 * panel holds is longest, seen by no node and by few samples. */
void gst_panel_compare(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    double stratum = (p->high - p->low) / (double)r->strata;
    size_t i = (size_t)fmax((panel->low - p->low) / stratum - 1, 0), inside = 0;
    for (; i < r->strata && r->at[i] < panel->high; i++) {
        if (!(r->at[i] > panel->low))
            continue;
        compare_at(r, panel, r->at[i], r->sample + i, r->strata);
        inside++;
    }
    uint64_t key = gst_resolver_key(r, panel->low) ^ gst_resolver_key(r, panel->high) << 1;
    double length = panel->high - panel->low;
    for (size_t j = 0; inside + j < checks; j++) {
        double x = panel->low + length * gst_resolver_random(key, j);
        p->f(1, &x, r->fresh, p->params);
        compare_at(r, panel, x, r->fresh, 1);
    }
    for (size_t side = 0; side < 2; side++) {
        double away = beside_end * length * (0.5 + 0.5 * gst_resolver_random(key, checks + side));
        double x = side ? panel->high - away : panel->low + away;
        p->f(1, &x, r->fresh, p->params);
        compare_at(r, panel, x, r->fresh, 1);
    }
}

/* The largest |f_c| within about the reach of the panel (whole chunks of samples), or near 0. */
static double scale_of(const gst_resolver *r, const gst_panel *panel, size_t c)
{
    const gst_partition_problem *p = r->problem;
    if (!(p->reach < p->high - p->low))
        return fmax(r->largest[c], r->natural[c]);
    double length = (p->high - p->low) / (double)r->chunks,
           largest = fmax(r->peak[c], r->natural[c]);
    double from = fmax((panel->low - p->reach - p->low) / length, 0);
    double to = fmin((panel->high + p->reach - p->low) / length, (double)r->chunks - 1);
    for (size_t i = (size_t)from; i <= (size_t)to; i++)
        largest = fmax(largest, r->chunk[c * r->chunks + i]);
    return largest;
}

/* The errors in r->error against what is allowed; NaN is not resolved. */
static gst_panel_verdict judge(const gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    gst_panel_verdict verdict = {.resolved = 1, .negligible = 1};
    double length = panel->high - panel->low, unit = fmin(fmin(p->reach, p->high - p->low), 1);
    for (size_t c = 0; c < p->functions; c++) {
        double scale = scale_of(r, panel, c), error = r->error[c];
        if (!(error <= p->tolerance * r->peak[c] + flat * scale + p->absolute))
            verdict.resolved = 0;
        if (!(error * length <= negligible * scale * unit))
            verdict.negligible = 0;
        if (!(error <= verdict.worst * scale))
            verdict.worst = scale > 0 ? error / scale : INFINITY;
    }
    return verdict;
}

/* Errors by the last coefficients and, if those are small enough, by comparison. */
gst_panel_verdict gst_panel_examine(gst_resolver *r, const gst_panel *panel)
{
    for (size_t c = 0; c < r->problem->functions; c++) {
        const double *a = r->coefficient + c * N;
        r->error[c] = fabs(a[N - 2]) + fabs(a[N - 1]);
    }
    gst_panel_verdict verdict = judge(r, panel);
    if (!verdict.resolved && !verdict.negligible)
        return verdict;
    gst_panel_compare(r, panel);
    return judge(r, panel);
}

/* Whether neighbouring floating-point numbers give values that differ as much as those of the polynomial do: the
 * error is rounding in the functions themselves. */
int gst_panel_is_rounding(gst_resolver *r, const gst_panel *panel)
{
    const gst_partition_problem *p = r->problem;
    uint64_t key = gst_resolver_key(r, panel->high);
    size_t C = p->functions;
    memset(r->rounding, 0, C * sizeof *r->rounding);
    for (size_t j = 0; j < checks; j++) {
        double x = panel->low + (panel->high - panel->low) * gst_resolver_random(key, j);
        p->f(1, &x, r->fresh, p->params);
        for (size_t ulps = 1; ulps <= neighbours; ulps++) {
            double y = x + (double)ulps * DBL_EPSILON * fabs(x);
            p->f(1, &y, r->beside, p->params);
            for (size_t c = 0; c < C; c++)
                gst_resolver_raise(&r->rounding[c], r->beside[c] - r->fresh[c]);
        }
    }
    for (size_t c = 0; c < C; c++) {
        double allowed = p->tolerance * r->peak[c] + flat * scale_of(r, panel, c);
        if (!(r->error[c] <= allowed + amplified * r->rounding[c]))
            return 0;
    }
    return 1;
}
