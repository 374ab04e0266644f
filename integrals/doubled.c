/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doubled.c - Gaussian expectations by meshes of doubled order.
 *
 *   1. Sweep the mesh of order_first/2 (sweep.c) and take, for every component, the sums with the
 *      full weights (value), with the half weights (half), of |f| (scale), and at the ends (edge).
 *   2. Double the order: the old sums become half, only the new nodes are evaluated.
 *   3. |value - half| is the error of the half rule times the cosine of a phase (for f = exp(a z) and spacing h,
 *      cos(2 pi a/h)), and full and half rule share nodes, so that both may take a fast oscillation for the same
 *      slow one.  Once the square of that difference, relative to the scale, is within the tolerance (doubling the
 *      order squares the relative error), a companion mesh has to agree: 3 - sqrt 5 times as many nodes per axis,
 *      shifted by an irrational part of their step.  Its value becomes half, and
 *         error = max(|value - half|, that square) + edge + rounding.
 *      Stop when error <= epsabs + epsrel*scale for all
 *      components; when what is left of it is cut off at the ends; when the next mesh would exceed
 *      `evaluations`; or when three doublings in a row have not made small errors smaller, which are
 *      then the rounding of the integrand itself.
 *      Otherwise go to 2. */
#include "integrals/engine.h"
#include "integrals/mesh.h"

#include <string.h>

enum { patience = 3 }; /* doublings without progress */

/* Errors below this part of the scale that do not shrink any more are taken for rounding. */
static const double noise = 1e-6;

/* An error of at most this many times what the ends cut off cannot get much smaller. */
static const double most = 1.1;

/* Order of the companion mesh over that of the mesh, halved: (3 - sqrt 5)/2. */
static const double companion_order = 0.38196601125010515180;

/* Value, half, error and tolerance of a component from its tally. */
static void assess(gst_engine *engine, size_t c)
{
    const gst_tally *tally = &engine->tally[c];
    double scale = gst_sum_total(&tally->scale);
    double before = scale > 0 ? fmin(engine->gap[c] / scale, 1) : 0;
    engine->value[c] = gst_sum_total(&tally->value);
    engine->half[c] = gst_sum_total(&tally->half);
    engine->gap[c] = fabs(engine->value[c] - engine->half[c]);
    engine->error[c] = fmax(engine->gap[c], scale * before * before * before * before) +
                       tally->edge + GST_ENGINE_ROUNDING * scale;
    engine->tolerance[c] = engine->options->epsabs + engine->options->epsrel * scale;
    double ratio = gst_engine_missed(engine->error[c], engine->tolerance[c]);
    engine->worst = fmax(engine->worst, ratio);
    engine->cut_off = engine->cut_off && (ratio == 0 || engine->error[c] <= most * tally->edge);
    engine->near = engine->near && engine->error[c] <= noise * scale;
}

static int sweep(gst_engine *engine)
{
    int status = gst_engine_sweep(engine, engine->tally, engine->order, 0, 0);
    engine->worst = 0;
    engine->near = engine->cut_off = 1;
    for (size_t c = 0; c < engine->e->components && !status; c++)
        assess(engine, c);
    return status;
}

/* The error of the full rule if that is the square of the half rule's, relative to the scale. */
static double squared_gap(const gst_engine *engine, size_t c)
{
    double scale = gst_sum_total(&engine->tally[c].scale);
    double gap = scale > 0 ? fmin(engine->gap[c] / scale, 1) : 0;
    return scale * gap * gap;
}

/* Whether the full rule may be good enough although the half rule is not: then the companion tells. */
static int is_promising(const gst_engine *engine)
{
    for (size_t c = 0; c < engine->e->components; c++)
        if (!(squared_gap(engine, c) <= engine->tolerance[c]))
            return 0;
    return 1;
}

/* The companion's values become half, and the errors what they say. */
static int confirm(gst_engine *engine)
{
    size_t components = engine->e->components;
    size_t order = 2 * (size_t)((double)engine->order * companion_order);
    if (engine->axes == 0 || engine->blind)
        return GST_OK;
    memset(engine->other, 0, components * sizeof *engine->other);
    engine->halves = 0;
    int status = gst_engine_sweep(engine, engine->other, order, GST_COMPANION_SHIFT, 0);
    engine->worst = 0;
    for (size_t c = 0; c < components && !status; c++) {
        const gst_tally *tally = &engine->tally[c];
        double scale = gst_sum_total(&tally->scale);
        engine->half[c] = gst_sum_total(&engine->other[c].value);
        double apart = fabs(engine->value[c] - engine->half[c]);
        engine->error[c] =
            fmax(apart, squared_gap(engine, c)) + tally->edge + GST_ENGINE_ROUNDING * scale;
        engine->worst =
            fmax(engine->worst, gst_engine_missed(engine->error[c], engine->tolerance[c]));
    }
    return status;
}

static int may_double(const gst_engine *engine)
{
    double points = ldexp((double)engine->points, (int)engine->refined);
    return engine->halves ||
           (engine->refined > 0 && points <= (double)engine->options->evaluations);
}

/* Step 2. */
static int sweep_finer(gst_engine *engine)
{
    for (size_t c = 0; c < engine->e->components; c++)
        gst_tally_refine(&engine->tally[c], engine->refined);
    engine->order *= 2;
    engine->halves = 0;
    return sweep(engine);
}

/* Steps 1 to 3. */
int gst_engine_refine(gst_engine *engine)
{
    double best = INFINITY;
    size_t idle = 0, first = engine->order;
    int status = sweep(engine);
    while (!status && !engine->blind) {
        int done = engine->order > first && (engine->worst == 0 || is_promising(engine));
        idle = engine->near && engine->worst >= best ? idle + 1 : 0;
        best = fmin(best, engine->worst);
        if (done || idle == patience || (engine->cut_off && engine->order > first) ||
            !may_double(engine)) {
            status = confirm(engine);
            if (status || !done || engine->worst == 0 || !may_double(engine))
                break;
        }
        status = sweep_finer(engine);
    }
    return status;
}
